/** How the journal of a cluster grows and forgets. Pure; the adapter stores it in one ConfigMap. */
import type { GatewayJournal, Journal, Override, Reading, ScaleEvent } from './gateway';
import { type Instant, MINUTE, type Millis } from './time';

/** As long as the longest period of a rate policy. */
export const EVENTS_KEPT: Millis = 30 * MINUTE;

/** An event dated later than this from now on was written by a clock that is wrong, and would otherwise count for ever. */
const SKEW: Millis = MINUTE;

const EMPTY: Reading<GatewayJournal> = { ok: true, value: { override: undefined, events: [] } };

export function gatewayJournal(journal: Reading<Journal>, gateway: string): Reading<GatewayJournal> {
  return journal.ok ? (journal.value.gateways[gateway] ?? EMPTY) : journal;
}

/** The events that count: recent, and not from the future. */
export function recentEvents(events: readonly ScaleEvent[], at: Instant): readonly ScaleEvent[] {
  return events.filter((event) => at - event.at < EVENTS_KEPT && event.at - at <= SKEW);
}

/** Writes changes down before they are made, so that the rate policies and cooldowns count them whatever happens next. */
export function recordChanges(
  journal: Journal,
  at: Instant,
  changes: readonly { readonly gateway: string; readonly from: number; readonly to: number }[],
): Journal {
  return changes.reduce(
    (soFar, { gateway, from, to }) =>
      withGateway(soFar, gateway, (old) => ({
        override: old.override,
        events: [...recentEvents(old.events, at), { at, from, to, completedAt: undefined }],
      })),
    journal,
  );
}

/**
 * Marks the last event of a gateway as completed once its replicas have followed.
 *
 * @param seen `current` is the scale target's field; `running` and `ready` count the Deployment's pods
 * @returns the same journal when there is nothing to mark
 */
export function markCompleted(
  journal: Journal,
  gateway: string,
  at: Instant,
  seen: { readonly current: number; readonly running: number; readonly ready: number; readonly floorOnly: boolean },
): Journal {
  const known = gatewayJournal({ ok: true, value: journal }, gateway);
  const last = known.ok ? known.value.events.at(-1) : undefined;
  if (last === undefined || last.completedAt !== undefined || last.to !== seen.current) return journal;
  // Lowering an autoscaler's minimum is complete at once: how many pods then go is the autoscaler's decision.
  const done = last.to > last.from ? seen.ready >= last.to : seen.floorOnly || seen.running <= last.to;
  if (!done) return journal;
  return withGateway(journal, gateway, (old) => ({
    override: old.override,
    events: [...old.events.slice(0, -1), { ...last, completedAt: at }],
  }));
}

export function setOverride(journal: Journal, gateway: string, override: Override | undefined): Journal {
  return withGateway(journal, gateway, (old) => ({ override, events: old.events }));
}

/** An entry that could not be understood stays as it is: somebody's text is not ours to replace. */
function withGateway(journal: Journal, gateway: string, change: (old: GatewayJournal) => GatewayJournal): Journal {
  const old = gatewayJournal({ ok: true, value: journal }, gateway);
  if (!old.ok) return journal;
  return { ...journal, gateways: { ...journal.gateways, [gateway]: { ok: true, value: change(old.value) } } };
}
