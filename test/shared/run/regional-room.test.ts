import type { FailoverPolicy } from '../../../shared/core/failover';
import { NO_MOVES } from '../../../shared/core/publication-model';
import type { RegionalGateway } from '../../../shared/core/survivors';
import { HOUR, MINUTE } from '../../../shared/core/time';
import { CloudError } from '../../../shared/errors';
import { decodeEvent } from '../../../shared/event';
import type { FloorAsked, LoadExpected } from '../../../shared/ports';
import { type RoomLook, type RoomWanted, roomFor } from '../../../shared/run/regional-room';

const NOW = Date.UTC(2026, 10, 28, 12);
const POLICY: FailoverPolicy = {
  target: 1,
  margin: 1.3,
  deadline: 2 * MINUTE,
  atDeadline: 'all',
  recovery: 10 * MINUTE,
  regionsOut: 1,
  latchAfter: 2,
  latchWindow: 6 * HOUR,
  rampStep: 2 * MINUTE,
};
const A = 'cn-hangzhou';
const B = 'cn-shanghai';

type Reported = Partial<RegionalGateway> | 'dead';

/** Two regions with an address each; clients leave the first, or come back to it. */
function stage(reports: Readonly<Record<string, Reported>>, changes: Partial<RoomLook> = {}) {
  const asked: (readonly [string, FloorAsked])[] = [];
  const announced: (readonly [string, LoadExpected])[] = [];
  const warnings: string[] = [];
  const look: RoomLook = {
    clock: { now: () => NOW, sleep: async () => undefined },
    policy: POLICY,
    regional: {
      report: async (region) => {
        const reported = reports[region] ?? 'dead';
        if (reported === 'dead') throw new CloudError('no answer', { kind: 'timeout', operation: 'fc.InvokeFunction' });
        return { region, ready: 20, max: 40, load: 10, protection: undefined, ...reported };
      },
      protect: async (region, _, floor) => {
        asked.push([region, floor]);
      },
      expect: async (region, _, load) => {
        announced.push([region, load]);
      },
    },
    balanced: new Set(['web']),
    mayRaise: true,
    remembered: new Map(),
    log: { info: () => undefined, warn: (event) => warnings.push(event), error: () => undefined },
    ...changes,
  };
  return { announced, asked, look, warnings };
}

const LEAVING: RoomWanted = {
  gateway: 'web',
  regions: [A, B],
  moves: {
    leaving: new Map([[A, new Map([[B, 1]])]]),
    arriving: new Map(),
    away: [],
    answers: new Map([
      [A, 1],
      [B, 1],
    ]),
  },
};

describe('clients leave a region', () => {
  it('that reports what it carries: there is room', async () => {
    const { asked, look } = stage({ [A]: { load: 7 }, [B]: { load: 8 } });
    expect((await roomFor(look, LEAVING)).leaving.get(A)).toMatchObject({ fits: 1 });
    expect(asked).toEqual([]);
  });

  it('there is none: more replicas are asked for, for an hour', async () => {
    const { asked, look } = stage({ [A]: { load: 20 }, [B]: {} });
    expect((await roomFor(look, LEAVING)).leaving.get(A)?.fits).toBeLessThan(1);
    expect(asked).toMatchObject([[B, { floor: 36, lasts: HOUR }]]);
  });

  it('where nothing may be written nothing is asked for', async () => {
    const { asked, look } = stage({ [A]: { load: 20 }, [B]: {} }, { mayRaise: false });
    expect((await roomFor(look, LEAVING)).leaving.get(A)?.fits).toBeLessThan(1);
    expect(asked).toEqual([]);
  });

  it.each<[string, RegionalGateway['protection'], readonly number[]]>([
    ['a floor that is high enough and young is not asked for again', { floor: 36, until: NOW + 31 * MINUTE }, []],
    ['one that ends soon is', { floor: 36, until: NOW + 30 * MINUTE }, [36]],
    ['one that is too low is', { floor: 30, until: NOW + HOUR }, [36]],
    ['a higher one of somebody else stays', { floor: 38, until: NOW + 10 * MINUTE }, [38]],
  ])('%s', async (_, protection, floors) => {
    const { asked, look } = stage({ [A]: { load: 20 }, [B]: { protection } });
    await roomFor(look, LEAVING);
    expect(asked.map(([, { floor }]) => floor)).toEqual(floors);
  });

  it('a floor never ends sooner than the one that stands', async () => {
    const { asked, look } = stage({ [A]: { load: 20 }, [B]: { protection: { floor: 5, until: NOW + 3 * HOUR } } });
    await roomFor(look, LEAVING);
    expect(asked).toMatchObject([[B, { floor: 36, lasts: 3 * HOUR }]]);
  });

  it('that is dead: as much is expected as it carried within the last hour', async () => {
    const remembered = new Map([[`${A} web`, { load: 30, at: NOW - HOUR, beside: new Map() }]]);
    const { look } = stage({ [A]: 'dead', [B]: {} }, { remembered });
    expect((await roomFor(look, LEAVING)).leaving.get(A)?.message).toBe(
      'cn-shanghai: 10 and 39 more need 49 of 20 ready replicas, of which 40 are allowed',
    );
  });

  it('that is dead, and half of its clients are with the standby already: they are counted once', async () => {
    const beside = new Map([
      [A, 20],
      [B, 4],
    ]);
    const remembered = new Map([[`${A} web`, { load: 20, at: NOW - MINUTE, beside }]]);
    const { look } = stage({ [A]: 'dead', [B]: { load: 14 } }, { remembered });
    expect((await roomFor(look, LEAVING)).leaving.get(A)?.message).toBe(
      'cn-shanghai: 4 and 26 more need 30 of 20 ready replicas',
    );
  });

  it('that reports what it carries is taken at its word, whatever was before', async () => {
    const remembered = new Map([[`${A} web`, { load: 20, at: NOW - MINUTE, beside: new Map([[B, 4]]) }]]);
    const { look } = stage({ [A]: { load: 7 }, [B]: { load: 8 } }, { remembered });
    expect((await roomFor(look, LEAVING)).leaving.get(A)?.message).toContain('cn-shanghai: 8 and ');
  });

  it('that is dead, and nothing is remembered: as much as the others carry for as many answers', async () => {
    const { look } = stage({ [A]: 'dead', [B]: { load: 8 } });
    expect((await roomFor(look, LEAVING)).leaving.get(A)?.message).toBe(
      'cn-shanghai: 8 and 10.4 more need 19 of 20 ready replicas',
    );
  });

  it('a dead one that reports that nobody comes any more is not believed', async () => {
    const { look } = stage({ [A]: { load: 0.2 }, [B]: { load: 8 } });
    expect((await roomFor(look, LEAVING)).leaving.get(A)?.message).toBe(
      'cn-shanghai: 8 and 10.4 more need 19 of 20 ready replicas',
    );
  });

  it('what is reported is remembered', async () => {
    const { look } = stage({ [A]: { load: 7 }, [B]: 'dead' });
    await roomFor(look, LEAVING);
    expect([...look.remembered]).toEqual([[`${A} web`, { load: 7, at: NOW, beside: new Map([[A, 7]]) }]]);
  });

  it('the other one cannot be asked: nothing fits, and that is told', async () => {
    const { asked, look, warnings } = stage({ [A]: { load: 7 }, [B]: 'dead' });
    expect((await roomFor(look, LEAVING)).leaving.get(A)).toMatchObject({
      fits: 0,
      message: 'cn-shanghai: it could not be asked',
    });
    expect([asked, warnings]).toEqual([[], ['region-not-asked']]);
  });

  it('a wish that cannot be handed over is told', async () => {
    const { look, warnings } = stage({ [A]: { load: 20 }, [B]: {} });
    const failing = new CloudError('forbidden', { kind: 'permission', operation: 'fc.InvokeFunction' });
    await roomFor({ ...look, regional: { ...look.regional, protect: () => Promise.reject(failing) } }, LEAVING);
    expect(warnings).toEqual(['floor-not-asked']);
  });
});

describe('for its CLBs', () => {
  it('a region that clients are about to come to is told how many times its load that is', async () => {
    const { announced, look } = stage({ [A]: { load: 7 }, [B]: { load: 10 } });
    await roomFor(look, LEAVING);
    const [[region, told] = []] = announced;
    expect(region).toBe(B);
    // 10 + 1.3 × 10, since the others carry as much for as many answers.
    expect(told?.times).toBeCloseTo(2.3, 9);
    expect(told).toMatchObject({ lasts: HOUR, at: NOW });
  });

  it.each<[string, Readonly<Record<string, Reported>>, Partial<RoomLook>]>([
    ['where they are left alone', { [B]: { load: 10 } }, { balanced: new Set(['other']) }],
    ['where nothing may be written', { [B]: { load: 10 } }, { mayRaise: false }],
    ['where its own load is not known', { [A]: { load: 7 }, [B]: { load: undefined } }, {}],
    ['where it carries nothing yet', { [A]: { load: 7 }, [B]: { load: 0 } }, {}],
    ['where hardly anything comes', { [A]: { load: 1 }, [B]: { load: 40 } }, { policy: { ...POLICY, margin: 0.04 } }],
  ])('%s nothing is told', async (_, reports, changes) => {
    const { announced, look } = stage(reports, changes);
    await roomFor(look, LEAVING);
    expect(announced).toEqual([]);
  });

  it('however little it carries, it is told no more than its function takes', async () => {
    const { announced, look } = stage({ [A]: { load: 10 }, [B]: { load: 0.01 } });
    await roomFor(look, LEAVING);
    const [[, told] = []] = announced;
    expect(told?.times).toBe(100);
    const expecting = (times: number | undefined) =>
      decodeEvent({ action: 'expect', gateway: 'web', times, owner: 'failover-dns', reason: 'a move', for: '1h' });
    expect(expecting(told?.times)).toMatchObject({ kind: 'command' });
    expect(expecting(100.01)).toMatchObject({ kind: 'invalid-command' });
  });

  it('that it cannot be told is no reason to wait', async () => {
    const { look, warnings } = stage({ [A]: { load: 7 }, [B]: { load: 8 } });
    const failing = new CloudError('no such function', { kind: 'not-found', operation: 'fc.InvokeFunction' });
    const regional = { ...look.regional, expect: () => Promise.reject(failing) };
    expect((await roomFor({ ...look, regional }, LEAVING)).leaving.get(A)).toMatchObject({ fits: 1 });
    expect(warnings).toEqual(['load-not-announced']);
  });

  it('a region that comes back is not told anything', async () => {
    const { announced, look } = stage({ [A]: { load: 1 }, [B]: { load: 20 } });
    await roomFor(look, { ...LEAVING, moves: { ...NO_MOVES, arriving: new Map([[A, 0.5]]) } });
    expect(announced).toEqual([]);
  });
});

describe('clients come back to a region', () => {
  const arriving = { ...LEAVING, moves: { ...NO_MOVES, arriving: new Map([[A, 0.5]]) } };

  it('that is ready for its half of the load', async () => {
    const { look } = stage({ [A]: { load: 0 }, [B]: { load: 20 } });
    expect((await roomFor(look, arriving)).arriving.get(A)).toMatchObject({ fits: 1, floors: [] });
  });

  it('that is not: it is asked for more', async () => {
    const { asked, look } = stage({ [A]: { load: 0, ready: 2 }, [B]: { load: 20 } });
    expect((await roomFor(look, arriving)).arriving.get(A)?.fits).toBeCloseTo(2 / 13, 9);
    expect(asked).toMatchObject([[A, { floor: 13 }]]);
  });

  it('on its way back its own load is a part of the whole, and counted once', async () => {
    const { look } = stage({ [A]: { load: 5, ready: 13 }, [B]: { load: 15 } });
    expect((await roomFor(look, arriving)).arriving.get(A)).toMatchObject({ fits: 1 });
  });
});

it('a region that clients were led away from keeps what it has', async () => {
  const { asked, look } = stage({ [A]: { load: 0, ready: 9 }, [B]: {} });
  await roomFor(look, { ...LEAVING, moves: { ...NO_MOVES, away: [A] } });
  expect(asked).toMatchObject([[A, { floor: 9, lasts: HOUR }]]);
});
