import { createSocket, type RemoteInfo } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode, type Packet } from 'dns-packet';
import { createDnsResolver } from '../../../shared/cloud/dns-resolver';
import { InvalidInput } from '../../../shared/errors';
import { failureOf } from './failure';
import { timeLeft } from './virtual-clock';

/** What the server sends back for each datagram, in this order; and over TCP. */
interface Script {
  readonly udp?: (query: DecodedPacket, count: number) => readonly Buffer[];
  readonly tcp?: (query: DecodedPacket, socket: Socket) => void;
}

let port = 0;
let seen: DecodedPacket[] = [];
let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function serve({ udp, tcp }: Script): Promise<void> {
  seen = [];
  const socket = createSocket('udp4');
  socket.on('message', (bytes: Buffer, peer: RemoteInfo) => {
    const query = decode(bytes);
    seen.push(query);
    for (const reply of udp?.(query, seen.length) ?? []) socket.send(reply, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  port = socket.address().port;
  const sockets = new Set<Socket>();
  const server = createServer((connection) => {
    sockets.add(connection);
    connection.on('error', () => connection.destroy());
    connection.on('data', (bytes: Buffer) => tcp?.(decode(bytes.subarray(2)), connection));
  });
  if (tcp !== undefined) await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  close = async () => {
    for (const connection of sockets) connection.destroy();
    await Promise.all([
      new Promise<void>((resolve) => socket.close(() => resolve())),
      new Promise<void>((resolve) => server.close(() => resolve())),
    ]);
  };
}

function reply(query: DecodedPacket, more: Packet = {}): Buffer {
  const { id, questions } = query;
  return encode({ type: 'response', ...(id === undefined ? {} : { id }), questions: questions ?? [], ...more });
}

const A: Answer = { type: 'A', name: 'WWW.example.com', ttl: 60, data: '192.0.2.1' };
const NS: Answer = { type: 'NS', name: 'Example.com', ttl: 60, data: 'NS1.example.net' };
const AA = 1 << 10;
const TC = 1 << 9;

function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
}

function ask(more: { readonly type?: 'A' | 'TXT' | 'SOA' | 'NS'; readonly subnet?: string } = {}, limit = 2_000) {
  const server = { host: 'ns1.example.net', address: '127.0.0.1', port };
  const resolver = createDnsResolver({ deadline: timeLeft(60_000), questionLimit: limit });
  return resolver.ask({ server, name: 'www.example.com', type: 'A', ...more });
}

describe('a question', () => {
  it('is one, without recursion, with an answer of at most 1232 bytes', async () => {
    await serve({ udp: (query) => [reply(query)] });
    await ask();
    expect(seen).toMatchObject([
      {
        flag_rd: false,
        questions: [{ name: 'www.example.com', type: 'A', class: 'IN' }],
        additionals: [{ type: 'OPT', udpPayloadSize: 1232, options: [] }],
      },
    ]);
    expect(seen[0]?.additionals).toHaveLength(1);
  });

  it.each([
    ['203.0.113.0/24', { ip: '203.0.113.0', family: 1, sourcePrefixLength: 24 }],
    ['203.0.113.77/24', { ip: '203.0.113.0', family: 1, sourcePrefixLength: 24 }],
    ['0.0.0.0/0', { ip: '0.0.0.0', family: 1, sourcePrefixLength: 0 }],
    ['2001:db8:1::/48', { ip: '2001:db8:1::', family: 2, sourcePrefixLength: 48 }],
  ])('names the client subnet %s', async (subnet, option) => {
    await serve({ udp: (query) => [reply(query)] });
    await ask({ subnet });
    expect(seen).toMatchObject([{ additionals: [{ options: [{ ...option, scopePrefixLength: 0 }] }] }]);
  });

  it.each(['203.0.113.0/20', '203.0.113.0/40', '203.0.113.0', '2001:db8::/136', 'moon/24'])(
    'refuses the subnet %s',
    async (subnet) => {
      await serve({});
      await expect(ask({ subnet })).rejects.toThrow(InvalidInput);
      expect(seen).toEqual([]);
    },
  );

  it('has another id each time', async () => {
    await serve({ udp: (query) => [reply(query)] });
    for (let i = 0; i < 5; i += 1) await ask();
    expect(new Set(seen.map(({ id }) => id)).size).toBeGreaterThan(1);
  });

  it('is sent again, the same, when no answer comes for a second', async () => {
    await serve({ udp: (query, count) => (count === 2 ? [reply(query, { answers: [A] })] : []) });
    expect((await ask()).records).toHaveLength(1);
    expect(seen.map(({ id }) => id)).toEqual([seen[0]?.id, seen[0]?.id]);
  });
});

describe('an answer', () => {
  it.each<[string, Packet, object | undefined]>([
    ['refers to the name servers of a zone below', {}, { zone: 'example.com', hosts: ['ns1.example.net'] }],
    ['speaks for the zone itself', { flags: AA }, undefined],
    ['holds what was asked for', { answers: [A] }, undefined],
    [
      'names servers of two zones',
      { authorities: [NS, { type: 'NS', name: 'example.org', ttl: 60, data: 'ns1.example.net' }] },
      undefined,
    ],
    ['names no server', { authorities: [] }, undefined],
  ])('that %s is told from others', async (_, more, referral) => {
    await serve({ udp: (query) => [reply(query, { authorities: [NS], ...more })] });
    expect((await ask()).referral).toEqual(referral);
  });

  it('is read with its flags, TTL and scope', async () => {
    const option = { code: 8, ip: '203.0.113.0', sourcePrefixLength: 24, scopePrefixLength: 16 } as const;
    const opt: Answer = {
      type: 'OPT',
      name: '.',
      udpPayloadSize: 1232,
      extendedRcode: 0,
      ednsVersion: 0,
      flags: 0,
      flag_do: false,
      options: [option],
    };
    await serve({ udp: (query) => [reply(query, { flags: AA, answers: [A], additionals: [opt] })] });
    expect(await ask()).toEqual({
      outcome: 'NOERROR',
      authoritative: true,
      records: [{ name: 'www.example.com', type: 'A', ttl: 60, value: '192.0.2.1' }],
      negativeTtl: undefined,
      scope: 16,
      transport: 'udp',
    });
  });

  it.each<[string, Answer, string]>([
    ['TXT', { type: 'TXT', name: 'a', ttl: 1, data: ['epoch', '=1'] }, 'epoch=1'],
    ['CNAME', { type: 'CNAME', name: 'a', ttl: 1, data: 'B.example.com' }, 'b.example.com'],
    ['NS', { type: 'NS', name: 'a', ttl: 1, data: 'NS1.example.net' }, 'ns1.example.net'],
    ['AAAA', { type: 'AAAA', name: 'a', ttl: 1, data: '2001:db8::1' }, '2001:db8::1'],
    ['SOA', { type: 'SOA', name: 'a', ttl: 1, data: { mname: 'm', rname: 'r', serial: 7 } }, 'm r 7'],
    ['MX', { type: 'MX', name: 'a', ttl: 1, data: { exchange: 'mail' } }, ''],
  ])('holds a %s as text', async (type, answer, value) => {
    await serve({ udp: (query) => [reply(query, { answers: [answer] })] });
    expect((await ask()).records).toEqual([{ name: 'a', type, ttl: 1, value }]);
  });

  it.each([
    ['NOERROR', 0],
    ['NXDOMAIN', 3],
  ])('may be empty: %s', async (outcome, rcode) => {
    const soa: Answer = { type: 'SOA', name: 'a', ttl: 900, data: { mname: 'm', rname: 'r', minimum: 300 } };
    await serve({ udp: (query) => [reply(query, { flags: AA | rcode, authorities: [soa] })] });
    expect(await ask()).toMatchObject({ outcome, records: [], negativeTtl: 300, scope: undefined });
  });

  it('may come from a cache', async () => {
    await serve({ udp: (query) => [reply(query, { answers: [A] })] });
    expect(await ask()).toMatchObject({ authoritative: false });
  });

  it('is asked for over TCP when it is cut short, and may come in pieces', async () => {
    const TWENTY = Array.from({ length: 20 }, (_, i) => ({ ...A, data: `192.0.2.${i}` }) as Answer);
    await serve({
      udp: (query) => [reply(query, { flags: TC })],
      tcp: (query, socket) => {
        const bytes = framed(reply(query, { flags: AA, answers: TWENTY }));
        socket.write(bytes.subarray(0, 1));
        setTimeout(() => socket.write(bytes.subarray(1, 50)), 10);
        setTimeout(() => socket.write(bytes.subarray(50)), 20);
      },
    });
    const answer = await ask();
    expect([answer.records.length, answer.transport]).toEqual([20, 'tcp']);
  });

  it.each<[string, (query: DecodedPacket) => Buffer]>([
    ['another id', (query) => reply({ ...query, id: ((query.id ?? 0) + 1) % 65_536 })],
    ['another name', (query) => reply({ ...query, questions: [{ name: 'a.example.com', type: 'A' }] })],
    ['another type', (query) => reply({ ...query, questions: [{ name: 'www.example.com', type: 'AAAA' }] })],
    ['no question', (query) => reply({ ...query, questions: [] })],
    ['the question itself', (query) => encode({ type: 'query', id: query.id ?? 0, questions: query.questions ?? [] })],
    ['no DNS message', () => Buffer.from('junk')],
  ])('is waited for past %s', async (_, other) => {
    await serve({ udp: (query) => [other(query), reply(query, { answers: [A] })] });
    expect((await ask()).records).toHaveLength(1);
  });
});

describe('no answer', () => {
  it.each([
    [2, 'unavailable', 'SERVFAIL'],
    [5, 'rejected', 'REFUSED'],
    [1, 'rejected', 'FORMERR'],
    [4, 'rejected', 'NOTIMP'],
    [9, 'rejected', 'RCODE9'],
  ])('code %d of the server: %s', async (rcode, kind, code) => {
    await serve({ udp: (query) => [reply(query, { flags: rcode })] });
    expect(await failureOf(ask())).toMatchObject({
      kind,
      code,
      message: `dns A www.example.com @ns1.example.net: the name server answered ${code}`,
    });
  });

  it.each<[string, Script, string]>([
    ['silence', {}, 'timeout'],
    ['only junk', { udp: () => [Buffer.from('junk')] }, 'unreadable'],
    ['silence over TCP', { udp: (query) => [reply(query, { flags: TC })], tcp: () => undefined }, 'timeout'],
    [
      'a connection that is closed',
      { udp: (query) => [reply(query, { flags: TC })], tcp: (_, socket) => socket.end() },
      'unavailable',
    ],
    [
      'junk over TCP',
      { udp: (query) => [reply(query, { flags: TC })], tcp: (_, socket) => socket.write(framed(Buffer.from('junk'))) },
      'unreadable',
    ],
    [
      'an answer that is cut short over TCP too',
      {
        udp: (query) => [reply(query, { flags: TC })],
        tcp: (query, socket) => socket.write(framed(reply(query, { flags: TC }))),
      },
      'unreadable',
    ],
    ['nothing that takes the question over TCP', { udp: (query) => [reply(query, { flags: TC })] }, 'unavailable'],
  ])('%s', async (_, script, kind) => {
    await serve(script);
    expect((await failureOf(ask({}, 300))).kind).toBe(kind);
  });

  it('nothing that listens', async () => {
    await serve({});
    await close();
    close = async () => undefined;
    expect(await failureOf(ask())).toMatchObject({ kind: 'unavailable', code: 'ECONNREFUSED' });
  });

  it('no time left', async () => {
    await serve({});
    const server = { host: 'ns1.example.net', address: '127.0.0.1', port };
    const resolver = createDnsResolver({ deadline: timeLeft(0) });
    expect((await failureOf(resolver.ask({ server, name: 'a', type: 'A' }))).kind).toBe('deadline');
    expect(seen).toEqual([]);
  });

  it('ends in time', async () => {
    await serve({ udp: (query) => [reply(query, { flags: TC })], tcp: () => undefined });
    const start = performance.now();
    await failureOf(ask({}, 200));
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(150);
    expect(took).toBeLessThan(1_500);
  });
});
