import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { connect } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode, type Packet } from 'dns-packet';
import type { Cloud, InitialRecord, ListeningDns } from '../../../rehearsal/cloud';
import { cloudWith, WWW } from './products/zones';

const MANY: readonly InitialRecord[] = Array.from({ length: 60 }, (_, i) => ({
  rr: 'many',
  type: 'A',
  value: `192.0.2.${i}`,
  ttl: 60,
}));
const LONG = 'x'.repeat(300);

let open: ListeningDns;
afterEach(() => open.close());

async function serving(cloud: Cloud): Promise<number> {
  open = await cloud.dns.listen();
  return open.servers[0]?.port ?? 0;
}

async function overUdp(port: number, message: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      socket.once('message', resolve);
      socket.once('error', reject);
      socket.send(message, port, '127.0.0.1');
    });
  } finally {
    socket.close();
  }
}

/** Everything that comes until the server ends the connection, or so many bytes. */
async function overTcp(port: number, bytes: Buffer, wanted: number): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(bytes);
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, Buffer.from(chunk)]);
    if (received.length >= wanted) break;
  }
  socket.destroy();
  return received;
}

function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
}

function query(name: string, type: 'A' | 'TXT' | 'MX' | 'SOA' = 'A', more: Partial<Packet> = {}): Buffer {
  return encode({ type: 'query', id: 7, questions: [{ name, type }], ...more });
}

function edns(udpPayloadSize: number, subnet?: { readonly ip: string; readonly length: number }): Answer {
  const options = subnet === undefined ? [] : [{ code: 8 as const, ip: subnet.ip, sourcePrefixLength: subnet.length }];
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options,
  };
}

const rcode = ({ flags = 0 }: DecodedPacket) => flags & 0xf;

describe('the name servers', () => {
  it("answer Node's own resolver", async () => {
    const cloud = cloudWith([
      WWW,
      { rr: 'www', type: 'AAAA', value: '2001:db8::1' },
      { rr: 'alias', type: 'CNAME', value: 'www.example.com' },
      { rr: 'long', type: 'TXT', value: LONG },
      ...MANY,
    ]);
    const resolver = new dns.Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([`127.0.0.1:${await serving(cloud)}`]);
    expect(await resolver.resolve4('www.example.com', { ttl: true })).toEqual([{ address: '192.0.2.1', ttl: 60 }]);
    expect(await resolver.resolve6('www.example.com')).toEqual(['2001:db8::1']);
    expect(await resolver.resolve4('alias.example.com')).toEqual(['192.0.2.1']);
    expect(await resolver.resolveCname('alias.example.com')).toEqual(['www.example.com']);
    expect((await resolver.resolveTxt('long.example.com')).map((parts) => parts.map((part) => part.length))).toEqual([
      [255, 45],
    ]);
    expect(await resolver.resolveNs('example.com')).toEqual(['ns1.alidns.example', 'ns2.alidns.example']);
    expect(await resolver.resolveSoa('example.com')).toEqual({
      nsname: 'ns1.alidns.example',
      hostmaster: 'hostmaster.hichina.com',
      serial: 1,
      refresh: 3600,
      retry: 1200,
      expire: 86_400,
      minttl: 600,
    });
    expect(await resolver.resolve4('many.example.com')).toHaveLength(60);
    await expect(resolver.resolve4('nowhere.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolveTxt('www.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('www.example.net')).rejects.toMatchObject({ code: 'EREFUSED' });
  });

  it('are two, on ports of their own', async () => {
    await serving(cloudWith([WWW]));
    expect(open.servers.map(({ host, address }) => [host, address])).toEqual([
      ['ns1.alidns.example', '127.0.0.1'],
      ['ns2.alidns.example', '127.0.0.1'],
    ]);
    expect(new Set(open.servers.map(({ port }) => port)).size).toBe(2);
  });

  it('speak for their zones, and say how long nothing is kept', async () => {
    const port = await serving(cloudWith([WWW]));
    const found = decode(await overUdp(port, query('wWw.example.com')));
    expect([found.id, found.flag_qr, found.flag_aa, rcode(found), found.authorities]).toEqual([7, true, true, 0, []]);
    expect(found.questions).toMatchObject([{ name: 'wWw.example.com', type: 'A' }]);
    const nothing = decode(await overUdp(port, query('nowhere.example.com')));
    expect([nothing.flag_aa, rcode(nothing), nothing.answers]).toEqual([true, 3, []]);
    expect(nothing.authorities).toMatchObject([{ type: 'SOA', name: 'example.com', ttl: 600, data: { minimum: 600 } }]);
    const other = decode(await overUdp(port, query('www.example.com', 'MX')));
    expect([rcode(other), other.answers, other.authorities?.length]).toEqual([0, [], 1]);
  });

  it.each([
    ['512 bytes without EDNS', [], true],
    ['what the client takes', [edns(1232)], false],
    ['512 bytes when it takes less', [edns(100)], true],
    ['1232 bytes when it takes more', [edns(4096)], false],
  ])('send no more over UDP than %s', async (_, additionals, cut) => {
    const records = MANY.slice(0, 20).map((record) => ({ ...record, rr: 'some' }));
    const port = await serving(cloudWith([...records, ...MANY]));
    const answer = decode(await overUdp(port, query('some.example.com', 'A', { additionals })));
    expect([answer.flag_tc, answer.answers?.length]).toEqual(cut ? [true, 0] : [false, 20]);
    const large = decode(await overUdp(port, query('many.example.com', 'A', { additionals })));
    expect([large.flag_tc, large.answers?.length]).toEqual([true, 0]);
  });

  it('choose the line by the client subnet and tell its scope', async () => {
    const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2', line: 'telecom' }]);
    cloud.dns.addSubnet('203.0.0.0/16', 'telecom');
    const port = await serving(cloud);
    const additionals = [edns(1232, { ip: '203.0.113.0', length: 24 })];
    const answer = decode(await overUdp(port, query('www.example.com', 'A', { additionals })));
    expect(answer.answers).toMatchObject([{ data: '192.0.2.2' }]);
    expect(answer.additionals).toMatchObject([
      { options: [{ ip: '203.0.113.0', family: 1, sourcePrefixLength: 24, scopePrefixLength: 16 }] },
    ]);
  });

  it('choose the line by the address that asks where there is no client subnet', async () => {
    const cloud = cloudWith([WWW, { ...WWW, value: '192.0.2.2', line: 'telecom' }]);
    cloud.dns.addSubnet('127.0.0.0/8', 'telecom');
    const answer = decode(await overUdp(await serving(cloud), query('www.example.com')));
    expect([answer.answers, answer.additionals]).toMatchObject([[{ data: '192.0.2.2' }], []]);
  });

  it('answer several questions on one connection, also when they come in pieces', async () => {
    const port = await serving(cloudWith([WWW]));
    const one = framed(query('www.example.com'));
    const length = framed(await overUdp(port, query('www.example.com'))).length;
    const answers = await overTcp(port, Buffer.concat([one, one, one.subarray(0, 5)]), 2 * length);
    expect(answers.length).toBe(2 * length);
    expect(decode(answers.subarray(2, length)).answers).toMatchObject([{ data: '192.0.2.1' }]);
  });

  it('do not answer what is no query', async () => {
    const port = await serving(cloudWith([WWW]));
    const response = encode({ type: 'response', id: 8, questions: [{ name: 'www.example.com', type: 'A' }] });
    for (const junk of [Buffer.from('junk'), response, encode({ type: 'query', id: 9 })]) {
      expect(await overTcp(port, framed(junk), 1)).toHaveLength(0);
      const socket = createSocket('udp4');
      await new Promise<void>((resolve) => socket.send(junk, port, '127.0.0.1', () => resolve()));
      socket.close();
    }
    expect(decode(await overUdp(port, query('www.example.com'))).id).toBe(7);
  });

  it.each([
    ['servfail', 2],
    ['refused', 5],
  ] as const)('say so when they are broken: %s', async (outage, expected) => {
    const cloud = cloudWith([WWW]);
    cloud.dns.breakServer('ns1.alidns.example', outage);
    expect(rcode(decode(await overUdp(await serving(cloud), query('www.example.com'))))).toBe(expected);
  });

  it('free their ports', async () => {
    const port = await serving(cloudWith([WWW]));
    const socket = connect({ host: '127.0.0.1', port });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await open.close();
    await ended;
    const refused = await new Promise((resolve) => connect({ host: '127.0.0.1', port }).once('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    open = await cloudWith().dns.listen();
  });
});
