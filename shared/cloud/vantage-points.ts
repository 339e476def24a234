import { z } from 'zod';
import { formatDuration } from '../core/duration';
import type { AddressVerdict, VantageReport } from '../core/probe';
import { type Millis, SECOND } from '../core/time';
import { CloudError } from '../errors';
import type { Functions, VantagePoints, WatchRequest } from '../ports';
import { Time } from './untyped';

/** For the way there and back, a cold start, and the last probes of a watch. */
const MARGIN: Millis = 4 * SECOND;

const FAILURES = [
  'refused',
  'timeout',
  'unreachable',
  'certificate',
  'protocol',
  'status',
  'body',
  'slow',
  'redirect',
] as const satisfies readonly NonNullable<AddressVerdict['failure']>[];

const Verdict = z.object({
  address: z.string(),
  state: z.enum(['up', 'down', 'unknown']),
  probedAt: Time.optional(),
  failure: z.enum(FAILURES).optional(),
  why: z.string(),
  inARow: z.number().int().min(0),
  took: z.number().min(0).optional(),
  certificateEnds: Time.optional(),
});

/** What probe-region answers, as far as it is needed; a newer one may say more. */
const Report = z.object({
  point: z.string(),
  isolation: z.object({ isolated: z.boolean(), message: z.string() }),
  verdicts: z.array(Verdict),
});

/**
 * Asks probe-region in other regions. What it says of addresses that were not asked about is left out.
 *
 * @param name of the function, the same everywhere; `service/function` for FC 2.0
 */
export function createVantagePoints(functions: Functions, name: string): VantagePoints {
  return {
    watch: async (point, request) => {
      const answer = await functions.ask({ region: point, name }, eventOf(request), request.for + MARGIN);
      return reportOf(answer, point, request);
    },
  };
}

function eventOf({ failed = new Map(), for: duration, known, since = new Map(), targets }: WatchRequest): object {
  return {
    action: 'probe',
    targets,
    known: Object.fromEntries(known),
    ...(failed.size === 0 ? {} : { failed: Object.fromEntries(failed) }),
    ...(since.size === 0 ? {} : { since: Object.fromEntries(since) }),
    for: formatDuration(Math.max(SECOND, duration)),
  };
}

function reportOf(answer: unknown, point: string, { targets }: WatchRequest): VantageReport {
  const report = Report.safeParse(answer);
  if (!report.success) {
    const [issue] = report.error.issues;
    throw unreadable(point, refusalOf(answer) ?? `${issue?.path.join('.') || 'the answer'}: ${issue?.message}`);
  }
  const { isolation, verdicts } = report.data;
  if (report.data.point !== point) throw unreadable(point, `the answer is of ${JSON.stringify(report.data.point)}`);
  const asked = new Set(targets.map(({ address }) => address));
  return { point, isolation, verdicts: verdicts.filter(({ address }) => asked.has(address)).map(verdictOf) };
}

function verdictOf({ certificateEnds, failure, probedAt, took, ...verdict }: z.infer<typeof Verdict>): AddressVerdict {
  return { ...verdict, probedAt, failure, took, certificateEnds };
}

const Refusal = z.object({ outcome: z.literal('refused'), message: z.string() });

/** An older or differently configured one says why it would not. */
function refusalOf(answer: unknown): string | undefined {
  const refusal = Refusal.safeParse(answer);
  return refusal.success ? `refused: ${refusal.data.message}` : undefined;
}

function unreadable(point: string, message: string): CloudError {
  return new CloudError(message, { kind: 'unreadable', operation: `probe-region ${point}` });
}
