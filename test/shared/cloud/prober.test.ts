import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { createProber } from '../../../shared/cloud/prober';
import type { ProbeSpec } from '../../../shared/core/probe';

function fixture(name: string): Buffer {
  return readFileSync(path.join(__dirname, 'fixtures', name));
}

/** For 127.0.0.1 and gateway.example.com, but for `other`; `root` has signed all of them. Its key is gone. */
const ROOT = fixture('probe-root.crt');
const KEY = fixture('probe.key');
const HOST = 'gateway.example.com';
/** Long: what must be given up is given less, so that a busy machine fails no probe that goes well. */
const TIMEOUT = 20_000;

const prober = createProber({ authorities: ROOT });

let servers: Server[] = [];
let sockets: Socket[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
  sockets = [];
});

function http(listener: RequestListener): Promise<number> {
  return listen(createHttpServer(listener));
}

function https(listener: RequestListener, certificate = 'valid'): Promise<number> {
  return listen(createHttpsServer({ key: KEY, cert: fixture(`probe-${certificate}.crt`) }, listener));
}

function tls(certificate: string): Promise<number> {
  const server = createTlsServer({ key: KEY, cert: fixture(`probe-${certificate}.crt`) });
  server.on('tlsClientError', () => undefined);
  return listen(server);
}

/** A server that talks in bytes. */
function raw(greet: (socket: Socket) => void): Promise<number> {
  return listen(createServer(greet));
}

const SPEC: ProbeSpec = {
  protocol: 'tcp',
  port: 0,
  host: HOST,
  path: '/',
  status: [{ from: 200, to: 399 }],
  contains: undefined,
  slow: TIMEOUT,
  verifyCertificate: true,
  redirects: 0,
};

function probe(protocol: ProbeSpec['protocol'], port: number, changes: Partial<ProbeSpec> = {}, timeout = TIMEOUT) {
  return prober.probe({ address: '127.0.0.1', spec: { ...SPEC, protocol, port, ...changes } }, timeout);
}

const OK = { failure: undefined, message: '', took: expect.any(Number) };

/** When the certificates end that are valid. */
const END = Date.parse('2120-01-01T00:00:00Z');

describe('over TCP', () => {
  it('goes well where something listens, and closes', async () => {
    const server = createServer();
    const closed = new Promise((resolve) => server.on('connection', (socket) => socket.on('close', resolve)));
    expect(await probe('tcp', await listen(server))).toEqual(OK);
    await closed;
  });

  it('is refused where nothing does', async () => {
    const port = await raw(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await probe('tcp', port)).toMatchObject({
      failure: 'refused',
      message: 'the connection was refused or reset (ECONNREFUSED)',
    });
  });

  it('is unreachable where no way leads', async () => {
    const outcome = await prober.probe({ address: '127.255.255.255', spec: { ...SPEC, port: 9 } }, TIMEOUT);
    expect(outcome).toMatchObject({ failure: 'unreachable', message: 'cannot be reached (ENETUNREACH)' });
  });

  it("looks a control target's name up", async () => {
    const port = await raw(() => undefined);
    expect(await prober.probe({ address: 'localhost', spec: { ...SPEC, port } }, TIMEOUT)).toEqual(OK);
  });
});

describe('over TLS', () => {
  it.each<[certificate: string, changes: Partial<ProbeSpec>, failure: string | undefined, message: string]>([
    ['valid', {}, undefined, ''],
    ['valid', { host: undefined }, undefined, ''],
    ['expired', {}, 'certificate', 'a certificate has expired; that of the gateway ends at 2021-06-01T00:00:00Z'],
    ['early', {}, 'certificate', 'the certificate is not valid yet'],
    ['other', {}, 'certificate', 'the certificate is not for gateway.example.com'],
    ['other', { host: undefined }, 'certificate', 'the certificate is not for 127.0.0.1'],
    ['other', { host: 'other.example.com' }, undefined, ''],
    ['other', { verifyCertificate: false }, undefined, ''],
    ['expired', { verifyCertificate: false }, undefined, ''],
  ])('a certificate that is %s, with %j', async (certificate, changes, failure, message) => {
    const outcome = await probe('tls', await tls(certificate), changes);
    expect(outcome).toMatchObject({ failure, message });
    expect(outcome.certificateEnds).toBe(certificate === 'expired' ? Date.parse('2021-06-01T00:00:00Z') : END);
  });

  it('trusts nobody whom it was not told to', async () => {
    const port = await tls('valid');
    const outcome = await createProber().probe(
      { address: '127.0.0.1', spec: { ...SPEC, protocol: 'tls', port } },
      TIMEOUT,
    );
    expect(outcome).toMatchObject({
      failure: 'certificate',
      message: 'the certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
      certificateEnds: END,
    });
  });

  it('tells what is no TLS', async () => {
    const port = await raw((socket) => socket.end('220 mail.example.com ESMTP\r\n'));
    expect(await probe('tls', port)).toMatchObject({ failure: 'protocol', message: expect.stringContaining('SSL') });
  });

  it('is refused by who hangs up', async () => {
    const port = await raw((socket) => socket.destroy());
    expect(await probe('tls', port)).toMatchObject({ failure: 'refused' });
  });

  it('times out with who says nothing', async () => {
    const outcome = await probe('tls', await raw(() => undefined), {}, 100);
    expect(outcome).toMatchObject({ failure: 'timeout', message: 'no answer within 100 ms' });
    expect(outcome.took).toBeGreaterThanOrEqual(99);
    expect(outcome.took).toBeLessThan(2_000);
  });
});

describe('over HTTP', () => {
  it('asks as a client of the host would, without its conveniences', async () => {
    const seen: IncomingMessage[] = [];
    const port = await http((request, response) => {
      seen.push(request);
      response.end();
    });
    expect(await probe('http', port, { path: '/healthz?deep=1' })).toEqual(OK);
    expect(seen.map(({ method, url, headers }) => ({ method, url, headers }))).toEqual([
      {
        method: 'GET',
        url: '/healthz?deep=1',
        headers: {
          host: `gateway.example.com:${port}`,
          'user-agent': 'gateway-autopilot',
          accept: '*/*',
          'accept-encoding': 'identity',
          connection: 'close',
        },
      },
    ]);
  });

  it.each<[status: number, healthy: ProbeSpec['status'], message: string]>([
    [200, [{ from: 200, to: 399 }], ''],
    [399, [{ from: 200, to: 399 }], ''],
    [301, [{ from: 200, to: 399 }], ''],
    [404, [{ from: 200, to: 399 }], 'status 404, not 200-399'],
    [
      503,
      [
        { from: 200, to: 299 },
        { from: 404, to: 404 },
      ],
      'status 503, not 200-299, 404',
    ],
    [
      404,
      [
        { from: 200, to: 299 },
        { from: 404, to: 404 },
      ],
      '',
    ],
  ])('judges status %i by %j', async (code, status, message) => {
    const port = await http((_, response) => response.writeHead(code, { location: '/x' }).end());
    const failure = message === '' ? undefined : 'status';
    expect(await probe('http', port, { status })).toEqual({ failure, message, took: expect.any(Number) });
  });

  it.each<[what: string, body: Buffer, failure: 'body' | undefined]>([
    ['holds the text', Buffer.from('all is 好 here'), undefined],
    ['does not', Buffer.from('all is bad'), 'body'],
    ['is empty', Buffer.alloc(0), 'body'],
    ['holds it at the end of the first 64 KB', Buffer.from(`${'x'.repeat(65_536 - 6)}is 好`), undefined],
    ['holds it after them', Buffer.from(`${'x'.repeat(65_536 - 5)}is 好`), 'body'],
  ])('looks for a text in a body that %s', async (_, body, failure) => {
    const port = await http((__, response) => response.end(body));
    expect((await probe('http', port, { contains: 'is 好' })).failure).toBe(failure);
  });

  it('reads no more of an endless body than it looks through', async () => {
    const port = await http((_, response) => {
      const more = setInterval(() => response.write('x'.repeat(30_000)), 1);
      response.on('close', () => clearInterval(more));
    });
    expect(await probe('http', port, { contains: 'never' })).toMatchObject({
      failure: 'body',
      message: 'the first 65536 bytes do not hold the text that is expected',
    });
    expect((await probe('http', port)).failure).toBeUndefined();
  });

  it('finds the text although the body never ends', async () => {
    const port = await http((_, response) => response.write('all is '));
    expect((await probe('http', port, { contains: 'is' })).failure).toBeUndefined();
    expect(await probe('http', port, { contains: 'well' }, 100)).toMatchObject({ failure: 'timeout' });
  }, 5_000);

  it('does not wait for a body that it does not look at', async () => {
    const port = await http((_, response) => response.writeHead(200).flushHeaders());
    expect((await probe('http', port)).failure).toBeUndefined();
  }, 5_000);

  it.each<[what: string, bytes: string]>([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['too many header bytes', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
  ])('tells %s', async (_, bytes) => {
    const port = await raw((socket) => socket.once('data', () => socket.write(bytes)));
    expect(await probe('http', port)).toMatchObject({ failure: 'protocol' });
  });

  it('is refused by who hangs up before the answer, or in it', async () => {
    const before = await raw((socket) => socket.once('data', () => socket.destroy()));
    expect(await probe('http', before)).toMatchObject({ failure: 'refused' });
    const within = await http((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await probe('http', within, { contains: 'y' })).toMatchObject({ failure: 'refused' });
  });

  it.each<[what: string, answer: RequestListener]>([
    ['nothing', () => undefined],
    [
      'headers that drip',
      (_, response) => {
        response.socket?.write('HTTP/1.1 200 OK\r\n');
        const drip = setInterval(() => response.socket?.write('a: b\r\n'), 10);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ])('times out with who answers %s', async (_, answer) => {
    expect(await probe('http', await http(answer), {}, 100)).toMatchObject({ failure: 'timeout' });
  });

  it('counts what answers too late as slow, with the time', async () => {
    const port = await http((_, response) => setTimeout(() => response.end(), 60));
    const outcome = await probe('http', port, { slow: 30 });
    expect(outcome.failure).toBe('slow');
    expect(outcome.message).toBe(`answered after ${outcome.took} ms, more than 30 ms`);
    expect(outcome.took).toBeGreaterThanOrEqual(59);
  });
});

describe('a redirection', () => {
  async function redirecting(to: (port: number) => string): Promise<number> {
    const port = await http(({ url }, response) => {
      if (url === '/home?a=1') response.end('welcome');
      else response.writeHead(302, { location: to(port) }).end();
    });
    return port;
  }

  it.each<[to: string, failure: 'redirect' | undefined, message: string]>([
    ['/home?a=1', undefined, ''],
    ['//gateway.example.com:PORT/home?a=1', undefined, ''],
    ['http://gateway.example.com:PORT/home?a=1', undefined, ''],
    ['http://GATEWAY.example.com:PORT/home?a=1', undefined, ''],
    ['http://gateway.example.com/home', 'redirect', 'is redirected to http://gateway.example.com'],
    ['https://gateway.example.com/home', 'redirect', 'is redirected to https://gateway.example.com'],
    ['http://127.0.0.1:PORT/home', 'redirect', 'is redirected to http://127.0.0.1:PORT'],
    ['//169.254.169.254/latest', 'redirect', 'is redirected to http://169.254.169.254'],
    ['http://[', 'redirect', 'is redirected to what is no URL'],
    ['/again', 'redirect', 'is redirected more than 2 times'],
  ])('to %s', async (to, failure, message) => {
    const port = await redirecting((own) => to.replace('PORT', String(own)));
    expect(await probe('http', port, { redirects: 2, contains: 'welcome' })).toEqual({
      failure,
      message: message.replace('PORT', String(port)),
      took: expect.any(Number),
    });
  });

  it('is followed over a new connection to the same address', async () => {
    await probe('http', await redirecting(() => '/home?a=1'), { redirects: 1 });
    expect(sockets).toHaveLength(2);
  });

  it('is not followed unless told', async () => {
    expect(await probe('http', await redirecting(() => '/home?a=1'))).toEqual(OK);
    expect(sockets).toHaveLength(1);
  });
});

describe('over HTTPS', () => {
  it('goes well, with SNI and the host of the spec, and says when the certificate ends', async () => {
    const hosts: unknown[] = [];
    const port = await https(({ headers, socket }, response) => {
      hosts.push(headers.host, (socket as { servername?: string | false }).servername);
      response.end('welcome');
    });
    expect(await probe('https', port, { contains: 'welcome' })).toEqual({ ...OK, certificateEnds: END });
    expect(hosts).toEqual([`gateway.example.com:${port}`, HOST]);
  });

  it('sends nothing under a certificate that it does not trust', async () => {
    const asked = jest.fn();
    const port = await https(asked, 'expired');
    expect(await probe('https', port)).toMatchObject({ failure: 'certificate' });
    expect(asked).not.toHaveBeenCalled();
  });

  it('does not trust itself to HTTP', async () => {
    expect(await probe('https', await http(() => undefined))).toMatchObject({ failure: 'protocol' });
  });
});

it('is given up when the signal says so, many at a time, and leaves no connection', async () => {
  const ending = new AbortController();
  const server = createServer((socket) => socket.resume());
  const closed = new Promise((resolve) => {
    let open = 0;
    server.on('connection', (socket) => {
      open += 1;
      if (open === 40) ending.abort();
      socket.on('close', () => {
        open -= 1;
        if (open === 0) resolve(undefined);
      });
    });
  });
  const port = await listen(server);
  const spec: ProbeSpec = { ...SPEC, protocol: 'tls', port };
  const warned = jest.fn();
  process.on('warning', warned);
  const probes = Array.from({ length: 40 }, () => prober.probe({ address: '127.0.0.1', spec }, TIMEOUT, ending.signal));
  const outcomes = await Promise.all(probes);
  expect(new Set(outcomes.map(({ failure, message }) => `${failure} ${message}`))).toEqual(
    new Set(['timeout was given up']),
  );
  await closed;
  process.off('warning', warned);
  expect(sockets).toHaveLength(40);
  expect(warned).not.toHaveBeenCalled();
});
