import { z } from 'zod';
import { formatDuration, parseDuration } from '../core/duration';
import type { Reading } from '../core/gateway';
import { LONGEST_WATCH } from '../core/probe';
import { LONGEST_WISH } from '../core/standing';
import { MOST_TIMES } from '../core/survivors';
import { type Instant, isoTime } from '../core/time';
import { hasUnprintable, instantOf } from './fields';

function mustBe(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? 'is missing' : `must be ${what}`) };
}

const Line = z
  .string(mustBe('text'))
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine((text) => !hasUnprintable(text), 'must be one line without control characters');

// Not `z.int`: after its refusal zod 4.6.7 skips the refinements of the object, and with them one of the problems.
const WholeNumber = z.number(mustBe('a whole number')).refine(Number.isSafeInteger, 'must be a whole number');
const Count = WholeNumber.min(1, 'must be at least 1');
const CountOrNone = WholeNumber.min(0, 'must be at least 0');

const Switch = z.boolean(mustBe('true or false'));

const Duration = z.string(mustBe('a duration such as "90s", "30m", "1h30m"')).transform((text, context) => {
  const duration = parseDuration(text);
  if (duration !== undefined && duration > 0) return duration;
  context.addIssue({ code: 'custom', message: 'must be a duration such as "90s", "30m", "1h30m"' });
  return z.NEVER;
});

const Time = z.string(mustBe('a time such as "2026-11-22T20:00:00+08:00"')).transform((text, context) => {
  const at = instantOf(text);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'must be a time with an offset, such as "2026-11-22T20:00:00+08:00"' });
  return z.NEVER;
});

/** How many ends are written, valid or not; the refinements run beside the other checks, so that all problems are told. */
function endings(command: object): number {
  return Number(Object.hasOwn(command, 'for')) + Number(Object.hasOwn(command, 'until'));
}

const hasOneEnd = (command: object): boolean => endings(command) === 1;

const ONE_END = {
  error: 'exactly one of for and until is needed, so that it ends by itself',
  when: () => true,
} as const;

/** Who wants it, and why. */
const SIGNED = { owner: Line, reason: Line };
/** Also until when. */
const ENDING = { ...SIGNED, for: Duration.optional(), until: Time.optional() };
const DRY = { dryRun: Switch.optional() };

/** Look and report. With `dryRun` nothing is written. */
export const LookCommand = z.strictObject({
  action: z.literal('look'),
  gateway: Line.optional(),
  ...DRY,
});
export type LookCommand = z.infer<typeof LookCommand>;

/** What would be done: a look without writes. */
export const PlanCommand = z.strictObject({ action: z.literal('plan'), gateway: Line.optional() });
export type PlanCommand = z.infer<typeof PlanCommand>;

/** Twelve hexadecimal digits, as a proposal tells them. */
const PLAN = /^[0-9a-f]{12}$/;

/** Carry out a plan that was proposed for a gateway, or for a name in DNS, provided that it is still what would be done. */
export const ApplyCommand = z
  .strictObject({
    action: z.literal('apply'),
    gateway: Line.optional(),
    name: Line.optional(),
    plan: z.string(mustBe('the twelve digits of a plan')).regex(PLAN, 'must be the twelve digits of a plan'),
    ...SIGNED,
  })
  .refine(({ gateway, name }) => (gateway === undefined) !== (name === undefined), {
    error: 'exactly one of gateway and name is needed',
    when: () => true,
  });
export type ApplyCommand = z.infer<typeof ApplyCommand>;

/** Pin a gateway's replicas until an end: `for` in milliseconds, or `until` an instant, never both. */
export const ScaleCommand = z
  .strictObject({
    action: z.literal('scale'),
    gateway: Line,
    replicas: Count,
    ...ENDING,
    ...DRY,
  })
  .refine(hasOneEnd, ONE_END);
export type ScaleCommand = z.infer<typeof ScaleCommand>;

/** Stop changes of a gateway until an end: all of them, scale-in or scale-out. */
export const HoldCommand = z
  .strictObject({
    action: z.literal('hold'),
    gateway: Line,
    direction: z.enum(['all', 'in', 'out'], mustBe('"all", "in" or "out"')).optional(),
    ...ENDING,
  })
  .refine(hasOneEnd, ONE_END);
export type HoldCommand = z.infer<typeof HoldCommand>;

/** Keep a gateway at `floor` replicas or more and never scale it in, until an end: what a failover asks of survivors. */
export const ProtectCommand = z
  .strictObject({
    action: z.literal('protect'),
    gateway: Line,
    floor: Count,
    ...ENDING,
  })
  .refine(hasOneEnd, ONE_END);
export type ProtectCommand = z.infer<typeof ProtectCommand>;

/** Keep at least so many extra CLBs in front of a gateway until an end. */
export const AttachCommand = z
  .strictObject({
    action: z.literal('attach'),
    gateway: Line,
    extra: Count,
    ...ENDING,
    ...DRY,
  })
  .refine(hasOneEnd, ONE_END);
export type AttachCommand = z.infer<typeof AttachCommand>;

/** Keep at most so many extra CLBs in front of a gateway until an end. */
export const ReleaseCommand = z
  .strictObject({
    action: z.literal('release'),
    gateway: Line,
    extra: CountOrNone,
    ...ENDING,
    ...DRY,
  })
  .refine(hasOneEnd, ONE_END);
export type ReleaseCommand = z.infer<typeof ReleaseCommand>;

/** Reckon with a multiple of the present load until an end: what a failover says before it leads clients to a gateway. */
export const ExpectCommand = z
  .strictObject({
    action: z.literal('expect'),
    gateway: Line,
    times: z.number(mustBe('a number')).min(1, 'must be at least 1').max(MOST_TIMES, `must be at most ${MOST_TIMES}`),
    ...ENDING,
    ...DRY,
  })
  .refine(hasOneEnd, ONE_END);
export type ExpectCommand = z.infer<typeof ExpectCommand>;

const STEER = {
  gateway: Line,
  region: Line,
  ...ENDING,
  ...DRY,
};

/** Lead nobody to a region until an end, for the names of a gateway. */
export const DrainCommand = z.strictObject({ action: z.literal('drain'), ...STEER }).refine(hasOneEnd, ONE_END);
export type DrainCommand = z.infer<typeof DrainCommand>;

/** Lead clients to a region alone until an end, as long as it is healthy, for the names of a gateway. */
export const PinCommand = z.strictObject({ action: z.literal('pin'), ...STEER }).refine(hasOneEnd, ONE_END);
export type PinCommand = z.infer<typeof PinCommand>;

/** Take over the records of a name that lead to the gateway's own CLBs. */
export const AdoptCommand = z.strictObject({
  action: z.literal('adopt'),
  name: Line,
  ...SIGNED,
  ...DRY,
});
export type AdoptCommand = z.infer<typeof AdoptCommand>;

/** End early whatever was asked for a gateway. */
export const ResumeCommand = z.strictObject({
  action: z.literal('resume'),
  gateway: Line,
  ...SIGNED,
});
export type ResumeCommand = z.infer<typeof ResumeCommand>;

/** Stop every write in the cluster, until an end if there is one. */
export const FreezeCommand = z
  .strictObject({
    action: z.literal('freeze'),
    ...ENDING,
  })
  .refine((command) => endings(command) <= 1, { error: 'at most one of for and until may be given', when: () => true });
export type FreezeCommand = z.infer<typeof FreezeCommand>;

/** Allow writes again. */
export const UnfreezeCommand = z.strictObject({ action: z.literal('unfreeze'), ...SIGNED });
export type UnfreezeCommand = z.infer<typeof UnfreezeCommand>;

/** Take back what is ours in the account: marks, records and the journal, never an answer. With `dryRun` it is only said. */
export const UninstallCommand = z.strictObject({
  action: z.literal('uninstall'),
  ...SIGNED,
  ...DRY,
});
export type UninstallCommand = z.infer<typeof UninstallCommand>;

/** More addresses than an account has CLBs, and few enough for one vantage point to probe in time. */
const MOST_TARGETS = 1_000;
const Address = Line.max(45, 'must be an IP address');

/** Probe addresses from where the function runs, until one is no longer what is known of it or the time is over. */
export const ProbeCommand = z.strictObject({
  action: z.literal('probe'),
  targets: z
    .array(z.strictObject({ gateway: Line, address: Address }), mustBe('a list of { gateway, address }'))
    .max(MOST_TARGETS, `must have at most ${MOST_TARGETS} entries`)
    .optional(),
  known: z.record(Address, z.enum(['up', 'down', 'unknown'], mustBe('"up", "down" or "unknown"'))).optional(),
  failed: z.record(Address, z.number().int().min(1).max(100)).optional(),
  since: z.record(Address, z.number().int().min(0)).optional(),
  for: Duration.refine((duration) => duration <= LONGEST_WATCH, {
    error: `must be at most ${formatDuration(LONGEST_WATCH)}`,
  }).optional(),
});
export type ProbeCommand = z.infer<typeof ProbeCommand>;

/** More ids than there are checks. */
const MOST_FIXES = 50;

/** Judge gateways by the vendor's practice; with `fix`, apply the safe fixes of these checks. */
export const AuditCommand = z
  .strictObject({
    action: z.literal('audit'),
    gateway: Line.optional(),
    format: z.enum(['json', 'text', 'markdown'], mustBe('"json", "text" or "markdown"')).optional(),
    fix: z.array(Line, mustBe('a list of ids of checks')).min(1).max(MOST_FIXES).optional(),
    owner: Line.optional(),
    reason: Line.optional(),
    dryRun: Switch.optional(),
  })
  .refine(({ fix, gateway, owner, reason }) => fix === undefined || [gateway, owner, reason].every(Boolean), {
    error: 'with fix, gateway, owner and reason are needed',
    when: () => true,
  });
export type AuditCommand = z.infer<typeof AuditCommand>;

/** Say what the function itself can know of its rights, its network and its clock. Writes nothing, whatever the mode. */
export const CheckCommand = z.strictObject({ action: z.literal('check') });
export type CheckCommand = z.infer<typeof CheckCommand>;

/** What a person may write, in the console's test event or from the command line. */
export const WrittenCommand = z.discriminatedUnion('action', [
  LookCommand,
  PlanCommand,
  ApplyCommand,
  ScaleCommand,
  HoldCommand,
  ProtectCommand,
  AttachCommand,
  ReleaseCommand,
  ExpectCommand,
  DrainCommand,
  PinCommand,
  AdoptCommand,
  ResumeCommand,
  FreezeCommand,
  UnfreezeCommand,
  UninstallCommand,
  ProbeCommand,
  AuditCommand,
  CheckCommand,
]);
export type WrittenCommand = z.infer<typeof WrittenCommand>;
/** What the functions carry out. */
export type Command = Exclude<WrittenCommand, PlanCommand>;

export function commandOf(written: WrittenCommand): Command {
  if (written.action !== 'plan') return written;
  const { action: _, ...rest } = written;
  return { action: 'look', dryRun: true, ...rest };
}

/** Whether a command only asks what would be done. */
export function isDryRun(command: Command | undefined): boolean {
  return command !== undefined && 'dryRun' in command && command.dryRun === true;
}

/** Commands whose effect ends by itself. */
export type EndingCommand =
  | ScaleCommand
  | HoldCommand
  | ProtectCommand
  | AttachCommand
  | ReleaseCommand
  | ExpectCommand
  | DrainCommand
  | PinCommand
  | FreezeCommand;

/**
 * When an override ends; `undefined` for a freeze that only a person ends. Refused: an end that is not after `at`, and more
 * than {@link LONGEST_WISH}. A freeze may be longer, since it may also have no end at all.
 */
export function overrideEnd(command: EndingCommand, at: Instant): Reading<Instant | undefined> {
  const end = command.for === undefined ? command.until : at + command.for;
  if (end === undefined) return { ok: true, value: undefined };
  if (end <= at) return refused(`the end, ${isoTime(end)}, is not after the present, ${isoTime(at)}`);
  if (command.action !== 'freeze' && end - at > LONGEST_WISH) {
    const [asked, longest] = [formatDuration(end - at), formatDuration(LONGEST_WISH)];
    return refused(`${EFFECT[command.action]} of ${asked} is too long; at most ${longest} is allowed`);
  }
  return { ok: true, value: end };
}

const EFFECT = {
  scale: 'a pin',
  hold: 'a hold',
  protect: 'a protection',
  attach: 'an attachment',
  release: 'a release',
  expect: 'an expectation',
  drain: 'a drain',
  pin: 'a pin',
} as const;

function refused(problem: string): Reading<Instant | undefined> {
  return { ok: false, problem };
}
