import type { AddressState, ControlTarget, ProbeOutcome, ProbeSpec, ProbeTarget } from '../../../shared/core/probe';
import { type Watched, type Watching, watchTargets } from '../../../shared/run/watch-targets';
import { eventClock } from './event-clock';

const SECOND = 1_000;
const RULES = { every: 5 * SECOND, timeout: 2 * SECOND, fall: 2, rise: 3 };
const SPEC: ProbeSpec = {
  protocol: 'tcp',
  port: 443,
  host: undefined,
  path: '/',
  status: [{ from: 200, to: 399 }],
  contains: undefined,
  slow: 2 * SECOND,
  verifyCertificate: true,
  redirects: 0,
};

function targets(...addresses: readonly string[]): readonly ProbeTarget[] {
  return addresses.map((address) => ({ address, spec: SPEC }));
}

function controls(...names: readonly string[]): readonly ControlTarget[] {
  return names.map((name) => ({ name, address: name, spec: SPEC }));
}

interface Probed {
  readonly address: string;
  readonly at: number;
}

/** What answers when, by address; what is not named always answers. */
type World = Readonly<Record<string, (at: number) => boolean>>;

/** One watch in virtual time: what it said, when it ended, and every probe. */
async function watched(world: World, changes: Partial<Watching> = {}) {
  const clock = eventClock();
  const probed: Probed[] = [];
  let running = 0;
  let most = 0;
  const probe = async ({ address }: ProbeTarget, timeout: number): Promise<ProbeOutcome> => {
    probed.push({ address, at: clock.now() });
    running += 1;
    most = Math.max(most, running);
    const answers = world[address]?.(clock.now()) ?? true;
    await clock.sleep(answers ? 50 : timeout);
    running -= 1;
    return answers
      ? { failure: undefined, message: '', took: 50 }
      : { failure: 'timeout', message: `no answer within ${timeout} ms`, took: timeout };
  };
  const watching: Watching = {
    clock,
    prober: { probe },
    random: () => 0,
    deadline: { left: () => Math.max(0, 58_500 - clock.now()) },
    targets: targets('a', 'b'),
    controls: controls('c1', 'c2', 'c3'),
    known: new Map<string, AddressState>([
      ['a', 'up'],
      ['b', 'up'],
    ]),
    duration: 50 * SECOND,
    rules: RULES,
    ...changes,
  };
  const said: Watched = await clock.run(watchTargets(watching));
  const times = (address: string) => probed.filter((each) => each.address === address).map(({ at }) => at);
  return { said, endedAt: clock.now(), times, most: () => most, probes: probed.length };
}

const ISOLATED = { isolated: true, message: '0 of 3 control targets answer, not c1, c2, c3' };
const CONNECTED = { isolated: false, message: '3 of 3 control targets answer' };

function states({ verdicts }: Watched): Readonly<Record<string, AddressState>> {
  return Object.fromEntries(verdicts.map(({ address, state }) => [address, state]));
}

it('counts on from the failures that were seen right before', async () => {
  const { endedAt, said } = await watched(
    { a: () => false, b: () => true },
    {
      failed: new Map([
        ['a', 1],
        ['b', 1],
      ]),
    },
  );
  // One probe that fails, and the control targets.
  expect(endedAt).toBe(2_150);
  expect(states(said)).toEqual({ a: 'down', b: 'up' });
});

describe('after another watch', () => {
  it('goes on in its rhythm: each target is probed 5 s after it was, what was not heard of at once', async () => {
    const { times } = await watched(
      {},
      {
        targets: targets('a', 'b', 'lost'),
        known: new Map(),
        since: new Map([
          ['a', 1_200],
          ['b', 4_950],
          ['lost', 6_800],
        ]),
        duration: 10 * SECOND,
      },
    );
    expect(times('a')).toEqual([3_800, 8_800]);
    expect(times('b')).toEqual([0, 5_000, 10_000]);
    expect(times('lost')).toEqual([0, 5_000, 10_000]);
  });

  it.each([
    ['in the last moment', 0],
    ['by a clock that is ahead', -3_000],
  ])('waits for no more than a round when it was probed %s', async (_, ago) => {
    const { times } = await watched({}, { since: new Map([['a', ago]]), duration: 10 * SECOND });
    expect(times('a')).toEqual([4_900, 9_900]);
  });

  it('that is shorter than a round probes each target once all the same', async () => {
    const { times } = await watched({}, { since: new Map([['a', 100]]), duration: SECOND });
    expect(times('a')).toEqual([0]);
  });
});

describe('while nothing changes', () => {
  it('probes each target every 5 s, in a phase of its own, until the time is over', async () => {
    const { endedAt, said, times } = await watched({}, { duration: 20 * SECOND });
    expect(endedAt).toBe(20_000);
    expect(times('a')).toEqual([0, 5_000, 10_000, 15_000, 20_000]);
    expect(times('b')).toEqual([2_500, 7_500, 12_500, 17_500]);
    expect(said.changed).toEqual([]);
    expect(said.isolation).toEqual(CONNECTED);
    expect(states(said)).toEqual({ a: 'up', b: 'up' });
    expect(said.verdicts[1]).toEqual({
      address: 'b',
      state: 'up',
      probedAt: 17_550,
      failure: undefined,
      why: '',
      inARow: 4,
      took: 50,
      certificateEnds: undefined,
    });
  });

  it('asks control targets at the start and every 15 s', async () => {
    const { times } = await watched({});
    expect(times('c1')).toEqual([0, 15_100, 30_200, 45_300]);
    expect(times('c3')).toEqual(times('c1'));
  });

  it('begins elsewhere in the round as chance has it', async () => {
    const { times } = await watched({}, { duration: 6 * SECOND, random: () => 0.75 });
    expect(times('a')).toEqual([3_700]);
    expect(times('b')).toEqual([1_200]);
  });

  it.each([
    ['55 s at most', { duration: 90 * SECOND }, 55_000],
    ['as long as the invocation may last', { deadline: { left: () => 13 * SECOND } }, 10_000],
    ['not at all when it is too late', { deadline: { left: () => 0 } }, 50],
  ])('lasts %s', async (_, changes, end) => {
    expect((await watched({}, changes)).endedAt).toBe(end);
  });
});

describe('a change', () => {
  it('is told at once when the second probe in a row failed', async () => {
    const { endedAt, said } = await watched({ b: (at) => at < 10_000 });
    expect(said.changed).toEqual([{ address: 'b', from: 'up', to: 'down', why: 'no answer within 2000 ms' }]);
    // Probes at 12.5 s and 17.5 s, each given up after 2 s; then the control targets have answered.
    expect(endedAt).toBe(19_600);
    expect(said.verdicts[1]).toMatchObject({ state: 'down', inARow: 2, failure: 'timeout', probedAt: 19_500 });
    expect(said.isolation).toEqual(CONNECTED);
  });

  it('is not one failure in a row of good probes', async () => {
    const { endedAt, said, times } = await watched({ b: (at) => at < 10_000 || at > 15_000 });
    expect(endedAt).toBe(50_000);
    expect(said.changed).toEqual([]);
    // Once more, right after the failure.
    expect(times('c1')).toEqual([0, 14_500, 29_600, 44_700]);
  });

  it('is told when what was down answers three times', async () => {
    const { endedAt, said } = await watched({}, { known: new Map([['a', 'down']]), targets: targets('a') });
    expect(said.changed).toEqual([{ address: 'a', from: 'down', to: 'up', why: '' }]);
    expect(endedAt).toBe(10_150);
  });

  it('is told of one while others are not known yet', async () => {
    const { said } = await watched({ a: () => false }, { known: new Map([['a', 'up']]) });
    expect(said.changed).toEqual([{ address: 'a', from: 'up', to: 'down', why: 'no answer within 2000 ms' }]);
    expect(states(said)).toEqual({ a: 'down', b: 'unknown' });
  });
});

describe('what nothing is known of', () => {
  it('is watched until the time is over, also once it is definite', async () => {
    const { endedAt, said } = await watched({ b: () => false }, { known: new Map() });
    expect(endedAt).toBe(50_000);
    expect(states(said)).toEqual({ a: 'up', b: 'down' });
    expect(said.changed).toEqual([
      { address: 'a', from: 'unknown', to: 'up', why: '' },
      { address: 'b', from: 'unknown', to: 'down', why: 'no answer within 2000 ms' },
    ]);
  });

  it('is told at once when it is no longer what it was found to be', async () => {
    const { endedAt, said } = await watched({ a: (at) => at < 20_000 }, { known: new Map(), targets: targets('a') });
    expect(endedAt).toBe(27_100);
    expect(said.changed).toEqual([{ address: 'a', from: 'unknown', to: 'down', why: 'no answer within 2000 ms' }]);
  });

  it('stays unknown when the time is too short', async () => {
    expect(states((await watched({}, { known: new Map(), duration: 4 * SECOND })).said)).toEqual({
      a: 'unknown',
      b: 'unknown',
    });
  });
});

describe('isolation', () => {
  const never = (): boolean => false;
  const NOWHERE: World = { a: never, b: never, c1: never, c2: never, c3: never };

  it('is said at the end, and no change with it', async () => {
    const { endedAt, said } = await watched(NOWHERE);
    expect(endedAt).toBeGreaterThanOrEqual(50_000);
    expect(endedAt).toBeLessThanOrEqual(52_100);
    expect(said.isolation).toEqual(ISOLATED);
    expect(said.changed).toEqual([]);
    expect(states(said)).toEqual({ a: 'up', b: 'up' });
    expect(said.verdicts[0]).toMatchObject({ failure: 'timeout', why: 'no answer within 2000 ms' });
  });

  it('that ends leaves no failure behind that it caused', async () => {
    const back = (at: number): boolean => at < 8_000 || at >= 24_000;
    const { endedAt, said } = await watched({ a: back, b: back, c1: back, c2: back, c3: back });
    expect(endedAt).toBe(50_000);
    expect(said.changed).toEqual([]);
    expect(said.isolation).toEqual(CONNECTED);
    expect(states(said)).toEqual({ a: 'up', b: 'up' });
  });

  it('that ends does not hide what is down', async () => {
    const back = (at: number): boolean => at >= 12_000;
    const { endedAt, said } = await watched({ a: never, c1: back, c2: back, c3: back });
    expect(said.changed).toEqual([{ address: 'a', from: 'up', to: 'down', why: 'no answer within 2000 ms' }]);
    expect(endedAt).toBeGreaterThan(20_000);
    expect(endedAt).toBeLessThan(30_000);
  });

  it('is not when half of the control targets answer', async () => {
    const { said } = await watched({ a: never, c1: never }, { controls: controls('c1', 'c2') });
    expect(said.changed).toHaveLength(1);
    expect(said.isolation).toEqual({ isolated: false, message: '1 of 2 control targets answer, not c1' });
  });

  it('by failures alone is looked for no more often than every 2 s', async () => {
    const many = targets(...Array.from({ length: 200 }, (_, i) => `t${i}`));
    const world = Object.fromEntries(many.map(({ address }) => [address, () => false]));
    const { times } = await watched(world, { targets: many, known: new Map(), duration: 30 * SECOND });
    const gaps = times('c1').map((at, i, all) => at - (all[i - 1] ?? Number.NEGATIVE_INFINITY));
    expect(Math.min(...gaps)).toBeGreaterThan(2_000);
  });
});

describe('many targets', () => {
  const many = (count: number) => targets(...Array.from({ length: count }, (_, i) => `t${i}`));

  it('do not begin at once', async () => {
    const { most, probes } = await watched({}, { targets: many(1_000), known: new Map(), duration: 20 * SECOND });
    // 20 every 100 ms, of which each takes 50 ms.
    expect(most()).toBeLessThanOrEqual(23);
    expect(probes).toBeGreaterThan(4_000);
  });

  it('are all judged in time although none of them answers', async () => {
    const all = many(1_000);
    const world = Object.fromEntries(all.map(({ address }) => [address, () => false]));
    const { most, said } = await watched(world, { targets: all, known: new Map(), duration: 15 * SECOND });
    expect(new Set(said.verdicts.map(({ state }) => state))).toEqual(new Set(['down']));
    expect(most()).toBeLessThanOrEqual(403);
  });
});

it('without targets asks the control targets alone', async () => {
  const { endedAt, probes, said } = await watched({}, { targets: [], known: new Map() });
  expect({ endedAt, probes, said }).toEqual({
    endedAt: 50,
    probes: 3,
    said: { isolation: CONNECTED, verdicts: [], changed: [] },
  });
});

it('fails loudly when the prober does', async () => {
  const prober = { probe: ({ address }: ProbeTarget) => Promise.reject(new Error(`a bug at ${address}`)) };
  await expect(watched({}, { prober, controls: [] })).rejects.toThrow('a bug at a');
});

it('ends although the clock stands still while a function runs', async () => {
  const said = await watchTargets({
    clock: { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    prober: { probe: async () => ({ failure: undefined, message: '', took: 0 }) },
    random: () => 0,
    deadline: { left: () => 58_500 },
    targets: targets('a', 'b'),
    controls: controls('c1'),
    known: new Map(),
    duration: 50 * SECOND,
    rules: RULES,
  });
  expect(states(said)).toEqual({ a: 'up', b: 'up' });
});
