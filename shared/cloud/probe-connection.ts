import { isIP, connect as openTcp, type Socket } from 'node:net';
import { checkServerIdentity, connect as openTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { ProbeTarget } from '../core/probe';
import { type Instant, isoTime } from '../core/time';
import { FailedProbe, failureOf } from './probe-failure';

/** Where the sockets of a probe are kept, to be destroyed when it ends. */
export interface ProbeSockets {
  readonly opened: Socket[];
  /** Whom to trust. */
  readonly trust: () => SecureContext;
}

/** A connection to the address of the target, and what its certificate says. */
export interface ProbeConnection {
  readonly socket: Socket;
  readonly certificateEnds: Instant | undefined;
  /** What is wrong with the certificate, whether that counts or not. */
  readonly distrust: string | undefined;
}

const CLOSED = new FailedProbe('refused', 'the connection was closed');

export function connectTcp({ address, spec }: ProbeTarget, { opened }: ProbeSockets): Promise<ProbeConnection> {
  const socket = openTcp({ host: address, port: spec.port });
  opened.push(socket);
  return new Promise((resolve, reject) => {
    socket.on('error', (error) => reject(failureOf(error)));
    socket.on('close', () => reject(CLOSED));
    socket.on('connect', () => resolve({ socket, certificateEnds: undefined, distrust: undefined }));
  });
}

/** A TLS connection; a certificate that is not valid is told, not refused, so that its end can be told as well. */
export function connectTls(target: ProbeTarget, { opened, trust }: ProbeSockets): Promise<ProbeConnection> {
  const { address, spec } = target;
  const name = spec.host ?? address;
  const socket = openTls({
    host: address,
    port: spec.port,
    // RFC 6066 has names only.
    servername: isIP(name) === 0 ? name : '',
    rejectUnauthorized: false,
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
    secureContext: trust(),
    ...(spec.protocol === 'https' ? { ALPNProtocols: ['http/1.1'] } : {}),
  });
  opened.push(socket);
  return new Promise((resolve, reject) => {
    socket.on('error', (error) => reject(failureOf(error)));
    socket.on('close', () => reject(CLOSED));
    socket.on('secureConnect', () => {
      const certificateEnds = endOf(socket);
      resolve({ socket, certificateEnds, distrust: distrustOf(socket, name, certificateEnds) });
    });
  });
}

function endOf(socket: TLSSocket): Instant | undefined {
  const end = Date.parse(socket.getPeerX509Certificate()?.validTo ?? '');
  return Number.isNaN(end) ? undefined : end;
}

function distrustOf(socket: TLSSocket, name: string, ends: Instant | undefined): string | undefined {
  if (socket.authorized) return undefined;
  // Typed as an error; Node 20 sets the code of OpenSSL.
  const code = String(socket.authorizationError);
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `a certificate has expired${ends === undefined ? '' : `; that of the gateway ends at ${isoTime(ends)}`}`;
    case 'CERT_NOT_YET_VALID':
      return 'the certificate is not valid yet';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate is not for ${name}`;
    default:
      return `the certificate is not trusted (${code})`;
  }
}

/** Refuses a certificate that is not valid, where that counts. */
export function checkCertificate({ distrust }: ProbeConnection, { spec }: ProbeTarget): void {
  if (spec.verifyCertificate && distrust !== undefined) throw new FailedProbe('certificate', distrust);
}
