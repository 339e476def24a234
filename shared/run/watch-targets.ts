import {
  type AddressState,
  type AddressVerdict,
  type ControlTarget,
  type Isolation,
  LONGEST_WATCH,
  type ProbeTarget,
  type Thresholds,
} from '../core/probe';
import { type Millis, SECOND } from '../core/time';
import type { Clock, Deadline, Prober } from '../ports';
import { type ControlRounds, createControlRounds } from './control-rounds';
import { createProbeLane } from './probe-lane';
import { createSightings, type Sightings, type StateChange } from './sightings';

/** How targets are watched. */
export interface WatchRules extends Thresholds {
  /** Each target is probed so often. */
  readonly every: Millis;
  /** Of one probe; shorter than `every`. */
  readonly timeout: Millis;
}

export interface Watching {
  readonly clock: Clock;
  readonly prober: Prober;
  /** 0 to 1. */
  readonly random: () => number;
  readonly deadline: Deadline;
  /** Each with an address of its own. */
  readonly targets: readonly ProbeTarget[];
  readonly controls: readonly ControlTarget[];
  /** The state of each address as the asker knows it; what it does not name is unknown. */
  readonly known: ReadonlyMap<string, AddressState>;
  /** Failures in a row that were seen right before, of addresses that are up. */
  readonly failed?: ReadonlyMap<string, number>;
  /** How long ago a probe of an address was begun that was heard of: the next one is due `every` after it. */
  readonly since?: ReadonlyMap<string, Millis>;
  /** How long to watch while nothing changes; {@link LONGEST_WATCH} at most. */
  readonly duration: Millis;
  readonly rules: WatchRules;
}

export interface Watched {
  readonly isolation: Isolation;
  /** In the order of the targets. */
  readonly verdicts: readonly AddressVerdict[];
  /** What is another than it was known to be; empty while isolated. */
  readonly changed: readonly StateChange[];
}

/** Time goes on in steps of this length; targets begin in one of those that a round has. */
const TICK: Millis = SECOND / 10;
/** Control targets belong to others: they are asked this often while all is well. */
const CONTROLS_EVERY: Millis = 15 * SECOND;
/** After a failure they are asked again, unless that was done so long ago at most. */
const RECENT: Millis = 2 * SECOND;
/** Kept back for the answer. */
const MARGIN: Millis = SECOND;
const FEWEST_AT_ONCE = 50;

/**
 * Probes every target again and again and ends as soon as one is no longer what is known of it, or was found to be since;
 * else when the time is over. What is seen while this vantage point is isolated changes nothing.
 */
export async function watchTargets(watching: Watching): Promise<Watched> {
  const ending = new AbortController();
  const watch = beginWatch(watching, ending.signal);
  try {
    await follow(watching, watch);
    const isolation = await watch.rounds.ask(CONTROLS_EVERY);
    watch.check();
    return {
      isolation,
      verdicts: watch.sightings.verdicts(),
      changed: isolation.isolated ? [] : watch.sightings.changes(),
    };
  } finally {
    ending.abort();
  }
}

/** Begins probes when they are due, until there is news that can be believed or the time is over. */
async function follow(watching: Watching, watch: Watch): Promise<void> {
  const { clock, deadline, duration, rules, targets } = watching;
  const longest = Math.min(duration, LONGEST_WATCH, deadline.left() - rules.timeout - MARGIN);
  const startedAt = clock.now();
  // A watch that is shorter than a round probes every target once all the same.
  const round = Math.min(rules.every, Math.max(TICK, longest));
  const isShort = longest < rules.every;
  const slots = slotsOf(watching, Math.max(1, Math.round(round / TICK)), isShort);
  // Ticks are counted, not read off the clock: a clock that stands still while a function runs ends a watch, too.
  for (let tick = 0; targets.length > 0 && tick * TICK <= longest; tick += 1) {
    if (isShort && tick === slots.length) break;
    const wait = startedAt + tick * TICK - clock.now();
    if (wait > 0) await clock.sleep(wait);
    watch.check();
    watch.begin(slots[tick % slots.length] ?? []);
    // Whoever is isolated now has no news any more.
    if (watch.sightings.hasNews()) await watch.rounds.ask(TICK);
    if (watch.sightings.hasNews()) return;
  }
  // Of a watch that is shorter than a round every probe is heard.
  if (isShort) await Promise.race([watch.idle(), clock.sleep(rules.timeout)]);
}

/**
 * The targets that begin in each slot of a round: evenly spread, and differently for each vantage point; in a whole round those
 * that were probed just before when they are due. What the last watch began and did not hear of is due at once.
 */
function slotsOf(
  { random, rules, since = new Map(), targets }: Watching,
  count: number,
  isShort: boolean,
): readonly (readonly ProbeTarget[])[] {
  const offset = random();
  const slots = targets.map(({ address }, place) => {
    const ago = isShort ? undefined : since.get(address);
    if (ago === undefined) return Math.floor(((offset + place / targets.length) % 1) * count);
    return Math.min(count - 1, Math.floor(Math.max(0, rules.every - ago) / TICK));
  });
  return Array.from({ length: count }, (_, slot) => targets.filter((__, place) => slots[place] === slot));
}

/** A watch under way. */
interface Watch {
  readonly rounds: ControlRounds;
  readonly sightings: Sightings;
  /** Probes these as soon as others make room, but none that is still being probed. */
  begin(targets: readonly ProbeTarget[]): void;
  /** Resolves when no probe is under way. */
  idle(): Promise<void>;
  /** Throws what a prober threw. */
  check(): void;
}

function beginWatch({ clock, controls, failed, known, prober, rules, targets }: Watching, signal: AbortSignal): Watch {
  const { every, timeout } = rules;
  const addresses = targets.map(({ address }) => address);
  const sightings = createSightings(addresses, known, rules, failed);
  const heard = (isolation: Isolation): void => sightings.hear(isolation, clock.now());
  const rounds = createControlRounds({ clock, prober, controls, timeout, signal, heard });

  async function probe(target: ProbeTarget): Promise<void> {
    const beganAt = clock.now();
    const outcome = await prober.probe(target, timeout, signal);
    if (signal.aborted) return;
    sightings.see(target.address, { at: clock.now(), outcome }, beganAt);
    if (outcome.failure !== undefined) void rounds.ask(RECENT);
  }

  // Wide enough that every target has its turn when none answers.
  const lane = createProbeLane(Math.max(FEWEST_AT_ONCE, Math.ceil((targets.length * timeout) / every)), probe);
  return {
    rounds,
    sightings,
    begin: (due) => {
      lane.add(due);
      void rounds.ask(sightings.isIsolated() ? every : CONTROLS_EVERY);
    },
    idle: lane.idle,
    check: lane.check,
  };
}
