import type { AddressState, AddressVerdict, Isolation, ProbeOutcome, Thresholds } from './probe';
import type { Instant } from './time';

/** One probe of an address that has ended. */
export interface ProbeSeen {
  readonly at: Instant;
  readonly outcome: ProbeOutcome;
}

/**
 * The verdict of an address that has not been probed yet: what was known of it before.
 *
 * @param failed failures in a row that were seen right before
 */
export function unprobed(address: string, known: AddressState, failed = 0): AddressVerdict {
  return {
    address,
    state: known,
    probedAt: undefined,
    failure: failed > 0 ? 'timeout' : undefined,
    why: '',
    inARow: failed,
    took: undefined,
    certificateEnds: undefined,
  };
}

/** The verdict after one probe more: it changes when as many in a row agree as a change needs. */
export function judged(before: AddressVerdict, seen: ProbeSeen, { fall, rise }: Thresholds): AddressVerdict {
  const failed = seen.outcome.failure !== undefined;
  const agrees = before.inARow > 0 && (before.failure !== undefined) === failed;
  const inARow = agrees ? before.inARow + 1 : 1;
  const enough = inARow >= (failed ? fall : rise);
  const changed: AddressState = failed ? 'down' : 'up';
  return { ...noted(before, seen), inARow, state: enough ? changed : before.state };
}

/** The verdict with what a probe saw, which decides nothing: whoever probed may have been isolated meanwhile. */
export function noted(before: AddressVerdict, { at, outcome }: ProbeSeen): AddressVerdict {
  const { certificateEnds, failure, message, took } = outcome;
  return {
    ...before,
    probedAt: at,
    failure,
    why: failure === undefined ? '' : message || failure,
    inARow: 0,
    took,
    certificateEnds: certificateEnds ?? before.certificateEnds,
  };
}

/** The verdict after isolation was found: what was known before, since nothing that was seen meanwhile counts. */
export function disregarded(verdict: AddressVerdict, known: AddressState): AddressVerdict {
  return { ...verdict, state: known, inARow: 0 };
}

/** A control target in its last round. */
export interface ControlSeen {
  readonly name: string;
  readonly answered: boolean;
}

/** Isolated is who reaches fewer than half of the control targets, and who has none to ask. */
export function isolationOf(controls: readonly ControlSeen[]): Isolation {
  if (controls.length === 0) return { isolated: true, message: 'no control target was asked' };
  const silent = controls.filter(({ answered }) => !answered).map(({ name }) => name);
  const answering = controls.length - silent.length;
  const verb = controls.length === 1 ? 'control target answers' : 'control targets answer';
  const but = silent.length === 0 ? '' : `, not ${silent.join(', ')}`;
  return {
    isolated: answering * 2 < controls.length,
    message: `${answering} of ${controls.length} ${verb}${but}`,
  };
}
