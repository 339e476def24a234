import type { Reading } from '../../../shared/core/gateway';
import { decidePublication } from '../../../shared/core/publication';
import type {
  Addition,
  ClbHealth,
  FrontClb,
  LinePlan,
  NamePlan,
  NameToPublish,
  PublicationSnapshot,
  RegionFronts,
  Removal,
} from '../../../shared/core/publication-model';
import { MINUTE } from '../../../shared/core/time';
import type { RecordSeen } from '../../../shared/core/zone';

const AT = Date.UTC(2026, 10, 23, 10);
const WELL: ClbHealth = { state: 'well' };
const SICK: ClbHealth = { state: 'sick', why: 'no healthy backend on 443' };
const UNKNOWN: ClbHealth = { state: 'unknown', why: 'SystemBusy' };

const NAME: NameToPublish = {
  name: 'www.example.com',
  zone: 'example.com',
  rr: 'www',
  gateway: 'ingressgateway',
  publish: 'auto',
  ttl: 60,
  lines: [{ line: 'default', regions: ['cn-hangzhou'] }],
  mode: 'active-active',
  subnets: {},
  weights: 'off',
  own: { 'cn-hangzhou': ['lb-1'] },
};

function clb(last: number, changes: Partial<FrontClb> = {}): FrontClb {
  const origin = last === 1 ? 'own' : 'extra';
  return {
    region: 'cn-hangzhou',
    id: `lb-${last}`,
    address: `192.0.2.${last}`,
    origin,
    serving: true,
    health: WELL,
    ...changes,
  };
}

function record(last: number, changes: Partial<RecordSeen> = {}): RecordSeen {
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
    remark: 'gateway-autopilot',
    updatedAt: AT - 60 * MINUTE,
    ...changes,
  };
}

function fronts(...clbs: readonly FrontClb[]): Reading<RegionFronts> {
  return { ok: true, value: { clbs, gone: [] } };
}

const UNREAD: Reading<RegionFronts> = { ok: false, problem: 'ServiceUnavailable' };

function plan(
  records: readonly RecordSeen[],
  seen: Reading<RegionFronts> | Readonly<Record<string, Reading<RegionFronts>>>,
  changes: Partial<PublicationSnapshot> = {},
): NamePlan {
  const regions = 'ok' in seen ? { 'cn-hangzhou': seen as Reading<RegionFronts> } : seen;
  return decidePublication({
    at: AT,
    name: NAME,
    adopt: false,
    minTtl: 1,
    records,
    fronts: new Map(Object.entries(regions)),
    ...changes,
  });
}

/** Steps as text, one each: what is done, and to which address. */
function steps({ lines }: NamePlan): readonly string[] {
  return lines.flatMap(({ additions, removals }) => [...additions.map(additionText), ...removals.map(removalText)]);
}

function additionText(step: Addition): string {
  switch (step.do) {
    case 'add':
      return `add ${step.content.value} ${step.content.line} ${step.content.ttl}`;
    case 'enable':
      return `enable ${step.record.id}${step.softly ? ' softly' : ''}`;
    case 'mark':
      return `mark ${step.record.id}`;
    case 'open-weights':
      return `open-weights ${step.type}`;
    case 'weigh':
      return `weigh ${step.record.id} ${step.weight}`;
  }
}

function removalText(step: Removal): string {
  switch (step.do) {
    case 'disable':
      return `disable ${step.record.id}`;
    case 'move':
      return `move ${step.record.id} ${step.to.value}`;
    case 'lighten':
      return `lighten ${step.record.id} ${step.weight}`;
    case 'retime':
      return `retime ${step.record.id} ${step.ttl}`;
  }
}

function holds({ lines }: NamePlan): readonly (readonly [string, boolean])[] {
  return lines.flatMap((line) => line.holds.map(({ needsPerson, reason }) => [reason, needsPerson] as const));
}

describe('what is answered', () => {
  it.each<[string, readonly RecordSeen[], readonly FrontClb[], readonly string[], NamePlan['outcome'], string]>([
    ['everything as it should be', [record(1)], [clb(1)], [], 'steady', 'Published'],
    ['a new CLB', [record(1)], [clb(1), clb(2)], ['add 192.0.2.2 default 60'], 'change', 'AddressMissing'],
    ['the first answer of all', [], [clb(1)], ['add 192.0.2.1 default 60'], 'change', 'AddressMissing'],
    [
      'a standby record',
      [record(1), record(2, { enabled: false })],
      [clb(1), clb(2)],
      ['enable r2'],
      'change',
      'AddressMissing',
    ],
    [
      'one that does not serve',
      [record(1), record(2)],
      [clb(1), clb(2, { serving: false })],
      ['disable r2'],
      'change',
      'AddressNotServing',
    ],
    ['an address of no CLB', [record(1), record(9)], [clb(1)], ['disable r9'], 'change', 'AddressNotServing'],
    [
      'a sick CLB',
      [record(1), record(2)],
      [clb(1), clb(2, { health: SICK })],
      ['disable r2'],
      'change',
      'AddressUnhealthy',
    ],
    [
      'the own one sick',
      [record(1), record(2)],
      [clb(1, { health: SICK }), clb(2)],
      ['disable r1'],
      'change',
      'AddressUnhealthy',
    ],
    ['a sick CLB that is not answered', [record(1)], [clb(1), clb(2, { health: SICK })], [], 'steady', 'Published'],
    [
      'a sick standby stays disabled',
      [record(1), record(2, { enabled: false })],
      [clb(1), clb(2, { health: SICK })],
      [],
      'steady',
      'Published',
    ],
    [
      'unknown health, answered',
      [record(1), record(2)],
      [clb(1), clb(2, { health: UNKNOWN })],
      [],
      'hold',
      'ReadFailed',
    ],
    ['unknown health, not answered', [record(1)], [clb(1), clb(2, { health: UNKNOWN })], [], 'hold', 'ReadFailed'],
    ['another TTL', [record(1, { ttl: 600 })], [clb(1)], ['retime r1 60'], 'change', 'RecordDiffers'],
    [
      'another TTL of a disabled one',
      [record(1), record(2, { ttl: 600, enabled: false })],
      [clb(1)],
      [],
      'steady',
      'Published',
    ],
    [
      'records of other names and types',
      [record(1), record(2, { rr: 'api' }), record(3, { type: 'TXT' })],
      [clb(1)],
      [],
      'steady',
      'Published',
    ],
    [
      'a sick sole answer: the healthy one is added, and then it is disabled',
      [record(1)],
      [clb(1, { health: SICK }), clb(2)],
      ['add 192.0.2.2 default 60', 'disable r1'],
      'change',
      'AddressMissing',
    ],
    [
      'a sole answer that drains is changed in place',
      [record(2)],
      [clb(1), clb(2, { serving: false })],
      ['move r2 192.0.2.1'],
      'change',
      'AddressNotServing',
    ],
    [
      'but not with a standby record of the new address',
      [record(2), record(1, { enabled: false })],
      [clb(1), clb(2, { serving: false })],
      ['enable r1', 'disable r2'],
      'change',
      'AddressMissing',
    ],
    [
      'nor when there will be two',
      [record(2)],
      [clb(1), clb(3), clb(2, { serving: false })],
      ['add 192.0.2.1 default 60', 'add 192.0.2.3 default 60', 'disable r2'],
      'change',
      'AddressMissing',
    ],
    [
      'a sole answer of no CLB: added first',
      [record(9)],
      [clb(1)],
      ['add 192.0.2.1 default 60', 'disable r9'],
      'change',
      'AddressMissing',
    ],
  ])('%s', (_, records, clbs, expected, outcome, reason) => {
    const decided = plan(records, fronts(...clbs));
    expect([steps(decided), decided.outcome, decided.reason]).toEqual([expected, outcome, reason]);
  });

  it('A and AAAA are kept apart', () => {
    const six = clb(2, { address: '2001:db8::2' });
    const decided = plan([record(1)], fronts(clb(1), six));
    expect(steps(decided)).toEqual(['add 2001:db8::2 default 60']);
    expect(decided.lines.map(({ type, wanted }) => [type, wanted])).toEqual([
      ['A', ['192.0.2.1']],
      ['AAAA', ['2001:db8::2']],
    ]);
  });
});

describe('what is never taken away', () => {
  it.each<[string, readonly RecordSeen[], readonly FrontClb[], string, boolean]>([
    ['the last answer, sick', [record(1)], [clb(1, { health: SICK })], 'NothingHealthy', true],
    ['the last answer, not serving', [record(2)], [clb(2, { serving: false })], 'NothingHealthy', true],
    [
      'all of them, sick',
      [record(1), record(2)],
      [clb(1, { health: SICK }), clb(2, { health: SICK })],
      'NothingHealthy',
      true,
    ],
    ['when nothing serves', [], [], 'NothingHealthy', true],
    [
      'all but one, sick',
      [record(1), record(2), record(3)],
      [clb(1), clb(2, { health: SICK }), clb(3, { health: SICK })],
      'TooManySick',
      true,
    ],
    [
      'extra ones that are most of the region, and that no list shows',
      [record(1), ...[2, 3].map((n) => record(n, { remark: 'gateway-autopilot cn-hangzhou+' }))],
      [clb(1)],
      'ReadFailed',
      true,
    ],
    [
      'a sick one beside an unknown one',
      [record(1), record(2)],
      [clb(1, { health: UNKNOWN }), clb(2, { health: SICK })],
      'NothingHealthy',
      true,
    ],
  ])('%s', (_, records, clbs, reason, needsPerson) => {
    const decided = plan(records, fronts(...clbs));
    expect(steps(decided)).toEqual([]);
    expect(holds(decided)).toContainEqual([reason, needsPerson]);
    expect([decided.outcome, decided.needsPerson]).toEqual(['hold', true]);
  });

  it.each([
    ['one of them', [2], [1]],
    ['half of the region', [3, 4], [1, 2]],
  ])('is not %s, as gone as the lists say', (_, gone, listed) => {
    const records = [...listed, ...gone].map((n) => record(n, { remark: 'gateway-autopilot cn-hangzhou+' }));
    const decided = plan(records, fronts(...listed.map((n) => clb(n))));
    expect(steps(decided)).toEqual(gone.map((n) => `disable r${n}`));
  });

  it('more than one sick address of a line in a look', () => {
    const clbs = [clb(1), clb(2, { health: SICK }), clb(3, { health: SICK }), clb(4)];
    expect(steps(plan([record(1), record(2), record(3), record(4)], fronts(...clbs)))).toEqual(['disable r2']);
  });

  it('what may belong to a region that was not read', () => {
    const decided = plan([record(1), record(9)], { 'cn-hangzhou': fronts(clb(1)), 'cn-shanghai': UNREAD });
    expect([steps(decided), holds(decided)]).toEqual([[], [['ReadFailed', false]]]);
    expect(decided.alarms).toEqual([
      { reason: 'ReadFailed', message: 'the CLBs of cn-shanghai could not be read: ServiceUnavailable' },
    ]);
  });

  it('anything while no region was read', () => {
    const decided = plan([record(1)], UNREAD);
    expect([steps(decided), decided.outcome, decided.reason]).toEqual([[], 'hold', 'ReadFailed']);
  });
});

describe('whose records they are', () => {
  const foreign = record(9, { remark: '' });

  it.each<
    [string, readonly RecordSeen[], readonly FrontClb[], readonly string[], readonly (readonly [string, boolean])[]]
  >([
    ['a foreign one stays', [record(1), foreign], [clb(1)], [], []],
    ['a foreign one alone keeps nothing of ours back', [foreign], [clb(1)], ['add 192.0.2.1 default 60'], []],
    [
      'an unmarked one of an extra CLB is marked',
      [record(1), record(2, { remark: '' })],
      [clb(1), clb(2)],
      ['mark r2'],
      [],
    ],
    ['one with the remark of somebody is left', [record(1), record(2, { remark: 'li' })], [clb(1), clb(2)], [], []],
    [
      'one whose remark only begins like ours is left',
      [record(1), record(2, { remark: 'gateway-autopilots' })],
      [clb(1), clb(2)],
      [],
      [],
    ],
    [
      'one with the remark of somebody that should go is for a person',
      [record(1), record(2, { remark: 'li' })],
      [clb(1), clb(2, { serving: false })],
      [],
      [['AdoptionNeeded', true]],
    ],
    ['an unmarked one of the own CLB is left', [record(1, { remark: '' })], [clb(1)], [], []],
    [
      'when it is sick a person is told',
      [record(1, { remark: '' }), record(2)],
      [clb(1, { health: SICK }), clb(2)],
      [],
      [['AdoptionNeeded', true]],
    ],
    [
      'a disabled one of the own CLB is in the way',
      [record(1, { remark: '', enabled: false }), record(2)],
      [clb(1), clb(2)],
      [],
      [['AdoptionNeeded', true]],
    ],
    ['a locked one is left', [record(1), record(2, { locked: true })], [clb(1), clb(2)], [], []],
    [
      'a locked one that is sick is for a person',
      [record(1), record(2, { locked: true })],
      [clb(1), clb(2, { health: SICK })],
      [],
      [['RecordLocked', true]],
    ],
    [
      'a locked one that is disabled is in the way',
      [record(1), record(2, { locked: true, enabled: false })],
      [clb(1), clb(2)],
      [],
      [['RecordLocked', true]],
    ],
    [
      'a CNAME is in the way',
      [record(8, { type: 'CNAME', value: 'cdn.example.net' })],
      [clb(1)],
      [],
      [['RecordConflict', true]],
    ],
    [
      'a CNAME of another line is not',
      [record(1), record(8, { type: 'CNAME', value: 'cdn.example.net', line: 'telecom' })],
      [clb(1)],
      [],
      [],
    ],
  ])('%s', (_, records, clbs, expected, held) => {
    const decided = plan(records, fronts(...clbs));
    expect([steps(decided), holds(decided)]).toEqual([expected, held]);
  });

  it('what adoption would change is shown before it is done', () => {
    const records = [record(1, { remark: '', ttl: 600 }), record(2)];
    const [line] = plan(records, fronts(clb(1, { health: SICK }), clb(2))).lines;
    expect(line?.adoptable.map(({ changes, record: { id } }) => [id, changes])).toEqual([
      ['r1', ['our mark in its remark', 'TTL 600 s to 60 s', 'disabled: lb-1: no healthy backend on 443']],
    ]);
  });

  it('adopted, a record is ours', () => {
    const records = [record(1, { remark: '', ttl: 600 })];
    const decided = plan(records, fronts(clb(1)), { adopt: true });
    expect([steps(decided), decided.lines[0]?.adoptable]).toEqual([['mark r1', 'retime r1 60'], []]);
  });

  it('foreign and locked ones are told', () => {
    const records = [record(1), foreign, record(2, { locked: true })];
    expect(plan(records, fronts(clb(1), clb(2))).lines[0]?.foreign.map(({ id }) => id)).toEqual(['r2', 'r9']);
  });
});

describe('weights', () => {
  const even = { ...NAME, weights: 'even' as const };
  const NEW = AT - 59_000;

  it.each<[string, readonly RecordSeen[], readonly string[]]>([
    ['are not opened for one answer', [record(1)], ['add 192.0.2.2 default 60']],
    ['are opened for two', [record(1), record(2)], ['open-weights A']],
    ['are not opened beside a foreign answer', [record(1), record(2), record(9, { remark: '' })], []],
    ['also on another line', [record(1), record(2), record(9, { remark: '', line: 'unicom' })], []],
    ['of a new answer stay small for a TTL', [record(1, { weight: 10 }), record(2, { weight: 1, updatedAt: NEW })], []],
    [
      'and are raised then',
      [record(1, { weight: 10 }), record(2, { weight: 1, updatedAt: AT - 60_000 })],
      ['weigh r2 10'],
    ],
    ['to the highest of the line', [record(1, { weight: 50 }), record(2, { weight: 1 })], ['weigh r2 50']],
    ['both, when both are old', [record(1, { weight: 1 }), record(2, { weight: 1 })], ['weigh r1 10', 'weigh r2 10']],
    [
      'of a standby record begin small',
      [record(1, { weight: 10 }), record(2, { weight: 10, enabled: false })],
      ['enable r2 softly'],
    ],
  ])('%s', (_, records, expected) => {
    expect(steps(plan(records, fronts(clb(1), clb(2)), { name: even }))).toEqual(expected);
  });

  it('are opened once for all lines', () => {
    const lines = ['default', 'telecom'].map((line) => ({ line, regions: ['cn-hangzhou'] }));
    const records = lines.flatMap(({ line }) => [
      record(1, { id: `1${line}`, line }),
      record(2, { id: `2${line}`, line }),
    ]);
    expect(steps(plan(records, fronts(clb(1), clb(2)), { name: { ...even, lines } }))).toEqual(['open-weights A']);
  });

  it('of a sick answer, and of a wildcard, are left alone', () => {
    const records = [record(1, { weight: 10 }), record(2, { weight: 1 })];
    expect(steps(plan(records, fronts(clb(1), clb(2, { health: SICK })), { name: even }))).toEqual(['disable r2']);
    const wild = { ...even, rr: '*.app' };
    const there = [record(1, { rr: '*.app' }), record(2, { rr: '*.app' })];
    expect(steps(plan(there, fronts(clb(1), clb(2)), { name: wild }))).toEqual([]);
  });
});

describe('lines and editions', () => {
  const lines = [
    { line: 'default', regions: ['cn-hangzhou'] },
    { line: 'telecom', regions: ['cn-shanghai'] },
  ];
  const seen = {
    'cn-hangzhou': fronts(clb(1)),
    'cn-shanghai': fronts(clb(5, { region: 'cn-shanghai' })),
  };

  it('each line has the addresses of its regions', () => {
    const decided = plan([record(1)], seen, { name: { ...NAME, lines } });
    expect(steps(decided)).toEqual(['add 192.0.2.5 telecom 60']);
  });

  it('an address of another region goes when it has a successor', () => {
    const records = [record(1), record(5, { line: 'default' }), record(5, { id: 't5', line: 'telecom' })];
    expect(steps(plan(records, seen, { name: { ...NAME, lines } }))).toEqual(['disable r5']);
  });

  it("records of ours on a line that is not configured are for a person, those of others are nobody's business", () => {
    const stray = [record(7, { line: 'unicom' }), record(8, { line: 'edu', remark: '' })];
    const decided = plan([record(1), ...stray], fronts(clb(1)));
    expect(steps(decided)).toEqual([]);
    expect(holds(decided)).toEqual([['RecordDiffers', true]]);
    expect(decided.message).toBe(
      'unicom A: 192.0.2.7 of ours on a line that is not configured: delete the records, or configure the line',
    );
  });

  it('while the edition is not known a new record gets a TTL that another one has, and none is changed', () => {
    const sick = [record(1, { ttl: 600 })];
    const decided = plan(sick, fronts(clb(1, { health: SICK }), clb(2)), { minTtl: undefined });
    expect(steps(decided)).toEqual(['add 192.0.2.2 default 600', 'disable r1']);
    expect(steps(plan([record(1, { ttl: 300 })], fronts(clb(1)), { minTtl: undefined }))).toEqual([]);
    expect(steps(plan([], fronts(clb(1)), { minTtl: undefined }))).toEqual(['add 192.0.2.1 default 600']);
  });

  it('the only answer that drains and is sick is not waited for: the healthy one is added at once', () => {
    const decided = plan([record(1)], fronts(clb(1, { serving: false, health: SICK }), clb(2)));
    expect(steps(decided)).toEqual(['add 192.0.2.2 default 60', 'disable r1']);
  });

  it('a new answer has its whole weight at once where no healthy one has any', () => {
    const weights = { name: { ...NAME, weights: 'even' } } as const;
    const records = [record(1, { weight: 10 }), record(2, { weight: 1, updatedAt: AT })];
    const decided = plan(records, fronts(clb(1, { health: SICK }), clb(2)), weights);
    expect(steps(decided)).toEqual(['weigh r2 10', 'disable r1']);
    expect(steps(plan(records, fronts(clb(1), clb(2)), weights))).toEqual([]);
  });

  it('no weight is raised beside an answer of somebody else, whose share is theirs', () => {
    const weights = { name: { ...NAME, weights: 'even' } } as const;
    const records = [record(1, { weight: 1 }), record(9, { weight: 5, remark: '' })];
    expect(steps(plan(records, fronts(clb(1)), weights))).toEqual([]);
  });

  it.each<[number | undefined, number, readonly string[]]>([
    [undefined, 60, []],
    [60, 60, []],
    [600, 600, ['the edition of the zone allows no TTL below 600 s; 60 s is configured']],
  ])('where the edition allows no TTL below %s', (minTtl, ttl, alarms) => {
    const decided = plan([record(1, { ttl })], fronts(clb(1)), { minTtl });
    expect([decided.ttl, steps(decided), decided.alarms.map(({ message }) => message)]).toEqual([ttl, [], alarms]);
  });

  it('a configured CLB that does not exist is told', () => {
    const { alarms } = plan([record(2)], { 'cn-hangzhou': { ok: true, value: { clbs: [clb(2)], gone: ['lb-1'] } } });
    expect(alarms).toEqual([
      { reason: 'NoLoadBalancer', message: 'lb-1 of cn-hangzhou is configured and does not exist' },
    ]);
  });

  it('tells what is answered and what is wanted', () => {
    const [line]: readonly LinePlan[] = plan([record(2), record(1)], fronts(clb(1), clb(3))).lines;
    expect([line?.answers, line?.wanted]).toEqual([
      ['192.0.2.1', '192.0.2.2'],
      ['192.0.2.1', '192.0.2.3'],
    ]);
  });
});
