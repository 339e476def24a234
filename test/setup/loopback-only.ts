import net from 'node:net';

/** Tests reach this machine only: any other connection fails at once, with the address in the message. */
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;
const connect = net.Socket.prototype.connect;

function hostOf(options: unknown): string {
  const first: unknown = Array.isArray(options) ? options[0] : options;
  if (typeof first === 'object' && first !== null) {
    if ('path' in first && typeof first.path === 'string') return 'localhost';
    if ('host' in first && typeof first.host === 'string') return first.host;
  }
  return 'localhost';
}

net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
  const host = typeof args[1] === 'string' ? args[1] : hostOf(args[0]);
  if (!LOOPBACK.test(host)) throw new Error(`a test tried to connect to ${host}; tests may use loopback only`);
  return Reflect.apply(connect, this, args) as net.Socket;
} as typeof connect;
