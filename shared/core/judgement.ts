/**
 * What the vantage points together say of an address. Nobody judges a region from inside it: what fails there may be its own
 * eyes. Nobody who sees nothing else either counts, and no vote that is old. Pure.
 */
import type { AddressState, AddressVerdict, VantageReport } from './probe';
import { type Instant, type Millis, SECOND } from './time';

/** A removal rests on nothing older (lease protocol F: votes at most 20 s old). */
const VOTE_LASTS: Millis = 20 * SECOND;
/** One point alone may be wrong about anything. */
const LEAST_VOTES = 2;

/** What the points together say of one address. */
export interface Judgement {
  readonly state: AddressState;
  /** Until when enough of the votes count that it rests on. */
  readonly until: Instant;
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** For example `down from cn-beijing, cn-shenzhen (of 2 outside): timeout`. */
  readonly message: string;
}

export interface Votes {
  readonly at: Instant;
  /** Ids of the regions that vantage points are configured in. */
  readonly points: readonly string[];
  /** The newest report of each point that gave one, none with a probe later than it came in: see {@link datedBy}. */
  readonly reports: readonly VantageReport[];
}

interface Vote {
  readonly point: string;
  readonly verdict: AddressVerdict;
  readonly probedAt: Instant;
}

/**
 * `down`: two or more points outside the address's region say so, and these are most of those that are configured there.
 * `up`: somebody outside says so, and more than say the contrary. Anything else is not known. Only whose last probe agrees
 * with the verdict has a vote.
 */
export function judge(address: string, region: string, { at, points, reports }: Votes): Judgement {
  const outside = points.filter((point) => point !== region);
  const votes = reports.flatMap((report) =>
    outside.includes(report.point) && !report.isolation.isolated ? votesOf(report, address) : [],
  );
  const young = votes.filter(({ probedAt }) => at - probedAt <= VOTE_LASTS);
  const up = young.filter(({ verdict }) => verdict.state === 'up');
  const down = young.filter(({ verdict }) => verdict.state === 'down');
  const state = stateOf(up.length, down.length, outside.length);
  const counted = state === 'up' ? up : down;
  const expiries = counted.map(({ probedAt }) => probedAt + VOTE_LASTS).toSorted((a, b) => b - a);
  return {
    state,
    // It stands without the older votes as long as there are enough younger ones.
    until: expiries[enough(state, down.length, outside.length) - 1] ?? Number.POSITIVE_INFINITY,
    up: up.map(({ point }) => point),
    down: down.map(({ point }) => point),
    message: messageOf(state, up, down, outside.length),
  };
}

/**
 * The report, with no probe later than it came in. The votes of a point whose clock is ahead of ours would not age otherwise; so
 * they count as made when their report came, however much it is ahead.
 *
 * @param at when the report came in, by our clock
 */
export function datedBy(report: VantageReport, at: Instant): VantageReport {
  const verdicts = report.verdicts.map(({ probedAt, ...verdict }) => ({
    ...verdict,
    probedAt: probedAt === undefined ? undefined : Math.min(probedAt, at),
  }));
  return { ...report, verdicts };
}

/** Addresses that some vantage point cannot reach, and others can: some clients cannot, either. */
export function dissents(
  judged: ReadonlyMap<string, Judgement> | undefined,
): readonly (readonly [address: string, judgement: Judgement])[] {
  return [...(judged ?? [])].filter(([, { down, state, up }]) => state !== 'down' && down.length > 0 && up.length > 0);
}

function votesOf({ point, verdicts }: VantageReport, address: string): readonly Vote[] {
  const verdict = verdicts.find((each) => each.address === address);
  if (verdict?.probedAt === undefined || verdict.state === 'unknown') return [];
  const agrees = (verdict.state === 'up') === (verdict.why === '');
  return agrees ? [{ point, verdict, probedAt: verdict.probedAt }] : [];
}

/** How many votes a state takes. */
function enough(state: AddressState, down: number, outside: number): number {
  switch (state) {
    case 'down':
      return Math.max(LEAST_VOTES, Math.floor(outside / 2) + 1);
    case 'up':
      return down + 1;
    case 'unknown':
      return down;
  }
}

function stateOf(up: number, down: number, outside: number): AddressState {
  if (down >= LEAST_VOTES && down * 2 > outside) return 'down';
  return up > down ? 'up' : 'unknown';
}

function messageOf(state: AddressState, up: readonly Vote[], down: readonly Vote[], outside: number): string {
  const said = [
    ...(up.length === 0 ? [] : [`up from ${up.map(({ point }) => point).join(', ')}`]),
    ...(down.length === 0 ? [] : [`down from ${down.map(({ point }) => point).join(', ')}`]),
  ];
  const votes = said.length === 0 ? 'no vantage point outside can tell' : said.join(', ');
  const [worst] = down.map(({ verdict }) => verdict.why).filter((why) => why !== '');
  const because = worst === undefined || state === 'up' ? '' : `: ${worst}`;
  return `${votes} (of ${outside} outside)${because}`;
}
