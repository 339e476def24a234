import type { Cloud, InitialRecord, NameTrafficSetup } from '../../../rehearsal/cloud';
import { createZones, createZoneWriter } from '../../../shared/cloud/zones';
import { MINUTE, SECOND } from '../../../shared/core/time';
import { START, steady } from './faces';
import { GATEWAY, HERE, minutesOf, OWN, THERE, twoRegions } from './two-regions';

const NAME = 'www.example.com';
const HOME = '203.0.113.0/24';
const TELECOM = '198.51.100.0/24';

interface Answers {
  readonly default?: readonly string[];
  readonly telecom?: readonly string[];
}

/** The name answers addresses of both regions, for 60 s, and its clients bring 200 requests a second, unless told. */
function published(answers: Answers = { default: both() }, changes: Partial<NameTrafficSetup> = {}): Cloud {
  const cloud = twoRegions();
  const record = { rr: 'www', type: 'A', ttl: 60 } as const;
  const records = Object.entries(answers).flatMap(([line, values]) =>
    (values ?? []).map((value: string): InitialRecord => ({ ...record, line, value })),
  );
  cloud.dns.addZone({ name: 'example.com', edition: 'ultimate', records });
  cloud.dns.addSubnet(TELECOM, 'telecom');
  const populations = [{ subnet: HOME, share: 1 }];
  cloud.sendName({ name: NAME, gateway: GATEWAY, populations, load: steady(200), ...changes });
  return cloud;
}

function address(region: typeof HERE | typeof THERE): string {
  return twoRegions().loadBalancers.address(OWN[region]);
}

function both(): readonly string[] {
  return [address(HERE), address(THERE)];
}

async function disable(cloud: Cloud, value: string): Promise<void> {
  const { records } = await createZones(cloud.openApi()).recordsOf('example.com', 'www');
  const id = records.find((record) => record.value === value)?.id ?? '';
  await createZoneWriter(cloud.openApi()).setEnabled(id, false);
}

/** Half of the clients are at each of two addresses, but for the one of forty resolvers that changes its own just now. */
const EVEN = { resolvers: 40, stretching: { share: 0 } };

function near(requests: number | undefined, expected: number): void {
  expect(Math.abs((requests ?? 0) - expected)).toBeLessThanOrEqual(0.02 * expected);
}

describe('the clients of a name', () => {
  it('bring one load to the gateways of all regions that it answers', async () => {
    const cloud = published(undefined, EVEN);
    cloud.step(7 * MINUTE);
    const { lost, minutes, offered, regions } = cloud.nameStats(NAME);
    expect(offered).toBeCloseTo(84_000, 6);
    expect(lost).toBeCloseTo(0, 6);
    near(regions[HERE], 42_000);
    near(regions[THERE], 42_000);
    expect((regions[HERE] ?? 0) + (regions[THERE] ?? 0)).toBeCloseTo(84_000, 6);
    expect(minutes).toHaveLength(7);
    expect(minutes[1]?.from).toBe(START + MINUTE);
    expect(minutes[1]?.offered).toBeCloseTo(12_000, 6);
    for (const region of [HERE, THERE]) {
      expect(cloud.stats(region, GATEWAY).offered).toBeCloseTo(regions[region] ?? 0, 6);
      expect(cloud.stats(region, GATEWAY).lost).toBeCloseTo(0, 6);
    }
    near((await minutesOf(cloud, HERE, 'InstanceNewConnection', OWN[HERE]))[0], 200);
  });

  it('come beside those that a gateway has of its own', () => {
    const cloud = published(undefined, EVEN);
    cloud.setLoad(HERE, GATEWAY, steady(50));
    cloud.step(MINUTE);
    near(cloud.stats(HERE, GATEWAY).offered, 9_000);
    near(cloud.stats(THERE, GATEWAY).offered, 6_000);
    expect(cloud.nameStats(NAME).offered).toBeCloseTo(12_000, 6);
  });

  it('are answered by their line', () => {
    const cloud = published(
      { default: [address(HERE)], telecom: [address(THERE)] },
      {
        ...EVEN,
        populations: [
          { subnet: HOME, share: 3 },
          { subnet: TELECOM, share: 1 },
        ],
      },
    );
    cloud.step(MINUTE);
    const { regions } = cloud.nameStats(NAME);
    expect(regions[HERE]).toBeCloseTo(9_000, 6);
    expect(regions[THERE]).toBeCloseTo(3_000, 6);
  });

  it('lose what goes to a dead region, and try no other', () => {
    const cloud = published(undefined, EVEN);
    cloud.step(MINUTE);
    cloud.regions.die(HERE);
    cloud.step(MINUTE);
    cloud.regions.revive(HERE);
    cloud.step(MINUTE);
    const { lost, minutes, regions } = cloud.nameStats(NAME);
    near(lost, 6_000);
    expect(minutes.map((minute) => minute.lost > 0.001)).toEqual([false, true, false]);
    expect(minutes[1]?.lost).toBeCloseTo(minutes[1]?.regions[HERE] ?? 0, 6);
    near(regions[HERE], 18_000);
    expect(cloud.stats(HERE, GATEWAY).refused).toBeCloseTo(lost, 6);
    expect(cloud.stats(THERE, GATEWAY).lost).toBeCloseTo(0, 6);
  });

  it('lose what the pods have no room for', () => {
    const cloud = published({ default: [address(HERE)] }, { ...EVEN, load: steady(400) });
    cloud.step(MINUTE);
    expect(cloud.nameStats(NAME).offered).toBeCloseTo(24_000, 6);
    expect(cloud.nameStats(NAME).lost).toBeCloseTo(6_000, 6);
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ refused: 0 });
  });

  it.each<[string, Answers]>([
    ['no answer', {}],
    ['the address of nobody', { default: ['192.0.2.1'] }],
  ])('lose everything with %s', (_, answers) => {
    const cloud = published(answers, EVEN);
    cloud.step(MINUTE);
    expect(cloud.nameStats(NAME).lost).toBeCloseTo(12_000, 6);
    expect(cloud.nameStats(NAME).regions).toEqual({});
    expect(cloud.stats(HERE, GATEWAY)).toMatchObject({ offered: 0 });
  });

  it('lose what comes to a CLB in a region without the gateway', () => {
    const cloud = twoRegions();
    cloud.loadBalancers.add({ region: 'cn-beijing', id: 'lb-far' });
    const value = cloud.loadBalancers.address('lb-far');
    cloud.dns.addZone({
      name: 'example.com',
      edition: 'ultimate',
      records: [{ rr: 'www', type: 'A', value, line: 'default', ttl: 60 }],
    });
    const populations = [{ subnet: HOME, share: 1 }];
    cloud.sendName({ name: NAME, gateway: GATEWAY, populations, load: steady(200) });
    cloud.step(MINUTE);
    expect(cloud.nameStats(NAME).lost).toBeCloseTo(12_000, 6);
  });
});

describe('a move away from a dead region', () => {
  it('is followed within the TTL, by 8.74 % of the resolvers within 600 s', async () => {
    const cloud = published();
    cloud.step(20 * MINUTE);
    cloud.regions.die(HERE);
    await disable(cloud, address(HERE));
    cloud.step(15 * MINUTE);
    // In percent, of each minute after the move.
    const minutes = cloud.nameStats(NAME).minutes.slice(20);
    const percent = minutes.map(({ lost, offered }) => (100 * lost) / offered);
    expect(percent[0]).toBeGreaterThan(20);
    expect(percent[0]).toBeLessThan(35);
    // What is left are those of the 9 in 103 resolvers that had the address: 4 or 5.
    expect(percent[2]).toBeGreaterThan(2);
    expect(percent[2]).toBeLessThan(4.9);
    expect(percent[8]).toBeGreaterThan(0.1);
    expect(percent[8]).toBeLessThan(percent[2] ?? 0);
    expect(percent[11]).toBeCloseTo(0, 6);
    const share = (minute: (typeof minutes)[number] | undefined) =>
      Math.round((100 * (minute?.regions[THERE] ?? 0)) / (minute?.offered ?? 1));
    expect(share(cloud.nameStats(NAME).minutes[10])).toBeGreaterThan(48);
    expect(share(cloud.nameStats(NAME).minutes[10])).toBeLessThan(52);
    expect(share(minutes[2])).toBeGreaterThan(94);
    expect(share(minutes[11])).toBe(100);
  });

  it('is the same for the same seed and the same steps', async () => {
    async function played() {
      const cloud = published();
      cloud.step(3 * MINUTE + 5 * SECOND);
      cloud.regions.halfDie(HERE, 0.3);
      await disable(cloud, address(HERE));
      cloud.step(5 * MINUTE);
      return cloud.nameStats(NAME);
    }
    expect(await played()).toEqual(await played());
  });
});

describe('clients of a name are refused', () => {
  it.each<[string, Partial<NameTrafficSetup>, string]>([
    ['twice', {}, 'www.example.com has its clients already'],
    [
      'for a gateway that is nowhere',
      { name: 'api.example.com', gateway: 'none' },
      'api.example.com: there is no gateway none in any region',
    ],
  ])('%s', (_, changes, message) => {
    const cloud = published();
    const populations = [{ subnet: HOME, share: 1 }];
    const setup = { name: NAME, gateway: GATEWAY, populations, load: steady(1), ...changes };
    expect(() => cloud.sendName(setup)).toThrow(message);
  });

  it('without weight, with a load that is none, and when nobody knows them', () => {
    const idle = published(undefined, { populations: [{ subnet: HOME, share: 0 }] });
    expect(() => idle.step(SECOND)).toThrow('the clients of www.example.com have no weight');
    const wrong = published(undefined, { load: steady(-1) });
    expect(() => wrong.step(SECOND)).toThrow('every figure must be finite and 0 or more');
    expect(() => twoRegions().nameStats(NAME)).toThrow('www.example.com has no clients');
  });
});
