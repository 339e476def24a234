import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { ProbeFailure, ProbeOutcome, ProbeTarget } from '../../../shared/core/probe';
import type { Prober } from '../../../shared/ports';

type Found = Pick<ProbeOutcome, 'failure' | 'message' | 'certificateEnds'>;

const WELL: Found = { failure: undefined, message: '' };

/** The simplest prober that opens sockets: what it meets is what a real one would. */
export function aRealProber(ca: string): Prober {
  return {
    probe: async (target, timeout) => {
      const startedAt = performance.now();
      const found = await Promise.race([meet(target, ca), silence(timeout)]);
      return { ...found, took: performance.now() - startedAt };
    },
  };
}

function silence(timeout: number): Promise<Found> {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ failure: 'timeout', message: `no answer within ${timeout} ms` }), timeout).unref();
  });
}

function meet(target: ProbeTarget, ca: string): Promise<Found> {
  switch (target.spec.protocol) {
    case 'tcp':
      return bare(target);
    case 'tls':
      return handshake(target, ca);
    case 'http':
    case 'https':
      return exchange(target, ca);
  }
}

function failed(error: Error & { readonly code?: string }, { address, spec }: ProbeTarget): Found {
  const { code = '' } = error;
  const failure: ProbeFailure = code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'refused' : 'certificate';
  return { failure, message: `${code} at ${address}:${spec.port}` };
}

function bare(target: ProbeTarget): Promise<Found> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.address, port: target.spec.port });
    socket.on('connect', () => resolve(WELL)).on('error', (error) => resolve(failed(error, target)));
    socket.on('connect', () => socket.destroy());
  });
}

function secureOptions({ address, spec }: ProbeTarget, ca: string) {
  const servername = spec.host === undefined ? {} : { servername: spec.host };
  return { host: address, port: spec.port, ca, rejectUnauthorized: spec.verifyCertificate, ...servername };
}

function handshake(target: ProbeTarget, ca: string): Promise<Found> {
  return new Promise((resolve) => {
    const socket = tlsConnect(secureOptions(target, ca));
    socket.on('secureConnect', () => {
      resolve({ ...WELL, ...endOf(socket) });
      socket.destroy();
    });
    socket.on('error', (error) => resolve(failed(error, target)));
  });
}

function endOf(socket: TLSSocket): Pick<Found, 'certificateEnds'> {
  return { certificateEnds: Date.parse(socket.getPeerCertificate().valid_to) };
}

function exchange(target: ProbeTarget, ca: string): Promise<Found> {
  const { address, spec } = target;
  return new Promise((resolve) => {
    const options = { host: address, port: spec.port, path: spec.path, agent: false };
    const request =
      spec.protocol === 'https' ? httpsRequest({ ...options, ...secureOptions(target, ca) }) : httpRequest(options);
    request.on('error', (error) => resolve(failed(error, target)));
    request.on('response', async (response) => {
      const ends = spec.protocol === 'https' ? endOf(response.socket as TLSSocket) : {};
      let body = '';
      for await (const chunk of response) body += String(chunk);
      const { statusCode = 0 } = response;
      const healthy = spec.status.some(({ from, to }) => statusCode >= from && statusCode <= to);
      if (!healthy) resolve({ failure: 'status', message: `status ${statusCode}`, ...ends });
      else if (spec.contains !== undefined && !body.includes(spec.contains))
        resolve({ failure: 'body', message: body, ...ends });
      else resolve({ ...WELL, ...ends });
    });
    request.end();
  });
}
