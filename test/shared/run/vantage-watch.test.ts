import { createIdleClock } from '../../../rehearsal/cloud/idle-clock';
import type { AddressState, VantageReport } from '../../../shared/core/probe';
import { SECOND } from '../../../shared/core/time';
import { CloudError } from '../../../shared/errors';
import { createVantageWatch, type WatchedAddress } from '../../../shared/run/vantage-watch';

const HANGZHOU: WatchedAddress = { address: '192.0.2.1', region: 'cn-hangzhou', gateway: 'web', answered: true };
const SHANGHAI: WatchedAddress = { address: '192.0.2.2', region: 'cn-shanghai', gateway: 'web', answered: true };
const ADDRESSES = [HANGZHOU, SHANGHAI];
const POINTS = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing'];

type World = Readonly<Record<string, AddressState>>;
interface Asked {
  readonly at: number;
  readonly point: string;
  readonly known: ReadonlyMap<string, string>;
  readonly failed: ReadonlyMap<string, number> | undefined;
  readonly since: ReadonlyMap<string, number> | undefined;
  readonly for: number;
}

/** Points that look each second, see what the world is like then, and tell at once what is the contrary of what is known. */
function stage(
  world: (at: number, point: string) => World | 'dead' | 'isolated',
  {
    addresses = ADDRESSES,
    left = 60 * SECOND,
    failing = {},
    unprobed = () => false,
    ahead = 0,
  }: {
    readonly addresses?: readonly WatchedAddress[];
    readonly left?: number;
    /** Failures in a row that every report ends with, by address. */
    readonly failing?: Readonly<Record<string, number>>;
    /** Whether a report of that moment has no probe of an address. */
    readonly unprobed?: (address: string, at: number) => boolean;
    /** What the clocks of the points are ahead by. */
    readonly ahead?: number;
  } = {},
) {
  let now = 0;
  const clock = createIdleClock(
    () => now,
    (duration) => {
      now += duration;
    },
  );
  const asked: Asked[] = [];
  const warnings: string[] = [];
  const watch = createVantageWatch({
    clock,
    deadline: { left: () => Math.max(0, left - now) },
    points: POINTS,
    log: { info: () => undefined, warn: (event) => warnings.push(event), error: () => undefined },
    vantage: {
      watch: async (point, { failed, for: lasts, known, since }) => {
        asked.push({ at: now, point, known, failed, since, for: lasts });
        const end = now + lasts;
        for (;;) {
          const seen = world(now, point);
          if (seen === 'dead') {
            await clock.sleep(lasts + 5 * SECOND);
            throw new CloudError('no answer', { kind: 'timeout', operation: 'fc.InvokeFunction' });
          }
          const states = seen === 'isolated' ? {} : seen;
          const isNews = Object.entries(states).some(([address, state]) => state !== known.get(address));
          if (isNews || now >= end) return reportOf(point, states, seen === 'isolated');
          await clock.sleep(SECOND);
        }
      },
    },
  });

  function reportOf(point: string, states: World, isolated: boolean): VantageReport {
    const verdicts = addresses.map(({ address }) => {
      const state = states[address] ?? 'unknown';
      const failures = failing[address] ?? 0;
      const why = state === 'down' || failures > 0 ? 'timeout' : '';
      return {
        address,
        state,
        probedAt: unprobed(address, now) ? undefined : now + ahead,
        why,
        failure: why === '' ? undefined : ('timeout' as const),
        inARow: failures || 2,
        took: 10,
        certificateEnds: undefined,
      };
    });
    return { point, isolation: { isolated, message: '' }, verdicts };
  }

  const states = (): readonly string[] => [...watch.judgements(addresses).values()].map(({ state }) => state);
  return { addresses, asked, clock, states, warnings, watch, now: () => now };
}

const WELL: World = { '192.0.2.1': 'up', '192.0.2.2': 'up' };
const FIRST_DOWN: World = { '192.0.2.1': 'down', '192.0.2.2': 'up' };

describe('one round', () => {
  it('asks each point once for no longer than a round', async () => {
    const { addresses, asked, clock, states, watch } = stage(() => WELL);
    await clock.run(() => watch.look(addresses));
    expect(asked.map(({ for: lasts, point }) => [point, lasts])).toEqual(POINTS.map((point) => [point, SECOND]));
    expect(states()).toEqual(['up', 'up']);
  });

  it('does not wait for a point that is dead, and hears the others', async () => {
    const { addresses, clock, now, states, watch } = stage((_, point) =>
      point === 'cn-hangzhou' ? 'dead' : FIRST_DOWN,
    );
    await clock.run(() => watch.look(addresses));
    expect(now()).toBe(5 * SECOND);
    expect(states()).toEqual(['down', 'up']);
  });

  it.each([
    [0, 'as they are'],
    [3, 'a little ahead'],
    [500, 'far ahead'],
  ])('votes by clocks that are %d s ahead age with their reports (%s)', async (ahead) => {
    const { addresses, clock, states, watch } = stage(() => FIRST_DOWN, { ahead: ahead * SECOND });
    await clock.run(() => watch.look(addresses));
    const came = clock.now();
    const untils = [...watch.judgements(addresses).values()].map(({ until }) => until);
    expect(untils).toEqual([came + 20 * SECOND, came + 20 * SECOND]);
    await clock.run(() => clock.sleep(20 * SECOND));
    expect(states()).toEqual(['down', 'up']);
    await clock.run(() => clock.sleep(SECOND));
    expect(states()).toEqual(['unknown', 'unknown']);
  });

  it('points that see nothing at all have no say, and are told of', async () => {
    const { addresses, clock, states, warnings, watch } = stage(() => 'isolated');
    await clock.run(() => watch.look(addresses));
    expect(states()).toEqual(['unknown', 'unknown']);
    expect(warnings).toEqual(POINTS.map(() => 'vantage-point-isolated'));
  });
});

describe('watching', () => {
  it('tells a point how long ago it began to probe each address, unless that is too long ago', async () => {
    const { addresses, asked, clock, watch } = stage(() => WELL, {
      unprobed: (address, at) => address === SHANGHAI.address && at > SECOND,
    });
    await clock.run(async () => {
      await watch.look(addresses);
      await clock.sleep(2 * SECOND);
      await watch.look(addresses);
      await clock.sleep(8 * SECOND);
      await watch.look(addresses);
    });
    const since = asked.filter(({ point }) => point === 'cn-beijing').map((each) => [...(each.since ?? [])]);
    // A probe took 10 ms, and a round takes a second; that of 12 s ago says nothing any more.
    expect(since).toEqual([
      [],
      [
        ['192.0.2.1', 2_010],
        ['192.0.2.2', 2_010],
      ],
      [['192.0.2.1', 8_010]],
    ]);
  });

  it('acts once, as soon as two points outside say that an address is down', async () => {
    const { addresses, clock, now, states, watch } = stage((at, point) => {
      if (at < 17 * SECOND) return WELL;
      return point === 'cn-hangzhou' ? 'dead' : FIRST_DOWN;
    });
    const acted: unknown[] = [];
    await clock.run(async () => {
      await watch.look(addresses);
      await watch.watch(() => addresses, {
        onChange: async () => {
          acted.push([now(), states()]);
        },
      });
    });
    expect(acted).toEqual([[17 * SECOND, ['down', 'up']]]);
    expect(now()).toBeGreaterThanOrEqual(30 * SECOND);
  });

  it('is told the last word of each point, so that a return is heard as well', async () => {
    const { addresses, asked, clock, states, watch, now } = stage((at) =>
      at >= 10 * SECOND && at < 20 * SECOND ? FIRST_DOWN : WELL,
    );
    const acted: unknown[] = [];
    await clock.run(() =>
      watch.watch(() => addresses, {
        onChange: async () => {
          acted.push([now(), states()]);
        },
      }),
    );
    expect(acted).toEqual([
      [10 * SECOND, ['down', 'up']],
      [20 * SECOND, ['up', 'up']],
    ]);
    expect(asked.filter(({ at, point }) => at === 10 * SECOND && point === 'cn-beijing')).toMatchObject([
      {
        known: new Map([
          ['192.0.2.1', 'down'],
          ['192.0.2.2', 'up'],
        ]),
      },
    ]);
  });

  it('what changes while it acts is acted on afterwards', async () => {
    const { addresses, clock, states, watch, now } = stage((at) =>
      at >= 10 * SECOND && at < 12 * SECOND ? FIRST_DOWN : WELL,
    );
    const acted: unknown[] = [];
    await clock.run(() =>
      watch.watch(() => addresses, {
        onChange: async () => {
          acted.push([now(), states()]);
          await clock.sleep(8 * SECOND);
        },
      }),
    );
    expect(acted).toEqual([
      [10 * SECOND, ['down', 'up']],
      [18 * SECOND, ['up', 'up']],
    ]);
  });

  it('an address that was never seen up and is down is news where DNS answers it', async () => {
    const { addresses, clock, watch } = stage(() => FIRST_DOWN);
    let acted = 0;
    await clock.run(() =>
      watch.watch(() => addresses, {
        onChange: async () => {
          acted += 1;
        },
      }),
    );
    expect(acted).toBe(1);
  });

  it('a point that fails is asked again after a pause, and what goes wrong with acting is thrown', async () => {
    const { addresses, asked, clock, watch } = stage((at, point) =>
      point === 'cn-beijing' && at < 20 * SECOND ? 'isolated' : FIRST_DOWN,
    );
    const failing = clock.run(() =>
      watch.watch(() => addresses, { onChange: () => Promise.reject(new Error('a bug')) }),
    );
    await expect(failing).rejects.toThrow('a bug');
    expect(asked.length).toBeGreaterThan(3);
  });

  it.each([
    ['in its minute', 50, 32],
    ['in its minute, and no later where the next one would have to be waited for', 70, 45],
    ['in the next minute, where there is time for that', 85, 67],
  ])('ends in time to act on the last verdict %s', async (_, left, ends) => {
    const { addresses, clock, now, watch } = stage(() => WELL, { left: left * SECOND });
    await clock.run(() => watch.watch(() => addresses, { onChange: async () => undefined }));
    expect(now()).toBe(ends * SECOND);
  });

  it('goes on while the first look acts, which hears a round of probes before', async () => {
    const { addresses, asked, clock, states, watch, now } = stage((at) => (at < 8 * SECOND ? WELL : FIRST_DOWN));
    const acted: unknown[] = [];
    const act = (what: string, lasts: number) => async (): Promise<void> => {
      acted.push([what, now(), states()]);
      await clock.sleep(lasts);
    };
    await clock.run(() =>
      watch.watch(() => addresses, { onChange: act('change', 0), first: act('first', 20 * SECOND) }),
    );
    expect(acted).toEqual([
      ['first', 1 * SECOND, ['up', 'up']],
      ['change', 21 * SECOND, ['down', 'up']],
    ]);
    expect(asked.slice(0, 6).map(({ at }) => at)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('while something waits that no point sees, acts every eight seconds', async () => {
    const { addresses, clock, now, watch } = stage(() => WELL);
    const acted: number[] = [];
    await clock.run(() =>
      watch.watch(() => addresses, {
        onChange: async () => void acted.push(now() / SECOND),
        isWaiting: () => now() < 25 * SECOND,
      }),
    );
    expect(acted).toEqual([8, 16, 24]);
  });

  it('what the first look acts on is no change any more', async () => {
    const { addresses, clock, watch } = stage(() => FIRST_DOWN);
    let changes = 0;
    const count = async (): Promise<void> => {
      changes += 1;
    };
    await clock.run(() => watch.watch(() => addresses, { onChange: count, first: async () => undefined }));
    expect(changes).toBe(0);
  });

  it('an address that a watch had no time to probe is what the watch before said, while that is young', async () => {
    const { addresses, clock, now, states, watch } = stage(
      (at) => (at < 56 * SECOND ? WELL : FIRST_DOWN),
      // The second watch, from 55 s on, ends before it has probed the other address.
      { left: 85 * SECOND, unprobed: (address, at) => address === '192.0.2.2' && at > 55 * SECOND },
    );
    const acted: unknown[] = [];
    await clock.run(() =>
      watch.watch(() => addresses, {
        onChange: async () => {
          acted.push([now(), states()]);
        },
      }),
    );
    expect(acted).toEqual([[56 * SECOND, ['down', 'up']]]);
    await clock.run(() => clock.sleep(15 * SECOND));
    expect(states()[1]).toBe('unknown');
  });

  it('a fall that one watch saw the beginning of is counted on by the next', async () => {
    const { addresses, asked, clock, watch } = stage(() => WELL, { left: 85 * SECOND, failing: { '192.0.2.1': 1 } });
    await clock.run(() => watch.watch(() => addresses, { onChange: async () => undefined }));
    const beijing = asked.filter(({ point }) => point === 'cn-beijing');
    expect(beijing.map(({ at, failed }) => [at, failed])).toEqual([
      [0, new Map()],
      [55 * SECOND, new Map([['192.0.2.1', 1]])],
    ]);
  });
});
