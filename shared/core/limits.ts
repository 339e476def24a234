import { conflictingWriter } from './conflict';
import type { Mode, Reason } from './decision';
import type { Freeze, GatewayJournal, Hold, Reading, Unread } from './gateway';
import type { ScaleChange, ScalingDecision } from './scaling';
import { freezeInWords, holdText, maintenanceText } from './standing';
import type { Instant } from './time';

/** What stands between a decision and its execution. The same for every gateway of a cluster. */
export interface Rails {
  readonly at: Instant;
  readonly mode: Mode;
  /** What is said of a plan in mode `propose`. */
  readonly propose: Propose;
  /** Somebody asked for a look without writes. */
  readonly dryRun: boolean;
  readonly freeze: Reading<Freeze | undefined>;
  /** The gateway's own entry, without which cooldown, rates and a person's pin are not known. */
  readonly journal: Reading<GatewayJournal>;
  readonly maintenance: { readonly reason: string; readonly until: Instant } | undefined;
}

/**
 * Refuses or shortens what a decision asks for; never widens it and never turns its direction. A refused change stays
 * visible as `withheld`, and the reason for which it was wanted stays in the message.
 */
export function limitScaling(decision: ScalingDecision, rails: Rails): ScalingDecision {
  const limited = belowCeiling(withLimit(decision, rails));
  const { change } = limited;
  if (limited.outcome !== 'change' || change === undefined) return limited;
  const waiting = unapproved(rails, limited.reason, [scalingStep(change)]);
  const refusal = refusalOf(change, rails) ?? waiting;
  if (refusal === undefined) return rails.dryRun ? inDryRun(limited, change) : limited;
  const withheld = withhold(limited, refusal.reason, refusal.message, refusal.needsPerson ?? false);
  return waiting?.proposal === undefined ? withheld : { ...withheld, proposal: waiting.proposal };
}

/** Says of the capacity what would keep more replicas from being made, whether or not any are wanted now. */
function withLimit(decision: ScalingDecision, rails: Rails): ScalingDecision {
  const { capacity, current } = decision;
  if (capacity === undefined || current === undefined) return decision;
  const stopped = growthStopped(rails, capacity.limit?.reason === 'OverrideHeld');
  if (stopped === undefined) return decision;
  const { message, reason } = stopped;
  return {
    ...decision,
    capacity: { ...capacity, limit: { replicas: Math.max(current, capacity.ready), reason, message } },
  };
}

/** A pin needs no approval, and is what keeps it from growing itself. */
function growthStopped(rails: Rails, isPinned: boolean): Refusal | undefined {
  const stopped = stoppedBy('up', rails) ?? onlyObserving(rails);
  if (stopped !== undefined || isPinned || rails.mode !== 'propose') return stopped;
  return { reason: 'ProposeMode', message: 'the policy only proposes: a person must approve more' };
}

/** A look that writes would make it, and for the same reason. */
function inDryRun({ change: _, ...decision }: ScalingDecision, withheld: ScaleChange): ScalingDecision {
  return { ...decision, withheld, dryRun: true };
}

/** Turns a change into a hold that says what would have been done. */
export function withhold(
  decision: ScalingDecision,
  reason: Reason,
  why: string,
  needsPerson: boolean,
): ScalingDecision {
  const { change, ...rest } = decision;
  if (change === undefined) return decision;
  return {
    ...rest,
    outcome: 'hold',
    reason,
    message: `${why}; would go from ${change.from} to ${change.to} (${decision.reason}: ${decision.message})`,
    needsPerson: needsPerson || decision.needsPerson,
    withheld: change,
  };
}

function scalingStep({ from, target, to }: ScaleChange): string {
  const { field, kind, name, namespace } = target;
  return `${field.join('.')} of ${kind} ${namespace}/${name} from ${from} to ${to}`;
}

/** An autoscaler's own maximum is the operator's word: it is never raised, and reaching it is said. */
function belowCeiling(decision: ScalingDecision): ScalingDecision {
  const { change } = decision;
  const ceiling = change?.target.ceiling;
  if (change === undefined || ceiling === undefined || change.to <= ceiling) return decision;
  const why = `the maximum of ${change.target.kind} ${change.target.name} is ${ceiling}`;
  if (ceiling <= change.from) return withhold(decision, 'AutoscalerMaximum', why, true);
  return {
    ...decision,
    message: `${decision.message}; ${why}`,
    needsPerson: true,
    change: { ...change, to: ceiling },
    clamps: [...decision.clamps, { reason: 'AutoscalerMaximum', from: change.to, to: ceiling, message: why }],
  };
}

export interface Refusal {
  readonly reason: Reason;
  readonly message: string;
  readonly needsPerson?: boolean;
  /** Fingerprint of the plan that waits for approval. */
  readonly proposal?: string;
}

/** What stands between a plan and its execution where a person must approve it; `undefined` when a person has. */
export type Propose = (steps: readonly string[]) => Refusal | undefined;

/** What a change in mode `propose` waits for. What a person asked for needs no second one. */
export function unapproved({ mode, propose }: Rails, reason: Reason, steps: readonly string[]): Refusal | undefined {
  return mode === 'propose' && reason !== 'Override' ? propose(steps) : undefined;
}

function refusalOf({ from, to }: ScaleChange, rails: Rails): Refusal | undefined {
  const { at, journal } = rails;
  const stopped = stoppedBy(to < from ? 'down' : 'up', rails);
  if (stopped !== undefined) return stopped;
  const conflict = journal.ok ? conflictingWriter(journal.value, { from, to }, at) : undefined;
  if (conflict !== undefined) return { reason: 'ConflictingWriter', message: conflict, needsPerson: true };
  return onlyObserving(rails);
}

/** What stops every change of a gateway in a direction, whatever is changed. */
export function stoppedBy(direction: 'up' | 'down', rails: Rails): Refusal | undefined {
  const { at, freeze, journal, maintenance } = rails;
  const frozen = freeze.ok ? activeFreeze(freeze.value, at) : undefined;
  if (frozen !== undefined) return { reason: 'Frozen', message: freezeInWords(frozen) };
  if (direction === 'down' && !freeze.ok) return unreadable('whether a freeze is set', freeze);
  if (direction === 'down' && !journal.ok) return unreadable('what was done before', journal);
  if (maintenance !== undefined) return { reason: 'Maintenance', message: maintenanceText(maintenance) };
  const held = journal.ok ? activeHold(journal.value.hold, at) : undefined;
  if (held !== undefined && holds(held, direction)) {
    return { reason: 'OnHold', message: holdText(held) };
  }
  return undefined;
}

/** Whether nothing is to be written although nothing stops it. */
export function onlyObserving({ mode }: Pick<Rails, 'mode'>): Refusal | undefined {
  return mode === 'observe' ? { reason: 'ObserveMode', message: 'the policy only observes' } : undefined;
}

/** The freeze, unless it has ended. */
export function activeFreeze(freeze: Freeze | undefined, at: Instant): Freeze | undefined {
  return freeze !== undefined && (freeze.until === undefined || at < freeze.until) ? freeze : undefined;
}

/** The hold, unless it has ended. */
export function activeHold(hold: Hold | undefined, at: Instant): Hold | undefined {
  return hold !== undefined && at < hold.until ? hold : undefined;
}

function holds({ direction }: Hold, way: 'up' | 'down'): boolean {
  return direction === 'all' || (direction === 'in') === (way === 'down');
}

function unreadable(what: string, { needsPerson = false, problem }: Unread): Refusal {
  const message = `${what} could not be read (${problem}), so only scale-out is allowed`;
  return { reason: 'JournalUnreadable', message, needsPerson };
}
