import {
  type BalancingPolicy,
  type BalancingSnapshot,
  type ClbMetric,
  type ClbSeen,
  decideBalancing,
} from '../../../shared/core/balancing';
import { clbCapacity, LCU_CAPACITY } from '../../../shared/core/clb-capacity';
import type { Reason } from '../../../shared/core/decision';
import type { Reading } from '../../../shared/core/gateway';
import type { LoadPoint } from '../../../shared/core/load';
import { HOUR, type Instant, MINUTE } from '../../../shared/core/time';
import { loadOf, NO_SCHEDULE, NOON } from './a-snapshot';

const POLICY: BalancingPolicy = {
  mode: 'auto',
  maxExtra: 2,
  target: 0.7,
  releaseBelow: 0.5,
  releaseWindow: HOUR,
  metricMaxAge: 5 * MINUTE,
};

type Loads = Partial<Record<ClbMetric, number | readonly (number | null)[] | 'unread'>>;

/** An instance paid by LCU; each load is steady for 70 minutes, or the minutes given, or cannot be read. */
function clb(
  id: string,
  since: Instant | undefined,
  loads: Loads,
  capacity: ClbSeen['capacity'] = LCU_CAPACITY,
): ClbSeen {
  const reading = (metric: ClbMetric): Reading<readonly LoadPoint[]> => {
    const load = loads[metric] ?? 0;
    if (load === 'unread') return { ok: false, problem: 'throttled' };
    return { ok: true, value: loadOf(typeof load === 'number' ? Array<number>(70).fill(load) : load) };
  };
  return {
    id,
    extra: since === undefined ? undefined : { since },
    capacity,
    load: {
      connections: reading('connections'),
      newConnections: reading('newConnections'),
      traffic: reading('traffic'),
      droppedConnections: reading('droppedConnections'),
    },
  };
}

const own = (loads: Loads, capacity?: ClbSeen['capacity']) => clb('lb-own', undefined, loads, capacity);
const extra = (loads: Loads, id = 'lb-extra-1') => clb(id, NOON - HOUR, loads);
/** It began to serve three minutes ago. */
const fresh = (loads: Loads) => clb('lb-fresh', NOON - 3 * MINUTE, loads);

function snapshot(serving: readonly ClbSeen[], changes: Partial<BalancingSnapshot> = {}): BalancingSnapshot {
  return {
    at: NOON,
    id: { region: 'cn-hangzhou', gateway: 'ingressgateway' },
    policy: POLICY,
    schedule: NO_SCHEDULE,
    asked: undefined,
    serving,
    attaching: 0,
    stuck: 0,
    settle: 5 * MINUTE,
    regionalTraffic: { ok: true, value: 0 },
    ...changes,
  };
}

const SMALL = clbCapacity('slb.s1.small', undefined);
const bound = (replicas: number) => ({ replicas, schedule: 'sale', until: NOON + HOUR });

function asked(kind: 'floor' | 'ceiling', count: number, until = NOON + HOUR): BalancingSnapshot['asked'] {
  return { bound: kind, count, owner: 'li.wei', reason: 'flash sale', until };
}

type Expected = readonly [want: number, outcome: 'steady' | 'change' | 'hold', reason: Reason];

function decided(given: BalancingSnapshot): Expected {
  const { outcome, reason, want } = decideBalancing(given);
  return [want, outcome, reason];
}

describe('the capacity of an instance', () => {
  it.each([
    ['slb.lcu.elastic', undefined, { connections: 1_000_000, newConnections: 100_000, traffic: 5e9 }],
    ['slb.s1.small', undefined, { connections: 5_000, newConnections: 3_000, traffic: 5e9 }],
    ['slb.s3.small', 1e8, { connections: 200_000, newConnections: 20_000, traffic: 1e8 }],
    ['slb.s9.huge', undefined, undefined],
  ])('%s with %p bit/s', (specification, bandwidth, capacity) => {
    expect(clbCapacity(specification, bandwidth)).toEqual(capacity);
  });
});

describe('attaching', () => {
  it.each<[what: string, given: BalancingSnapshot, expected: Expected]>([
    ['at the target', snapshot([own({ newConnections: 70_000 })]), [0, 'steady', 'WithinTolerance']],
    ['over it', snapshot([own({ newConnections: 70_001 })]), [1, 'change', 'LoadBalancersFull']],
    ['whichever metric is the fullest', snapshot([own({ connections: 900_000 })]), [1, 'change', 'LoadBalancersFull']],
    ['twice the target needs one more', snapshot([own({ traffic: 7e9 })]), [1, 'change', 'LoadBalancersFull']],
    ['more than twice two more', snapshot([own({ newConnections: 141_000 })]), [2, 'change', 'LoadBalancersFull']],
    [
      'one of them is on its way',
      snapshot([own({ newConnections: 90_000 })], { attaching: 1 }),
      [1, 'steady', 'WithinTolerance'],
    ],
    [
      'and one more is needed',
      snapshot([own({ newConnections: 200_000 })], { attaching: 1 }),
      [2, 'change', 'LoadBalancersFull'],
    ],
    [
      'one has just begun to serve, and clients do not come to it yet',
      snapshot([own({ newConnections: 90_000 }), fresh({})]),
      [1, 'steady', 'WithinTolerance'],
    ],
    [
      'nor does a drop ask for another one then',
      snapshot([own({ droppedConnections: 5 }), fresh({})]),
      [1, 'steady', 'WithinTolerance'],
    ],
    [
      'nobody comes to one although there was time: a person is asked, and nothing bought',
      snapshot([own({ newConnections: 90_000 }), extra({})]),
      [1, 'hold', 'LoadBalancerUnused'],
    ],
    [
      'one more than those that nobody comes to is needed',
      snapshot([own({ newConnections: 142_000 }), extra({ traffic: 1 })], { policy: { ...POLICY, maxExtra: 4 } }),
      [2, 'change', 'LoadBalancerUnused'],
    ],
    [
      'whether anybody comes to it is not known',
      snapshot([own({ newConnections: 90_000 }), extra({ newConnections: 'unread' })]),
      [2, 'change', 'LoadBalancersFull'],
    ],
    [
      'the policy allows no more',
      snapshot([own({ newConnections: 90_000 }), extra({ newConnections: 1 }), extra({ newConnections: 1 }, 'lb-2')]),
      [2, 'hold', 'TooManyLoadBalancers'],
    ],
    [
      'a small one is full early, and one paid by LCU is plenty',
      snapshot([own({ connections: 4_000 }, SMALL)]),
      [1, 'change', 'LoadBalancersFull'],
    ],
    [
      'a specification that is not known',
      snapshot([{ ...own({ newConnections: 90_000 }), capacity: undefined }]),
      [0, 'hold', 'UnknownCapacity'],
    ],
    ['drops of two minutes', snapshot([own({ droppedConnections: [0, 3, 5] })]), [1, 'change', 'ConnectionsDropped']],
    ['a drop of one minute', snapshot([own({ droppedConnections: [0, 0, 5] })]), [0, 'steady', 'WithinTolerance']],
    [
      'drops beside an extra one that nobody comes to',
      snapshot([own({ droppedConnections: 5, newConnections: 100 }), extra({ newConnections: 0 })]),
      [1, 'hold', 'LoadBalancerUnused'],
    ],
    [
      'full, and one that does not come to serve',
      snapshot([own({ newConnections: 90_000 })], { stuck: 1 }),
      [1, 'hold', 'LoadBalancerStuck'],
    ],
    [
      'full, and one that does not come to serve beside one that does',
      snapshot([own({ newConnections: 90_000 })], { stuck: 1, attaching: 1 }),
      [2, 'steady', 'WithinTolerance'],
    ],
    [
      'twice as full, and one that does not come to serve',
      snapshot([own({ newConnections: 190_000 })], { stuck: 1 }),
      [2, 'change', 'LoadBalancerStuck'],
    ],
    [
      'drops, and one that does not come to serve',
      snapshot([own({ droppedConnections: 5 })], { stuck: 1 }),
      [1, 'hold', 'LoadBalancerStuck'],
    ],
    [
      'nothing to do, and one that does not come to serve',
      snapshot([own({})], { stuck: 1 }),
      [0, 'change', 'LoadBalancersIdle'],
    ],
    [
      'the ceiling of the region, and a person who knows why',
      snapshot([own({ traffic: 4.5e9 })], { regionalTraffic: { ok: true, value: 4.6e9 }, asked: asked('floor', 1) }),
      [1, 'change', 'Override'],
    ],
    [
      'the ceiling of the region, and a schedule',
      snapshot([own({ traffic: 4.5e9 })], {
        regionalTraffic: { ok: true, value: 4.6e9 },
        schedule: { floor: bound(1), ceiling: undefined },
      }),
      [1, 'change', 'ScheduledFloor'],
    ],
    [
      'drops while one is on its way',
      snapshot([own({ droppedConnections: 5 })], { attaching: 1 }),
      [1, 'steady', 'WithinTolerance'],
    ],
    [
      'one unread metric does not hide another',
      snapshot([own({ traffic: 'unread', newConnections: 80_000 })]),
      [1, 'change', 'LoadBalancersFull'],
    ],
    [
      'the region has no more traffic to give',
      snapshot([own({ traffic: 4.5e9 })], { regionalTraffic: { ok: true, value: 4.6e9 } }),
      [0, 'hold', 'RegionalCeiling'],
    ],
    [
      'which does not matter to connections',
      snapshot([own({ traffic: 4.5e9, newConnections: 80_000 })], { regionalTraffic: { ok: true, value: 4.6e9 } }),
      [1, 'change', 'LoadBalancersFull'],
    ],
    [
      'nor is it assumed when it could not be read',
      snapshot([own({ traffic: 4.5e9 })], { regionalTraffic: { ok: false, problem: 'throttled' } }),
      [1, 'change', 'LoadBalancersFull'],
    ],
    [
      'a schedule asks for one before it is needed',
      snapshot([own({})], { schedule: { floor: bound(1), ceiling: undefined } }),
      [1, 'change', 'ScheduledFloor'],
    ],
    [
      'and holds it',
      snapshot([own({}), extra({})], { schedule: { floor: bound(1), ceiling: undefined } }),
      [1, 'steady', 'ScheduledFloor'],
    ],
    [
      'a schedule allows none',
      snapshot([own({ newConnections: 90_000 })], { schedule: { floor: undefined, ceiling: bound(0) } }),
      [0, 'hold', 'ScheduledCeiling'],
    ],
    ['a person asks for one', snapshot([own({})], { asked: asked('floor', 1) }), [1, 'change', 'Override']],
    ['and has it', snapshot([own({}), extra({})], { asked: asked('floor', 1) }), [1, 'steady', 'OverrideHeld']],
    [
      'more than a person asks for',
      snapshot([own({ newConnections: 150_000 })], { asked: asked('floor', 1) }),
      [2, 'change', 'LoadBalancersFull'],
    ],
    [
      'a person wants none, whatever the load',
      snapshot([own({ newConnections: 90_000 }), extra({ newConnections: 90_000 })], { asked: asked('ceiling', 0) }),
      [0, 'change', 'Override'],
    ],
    [
      'nor a new one',
      snapshot([own({ newConnections: 90_000 })], { asked: asked('ceiling', 0) }),
      [0, 'steady', 'OverrideHeld'],
    ],
    [
      'a person comes before a schedule',
      snapshot([own({}), extra({})], { asked: asked('ceiling', 0), schedule: { floor: bound(1), ceiling: undefined } }),
      [0, 'change', 'Override'],
    ],
    [
      'what a person asked for has ended',
      snapshot([own({})], { asked: asked('floor', 1, NOON) }),
      [0, 'steady', 'WithinTolerance'],
    ],
  ])('%s', (_, given, expected) => {
    expect(decided(given)).toEqual(expected);
  });

  it('says how full, and what it would not do', () => {
    expect(decideBalancing(snapshot([own({ newConnections: 90_000 })])).message).toBe(
      'lb-own carries 90 % of its newConnections, over 70 %',
    );
    const held = decideBalancing(snapshot([own({ traffic: 4.5e9 })], { regionalTraffic: { ok: true, value: 4.6e9 } }));
    expect(held.needsPerson).toBe(true);
    expect(held.message).toBe(
      "lb-own carries 90 % of its traffic, over 70 %; the region's pay-by-traffic instances share 5 Gbit/s, which is used up: more instances cannot help",
    );
  });
});

describe('releasing', () => {
  const idle = { newConnections: 25_000, connections: 1, traffic: 1 };
  const spike = [...Array<number>(5).fill(25_000), 26_000, ...Array<number>(60).fill(25_000)];

  it.each<[what: string, given: BalancingSnapshot, expected: Expected]>([
    ['the others carry it: half of each', snapshot([own(idle), extra(idle)]), [0, 'change', 'LoadBalancersIdle']],
    [
      'they would carry more than half',
      snapshot([own({ ...idle, newConnections: 25_100 }), extra(idle)]),
      [1, 'steady', 'WithinTolerance'],
    ],
    [
      'an hour ago they would have',
      snapshot([own({ ...idle, newConnections: spike.slice(6) }), extra(idle)]),
      [0, 'change', 'LoadBalancersIdle'],
    ],
    [
      'within the hour they would not',
      snapshot([own({ ...idle, newConnections: spike.slice(0, 65) }), extra(idle)]),
      [1, 'steady', 'WithinTolerance'],
    ],
    ['one of two', snapshot([own(idle), extra(idle), extra(idle, 'lb-2')]), [1, 'change', 'LoadBalancersIdle']],
    [
      'a minute of the hour is missing',
      snapshot([
        own({ ...idle, newConnections: [...Array<number>(30).fill(10), null, ...Array<number>(30).fill(10)] }),
        extra(idle),
      ]),
      [1, 'hold', 'PartialMetrics'],
    ],
    [
      'a metric cannot be read',
      snapshot([own({ ...idle, traffic: 'unread' }), extra(idle)]),
      [1, 'hold', 'PartialMetrics'],
    ],
    [
      'the gateway must not go back to a small one',
      snapshot([own({ ...idle, newConnections: 100 }, SMALL), extra({ newConnections: 20_000 })]),
      [1, 'steady', 'WithinTolerance'],
    ],
    [
      'one that is being attached is not released for it',
      snapshot([own(idle)], { attaching: 1 }),
      [1, 'steady', 'WithinTolerance'],
    ],
  ])('%s', (_, given, expected) => {
    expect(decided(given)).toEqual(expected);
  });
});
