import { setMaxListeners } from 'node:events';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { ProbeOutcome, ProbeTarget } from '../core/probe';
import type { Instant, Millis } from '../core/time';
import type { Prober } from '../ports';
import { checkCertificate, connectTcp, connectTls, type ProbeConnection, type ProbeSockets } from './probe-connection';
import { FailedProbe } from './probe-failure';
import { askOnce } from './probe-http';
import { elapsed } from './system-clock';

export interface ProberOptions {
  /** Certificates of authorities to trust, as PEM, instead of those that Node knows. */
  readonly authorities?: string | Buffer;
}

/**
 * Probes over connections of its own, always to the address: the host of a target is for SNI, the certificate and the
 * header alone. Nothing is kept between two probes, and no proxy is used.
 */
export function createProber({ authorities }: ProberOptions = {}): Prober {
  let context: SecureContext | undefined;
  const trust = (): SecureContext => {
    context ??= createSecureContext(authorities === undefined ? {} : { ca: authorities });
    return context;
  };

  return {
    probe: async (target, timeout, signal) => {
      const run: Run = { target, opened: [], trust, startedAt: elapsed(), ends: undefined };
      try {
        await inTime(run, timeout, signal);
        return outcomeOf(run);
      } catch (error) {
        // Whatever is no failure of a socket or an answer is our bug.
        if (!(error instanceof FailedProbe)) throw error;
        return { ...outcomeOf(run), failure: error.failure, message: error.message };
      } finally {
        for (const socket of run.opened) socket.destroy();
      }
    },
  };
}

/** One probe while it runs. */
interface Run extends ProbeSockets {
  readonly target: ProbeTarget;
  /** By the clock of {@link elapsed}. */
  readonly startedAt: Millis;
  ends: Instant | undefined;
}

function outcomeOf({ ends, startedAt, target }: Run): ProbeOutcome {
  const took = Math.round(elapsed() - startedAt);
  const late = took > target.spec.slow;
  return {
    failure: late ? 'slow' : undefined,
    message: late ? `answered after ${took} ms, more than ${target.spec.slow} ms` : '',
    took,
    ...(ends === undefined ? {} : { certificateEnds: ends }),
  };
}

/** Ends by itself, whatever the other side does. */
async function inTime(run: Run, timeout: Millis, signal: AbortSignal | undefined): Promise<void> {
  const end = new AbortController();
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = (why: string): void => reject(new FailedProbe('timeout', why));
    const over = setTimeout(() => giveUp(`no answer within ${Math.round(timeout)} ms`), timeout);
    end.signal.addEventListener('abort', () => clearTimeout(over), { once: true });
    if (signal === undefined) return;
    if (signal.aborted) giveUp('was given up');
    // One signal ends hundreds of probes, which Node would take for a leak.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', () => giveUp('was given up'), { signal: end.signal });
  });
  try {
    await Promise.race([answered(run), givenUp]);
  } finally {
    end.abort();
  }
}

async function answered(run: Run): Promise<void> {
  const { protocol, redirects } = run.target.spec;
  let path: string | undefined = run.target.spec.path;
  for (let left = redirects; path !== undefined; left -= 1) {
    const { socket } = await connected(run);
    path =
      protocol === 'http' || protocol === 'https'
        ? await askOnce({ target: run.target, path, socket }, left)
        : undefined;
  }
}

async function connected(run: Run): Promise<ProbeConnection> {
  const { protocol } = run.target.spec;
  if (protocol === 'tcp' || protocol === 'http') return connectTcp(run.target, run);
  const connection = await connectTls(run.target, run);
  run.ends = connection.certificateEnds;
  checkCertificate(connection, run.target);
  return connection;
}
