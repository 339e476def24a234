import type { LoadPoint } from '../../shared/core/load';
import type { Instant, Millis } from '../../shared/core/time';
import { type MetricModel, minutesSeen, newestSeen, type SampledLoad, STEP } from './load';
import { createScorekeeper, type Score, type ScoredGateway } from './score';

/** A gateway and its load, the same for every scaler that is compared. */
export interface World extends ScoredGateway {
  readonly load: SampledLoad;
  readonly max: number;
  /** From the wish for a replica to its being ready. */
  readonly startUp: Millis;
  readonly metrics: MetricModel;
  /** Ready at the start. */
  readonly replicas: number;
}

/** What a scaler can see at one step. */
export interface View {
  readonly at: Instant;
  /** The count that was asked for last. */
  readonly replicas: number;
  readonly ready: number;
  /** The newest demand in the metrics. */
  readonly demand: number;
  /** Demand of the past, one point a minute, oldest first. */
  readonly history: (span: Millis) => readonly LoadPoint[];
}

/** A way of scaling: a pure function from what it sees and remembers to a count and a new memory. */
export interface Scaler<Memory> {
  readonly start: Memory;
  readonly step: (view: View, memory: Memory) => { readonly replicas: number; readonly memory: Memory };
}

interface Starting {
  readonly readyAt: Instant;
  count: number;
}

/**
 * Runs a scaler over the load of the world in steps of 15 s. In each step replicas whose start is over become ready, then
 * the scaler decides, then the step is scored: with this order scaling.md's baselines come out as published. A scale-in
 * takes effect at once and takes first the replicas that have not started yet, the youngest first.
 */
export function simulate<Memory>(world: World, scaler: Scaler<Memory>): Score {
  const { load, metrics, startUp } = world;
  const keeper = createScorekeeper(world, world.replicas);
  let { replicas } = world;
  let ready = replicas;
  let starting: Starting[] = [];
  let memory = scaler.start;
  for (let step = 0; step < load.values.length; step += 1) {
    const at = load.from + step * STEP;
    while (starting[0] !== undefined && starting[0].readyAt <= at) ready += starting.shift()?.count ?? 0;
    const stepped = scaler.step(
      {
        at,
        replicas,
        ready,
        demand: newestSeen(load, metrics, at),
        history: (span) => minutesSeen(load, metrics, at, span),
      },
      memory,
    );
    memory = stepped.memory;
    if (stepped.replicas > replicas) starting.push({ readyAt: at + startUp, count: stepped.replicas - replicas });
    if (stepped.replicas < replicas) {
      starting = withoutYoungest(starting, replicas - stepped.replicas);
      ready = Math.min(ready, stepped.replicas);
    }
    replicas = stepped.replicas;
    const demand = load.values[step] ?? 0;
    keeper.note({ at, length: STEP, demand, replicas, existing: replicas, ready });
  }
  return keeper.score();
}

function withoutYoungest(starting: readonly Starting[], count: number): Starting[] {
  let left = count;
  return starting
    .toReversed()
    .map((group) => {
      const taken = Math.min(group.count, left);
      left -= taken;
      return { ...group, count: group.count - taken };
    })
    .filter((group) => group.count > 0)
    .reverse();
}
