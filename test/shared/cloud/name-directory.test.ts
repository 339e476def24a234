import type { ListeningDns, Outage } from '../../../rehearsal/cloud';
import { createNameDirectory } from '../../../shared/cloud/name-directory';
import { cloudWith, WWW } from '../../rehearsal/cloud/products/zones';
import { failureOf } from './failure';
import { timeLeft } from './virtual-clock';

const HOSTS = ['ns1.alidns.example', 'ns2.alidns.example'];

let open: ListeningDns;
afterEach(() => open.close());

async function directory({ left = 5_000, outage }: { readonly left?: number; readonly outage?: Outage } = {}) {
  const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2' }, { rr: 'text', type: 'TXT', value: 'x' }]);
  if (outage !== undefined) for (const host of HOSTS) cloud.dns.breakServer(host, outage);
  open = await cloud.dns.listen();
  // A machine has several, each of which has the whole time.
  const resolvers = open.servers.map(({ port }) => `127.0.0.1:${port}`);
  return createNameDirectory({ deadline: timeLeft(left), resolvers });
}

it('finds the name servers of a zone, and a host by each of its addresses', async () => {
  const { hostsOf, serversAt } = await directory();
  expect([...(await hostsOf('example.com'))].sort()).toEqual(['ns1.alidns.example', 'ns2.alidns.example']);
  const servers = await serversAt('www.example.com');
  expect([...servers].sort((a, b) => a.address.localeCompare(b.address))).toEqual([
    { host: 'www.example.com', address: '192.0.2.1', port: 53 },
    { host: 'www.example.com', address: '192.0.2.2', port: 53 },
  ]);
});

it.each(['nowhere.example.com', 'text.example.com'])('finds none of %s, for certain', async (name) => {
  const { hostsOf, serversAt } = await directory();
  expect([await hostsOf(name), await serversAt(name)]).toEqual([[], []]);
});

it.each(['servfail', 'refused', 'garbled', 'silent'] as const)(
  'does not take %s for none, nor waits longer than it may',
  async (outage) => {
    const { serversAt } = await directory({ left: 400, outage });
    const startedAt = performance.now();
    expect(await failureOf(serversAt('www.example.com'))).toMatchObject({
      kind: 'unavailable',
      operation: 'dns lookup www.example.com',
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  },
);

it('sends nothing without time', async () => {
  const { hostsOf } = await directory({ left: 0 });
  expect(await failureOf(hostsOf('example.com'))).toMatchObject({ kind: 'deadline' });
});
