import { datedBy, dissents, type Judgement, judge, type Votes } from '../core/judgement';
import { type AddressState, LONGEST_WATCH, type VantageReport } from '../core/probe';
import { type Instant, type Millis, SECOND } from '../core/time';
import { lastWithoutWait } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { Clock, Deadline, Log, VantagePoints } from '../ports';
import { errorFields } from './error-fields';
import { ANSWER, FOR_REMOVALS } from './time-left';

/** An address that clients may be led to. */
export interface WatchedAddress {
  readonly address: string;
  readonly region: string;
  /** Whose probe it is. */
  readonly gateway: string;
  /** Whether it is answered, which is what its state is taken for until it is probed. */
  readonly answered: boolean;
}

export interface WatchOptions {
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly vantage: VantagePoints;
  /** Ids of the regions that vantage points are configured in. */
  readonly points: readonly string[];
  readonly log: Log;
}

/** What the vantage points see, for as long as one invocation lasts. */
export interface VantageWatch {
  /** By address. */
  judgements(addresses: readonly WatchedAddress[]): ReadonlyMap<string, Judgement>;
  /** Since when an address is down without a break, as far as this invocation saw it. */
  downSince(address: string): Instant | undefined;
  /** One probe of each address from each point; those that do not answer in time are not waited for. */
  look(addresses: readonly WatchedAddress[]): Promise<void>;
  /** As many of them, one right after the other, as it takes until nothing is about to fall: for whoever looks only once. */
  settle(addresses: readonly WatchedAddress[]): Promise<void>;
  /**
   * Watches until little time is left, and calls whenever what is known of an address is the contrary of what was.
   *
   * @param work what is done on a change, and what else calls for it
   */
  watch(addresses: () => readonly WatchedAddress[], work: WatchWork): Promise<void>;
}

export interface WatchWork {
  readonly onChange: () => Promise<void>;
  /** Done on what a round of probes says, while it is watched already: nothing that happens meanwhile is missed. */
  readonly first?: () => Promise<void>;
  /** Whether something waits for what no vantage point sees, such as replicas elsewhere: it is done every eight seconds then. */
  readonly isWaiting?: () => boolean;
}

/** The shortest watch, in which each address is probed once. */
const ROUND: Millis = SECOND;
/** Few configure that more failures in a row are a fall. */
const MOST_ROUNDS = 4;
/** A point answers within that, its timeout, and the way there and back. */
const ROUND_TAKES: Millis = 5 * SECOND;
/** A point that failed, or sees nothing at all, is asked again after this long. */
const PAUSE: Millis = 5 * SECOND;
/** Who waits looks again after this long; looks that begin on timers half a minute or a minute apart do not meet by it. */
const WAITED: Millis = 8 * SECOND;
/** What is left to the invocation when nobody watches any more: enough to act on the last verdict in the minute that it comes in. */
const KEPT: Millis = ANSWER + FOR_REMOVALS + SECOND;

export function createVantageWatch(options: WatchOptions): VantageWatch {
  const { clock, deadline, log, points, vantage } = options;
  const reports = new Map<string, VantageReport>();
  const fallen = new Map<string, Instant>();
  const disputed = new Set<string>();

  function votes(): Votes {
    return { at: clock.now(), points, reports: [...reports.values()] };
  }

  function judgements(addresses: readonly WatchedAddress[]): ReadonlyMap<string, Judgement> {
    const now = votes();
    return new Map(addresses.map(({ address, region }) => [address, judge(address, region, now)]));
  }

  /** Whether the point answered and can see. */
  async function ask(point: string, addresses: readonly WatchedAddress[], lasts: Millis): Promise<boolean> {
    try {
      const said = await vantage.watch(point, {
        targets: addresses.map(({ address, gateway }) => ({ address, gateway })),
        known: knownOf(addresses, reports.get(point)),
        failed: failedOf(reports.get(point), clock.now()),
        since: sinceOf(reports.get(point), clock.now()),
        for: lasts,
      });
      const report = datedBy(said, clock.now());
      reports.set(point, completed(report, reports.get(point)));
      const judged = judgements(addresses);
      noteFallen(fallen, judged, clock.now());
      for (const [address, { message }] of dissents(judged)) {
        if (!disputed.has(address)) log.warn('vantage-points-disagree', { address, message });
        disputed.add(address);
      }
      if (report.isolation.isolated) log.warn('vantage-point-isolated', { point, why: report.isolation.message });
      return !report.isolation.isolated;
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      log.warn('vantage-point-silent', { point, ...errorFields(error) });
      return false;
    }
  }

  async function look(addresses: readonly WatchedAddress[]): Promise<void> {
    if (addresses.length === 0) return;
    const rounds = points.map((point) => ask(point, addresses, ROUND));
    await Promise.race([Promise.all(rounds), clock.sleep(ROUND_TAKES)]);
  }

  async function settle(addresses: readonly WatchedAddress[]): Promise<void> {
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      await look(addresses);
      const isFalling = [...reports.values()].some((report) => failedOf(report, clock.now()).size > 0);
      if (!isFalling || deadline.left() < KEPT) return;
    }
  }

  async function watch(
    addresses: () => readonly WatchedAddress[],
    { first, isWaiting = () => false, onChange }: WatchWork,
  ): Promise<void> {
    // Later verdicts would wait for the next minute: they are left to the next invocation, which watches by then.
    const end = lastWithoutWait(clock.now() + deadline.left() - KEPT);
    const acted = new Map<string, AddressState>();
    let waited = false;
    const acting = createActing(async () => {
      const changed = noteChanges(acted, addresses(), judgements(addresses()));
      for (const [address, { message, state }] of changed) log.info('judged', { address, state, message });
      const isDue = waited && isWaiting();
      waited = false;
      if (changed.size > 0 || isDue) await onChange();
    });
    // What is known already has been acted on, or is in a moment.
    const begin = (): void => void noteChanges(acted, addresses(), judgements(addresses()));
    begin();
    if (first !== undefined) {
      acting.begin(async () => {
        await look(addresses());
        begin();
        await first();
      });
    }

    async function follow(point: string): Promise<void> {
      for (let left = end - clock.now(); left >= SECOND && !acting.failed(); left = end - clock.now()) {
        const sees = await ask(point, addresses(), Math.min(LONGEST_WATCH, Math.floor(left / SECOND) * SECOND));
        acting.wake();
        if (!sees) await clock.sleep(Math.min(PAUSE, Math.max(0, end - clock.now())));
      }
    }

    async function wait(): Promise<void> {
      for (let left = end - clock.now(); left >= WAITED && !acting.failed(); left = end - clock.now()) {
        await clock.sleep(WAITED);
        waited = true;
        if (isWaiting()) acting.wake();
      }
    }

    await Promise.all([...points.map(follow), wait()]);
    await acting.done();
  }

  return { judgements, downSince: (address) => fallen.get(address), look, settle, watch };
}

function noteFallen(fallen: Map<string, Instant>, judged: ReadonlyMap<string, Judgement>, at: Instant): void {
  for (const [address, { state }] of judged) {
    if (state === 'up') fallen.delete(address);
    else if (state === 'down' && !fallen.has(address)) fallen.set(address, at);
  }
}

/** One piece of work at a time; whoever wakes it while it is at it makes it begin again afterwards. */
function createActing(work: () => Promise<void>) {
  let woken = false;
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  async function run(before?: () => Promise<void>): Promise<void> {
    try {
      await before?.();
      while (woken) {
        woken = false;
        await work();
      }
    } catch (error) {
      failure = { error };
    } finally {
      running = undefined;
    }
  }

  return {
    begin: (before: () => Promise<void>): void => {
      running = run(before);
    },
    wake: (): void => {
      woken = true;
      running ??= run();
    },
    failed: (): boolean => failure !== undefined,
    done: async (): Promise<void> => {
      await running;
      if (failure !== undefined) throw failure.error;
    },
  };
}

/** Notes definite verdicts, and gives those that are the contrary of what was noted before, or of what DNS takes them for. */
function noteChanges(
  acted: Map<string, AddressState>,
  addresses: readonly WatchedAddress[],
  now: ReadonlyMap<string, Judgement>,
): ReadonlyMap<string, Judgement> {
  const changed = new Map<string, Judgement>();
  for (const { address, answered } of addresses) {
    const before = acted.get(address) ?? (answered ? 'up' : 'down');
    const judged = now.get(address);
    const isNews = judged !== undefined && judged.state !== 'unknown' && judged.state !== before;
    if (isNews) changed.set(address, judged);
    acted.set(address, isNews ? judged.state : before);
  }
  return changed;
}

/** What a point said last, and before that what DNS says: a point tells at once when it sees the contrary. */
function knownOf(
  addresses: readonly WatchedAddress[],
  last: VantageReport | undefined,
): ReadonlyMap<string, AddressState> {
  return new Map(
    addresses.map(({ address, answered }) => {
      const said = last?.verdicts.find((verdict) => verdict.address === address)?.state;
      return [address, said === 'up' || said === 'down' ? said : answered ? 'up' : 'down'];
    }),
  );
}

/** A watch that ends soon has not probed every address: what the one before it said of the others is good while it is young. */
function completed(report: VantageReport, last: VantageReport | undefined): VantageReport {
  if (last === undefined || last.isolation.isolated || report.isolation.isolated) return report;
  const before = new Map(last.verdicts.map((verdict) => [verdict.address, verdict]));
  const verdicts = report.verdicts.map((verdict) =>
    verdict.probedAt === undefined ? (before.get(verdict.address) ?? verdict) : verdict,
  );
  return { ...report, verdicts };
}

/** Between the last probe of a watch and the first one of the next: longer ago it is not in a row. */
const IN_A_ROW: Millis = 10 * SECOND;

/** A watch may end in the middle of a fall: the next one of the same point counts on. */
function failedOf(last: VantageReport | undefined, now: Instant): ReadonlyMap<string, number> {
  const falling = (last?.verdicts ?? []).filter(
    ({ failure, inARow, probedAt = 0, state }) =>
      state === 'up' && failure !== undefined && inARow > 0 && now - probedAt <= IN_A_ROW,
  );
  return new Map(falling.map(({ address, inARow }) => [address, inARow]));
}

/** By clocks that agree to a second or so: what is off by it is probed that much earlier or later, once. */
function sinceOf(last: VantageReport | undefined, now: Instant): ReadonlyMap<string, Millis> {
  const probed = (last?.verdicts ?? []).flatMap(({ address, probedAt, took = 0 }) => {
    const ago = probedAt === undefined ? Number.POSITIVE_INFINITY : now - (probedAt - took);
    return ago <= IN_A_ROW ? [[address, Math.max(0, Math.round(ago))] as const] : [];
  });
  return new Map(probed);
}
