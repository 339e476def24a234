import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { type Instant, type Millis, SECOND } from '../../shared/core/time';
import type { Clock } from '../../shared/ports';
import { type Entries, type EntryAnswer, SERVED } from './entries';
import { type CertificateAuthority, type CertifiedHost, createCertificateAuthority } from './entry-certificates';
import type { Regions } from './regions';
import type { Meet } from './vantage-point';

export const LOOPBACK = '127.0.0.1';

/** An emulated address and port, as somebody reaches them. */
export interface Door {
  /** The region of the vantage point that comes; undefined for clients. */
  readonly point: string | undefined;
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Real servers on loopback in place of the entries behind emulated addresses. */
export interface EntryServers {
  /** The certificate of the authority that signs what the entries show. */
  readonly ca: string;
  /** The port of 127.0.0.1 that stands for a door; it is opened when it is first asked for. */
  portOf(door: Door): Promise<number>;
  /** The instant of the cloud's time at which something of the machine's is. */
  cloudTime(machine: Instant): Instant;
  /** Ends every connection and frees the ports. */
  close(): Promise<void>;
}

export interface EntryServersOptions {
  readonly clock: Clock;
  readonly machineClock: () => Instant;
  readonly entries: Entries;
  readonly meet: Meet;
  readonly regions: Regions;
}

export async function openEntryServers(options: EntryServersOptions): Promise<EntryServers> {
  const { clock, machineClock } = options;
  const authority = await createCertificateAuthority(machineClock());
  const open = new Map<string, Promise<OpenDoor>>();
  // Certificates are judged by the clocks of those who are shown them; whole seconds, as certificates have them.
  const ahead = Math.round((machineClock() - clock.now()) / SECOND) * SECOND;
  const identify = (door: Door) => (name: string | undefined) =>
    contextOf(options.entries, authority, door, name, ahead);

  return {
    ca: authority.certificate,
    portOf: async (door) => {
      const id = JSON.stringify([door.point, door.address, door.port, door.tls]);
      const opened = open.get(id) ?? openDoor(door, options, identify(door));
      open.set(id, opened);
      return (await opened).port;
    },
    cloudTime: (machine) => machine - ahead,
    close: async () => {
      await Promise.all([...open.values()].map(async (opened) => (await opened).close()));
    },
  };
}

/** @param name that the client asks for, if it does */
type Identify = (name: string | undefined) => Promise<SecureContext>;

async function contextOf(
  entries: Entries,
  authority: CertificateAuthority,
  { address }: Door,
  name: string | undefined,
  ahead: Millis,
): Promise<SecureContext> {
  const { host = name, validUntil } = entries.certificateOf(address);
  const to: CertifiedHost = host === undefined ? { addresses: [address, LOOPBACK] } : { name: host };
  return createSecureContext(await authority.issue(to, validUntil + ahead));
}

interface OpenDoor {
  readonly port: number;
  close(): Promise<void>;
}

async function openDoor(door: Door, options: EntryServersOptions, identify: Identify): Promise<OpenDoor> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const web = createHttpServer(respond(door, options));

  async function passOn(socket: Socket): Promise<void> {
    web.emit('connection', door.tls ? await secured(socket, identify) : socket);
    socket.resume();
  }

  function receive(socket: Socket): void {
    sockets.add(socket);
    // Whoever gives up in the middle is none of the server's troubles.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    const met = options.meet(door.point, door.address, door.port);
    if (met.kind === 'refusal') {
      socket.resetAndDestroy();
    } else if (met.kind === 'nothing' || (met.kind === 'entry' && !options.regions.getsThrough(met.region))) {
      // It is read and never answered: to those who wait for one the packets have vanished.
      socket.resume();
    } else {
      later(timers, met.kind === 'entry' ? options.regions.delay(met.region) : 0, () => {
        passOn(socket).catch((error: unknown) => socket.destroy(error instanceof Error ? error : undefined));
      });
    }
  }

  const server = createServer({ pauseOnConnect: true }, receive);
  const port = await listenOn(server);
  return { port, close: () => closeDoor(server, sockets, timers) };
}

function later(timers: Set<NodeJS.Timeout>, delay: Millis, act: () => void): void {
  if (delay === 0) {
    act();
    return;
  }
  const timer = setTimeout(() => {
    timers.delete(timer);
    act();
  }, delay);
  timers.add(timer);
}

function respond({ address, port, point }: Door, { entries, meet }: EntryServersOptions): RequestListener {
  return (_request, response) => {
    const answer: EntryAnswer = meet(point, address, port).kind === 'stranger' ? SERVED : entries.answerOf(address);
    response.writeHead(answer.status, { 'content-type': 'text/plain', connection: 'close' });
    response.end(answer.body);
  };
}

/** The certificate may be another one for every connection. */
async function secured(socket: Socket, identify: Identify): Promise<TLSSocket> {
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: await identify(undefined),
    SNICallback: (name, done) => {
      identify(name).then(
        (context) => done(null, context),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  // Clients that do not trust the certificate go away.
  secure.on('error', () => secure.destroy());
  return secure;
}

async function listenOn(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function closeDoor(server: Server, sockets: ReadonlySet<Socket>, timers: ReadonlySet<NodeJS.Timeout>): Promise<void> {
  for (const timer of timers) clearTimeout(timer);
  for (const socket of sockets) socket.destroy();
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}
