/** How the journal of a cluster grows and forgets. Pure; the adapter stores it in one ConfigMap. */
import type {
  ExtraAsked,
  GatewayJournal,
  Hold,
  Journal,
  Override,
  Protection,
  Reading,
  ScaleEvent,
  ScaleTarget,
} from './gateway';
import { remembered } from './originals';
import { DAY, HOUR, type Instant, MINUTE, type Millis } from './time';
import { replicaHoursToday } from './usage';

/** As long as a budget's hour, and longer than any period of a rate policy. */
const EVENTS_KEPT: Millis = HOUR;

/** An event dated later than this from now on was written by a clock that is wrong, and would otherwise count for ever. */
const SKEW: Millis = MINUTE;

export const EMPTY_JOURNAL: GatewayJournal = {
  override: undefined,
  hold: undefined,
  protection: undefined,
  events: [],
  usage: undefined,
  extra: { asked: undefined, purchases: [] },
  originals: [],
};

/** Of a cluster in which nothing has been written down yet. */
export const NO_JOURNAL: Journal = { resourceVersion: undefined, freeze: undefined, gateways: {} };

export function gatewayJournal(journal: Reading<Journal>, gateway: string): Reading<GatewayJournal> {
  return journal.ok ? (journal.value.gateways[gateway] ?? { ok: true, value: EMPTY_JOURNAL }) : journal;
}

/** The events that count: recent, and not from the future. */
export function recentEvents(events: readonly ScaleEvent[], at: Instant): readonly ScaleEvent[] {
  return events.filter((event) => at - event.at < EVENTS_KEPT && event.at - at <= SKEW);
}

/** Writes changes down before they are made, so that the rate policies and cooldowns count them whatever happens next. */
export function recordChanges(journal: Journal, at: Instant, changes: readonly ChangeToRecord[]): Journal {
  return changes.reduce(
    (soFar, { from, gateway, running, to }) =>
      withGateway(soFar, gateway, (old) => ({
        ...old,
        events: [...recentEvents(old.events, at), { at, from, to, written: false, completedAt: undefined }],
        usage: { at, replicaHours: Math.round(replicaHoursToday(old.usage, running, at) * 1_000) / 1_000 },
      })),
    journal,
  );
}

/** Writes down what the fields held that are about to be written, so that it can be given back when we leave. */
export function recordOriginals(journal: Journal, changes: readonly ChangeOfField[]): Journal {
  return changes.reduce(
    (soFar, { gateway, to, target }) =>
      withGateway(soFar, gateway, (old) => ({ ...old, originals: remembered(old.originals, target, to) })),
    journal,
  );
}

export interface ChangeOfField {
  readonly gateway: string;
  readonly target: ScaleTarget;
  readonly to: number;
}

export interface ChangeToRecord {
  readonly gateway: string;
  readonly from: number;
  readonly to: number;
  /** Pods that there are until then. */
  readonly running: number;
}

/** Says of the change recorded at `at` that it was made, or takes back the record of one that certainly was not. */
export function settleChange(journal: Journal, gateway: string, at: Instant, made: boolean): Journal {
  return withGateway(journal, gateway, (old) => ({
    ...old,
    events: old.events.flatMap((event) => (event.at !== at ? [event] : made ? [{ ...event, written: true }] : [])),
  }));
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
    ...old,
    events: [...old.events.slice(0, -1), { ...last, completedAt: at }],
  }));
}

export function setOverride(journal: Journal, gateway: string, override: Override | undefined): Journal {
  return withGateway(journal, gateway, (old) => ({ ...old, override }));
}

export function setHold(journal: Journal, gateway: string, hold: Hold | undefined): Journal {
  return withGateway(journal, gateway, (old) => ({ ...old, hold }));
}

export function setProtection(journal: Journal, gateway: string, protection: Protection | undefined): Journal {
  return withGateway(journal, gateway, (old) => ({ ...old, protection }));
}

export function setExtraAsked(journal: Journal, gateway: string, asked: ExtraAsked | undefined): Journal {
  return withGateway(journal, gateway, (old) => ({ ...old, extra: { ...old.extra, asked } }));
}

export function recordPurchase(journal: Journal, gateway: string, at: Instant): Journal {
  return withGateway(journal, gateway, (old) => ({
    ...old,
    extra: { ...old.extra, purchases: [...ofLastDay(old.extra.purchases, at), at] },
  }));
}

/** How many CLBs were bought for a gateway within a day; unknown where its entry is not understood. */
export function purchasesOfDay(journal: Journal, gateway: string, at: Instant): Reading<number> {
  const known = gatewayJournal({ ok: true, value: journal }, gateway);
  return known.ok ? { ok: true, value: ofLastDay(known.value.extra.purchases, at).length } : known;
}

/** One dated later than now was written by a clock that is ahead, and counts. */
function ofLastDay(purchases: readonly Instant[], at: Instant): readonly Instant[] {
  return purchases.filter((bought) => at - bought < DAY);
}

/** Ends whatever a person or a failover asked for, and forgets that somebody else undid changes of ours. */
export function endAll(journal: Journal, gateway: string): Journal {
  return withGateway(journal, gateway, (old) => ({
    ...EMPTY_JOURNAL,
    events: old.events.map((event) => ({ ...event, written: false })),
    usage: old.usage,
    extra: { ...old.extra, asked: undefined },
    originals: old.originals,
  }));
}

/** An entry that could not be understood stays as it is: somebody's text is not ours to replace. */
function withGateway(journal: Journal, gateway: string, change: (old: GatewayJournal) => GatewayJournal): Journal {
  const old = gatewayJournal({ ok: true, value: journal }, gateway);
  if (!old.ok) return journal;
  return { ...journal, gateways: { ...journal.gateways, [gateway]: { ok: true, value: change(old.value) } } };
}
