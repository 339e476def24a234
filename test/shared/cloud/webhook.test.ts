import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { postJson } from '../../../shared/cloud/webhook';

const sockets = new Set<Socket>();
let server: Server | undefined;

async function listen(made: Server): Promise<number> {
  server = made;
  made.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return (made.address() as AddressInfo).port;
}

/** Answers every request with these raw bytes, written one after the other. */
function rawServer(...answers: readonly string[]): Promise<number> {
  return listen(
    net.createServer((socket) => {
      socket.once('data', () => {
        for (const answer of answers) socket.write(answer);
      });
    }),
  );
}

function post(port: number, timeoutMs = 2_000): Promise<unknown> {
  return postJson(
    `http://127.0.0.1:${port}/hook/s3cret?token=t0ken`,
    '{"a":"ü"}',
    { 'x-test': 'yes' },
    timeoutMs,
  ).catch((error: unknown) => error);
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  const closing = server;
  server = undefined;
  if (closing !== undefined) await new Promise((resolve) => closing.close(resolve));
});

describe('postJson', () => {
  it('posts the body with its length and headers, and gives the answer', async () => {
    const seen: unknown[] = [];
    const port = await listen(
      http.createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8');
        request.on('data', (chunk: string) => {
          body += chunk;
        });
        request.on('end', () => {
          const { 'x-test': test, 'content-length': length, connection } = request.headers;
          seen.push({ method: request.method, url: request.url, test, length, connection, body });
          response.writeHead(200).end('ok, ü');
        });
      }),
    );
    expect(await post(port)).toEqual({ status: 200, body: 'ok, ü' });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/hook/s3cret?token=t0ken',
        test: 'yes',
        length: '10',
        connection: 'close',
        body: '{"a":"ü"}',
      },
    ]);
  });

  it.each([204, 400, 500, 503])('gives status %d as an answer', async (status) => {
    const port = await rawServer(`HTTP/1.1 ${status} Anything\r\nContent-Length: 0\r\n\r\n`);
    expect(await post(port)).toEqual({ status, body: '' });
  });

  it('does not follow a redirect', async () => {
    let requests = 0;
    const port = await listen(
      http.createServer((request, response) => {
        requests += 1;
        response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end();
      }),
    );
    expect(await post(port)).toEqual({ status: 307, body: '' });
    expect(requests).toBe(1);
  });

  it.each([
    ['never answers', []],
    ['stops within its headers', ['HTTP/1.1 200 OK\r\nContent-Le']],
    ['stops within its body', ['HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n', 'half']],
  ])('gives up on a receiver that %s', async (_, answers) => {
    const port = await rawServer(...answers);
    expect(await post(port, 80)).toMatchObject({
      name: 'CloudError',
      kind: 'timeout',
      operation: 'webhook.POST',
      message: 'webhook.POST: no complete answer within 80 ms',
    });
  });

  it('closes the connection that it gave up on', async () => {
    const made = net.createServer((socket) => socket.resume());
    const connected = once(made, 'connection');
    const port = await listen(made);
    expect(await post(port, 80)).toMatchObject({ kind: 'timeout' });
    const [socket] = (await connected) as [Socket];
    if (!socket.closed) await once(socket, 'close', { signal: AbortSignal.timeout(1_000) });
    expect(socket.closed).toBe(true);
  }, 5_000);

  it('counts the time as a whole, however busily the receiver drips', async () => {
    const port = await listen(
      net.createServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('.'), 10);
        socket.on('close', () => clearInterval(drip));
      }),
    );
    expect(await post(port, 120)).toMatchObject({ kind: 'timeout' });
  }, 5_000);

  it('does not wait for more than 64 kB of an answer', async () => {
    const port = await rawServer('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n', 'x'.repeat(70_000));
    expect(await post(port)).toEqual({ status: 200, body: 'x'.repeat(65_536) });
  });

  it('waits for the end of an answer below that', async () => {
    const port = await rawServer('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n', 'x'.repeat(65_535));
    expect(await post(port, 120)).toMatchObject({ kind: 'timeout' });
  });

  it('calls a reset connection unavailable', async () => {
    const port = await listen(net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    expect(await post(port)).toMatchObject({
      name: 'CloudError',
      kind: 'unavailable',
      code: 'ECONNRESET',
      message: 'webhook.POST: the connection failed',
    });
  });

  it('calls an answer that is cut off unavailable', async () => {
    const port = await listen(
      net.createServer((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')),
      ),
    );
    expect(await post(port)).toMatchObject({ kind: 'unavailable', code: 'ECONNRESET' });
  });

  it('calls an answer that is not HTTP unavailable', async () => {
    const port = await rawServer('SSH-2.0-OpenSSH_9.6\r\n');
    expect(await post(port)).toMatchObject({ kind: 'unavailable', code: 'HPE_INVALID_CONSTANT' });
  });

  it('calls a port where nobody listens unavailable', async () => {
    const port = await rawServer();
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    expect(await post(port)).toMatchObject({ kind: 'unavailable', code: 'ECONNREFUSED' });
  });

  it('speaks TLS to an https URL, this machine included', async () => {
    let first: Buffer | undefined;
    const port = await listen(
      net.createServer((socket) =>
        socket.once('data', (bytes) => {
          first = bytes;
          socket.destroy();
        }),
      ),
    );
    const error = await postJson(`https://127.0.0.1:${port}/`, '{}', {}, 2_000).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'unavailable' });
    // A TLS record of type handshake.
    expect(first?.[0]).toBe(22);
  });

  it('keeps the URL out of its errors', async () => {
    const port = await listen(net.createServer((socket) => socket.destroy()));
    const error = await post(port);
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(error).not.toHaveProperty('cause');
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toMatch(/s3cret|t0ken|127\.0\.0\.1/);
  });

  it.each([
    'http://hooks.example.com/s3cret',
    'http://127.example.com/s3cret',
    'http://10.0.0.1/s3cret',
    'http://localhost.example.com/s3cret',
    'ftp://127.0.0.1/s3cret',
    'file:///s3cret',
  ])('refuses %s without connecting', async (url) => {
    const error = await postJson(url, '{}', {}, 1_000).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'InvalidInput',
      message: 'the webhook must be an https URL; http is taken on this machine only',
    });
  });

  it.each(['', 's3cret', 'https://', 'https://a b/s3cret'])('refuses %j, which is no URL', async (url) => {
    const error = await postJson(url, '{}', {}, 1_000).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'InvalidInput', message: 'the webhook is not a URL' });
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });
});
