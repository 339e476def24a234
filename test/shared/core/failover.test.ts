import type { FailoverPolicy, FailoverView, Steer } from '../../../shared/core/failover';
import type { Reading } from '../../../shared/core/gateway';
import type { Judgement } from '../../../shared/core/judgement';
import type { AddressState } from '../../../shared/core/probe';
import { decidePublication } from '../../../shared/core/publication';
import type {
  Addition,
  FrontClb,
  NamePlan,
  NameToPublish,
  RegionFronts,
  Removal,
} from '../../../shared/core/publication-model';
import type { CapacityPlan, ReplicasKept } from '../../../shared/core/survivors';
import { HOUR, MINUTE, SECOND } from '../../../shared/core/time';
import type { RecordSeen } from '../../../shared/core/zone';

const AT = Date.UTC(2026, 10, 28, 12);
const A = 'cn-hangzhou';
const B = 'cn-shanghai';
const C = 'cn-shenzhen';

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

const ACTIVE: NameToPublish = {
  name: 'www.example.com',
  zone: 'example.com',
  rr: 'www',
  gateway: 'ingressgateway',
  publish: 'auto',
  ttl: 60,
  lines: [{ line: 'default', regions: [A, B, C] }],
  mode: 'active-active',
  subnets: {},
  weights: 'off',
  own: {},
};
const STANDBY: NameToPublish = { ...ACTIVE, mode: 'active-standby' };

/** Addresses by their last byte; each region has one CLB, B has a second one. */
const PLACES: Readonly<Record<number, string>> = { 1: A, 2: B, 3: C, 4: B };

function clb(last: number): FrontClb {
  return {
    region: PLACES[last] ?? A,
    id: `lb-${last}`,
    address: `192.0.2.${last}`,
    origin: 'own',
    serving: true,
    health: { state: 'well' },
  };
}

function record(last: number, changes: Partial<RecordSeen> & { readonly note?: string } = {}): RecordSeen {
  const { note, ...others } = changes;
  return {
    id: `r${last}`,
    rr: 'www',
    type: 'A',
    value: `192.0.2.${last}`,
    line: 'default',
    ttl: 60,
    enabled: true,
    locked: false,
    weight: undefined,
    remark: `gateway-autopilot ${PLACES[last]}${note === undefined ? '' : ` ${note}`}`,
    updatedAt: AT - HOUR,
    ...others,
  };
}

function judged(state: AddressState): Judgement {
  const [up, down] = [state === 'down' ? [] : ['cn-beijing'], state === 'up' ? [] : ['cn-qingdao']];
  return { state, until: AT + 15 * SECOND, up, down, message: `${state} from two` };
}

interface Scene {
  readonly name?: NameToPublish;
  readonly records: readonly RecordSeen[];
  /** By the last byte of the address; `up` unless told. `none` where no vantage points are configured. */
  readonly votes?: Readonly<Record<number, AddressState>> | 'none';
  readonly clbs?: readonly number[];
  /** Regions whose CLBs could not be read. */
  readonly unread?: readonly string[];
  /** Share of a leaving region's load that fits elsewhere; everything unless told. */
  readonly fits?: number | 'not asked';
  readonly readyToTake?: boolean;
  /** What keeps the others from being raised. */
  readonly kept?: ReplicasKept;
  readonly steers?: readonly Steer[];
  readonly policy?: Partial<FailoverPolicy>;
  /** Names of the alarms that ring, by region. */
  readonly ringing?: Readonly<Record<string, string>>;
}

function decide(scene: Scene): NamePlan {
  const { clbs = [1, 2, 3], fits = 1, name = ACTIVE, readyToTake = true, records, unread = [], votes = {} } = scene;
  const regions = [A, B, C];
  const fronts = new Map<string, Reading<RegionFronts>>(
    regions.map((region) => [
      region,
      unread.includes(region)
        ? { ok: false, problem: 'timeout' }
        : { ok: true, value: { clbs: clbs.map(clb).filter((each) => each.region === region), gone: [] } },
    ]),
  );
  const plan = (share: number): CapacityPlan => ({
    fits: share,
    floors: [{ region: B, floor: 9 }],
    message: 'as told',
    moved: { load: 10, withMargin: 13 },
    survivors: [{ region: B, gateway: undefined, more: undefined, need: undefined, kept: scene.kept }],
  });
  const failover: FailoverView = {
    policy: { ...POLICY, ...scene.policy },
    ringing: new Map(Object.entries(scene.ringing ?? {})),
    votes:
      votes === 'none'
        ? undefined
        : new Map(Object.keys(PLACES).map((last) => [`192.0.2.${last}`, judged(votes[Number(last)] ?? 'up')])),
    steers: scene.steers ?? [],
    leaving: new Map(fits === 'not asked' ? [] : regions.map((region) => [region, plan(fits)])),
    arriving: new Map(regions.map((region) => [region, plan(readyToTake ? 1 : 0)])),
  };
  return decidePublication({ at: AT, name, adopt: false, minTtl: 1, records, fronts, failover });
}

function additionText(step: Addition): string {
  switch (step.do) {
    case 'add':
      return `add ${step.content.value}`;
    case 'enable':
      return `enable ${step.record.id}${step.softly ? ' softly' : ''}${noteOf(step.mark?.absence)}`;
    case 'mark':
      return `mark ${step.record.id}${noteOf(step.mark.absence)}`;
    case 'open-weights':
      return 'open-weights';
    case 'weigh':
      return `weigh ${step.record.id} ${step.weight}`;
  }
}

function noteOf(absence: { readonly state: string; readonly times: number } | undefined): string {
  return absence === undefined ? '' : ` ${absence.state} ${absence.times}`;
}

function removalText(step: Removal): string {
  const what = step.do === 'lighten' ? ` ${step.weight}` : step.do === 'move' ? ` ${step.to.value}` : '';
  return `${step.do} ${step.record.id}${what} ${step.reason}`;
}

function steps({ lines }: NamePlan): readonly string[] {
  return lines.flatMap(({ additions, removals }) => [...additions.map(additionText), ...removals.map(removalText)]);
}

function holds({ lines }: NamePlan): readonly string[] {
  return lines.flatMap((line) =>
    line.holds.map(({ needsPerson, reason }) => (needsPerson ? `${reason} for a person` : reason)),
  );
}

const ALL = [record(1), record(2), record(3)];

describe('the first region of active-standby that nobody can tell anything of', () => {
  const records = [record(1), record(2, { enabled: false, updatedAt: 0 })];
  const scene: Scene = { name: STANDBY, records, clbs: [1, 2], votes: { 1: 'unknown' } };
  const drain = { verb: 'drain', region: A, owner: 'li.wei', reason: 'works', since: AT, until: AT + HOUR } as const;

  it.each<[string, Scene, readonly string[]]>([
    ['keeps its clients', scene, []],
    ['also when its APIs are down', { ...scene, unread: [A] }, []],
    [
      'is followed by the next when it is down for certain',
      { ...scene, votes: { 1: 'down' } },
      ['enable r2', 'disable r1 RegionUnhealthy'],
    ],
    ['and when a person leads clients away from it', { ...scene, steers: [drain] }, ['enable r2']],
  ])('%s', (_, told, expected) => {
    expect(steps(decide(told))).toEqual(expected);
  });
});

describe('a region whose addresses are down by the votes', () => {
  it.each<[string, Scene, readonly string[], readonly string[]]>([
    ['nothing is down', { records: ALL }, [], []],
    ['it goes', { records: ALL, votes: { 1: 'down' } }, ['disable r1 RegionUnhealthy'], []],
    ['nobody can tell: it stays', { records: ALL, votes: { 1: 'unknown' } }, [], ['ReadFailed']],
    [
      'all are down: nothing changes',
      { records: ALL, votes: { 1: 'down', 2: 'down', 3: 'down' } },
      [],
      ['NothingHealthy for a person', 'NothingHealthy for a person', 'NothingHealthy for a person'],
    ],
    [
      'its APIs are down, too: clients and our own remarks are enough',
      { records: ALL, unread: [A], votes: { 1: 'down' } },
      ['disable r1 RegionUnhealthy'],
      [],
    ],
    ['only its APIs are down: it stays', { records: ALL, unread: [A] }, [], []],
    [
      'one of its two addresses is down: that one goes alone',
      { records: [...ALL, record(4)], clbs: [1, 2, 3, 4], votes: { 4: 'down' } },
      ['disable r4 AddressUnhealthy'],
      [],
    ],
    [
      'both of its addresses are down: both go',
      { records: [...ALL, record(4)], clbs: [1, 2, 3, 4], votes: { 2: 'down', 4: 'down' } },
      ['disable r2 RegionUnhealthy', 'disable r4 RegionUnhealthy'],
      [],
    ],
    [
      'a second region, while the first is out, is for a person',
      {
        records: [record(1, { enabled: false, note: 'down:2611281100:1' }), record(2), record(3)],
        votes: { 1: 'down', 2: 'down' },
      },
      [],
      ['TooManyRegionsOut for a person'],
    ],
    [
      'unless two may be out',
      {
        records: [record(1, { enabled: false, note: 'down:2611281100:1' }), record(2), record(3)],
        votes: { 1: 'down', 2: 'down' },
        policy: { regionsOut: 2 },
      },
      ['disable r2 RegionUnhealthy'],
      [],
    ],
  ])('%s', (_, scene, expected, held) => {
    const plan = decide(scene);
    expect([steps(plan), holds(plan)]).toEqual([expected, held]);
  });

  it('the removal is good for as long as the votes are', () => {
    const [line] = decide({ records: ALL, votes: { 1: 'down' } }).lines;
    expect(line?.removals).toMatchObject([{ until: AT + 15 * SECOND }]);
    expect(line?.moves.leaving).toEqual(
      new Map([
        [
          A,
          new Map([
            [B, 0.5],
            [C, 0.5],
          ]),
        ],
      ]),
    );
  });
});

describe('room for the load of a sick region', () => {
  const waiting = [record(1, { note: 'down:2611281159:1' }), record(2), record(3)];
  const late = [record(1, { note: 'down:2611281158:1' }), record(2), record(3)];

  it.each<[string, Scene, readonly string[], readonly string[]]>([
    [
      'the others have not been asked',
      { records: ALL, votes: { 1: 'down' }, fits: 'not asked' },
      [],
      ['SurvivorsNotReady'],
    ],
    [
      'there is none yet: that is noted',
      { records: ALL, votes: { 1: 'down' }, fits: 0.4 },
      ['mark r1 down 1'],
      ['SurvivorsNotReady'],
    ],
    ['before the deadline', { records: waiting, votes: { 1: 'down' }, fits: 0.4 }, [], ['SurvivorsNotReady']],
    [
      'there is room before the deadline',
      { records: waiting, votes: { 1: 'down' } },
      ['disable r1 RegionUnhealthy'],
      [],
    ],
    ['at the deadline', { records: late, votes: { 1: 'down' }, fits: 0.4 }, ['disable r1 RegionUnhealthy'], []],
    [
      'at the deadline, as much as fits',
      {
        name: { ...ACTIVE, weights: 'even' },
        records: late.map((each) => ({ ...each, weight: 10 })),
        votes: { 1: 'down' },
        fits: 0.4,
        policy: { atDeadline: 'share' },
      },
      // It keeps 0.6 of a third: 5 of 25.
      ['lighten r1 5 RegionUnhealthy'],
      [],
    ],
    [
      'as much as fits, without weights: all',
      { records: late, votes: { 1: 'down' }, fits: 0.4, policy: { atDeadline: 'share' } },
      ['disable r1 RegionUnhealthy'],
      [],
    ],
    ['it is well again before that', { records: waiting }, ['mark r1'], []],
  ])('%s', (_, scene, expected, held) => {
    const plan = decide(scene);
    expect([steps(plan), holds(plan)]).toEqual([expected, held]);
  });
});

describe('the way back', () => {
  const gone = (note: string | undefined, changes: Partial<RecordSeen> = {}): Scene['records'] => [
    record(1, { enabled: false, ...(note === undefined ? {} : { note }), ...changes }),
    record(2),
    record(3),
  ];

  it.each<[string, Scene, readonly string[], readonly string[]]>([
    ['it is noted that it is down', { records: gone(undefined), votes: { 1: 'down' } }, ['mark r1 down 1'], []],
    ['it is down as before', { records: gone('down:2611281130:1'), votes: { 1: 'down' } }, [], []],
    ['it is up: that is noted', { records: gone('down:2611281130:1') }, ['mark r1 up 1'], ['Recovering']],
    ['it is up for five minutes', { records: gone('up:2611281155:1') }, [], ['Recovering']],
    ['it is up for ten minutes', { records: gone('up:2611281150:1') }, ['enable r1 back 1'], []],
    [
      'it is up for ten minutes, and its alarm rings',
      { records: gone('up:2611281150:1'), ringing: { [A]: 'no healthy backend' } },
      [],
      ['Recovering'],
    ],
    [
      'it is up for ten minutes, and the alarm of another region rings',
      { records: gone('up:2611281150:1'), ringing: { [B]: 'many connections' } },
      ['enable r1 back 1'],
      [],
    ],
    [
      'it is up, its alarm rings, and nothing else is well: it comes back all the same',
      { records: gone('up:2611281150:1'), ringing: { [A]: 'slow' }, votes: { 2: 'down', 3: 'down' } },
      ['enable r1 back 1'],
      ['TooManyRegionsOut for a person', 'TooManyRegionsOut for a person'],
    ],
    [
      'its alarm rings while it is answered: nothing is taken away for it',
      { records: ALL, ringing: { [A]: 'many connections' } },
      [],
      [],
    ],
    [
      'it is up, and not ready for the load',
      { records: gone('up:2611281150:1'), readyToTake: false },
      [],
      ['RegionNotReady'],
    ],
    [
      'it goes down again meanwhile',
      { records: gone('up:2611281155:1'), votes: { 1: 'down' } },
      ['mark r1 down 2'],
      [],
    ],
    ['it went down twice: a person must say so', { records: gone('up:2611281130:2') }, [], ['Latched for a person']],
    [
      'it went down twice, and nothing else is well: it comes back all the same',
      { records: gone('up:2611281130:2'), votes: { 2: 'down', 3: 'down' } },
      ['enable r1 back 2'],
      ['TooManyRegionsOut for a person', 'TooManyRegionsOut for a person'],
    ],
    [
      'it was disabled a moment ago and is up: it is watched first',
      { records: gone(undefined, { updatedAt: AT - MINUTE }) },
      [],
      ['Recovering'],
    ],
    ['it came back an hour ago', { records: [record(1, { note: 'back:2611281100:1' }), record(2), record(3)] }, [], []],
    [
      'it came back long ago',
      { records: [record(1, { note: 'back:2611280559:1' }), record(2), record(3)] },
      ['mark r1'],
      [],
    ],
    [
      'no vantage points, and it was disabled five minutes ago: one that comes and goes is not followed',
      { records: gone(undefined, { updatedAt: AT - 5 * MINUTE }), votes: 'none' },
      [],
      ['Recovering'],
    ],
    [
      'no vantage points, and it was disabled ten minutes ago',
      { records: gone(undefined, { updatedAt: AT - 10 * MINUTE }), votes: 'none' },
      ['enable r1'],
      [],
    ],
    [
      'what vantage points noted that are no more keeps nothing out',
      { records: gone('down:2611281130:9'), votes: 'none' },
      ['enable r1 back 9'],
      [],
    ],
    [
      'no vantage points, and nothing else is well: it comes back at once',
      { records: gone(undefined, { updatedAt: AT - MINUTE }).slice(0, 1), clbs: [1], votes: 'none' },
      ['enable r1'],
      [],
    ],
    [
      'with weights it begins with a small one',
      {
        name: { ...ACTIVE, weights: 'even' },
        records: gone('up:2611281150:1').map((each) => ({ ...each, weight: 10 })),
      },
      ['enable r1 softly back 1'],
      [],
    ],
    ['two minutes later it gets a quarter', ramped(1, 2 * MINUTE), ['weigh r1 3'], []],
    ['before that it waits', ramped(1, 2 * MINUTE - 1), [], ['Recovering']],
    ['then half', ramped(3, 2 * MINUTE), ['weigh r1 5'], []],
    ['then all', ramped(5, 2 * MINUTE), ['weigh r1 10'], []],
    ['which is all there is', ramped(10, 2 * MINUTE), [], []],
    ['no step while it is not ready', { ...ramped(3, HOUR), readyToTake: false }, [], ['RegionNotReady']],
    ['a step takes no less than a TTL and a minute', ramped(1, 2 * MINUTE - 1, { rampStep: 0 }), [], ['Recovering']],
    ['and no less than is configured', ramped(1, 9 * MINUTE, { rampStep: 10 * MINUTE }), [], ['Recovering']],
    [
      'the others are down meanwhile: all at once',
      { ...ramped(1, MINUTE), votes: { 2: 'down', 3: 'down' }, policy: { regionsOut: 2 } },
      ['weigh r1 10', 'disable r2 RegionUnhealthy', 'disable r3 RegionUnhealthy'],
      [],
    ],
  ])('%s', (_, scene, expected, held) => {
    const plan = decide(scene);
    expect([steps(plan), holds(plan)]).toEqual([expected, held]);
  });

  /** A region that is answered again with a weight, for a while. */
  function ramped(weight: number, since: number, policy: Partial<FailoverPolicy> = {}): Scene {
    const back = record(1, { note: 'back:2611281100:1', weight, updatedAt: AT - since });
    const records = [back, record(2, { weight: 10 }), record(3, { weight: 10 })];
    return { name: { ...ACTIVE, weights: 'even' }, records, policy };
  }
});

describe('active-standby', () => {
  it.each<[string, Scene, readonly string[], readonly string[]]>([
    ['the first answers alone', { name: STANDBY, records: [record(1)] }, [], []],
    [
      'the first is down: the second at once, then the first goes',
      { name: STANDBY, records: [record(1)], votes: { 1: 'down' } },
      ['add 192.0.2.2', 'disable r1 RegionUnhealthy'],
      [],
    ],
    [
      'the second has a record',
      { name: STANDBY, records: [record(1), record(2, { enabled: false })], votes: { 1: 'down' } },
      ['enable r2', 'disable r1 RegionUnhealthy'],
      [],
    ],
    [
      'the first and the second are down',
      { name: STANDBY, records: [record(1)], votes: { 1: 'down', 2: 'down' } },
      ['add 192.0.2.3', 'disable r1 RegionUnhealthy'],
      [],
    ],
    [
      'a standby that is down is no region that is out: the first goes all the same',
      {
        name: STANDBY,
        records: [record(1), record(2, { enabled: false }), record(3, { enabled: false, note: 'down:2611281100:1' })],
        votes: { 1: 'down', 3: 'down' },
      },
      ['enable r2', 'disable r1 RegionUnhealthy'],
      [],
    ],
    [
      'the first is out already: that the second goes, too, is for a person',
      {
        name: STANDBY,
        records: [record(1, { enabled: false, note: 'down:2611281100:1' }), record(2), record(3, { enabled: false })],
        votes: { 1: 'down', 2: 'down' },
      },
      ['enable r3'],
      ['TooManyRegionsOut for a person'],
    ],
    [
      'the first is back for long enough and ready: it answers again, and then the second goes',
      { name: STANDBY, records: [record(1, { enabled: false, note: 'up:2611281150:1' }), record(2)] },
      ['enable r1 back 1', 'disable r2 RegionStandby'],
      [],
    ],
    [
      'the first is back and not ready: nothing moves',
      {
        name: STANDBY,
        records: [record(1, { enabled: false, note: 'up:2611281150:1' }), record(2)],
        readyToTake: false,
        fits: 0,
      },
      [],
      ['RegionNotReady', 'SurvivorsNotReady'],
    ],
    [
      'the first answers again beside the second, which goes when there is room',
      { name: STANDBY, records: [record(1, { note: 'back:2611281150:1' }), record(2)], fits: 0.9 },
      [],
      ['SurvivorsNotReady'],
    ],
  ])('%s', (_, scene, expected, held) => {
    const plan = decide(scene);
    expect([steps(plan), holds(plan)]).toEqual([expected, held]);
  });
});

describe('people', () => {
  const steer = (verb: Steer['verb'], region: string, ago = MINUTE): Steer => ({
    verb,
    region,
    owner: 'li.wei',
    reason: 'power works',
    since: AT - ago,
    until: AT + HOUR,
  });

  it.each<[string, Scene, readonly string[], readonly string[]]>([
    ['drain a region', { records: ALL, steers: [steer('drain', A)] }, ['disable r1 RegionDrained'], []],
    [
      'drain a region whose load has no room yet',
      { records: ALL, steers: [steer('drain', A)], fits: 0.5 },
      [],
      ['SurvivorsNotReady'],
    ],
    [
      'drain a region, at the deadline',
      { records: ALL, steers: [steer('drain', A, 2 * MINUTE)], fits: 0.5 },
      ['disable r1 RegionDrained'],
      [],
    ],
    [
      'drain the first of active-standby',
      { name: STANDBY, records: [record(1)], steers: [steer('drain', A)] },
      ['move r1 192.0.2.2 RegionDrained'],
      [],
    ],
    [
      'drain the first, the second is not ready',
      { name: STANDBY, records: [record(1)], steers: [steer('drain', A)], readyToTake: false, fits: 0 },
      [],
      ['RegionNotReady', 'SurvivorsNotReady'],
    ],
    [
      'drain the first, and the second is not ready at the deadline: it takes over all the same',
      { name: STANDBY, records: [record(1)], steers: [steer('drain', A, 2 * MINUTE)], readyToTake: false, fits: 0 },
      ['move r1 192.0.2.2 RegionDrained'],
      [],
    ],
    [
      'drain all regions: nobody is left without an answer',
      { records: ALL, steers: [A, B, C].map((region) => steer('drain', region)) },
      [],
      ['NotObeyed for a person', 'NotObeyed for a person', 'NotObeyed for a person'],
    ],
    [
      'drain one, another is down',
      { records: ALL, votes: { 2: 'down' }, steers: [steer('drain', A)] },
      ['disable r2 RegionUnhealthy', 'disable r1 RegionDrained'],
      [],
    ],
    [
      'pin a region',
      { records: ALL, steers: [steer('pin', B)] },
      ['disable r1 RegionDrained', 'disable r3 RegionDrained'],
      [],
    ],
    [
      'pin a region that is down: the others answer on',
      { records: ALL, votes: { 2: 'down' }, steers: [steer('pin', B)] },
      ['disable r2 RegionUnhealthy'],
      ['NotObeyed for a person', 'NotObeyed for a person'],
    ],
    [
      'disable the records of a region that is drained: they stay disabled',
      { records: [record(1, { enabled: false }), record(2), record(3)], steers: [steer('drain', A)] },
      [],
      [],
    ],
    ['a drain that is over', { records: [record(1, { enabled: false }), record(2), record(3)] }, ['enable r1'], []],
  ])('%s', (_, scene, expected, held) => {
    const plan = decide(scene);
    expect([[...steps(plan)].sort(), holds(plan)]).toEqual([[...expected].sort(), held]);
  });

  describe('drain a region while something keeps the others too small', () => {
    const kept = (reason: string): ReplicasKept => ({ replicas: 5, reason, message: 'as it is' });
    const drained: Scene = { records: ALL, steers: [steer('drain', A, 2 * MINUTE)], fits: 0.5 };
    const weighted = { ...ACTIVE, weights: 'even' } as const;
    const weights = ALL.map((each) => ({ ...each, weight: 10 }));

    it.each<[string, Partial<Scene>, readonly string[], readonly string[]]>([
      [
        'a pin: it waits, the deadline notwithstanding',
        { kept: kept('OverrideHeld') },
        [],
        ['SurvivorsHeld for a person'],
      ],
      ['a hold does the same', { kept: kept('OnHold') }, [], ['SurvivorsHeld for a person']],
      ['and a freeze', { kept: kept('Frozen') }, [], ['SurvivorsHeld for a person']],
      [
        'also before the deadline',
        { kept: kept('OverrideHeld'), steers: [steer('drain', A)] },
        [],
        ['SurvivorsHeld for a person'],
      ],
      [
        'a standby is not led to, either',
        {
          ...{ kept: kept('OverrideHeld'), name: STANDBY, records: [record(1)] },
          ...{ readyToTake: false, fits: 0 },
        },
        [],
        ['RegionNotReady', 'SurvivorsHeld for a person'],
      ],
      [
        'the autoscaler: it goes at the deadline',
        { kept: kept('AutoscalerMaximum') },
        ['disable r1 RegionDrained'],
        [],
      ],
      [
        'which a person hears of before',
        { kept: kept('AutoscalerMaximum'), steers: [steer('drain', A)] },
        [],
        ['SurvivorsNotReady for a person'],
      ],
      [
        'a pin, and as much as fits may go',
        { kept: kept('OverrideHeld'), name: weighted, records: weights, policy: { atDeadline: 'share' } },
        ['lighten r1 4 RegionDrained'],
        [],
      ],
      [
        'a pin, and the region is down: it goes at the deadline',
        {
          ...{ kept: kept('OverrideHeld'), steers: [], votes: { 1: 'down' } },
          records: [record(1, { note: 'down:2611281158:1' }), record(2), record(3)],
        },
        ['disable r1 RegionUnhealthy'],
        [],
      ],
    ])('%s', (_, scene, expected, held) => {
      const plan = decide({ ...drained, ...scene });
      expect([steps(plan), holds(plan)]).toEqual([expected, held]);
    });
  });

  describe('drain a region that is well and out of DNS', () => {
    const steers = [steer('drain', A)];
    const gone = (changes: Partial<RecordSeen> & { readonly note?: string } = {}) => [
      record(1, { enabled: false, updatedAt: AT - MINUTE, ...changes }),
      record(2),
      record(3),
    ];
    const words = 'cn-hangzhou is drained until 2026-11-28T13:00:00Z by li.wei: power works';

    it.each<[string, Scene]>([
      ['a moment ago', { records: gone(), steers }],
      ['and long since', { records: gone({ updatedAt: AT - HOUR }), steers }],
      ['and while its alarm rings', { records: gone(), steers, ringing: { [A]: 'no healthy backend' } }],
    ])('%s: they are told of the drain, and of no recovery', (_, scene) => {
      const { message, outcome, reason, lines } = decide(scene);
      expect([outcome, reason, message]).toEqual([
        'steady',
        'RegionDrained',
        `2 addresses are answered as they should be; ${words}`,
      ]);
      expect(lines[0]).toMatchObject({ holds: [], ledAway: [words] });
    });

    it('that went down too often: only they can let it come back, which is said on', () => {
      const plan = decide({ records: gone({ note: 'up:2611281159:2' }), steers });
      expect(holds(plan)).toEqual(['Latched for a person']);
    });

    it('until the drain is over: then it is watched as one that was away, and not as one that was sick', () => {
      expect(decide({ records: gone() }).message).toBe(
        'default A: lb-1 was out of DNS and is watched until 2026-11-28T12:09:00Z',
      );
      expect(decide({ records: gone({ note: 'up:2611281159:1' }) }).message).toBe(
        'default A: lb-1 is well again and is watched until 2026-11-28T12:09:00Z',
      );
    });

    it('by a pin to another one', () => {
      const scene: Scene = { records: [record(1, { enabled: false }), record(2), record(3, { enabled: false })] };
      expect(decide({ ...scene, steers: [steer('pin', B)] })).toMatchObject({
        ...{ outcome: 'steady', reason: 'RegionDrained' },
        message:
          '1 address is answered as it should be; clients are pinned to cn-shanghai until 2026-11-28T13:00:00Z by li.wei: power works',
      });
    });
  });

  it('are told what happens at the deadline, before it and with it', () => {
    const [before, after] = [MINUTE, 2 * MINUTE].map((ago) =>
      decide({ records: ALL, steers: [steer('drain', A, ago)], fits: 0.5 }),
    );
    expect(before?.message).toBe(
      'default A: clients stay in cn-hangzhou until the others can carry them, and at 2026-11-28T12:01:00Z all of them go all the same: as told',
    );
    expect(after?.lines[0]?.removals[0]?.because).toBe(
      'cn-hangzhou is drained until 2026-11-28T13:00:00Z by li.wei: power works; the deadline is over, with too little room: as told',
    );
  });
});
