/** How the journal of a cluster grows and forgets. Pure; the adapter stores it in one ConfigMap. */
import type { GatewayJournal, Journal, Override, ScaleEvent } from './gateway';
import { type Instant, MINUTE, type Millis } from './time';

/** As long as the longest period of a rate policy. */
export const EVENTS_KEPT: Millis = 30 * MINUTE;

const EMPTY: GatewayJournal = { override: undefined, events: [] };

export function gatewayJournal(journal: Journal, gateway: string): GatewayJournal {
  return journal.gateways[gateway] ?? EMPTY;
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
        events: [...recent(old.events, at), { at, from, to, completedAt: undefined }],
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
  const last = gatewayJournal(journal, gateway).events.at(-1);
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

function recent(events: readonly ScaleEvent[], at: Instant): readonly ScaleEvent[] {
  return events.filter((event) => at - event.at < EVENTS_KEPT);
}

function withGateway(journal: Journal, gateway: string, change: (old: GatewayJournal) => GatewayJournal): Journal {
  return { ...journal, gateways: { ...journal.gateways, [gateway]: change(gatewayJournal(journal, gateway)) } };
}
