import { createCloud, NOWHERE } from '../../../rehearsal/cloud';
import { createZones, createZoneWriter } from '../../../shared/cloud/zones';
import { SECOND } from '../../../shared/core/time';

const HOME = '203.0.113.0/24';
const TELECOM = '198.51.100.0/24';
const [A, B] = ['192.0.2.1', '192.0.2.2'] as const;
const WWW = { rr: 'www', type: 'A', line: 'default', ttl: 60 } as const;

function aCloud(
  records: Parameters<ReturnType<typeof createCloud>['dns']['addZone']>[0]['records'] = [{ ...WWW, value: A }],
) {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 23), seed: 1 });
  cloud.dns.addZone({ name: 'example.com', edition: 'ultimate', records });
  const writer = createZoneWriter(cloud.openApi());
  return { cloud, writer, addSubnet: cloud.dns.addSubnet };
}

/** Shares in whole percent, of those that are not 0. */
function percent(destinations: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(destinations).map(([address, share]) => [address, Math.round(share * 100)]));
}

describe('clients that keep what a name answers', () => {
  it('go to all of its addresses alike', () => {
    const { cloud } = aCloud([A, B].map((value) => ({ ...WWW, value })));
    const clients = cloud.dns.clients({ name: 'www.example.com', populations: [{ subnet: HOME, share: 1 }] });
    expect(percent(clients(cloud.clock.now()))).toEqual({ [A]: 50, [B]: 50 });
  });

  it('follow a change within its TTL, a few only after twice that', async () => {
    const { cloud, writer } = aCloud();
    const clients = cloud.dns.clients({ name: 'www.example.com', populations: [{ subnet: HOME, share: 1 }] });
    const shares: number[] = [];
    const tick = (): void => {
      shares.push(percent(clients(cloud.clock.now()))[B] ?? 0);
      cloud.step(5 * SECOND);
    };
    for (let ticks = 0; ticks < 24; ticks += 1) tick();
    const { records } = await createZones(cloud.openApi()).recordsOf('example.com', 'www');
    await writer.update(records[0]?.id ?? '', { ...WWW, value: B });
    shares.length = 0;
    for (let ticks = 0; ticks <= 26; ticks += 1) tick();
    // The name servers follow after 2 and 4 s.
    expect(shares.slice(0, 2)).toEqual([0, expect.any(Number)]);
    expect(shares[7]).toBeGreaterThan(35);
    expect(shares[7]).toBeLessThan(65);
    expect(shares[14]).toBeGreaterThanOrEqual(95);
    expect(shares[14]).toBeLessThan(100);
    expect(shares[26]).toBe(100);
  });

  it('keep an answer for a least time where resolvers are told so', async () => {
    const { cloud, writer } = aCloud();
    const clients = cloud.dns.clients({
      name: 'www.example.com',
      populations: [{ subnet: HOME, share: 1 }],
      resolvers: 10,
      stretching: { share: 0.2, atLeast: 600 * SECOND },
    });
    const pass = (seconds: number): void => {
      for (let passed = 0; passed < seconds; passed += 5) {
        clients(cloud.clock.now());
        cloud.step(5 * SECOND);
      }
    };
    pass(1_200);
    const { records } = await createZones(cloud.openApi()).recordsOf('example.com', 'www');
    await writer.update(records[0]?.id ?? '', { ...WWW, value: B });
    pass(70);
    expect(percent(clients(cloud.clock.now()))).toEqual({ [A]: 20, [B]: 80 });
    pass(540);
    expect(percent(clients(cloud.clock.now()))).toEqual({ [B]: 100 });
  });

  it('get nowhere while there is no answer, and come back when there is', async () => {
    const { cloud, writer } = aCloud([]);
    const clients = cloud.dns.clients({ name: 'www.example.com', populations: [{ subnet: HOME, share: 1 }] });
    expect(percent(clients(cloud.clock.now()))).toEqual({ [NOWHERE]: 100 });
    await writer.add('example.com', { ...WWW, value: A });
    cloud.step(1_300 * SECOND);
    expect(percent(clients(cloud.clock.now()))).toEqual({ [A]: 100 });
  });

  it('are answered by their line, and by a server that is left', () => {
    const { addSubnet, cloud } = aCloud([
      { ...WWW, value: A },
      { ...WWW, line: 'telecom', value: B },
    ]);
    addSubnet(TELECOM, 'telecom');
    cloud.dns.breakServer('ns1.alidns.example', 'silent');
    const populations = [
      { subnet: HOME, share: 0.75 },
      { subnet: TELECOM, share: 0.25 },
    ];
    const clients = cloud.dns.clients({ name: 'www.example.com', populations });
    expect(percent(clients(cloud.clock.now()))).toEqual({ [A]: 75, [B]: 25 });
    cloud.dns.breakServer('ns2.alidns.example', 'servfail');
    cloud.step(120 * SECOND);
    expect(percent(clients(cloud.clock.now()))).toEqual({ [NOWHERE]: 100 });
  });

  it('refuses a network that is none', () => {
    const { cloud } = aCloud();
    const populations = [{ subnet: 'everywhere', share: 1 }];
    expect(() => cloud.dns.clients({ name: 'www.example.com', populations })).toThrow('not a network: everywhere');
  });
});
