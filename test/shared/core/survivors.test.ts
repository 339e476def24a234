import {
  capacityPlan,
  estimatedLoad,
  howToMakeRoom,
  isKeptByPeople,
  type RegionalGateway,
} from '../../../shared/core/survivors';

const POLICY = { margin: 1.3, target: 1 };

function gateways(...all: readonly Partial<RegionalGateway>[]): ReadonlyMap<string, RegionalGateway> {
  const whole = all.map((each) => ({
    region: 'b',
    ready: 20,
    max: 40,
    load: 10,
    protection: undefined,
    ...each,
  }));
  return new Map(whole.map((each) => [each.region, each]));
}

const ALL_TO_B = new Map([['b', 1]]);

describe('whether the others carry the load of a region', () => {
  it('they do: 10 and 1.3 × 7 need 20 of 20', () => {
    const plan = capacityPlan({ load: 7, shares: ALL_TO_B }, gateways({}), POLICY);
    expect(plan).toMatchObject({
      fits: 1,
      floors: [],
      message: 'b: 10 and 9.1 more need 20 of 20 ready replicas',
      survivors: [{ region: 'b', gateway: { ready: 20, max: 40 }, need: 20, kept: undefined }],
    });
    expect([plan.moved?.load, plan.moved?.withMargin, plan.survivors[0]?.more]).toEqual([
      7,
      expect.closeTo(9.1, 9),
      expect.closeTo(9.1, 9),
    ]);
  });

  it('they do not: 10 and 1.3 × 20 need 36 of 20, and 10 of 26 fit', () => {
    const plan = capacityPlan({ load: 20, shares: ALL_TO_B }, gateways({}), POLICY);
    expect(plan).toMatchObject({ floors: [{ region: 'b', floor: 36 }] });
    expect(plan.fits).toBeCloseTo(10 / 26, 9);
  });

  it('more than are allowed are not asked for, and that is said', () => {
    expect(capacityPlan({ load: 40, shares: ALL_TO_B }, gateways({}), POLICY)).toMatchObject({
      floors: [{ region: 'b', floor: 40 }],
      message: 'b: 10 and 52 more need 62 of 20 ready replicas, of which 40 are allowed',
    });
  });

  it('the fullest of two decides what fits', () => {
    const shares = new Map([
      ['b', 0.5],
      ['c', 0.5],
    ]);
    const plan = capacityPlan({ load: 20, shares }, gateways({ load: 7 }, { region: 'c', load: 15 }), POLICY);
    expect(plan).toMatchObject({ floors: [{ region: 'c', floor: 28 }] });
    expect(plan.fits).toBeCloseTo(5 / 13, 9);
  });

  it.each<[string, number | undefined, ReadonlyMap<string, RegionalGateway>, readonly object[], string]>([
    ['one that could not be asked', 5, new Map(), [], 'b: it could not be asked'],
    ['one whose load is not known', 5, gateways({ load: undefined }), [], 'b: its own load is not known'],
    [
      'a load that nobody knows',
      undefined,
      gateways({}),
      [{ region: 'b', floor: 40 }],
      'b: the load that would come is not known',
    ],
  ])('nothing is known to fit for %s', (_, load, all, floors, message) => {
    expect(capacityPlan({ load, shares: ALL_TO_B }, all, POLICY)).toMatchObject({ fits: 0, floors, message });
  });

  it('without another region nothing fits', () => {
    expect(capacityPlan({ load: 5, shares: new Map() }, gateways({}), POLICY)).toMatchObject({
      fits: 0,
      floors: [],
      message: 'no other region',
      survivors: [],
    });
  });
});

describe('what keeps another region too small', () => {
  const pin = { replicas: 20, reason: 'OverrideHeld', message: 'pinned to 20' };

  it('is said, and the floor is asked for all the same: it counts when that has ended', () => {
    expect(capacityPlan({ load: 20, shares: ALL_TO_B }, gateways({ limit: pin }), POLICY)).toMatchObject({
      floors: [{ region: 'b', floor: 36 }],
      message: 'b: 10 and 26 more need 36 of 20 ready replicas, and it is kept at 20: pinned to 20',
      survivors: [{ kept: pin }],
    });
  });

  it.each<[string, number, Partial<RegionalGateway>]>([
    ['there is room anyway', 7, { limit: pin }],
    ['it is kept at as many as are needed, and they are not ready yet', 20, { limit: { ...pin, replicas: 36 } }],
    ['more are ready than it is kept at', 20, { limit: pin, ready: 36 }],
  ])('is nothing to speak of where %s', (_, load, gateway) => {
    const plan = capacityPlan({ load, shares: ALL_TO_B }, gateways(gateway), POLICY);
    expect([plan.survivors[0]?.kept, isKeptByPeople(plan)]).toEqual([undefined, false]);
  });

  it.each<[reason: string, boolean]>([
    ['OverrideHeld', true],
    ['OnHold', true],
    ['Frozen', true],
    ['AutoscalerMaximum', false],
    ['ObserveMode', false],
    ['ProposeMode', false],
    ['Maintenance', false],
  ])('%s is a wish of people for a while: %p', (reason, expected) => {
    for (const load of [20, undefined]) {
      const plan = capacityPlan({ load, shares: ALL_TO_B }, gateways({ limit: { ...pin, reason } }), POLICY);
      expect(isKeptByPeople(plan)).toBe(expected);
    }
  });
});

it.each<[reason: string, way: string]>([
  ['OverrideHeld', 'pin 36 or more in b, or end that pin at scale-gateway alone'],
  ['OnHold', 'end that hold at scale-gateway of b alone'],
  ['Frozen', 'unfreeze the cluster of b'],
  ['AutoscalerMaximum', ''],
])('what people can do about %s', (reason, way) => {
  const limit = { replicas: 20, reason, message: 'as it is' };
  expect(howToMakeRoom(capacityPlan({ load: 20, shares: ALL_TO_B }, gateways({ limit }), POLICY))).toBe(way);
});

describe('the load of a region that cannot be asked', () => {
  it.each<[string, ReadonlyMap<string, number>, ReadonlyMap<string, RegionalGateway>, number | undefined]>([
    ['as many answers as the other', new Map(Object.entries({ a: 1, b: 1 })), gateways({ load: 12 }), 12],
    ['one answer of three', new Map(Object.entries({ a: 1, b: 2 })), gateways({ load: 12 }), 6],
    [
      'the others together',
      new Map(Object.entries({ a: 1, b: 1, c: 1 })),
      gateways({ load: 12 }, { region: 'c', load: 6 }),
      9,
    ],
    ['the others are idle standbys', new Map(Object.entries({ a: 1 })), gateways({ load: 0 }), undefined],
    ['nobody knows', new Map(Object.entries({ a: 1, b: 1 })), gateways({ load: undefined }), undefined],
  ])('%s', (_, answers, all, expected) => {
    expect(estimatedLoad('a', answers, all)).toBe(expected);
  });
});
