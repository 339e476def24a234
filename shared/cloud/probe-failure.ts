import type { ProbeFailure } from '../core/probe';

/** How a probe fails; never leaves the prober. */
export class FailedProbe extends Error {
  override readonly name = 'FailedProbe';

  constructor(
    readonly failure: ProbeFailure,
    message: string,
  ) {
    super(message);
  }
}

const BY_CODE: Readonly<Record<string, ProbeFailure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EPIPE: 'refused',
  ETIMEDOUT: 'timeout',
  EPROTO: 'protocol',
};

/** What an error of a socket, of TLS or of the HTTP parser means; what is not known is on the way, not at its end. */
export function failureOf(error: Error): FailedProbe {
  if (error instanceof FailedProbe) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  const spoken = code.startsWith('HPE_') || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_');
  const failure = known ?? (spoken ? 'protocol' : 'unreachable');
  return new FailedProbe(failure, `${SENTENCES[failure]} (${code})`);
}

const SENTENCES: Readonly<Record<ProbeFailure, string>> = {
  refused: 'the connection was refused or reset',
  timeout: 'the connection timed out',
  unreachable: 'cannot be reached',
  certificate: 'the certificate is not valid',
  protocol: 'does not speak the protocol',
  status: 'the status is not a healthy one',
  body: 'the body is not the expected one',
  slow: 'the answer came too late',
  redirect: 'is redirected elsewhere',
};
