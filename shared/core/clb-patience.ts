/** How long an extra CLB may wait before a person hears of it: what should pass by itself, and does not, is no longer waiting. Pure. */
import type { IntentSeen, StageReason } from './clb-stage';
import type { Reason } from './decision';
import { formatDuration } from './duration';
import { type Instant, MINUTE, type Millis } from './time';

/** Why an extra CLB is where it is. */
export interface Waiting {
  readonly reason: StageReason | Reason;
  readonly message: string;
  readonly needsPerson: boolean;
}

/** From the bought instance to one that serves; a look takes three minutes for it. */
const ATTACHED_WITHIN: Millis = 15 * MINUTE;

const PATIENCE: ReadonlyMap<Waiting['reason'], Millis> = new Map<Waiting['reason'], Millis>([
  ['Binding', ATTACHED_WITHIN],
  ['NotAnswering', ATTACHED_WITHIN],
  ['Unbinding', 15 * MINUTE],
  ['Withdrawing', 30 * MINUTE],
  ['ReadFailed', 30 * MINUTE],
  ['UnclearNetwork', 30 * MINUTE],
  ['ConcurrentChange', 15 * MINUTE],
  ['WriteFailed', 30 * MINUTE],
]);

/** Tells a person of what has taken longer than it should. One that serves has been in its stage for long already. */
export function withPatience(waiting: Waiting, intent: IntentSeen, at: Instant): Waiting {
  const most = PATIENCE.get(waiting.reason);
  const taken = at - Math.max(intent.since, intent.withdrawnAt ?? intent.since);
  if (waiting.needsPerson || most === undefined || taken <= most || intent.stage === 'serving') return waiting;
  return {
    ...waiting,
    message: `${waiting.message}, for ${formatDuration(taken - (taken % MINUTE))}`,
    needsPerson: true,
  };
}

/** Whether one that is being attached has taken so long that it cannot be counted on. */
export function isStuck({ createdAt, since, stage }: IntentSeen, at: Instant): boolean {
  switch (stage) {
    // An order that is refused is sent again and again.
    case 'intent':
      return at - createdAt > ATTACHED_WITHIN;
    case 'bought':
    case 'binding':
      return at - since > ATTACHED_WITHIN;
    case 'serving':
    case 'draining':
    case 'unbound':
    case 'deleting':
      return false;
  }
}
