import { createDelegations } from '../../../shared/cloud/delegations';
import type { NameDirectory } from '../../../shared/cloud/name-directory';
import type { DnsAnswer, DnsQuestion } from '../../../shared/core/zone';
import { CloudError } from '../../../shared/errors';
import { failureOf } from './failure';
import { timeLeft } from './virtual-clock';

const SILENT: DnsAnswer = {
  outcome: 'NOERROR',
  authoritative: false,
  records: [],
  referral: undefined,
  negativeTtl: undefined,
  scope: undefined,
  transport: 'udp',
};

function referral(zone: string, ...hosts: readonly string[]): DnsAnswer {
  return { ...SILENT, referral: { zone, hosts } };
}

function ns(name: string, value: string): DnsAnswer['records'][number] {
  return { name, type: 'NS', ttl: 600, value };
}

/** Name servers by the zones that there are, and what they answer, in the order in which they are asked. */
function world(zones: Readonly<Record<string, readonly string[]>>, ...answers: readonly (DnsAnswer | CloudError)[]) {
  const asked: DnsQuestion[] = [];
  const directory: NameDirectory = {
    hostsOf: async (zone) => zones[zone] ?? [],
    serversAt: async (host) => [{ host, address: '192.0.2.1', port: 53 }],
  };
  const ask = async (question: DnsQuestion): Promise<DnsAnswer> => {
    const answer = answers[asked.push(question) - 1] ?? SILENT;
    if (answer instanceof CloudError) throw answer;
    return answer;
  };
  return { asked, delegations: createDelegations(timeLeft(60_000), () => ({ directory, resolver: { ask } })) };
}

const COM = { com: ['a.gtld.example', 'b.gtld.example', 'c.gtld.example'] };
const ZONE = 'example.com';

it('asks two servers of the zone above, and takes both at their word', async () => {
  const { asked, delegations } = world(
    COM,
    referral(ZONE, 'old.example'),
    referral(ZONE, 'new.example', 'old.example'),
  );
  expect((await delegations.of(ZONE)).map(({ host }) => host)).toEqual(['old.example', 'new.example']);
  expect(asked.map(({ name, server, type }) => [server.host, type, name])).toEqual([
    ['a.gtld.example', 'NS', ZONE],
    ['b.gtld.example', 'NS', ZONE],
  ]);
});

it('passes over names above that are no zones', async () => {
  const { asked, delegations } = world(COM, referral('gw.eu.example.com', 'ns1.example'));
  expect(await delegations.of('gw.eu.example.com')).toHaveLength(1);
  expect(asked[0]?.server.host).toBe('a.gtld.example');
});

it.each<[string, DnsAnswer, readonly string[]]>([
  [
    'a server that serves both zones answers itself',
    { ...SILENT, authoritative: true, records: [ns(ZONE, 'ns1.example')] },
    ['ns1.example'],
  ],
  ['there is no such zone', { ...SILENT, outcome: 'NXDOMAIN', authoritative: true }, []],
  ['there is no name server for it', { ...SILENT, authoritative: true }, []],
])('it is an answer that %s', async (_, answer, hosts) => {
  const { delegations } = world({ com: ['a.gtld.example'] }, answer);
  expect((await delegations.of(ZONE)).map(({ host }) => host)).toEqual(hosts);
});

it.each<[string, DnsAnswer]>([
  ['a resolver steps in and answers from its cache', { ...SILENT, records: [ns(ZONE, 'ns1.example')] }],
  ['a resolver says that there is nothing', { ...SILENT, outcome: 'NXDOMAIN' }],
  ['nothing is said at all', SILENT],
  ['the referral is to a zone in between', referral('com', 'ns1.example')],
  ['the referral is to a zone below', referral('www.example.com', 'ns1.example')],
  ['the answer is about another name', { ...SILENT, authoritative: true, records: [ns('com', 'ns1.example')] }],
  ['a host is no host name', referral(ZONE, 'ns1.example', 'a\nforged line')],
  ['a host has a label that is too long', referral(ZONE, `${'a'.repeat(64)}.example`)],
])('nothing is known when %s', async (_, answer) => {
  const { delegations } = world({ com: ['a.gtld.example'] }, answer);
  const failure = await failureOf(delegations.of(ZONE));
  expect([failure.kind, failure.operation]).toEqual(['unreadable', 'dns delegation example.com']);
  expect(failure.message).not.toContain('forged');
});

it('nothing is known when nobody can be asked', async () => {
  const silent = new CloudError('no answer', { kind: 'timeout', operation: 'dns NS example.com' });
  expect(await failureOf(world(COM, silent, silent).delegations.of(ZONE))).toBe(silent);
  expect(await failureOf(world({}).delegations.of(ZONE))).toMatchObject({ kind: 'unreadable' });
});
