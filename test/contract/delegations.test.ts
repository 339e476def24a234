import type { Cloud, StrangeServer } from '../../rehearsal/cloud';
import { createDelegations } from '../../shared/cloud/delegations';
import { createDnsResolver } from '../../shared/cloud/dns-resolver';
import type { Delegations } from '../../shared/ports';
import { DEADLINE, errorOf } from '../rehearsal/cloud/faces';
import { cloudWith, WWW, ZONE } from '../rehearsal/cloud/products/zones';

const LOWER = `gw.${ZONE}`;
const FAR: readonly StrangeServer[] = [
  { host: 'ns1.far.example', address: '203.0.113.1' },
  { host: 'ns2.far.example', address: '203.0.113.2' },
];

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function overTheWire(cloud: Cloud): Promise<Delegations> {
  const dns = await cloud.dns.listen();
  close = dns.close;
  const directory = cloud.dns.directory([...dns.servers, ...dns.registry]);
  return createDelegations(DEADLINE, (deadline) => ({ directory, resolver: createDnsResolver({ deadline }) }));
}

async function inProcess(cloud: Cloud): Promise<Delegations> {
  close = async () => undefined;
  return cloud.dns.delegations();
}

describe.each([
  ['over the wire', overTheWire],
  ['in the process', inProcess],
] as const)('Delegations %s', (_, open) => {
  const hostsOf = async (delegations: Delegations, zone: string) =>
    (await delegations.of(zone)).map(({ host }) => host).sort();

  it('are those that the zone above names, with their addresses', async () => {
    const cloud = cloudWith([WWW]);
    const delegations = await open(cloud);
    expect(await hostsOf(delegations, ZONE)).toEqual(['ns1.alidns.example', 'ns2.alidns.example']);
    cloud.dns.delegate(ZONE, FAR);
    expect(await delegations.of(ZONE)).toEqual([
      { host: 'ns1.far.example', addresses: ['203.0.113.1'] },
      { host: 'ns2.far.example', addresses: ['203.0.113.2'] },
    ]);
    cloud.dns.delegate(ZONE, undefined);
    expect(await hostsOf(delegations, ZONE)).toEqual(['ns1.alidns.example', 'ns2.alidns.example']);
  });

  it('are none where the zone above knows nobody', async () => {
    const cloud = cloudWith([WWW]);
    cloud.dns.delegate(ZONE, []);
    expect(await (await open(cloud)).of(ZONE)).toEqual([]);
  });

  it.each([
    ['other servers', [{ host: 'ns9.alidns.example', delay: 0 }]],
    ['the same ones', undefined],
  ])('of a zone below one of ours, on %s, are what that one names', async (__, nameServers) => {
    const cloud = cloudWith([WWW]);
    cloud.dns.addZone({ name: LOWER, edition: 'ultimate', ...(nameServers === undefined ? {} : { nameServers }) });
    const delegations = await open(cloud);
    const own = nameServers === undefined ? ['ns1.alidns.example', 'ns2.alidns.example'] : ['ns9.alidns.example'];
    expect(await hostsOf(delegations, LOWER)).toEqual(own);
  });

  it('of a zone below one of ours can lead elsewhere', async () => {
    const cloud = cloudWith([WWW]);
    cloud.dns.addZone({ name: LOWER, edition: 'ultimate', nameServers: [{ host: 'ns9.alidns.example', delay: 0 }] });
    cloud.dns.delegate(LOWER, FAR);
    expect(await hostsOf(await open(cloud), LOWER)).toEqual(['ns1.far.example', 'ns2.far.example']);
  });

  it.each(['silent', 'servfail', 'refused', 'garbled'] as const)(
    'are known by one server above when the other is %s, and not known without both',
    async (outage) => {
      const cloud = cloudWith([WWW]);
      const delegations = await open(cloud);
      cloud.dns.breakServer('a.registry.example', outage);
      expect(await hostsOf(delegations, ZONE)).toEqual(['ns1.alidns.example', 'ns2.alidns.example']);
      cloud.dns.breakServer('b.registry.example', outage);
      const startedAt = performance.now();
      expect(await errorOf(delegations.of(ZONE))).toMatchObject({ name: 'CloudError' });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    },
  );

  it('tells addresses of hosts, and that there are none', async () => {
    const cloud = cloudWith([WWW]);
    const delegations = await open(cloud);
    const [own, none] = await delegations.addressesOf(['ns1.alidns.example', 'ns1.nowhere.example']);
    expect(own?.addresses).toContain(cloud.dns.serverAddress('ns1.alidns.example'));
    expect(none).toEqual({ host: 'ns1.nowhere.example', addresses: [] });
  });
});
