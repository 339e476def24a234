import { z } from 'zod';
import type { Failure } from './result';
import { isRefusal, type Reply } from './send';

/** What a function says of one gateway, one extra CLB or one name. */
export interface Found {
  readonly function: string;
  readonly region: string;
  readonly subject: string;
  readonly outcome: string;
  readonly reason: string;
  readonly message: string;
  readonly needsPerson: boolean;
  /** What was done or, of a look that writes nothing, would be. */
  readonly changes: readonly string[];
  /** Digits of a plan that a person must approve. */
  readonly proposal?: string | undefined;
  /** Its changes are not made because nothing was to be written. */
  readonly dryRun?: boolean | undefined;
}

const Outcome = z.object({
  outcome: z.string(),
  reason: z.string(),
  message: z.string(),
  needsPerson: z.boolean().default(false),
  proposal: z.string().optional(),
  dryRun: z.boolean().optional(),
});

const Change = z.object({ from: z.number(), to: z.number() });

export const Scaling = z.object({
  gateways: z
    .array(
      Outcome.extend({
        gateway: z.string(),
        current: z.number().optional(),
        readyReplicas: z.number().optional(),
        wanted: z.number().optional(),
        change: Change.optional(),
        withheld: Change.optional(),
        standing: z.array(z.string()).optional(),
      }),
    )
    .default([]),
});

export const Balancing = z.object({
  gateways: z
    .array(
      Outcome.extend({
        gateway: z.string(),
        have: z.number(),
        want: z.number(),
        withheld: z.number().optional(),
        extras: z
          .array(
            z.object({
              service: z.string(),
              stage: z.string(),
              id: z.string().optional(),
              address: z.string().optional(),
              done: z.array(z.string()).default([]),
              would: z.string().optional(),
              // Of one that has ended there is nothing more to say.
              reason: z.string().default('Ended'),
              message: z.string().default('it is gone'),
              needsPerson: z.boolean().default(false),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

export const Publishing = z.object({
  zones: z
    .array(
      z.object({
        zone: z.string(),
        freeze: z.unknown().optional(),
        standing: z.array(z.string()).default([]),
        names: z.array(
          Outcome.extend({
            name: z.string(),
            done: z.array(z.string()).default([]),
            withheld: z.array(z.string()).default([]),
            lines: z
              .array(
                z.object({
                  line: z.string(),
                  type: z.string(),
                  answers: z.array(z.string()),
                  regions: z.record(z.string(), z.number()).default({}),
                }),
              )
              .default([]),
          }),
        ),
      }),
    )
    .default([]),
});

export interface Findings {
  readonly found: readonly Found[];
  /** Answers that nobody can read: of a function of another version, say. They are no "nothing to do". */
  readonly failures: readonly Failure[];
  /** Answers that are about nothing. */
  readonly notes: readonly string[];
}

/** What the answers find, in their order; refusals are left out. */
export function findingsIn(replies: readonly Reply[]): Findings {
  const found: Found[] = [];
  const failures: Failure[] = [];
  const notes: string[] = [];
  for (const reply of replies.filter((each) => !isRefusal(each))) {
    const { answer, function: name, region } = reply;
    const read = findingsOf(reply);
    if (!read.success) {
      const fields = read.error.issues.map(({ path }) => path.join('.'));
      failures.push({
        function: name,
        region,
        message: `its answer cannot be read (${fields.join(', ')}); is it of another version?`,
      });
      continue;
    }
    if (read.data.length === 0) notes.push(`${name} in ${region}: ${answer.message}`);
    found.push(...read.data);
  }
  return { found, failures, notes };
}

function findingsOf(reply: Reply): z.ZodSafeParseResult<readonly Found[]> {
  const { answer, function: name } = reply;
  switch (name) {
    case 'scale-gateway':
      return Scaling.transform((read) => scalingFindings(reply, read)).safeParse(answer);
    case 'attach-clb':
      return Balancing.transform((read) => balancingFindings(reply, read)).safeParse(answer);
    case 'failover-dns':
      return Publishing.transform((read) => publishingFindings(reply, read)).safeParse(answer);
    case 'probe-region':
    case 'audit-gateway':
      return z
        .unknown()
        .transform((): readonly Found[] => [])
        .safeParse(answer);
  }
}

/** Of a dry run: what a look that writes would do. */
export function isPlanned({ changes, dryRun }: Found): boolean {
  return dryRun === true && changes.length > 0;
}

/** It waits for a person's `apply --plan`, as the line of it says. */
export function isProposed({ reason }: Found): boolean {
  return reason === 'ProposeMode';
}

/** What a function could not see, which is not "nothing to do". */
export function unseenIn(found: readonly Found[]): readonly Failure[] {
  return found
    .filter(({ reason }) => reason === 'ReadFailed')
    .map(({ function: name, message, region, subject }) => {
      return { function: name, region, message: `${subject} could not be seen: ${message}` };
    });
}

function scalingFindings({ function: name, region }: Reply, { gateways }: z.infer<typeof Scaling>): readonly Found[] {
  return gateways.map(({ change, gateway, withheld, ...rest }) => {
    const moved = change ?? withheld;
    const changes = moved === undefined ? [] : [`${moved.from} → ${moved.to} replicas`];
    return { function: name, region, subject: gateway, ...outcomeOf(rest), changes };
  });
}

type Balanced = z.infer<typeof Balancing>['gateways'][number];

function balancingFindings(
  { function: name, region }: Reply,
  { gateways }: z.infer<typeof Balancing>,
): readonly Found[] {
  return gateways.flatMap(({ extras, gateway, have, want, withheld, ...rest }) => {
    const to = withheld ?? want;
    const changes = to === have ? [] : [`${have} → ${to} extra CLBs`];
    const whole: Found = { function: name, region, subject: gateway, ...outcomeOf(rest), changes };
    return [whole, ...extras.map((extra) => ({ function: name, region, ...extraFinding(gateway, extra) }))];
  });
}

function extraFinding(
  gateway: string,
  { done, message, needsPerson, reason, service, stage, would }: Balanced['extras'][number],
): Omit<Found, 'function' | 'region'> {
  const subject = `${gateway}/${service}`;
  if (would !== undefined) {
    return { subject, outcome: 'change', reason, message: stage, needsPerson, changes: [would], dryRun: true };
  }
  const outcome = done.length > 0 ? 'change' : reason === 'LoadBalancerServing' ? 'steady' : 'hold';
  return { subject, outcome, reason, message: `${stage}: ${message}`, needsPerson, changes: done };
}

function publishingFindings(
  { function: name, region }: Reply,
  { zones }: z.infer<typeof Publishing>,
): readonly Found[] {
  return zones.flatMap(({ names }) =>
    names.map(({ done, name: title, withheld, ...rest }) => {
      return { function: name, region, subject: title, ...outcomeOf(rest), changes: done.length > 0 ? done : withheld };
    }),
  );
}

function outcomeOf({
  dryRun,
  message,
  needsPerson,
  outcome,
  proposal,
  reason,
}: z.infer<typeof Outcome>): z.infer<typeof Outcome> {
  return {
    ...{ outcome, reason, message, needsPerson },
    ...(proposal === undefined ? {} : { proposal }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}
