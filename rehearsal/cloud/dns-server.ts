import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { NameServer } from '../../shared/core/zone';
import { type Query, readQuery, writeReply } from './dns-wire';
import type { DnsAccount, Served } from './products/alidns/account';
import { REGISTRY } from './products/alidns/parent';
import { parseSubnet } from './products/alidns/subnet';

/** The name servers of the account's zones and of those above them, each on a port of 127.0.0.1 of its own, over UDP and TCP. */
export interface ListeningDns {
  readonly servers: readonly NameServer[];
  /** Those of the zones above them. */
  readonly registry: readonly NameServer[];
  /** Ends every connection and frees the ports. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Ports that UDP gave and TCP had in use; another try gets another. */
const PORT_TRIES = 20;
/** Most bytes of a DNS message over TCP: its length is sent in 16 bits. */
const LARGEST_MESSAGE = 65_535;

/** Hosts of zones that are added later are not served. */
export async function listenDns(account: DnsAccount): Promise<ListeningDns> {
  const open: Listener[] = [];
  try {
    for (const host of [...account.hosts(), ...REGISTRY]) open.push(await openHost(account, host));
  } catch (error) {
    await Promise.all(open.map((listener) => listener.close()));
    throw error;
  }
  const all = open.map(({ server }) => server);
  return {
    servers: all.filter(({ host }) => !REGISTRY.includes(host)),
    registry: all.filter(({ host }) => REGISTRY.includes(host)),
    close: async () => {
      await Promise.all(open.map((listener) => listener.close()));
    },
  };
}

interface Listener {
  readonly server: NameServer;
  close(): Promise<void>;
}

async function openHost(account: DnsAccount, host: string): Promise<Listener> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await openUdp(account, host);
    const { port } = udp.address();
    try {
      const tcp = await openTcp(account, host, port);
      return {
        server: { host, address: LOOPBACK, port },
        close: async () => {
          await Promise.all([closeUdp(udp), tcp.close()]);
        },
      };
    } catch (error) {
      await closeUdp(udp);
      if (attempt === PORT_TRIES || !isInUse(error)) throw error;
    }
  }
}

/** By its code alone: under a test runner the system's errors are instances of another `Error`. */
function isInUse(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';
}

function serve(account: DnsAccount, host: string, query: Query, peer: string): Served {
  const client = query.subnet?.network ?? parseSubnet(peer);
  return account.serve(host, {
    name: query.question.name.toLowerCase(),
    type: query.question.type,
    client,
  });
}

async function openUdp(account: DnsAccount, host: string): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes, peer) => {
    const query = readQuery(bytes);
    if (query === undefined) return;
    const reply = writeReply(query, serve(account, host, query, peer.address), query.udpLimit);
    if (reply !== undefined) socket.send(reply, peer.port, peer.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, LOOPBACK, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  return socket;
}

function closeUdp(socket: UdpSocket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

async function openTcp(account: DnsAccount, host: string, port: number): Promise<{ close(): Promise<void> }> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    // A client that goes away, even in the middle of an answer, is none of the server's troubles.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
    converse(socket, (query) =>
      writeReply(query, serve(account, host, query, socket.remoteAddress ?? ''), LARGEST_MESSAGE),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { close: () => closeTcp(server, connections) };
}

function closeTcp(server: Server, connections: ReadonlySet<Socket>): Promise<void> {
  for (const socket of connections) socket.destroy();
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}

/** Messages over TCP have their length in front, in two bytes. What is no query ends the connection. */
function converse(socket: Socket, answer: (query: Query) => Buffer | undefined): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE()) {
      const end = 2 + pending.readUInt16BE();
      const query = readQuery(pending.subarray(2, end));
      pending = pending.subarray(end);
      if (query === undefined) {
        socket.destroy();
        return;
      }
      const reply = answer(query);
      if (reply !== undefined) socket.write(Buffer.concat([lengthOf(reply), reply]));
    }
  });
}

function lengthOf(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return length;
}
