import type { ProbeFailure, ProbeOutcome, ProbeSpec, ProbeTarget } from '../../shared/core/probe';
import { isoTime, type Millis } from '../../shared/core/time';
import type { Prober } from '../../shared/ports';
import { ASSUMED, type Behaviour } from './behaviour';
import { type Entries, type EntryAnswer, type EntryCertificate, SERVED, speaksTls } from './entries';
import type { Fleet } from './load-balancers/fleet';
import type { Regions } from './regions';
import type { Timeline } from './timeline';

const part = 'Vantage points';

export const VANTAGE_POINT_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'A probe takes 20 ms, from every region to every other, and as much longer as the region that answers is slower.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'Nothing comes back from the address of a deleted CLB, or of a region that does not answer: such a probe lasts to its time limit.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'A CLB that is not active, has no running listener on the port or no healthy backend refuses the connection.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'On loopback what vanishes is a connection that is taken and never answered, since the system takes connections itself.',
    basis: ASSUMED,
  },
  { part, what: 'Gateways speak TLS on port 443 and plain HTTP on every other one.', basis: ASSUMED },
  {
    part,
    what: 'An address that no CLB of the account has or had answers every protocol, with 200 and a certificate that is good: control targets are well.',
    basis: ASSUMED,
  },
];

export const VANTAGE_POINTS_NOT_IMITATED: readonly { readonly what: string; readonly why: string }[] = [
  { what: 'Redirections of entries', why: 'a 3xx is a status like any other here' },
  { what: 'Distance: probes across the world that take longer', why: 'latency is a fault that is asked for' },
  { what: 'Probes that an overloaded gateway loses', why: 'load is counted in rates, and a probe is none of it' },
];

/** What a packet from a vantage point to an address and port meets, before anything is said. */
export type Met =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refusal' }
  /** Something else than a CLB of the account. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'entry'; readonly region: string };

/** @param point undefined for a client that is at no vantage point */
export type Meet = (point: string | undefined, address: string, port: number) => Met;

export function createMeet(fleet: Fleet, regions: Regions): Meet {
  return (point, address, port) => {
    if (point !== undefined && !regions.sees(point)) return { kind: 'nothing' };
    if (!fleet.hasGiven(address)) return { kind: 'stranger' };
    const clb = fleet.behind(address);
    if (clb === undefined) return { kind: 'nothing' };
    const { region } = clb;
    const answers = point === undefined ? regions.arriving(region) > 0 : regions.answers(region, point);
    if (!answers) return { kind: 'nothing' };
    return fleet.forwards(clb, port) ? { kind: 'entry', region } : { kind: 'refusal' };
  };
}

/** Milliseconds of a probe that nothing slows down. */
const PROMPT: Millis = 20;

export interface ProberOptions {
  /** Whether the cloud's time passes until the outcome is known; not unless told. */
  readonly timePasses?: boolean;
}

/** Probes the emulated entries inside the process, as seen from a region. */
export function createInProcessProber(
  point: string,
  parts: {
    readonly meet: Meet;
    readonly regions: Regions;
    readonly entries: Entries;
    readonly timeline: Timeline;
  },
  { timePasses = false }: ProberOptions,
): Prober {
  const { entries, meet, regions, timeline } = parts;
  const { clock, step } = timeline;

  function outcomeOf({ address, spec }: ProbeTarget, timeout: Millis): ProbeOutcome {
    const met = meet(point, address, spec.port);
    switch (met.kind) {
      case 'nothing':
        return noAnswer(timeout);
      case 'refusal':
        return failed('refused', `${address}:${spec.port} refused the connection`, PROMPT);
      case 'stranger':
        return PROMPT > timeout ? noAnswer(timeout) : { failure: undefined, message: '', took: PROMPT };
      case 'entry': {
        const took = PROMPT + regions.delay(met.region);
        if (took > timeout || !regions.getsThrough(met.region)) return noAnswer(timeout);
        return judged(address, spec, took);
      }
    }
  }

  function judged(address: string, spec: ProbeSpec, took: Millis): ProbeOutcome {
    const { port, protocol } = spec;
    if (protocol === 'tcp') return spoken(spec, SERVED, took);
    const wantsTls = protocol === 'tls' || protocol === 'https';
    if (wantsTls !== speaksTls(port)) {
      return failed('protocol', `port ${port} speaks ${wantsTls ? 'no TLS' : 'TLS only'}`, took);
    }
    const answer = protocol === 'tls' ? SERVED : entries.answerOf(address);
    if (!wantsTls) return spoken(spec, answer, took);
    const certificate = entries.certificateOf(address);
    const outcome = distrusted(spec, certificate, took) ?? spoken(spec, answer, took);
    return { ...outcome, certificateEnds: certificate.validUntil };
  }

  function distrusted(spec: ProbeSpec, certificate: EntryCertificate, took: Millis): ProbeOutcome | undefined {
    const { host, validUntil } = certificate;
    if (!spec.verifyCertificate) return undefined;
    if (validUntil <= clock.now()) return failed('certificate', `expired at ${isoTime(validUntil)}`, took);
    if (host === undefined || host === spec.host) return undefined;
    return failed('certificate', `is for ${host}, not for ${spec.host ?? 'the address'}`, took);
  }

  return {
    probe: async (target, timeout) => {
      const startedAt = clock.now();
      const outcome = outcomeOf(target, timeout);
      if (!timePasses) return outcome;
      // Others that begin now get to begin; then each one waits only for what is left of its own.
      await clock.sleep(0);
      step(Math.max(0, Math.ceil(startedAt + outcome.took - clock.now())));
      return outcome;
    },
  };
}

function spoken(spec: ProbeSpec, { body, status }: EntryAnswer, took: Millis): ProbeOutcome {
  const { contains, protocol, slow } = spec;
  if (protocol === 'http' || protocol === 'https') {
    if (!spec.status.some(({ from, to }) => status >= from && status <= to)) {
      return failed('status', `status ${status}`, took);
    }
    if (contains !== undefined && !body.includes(contains)) {
      return failed('body', `the body does not contain "${contains}"`, took);
    }
  }
  if (took > slow) return failed('slow', `took ${took} ms, more than ${slow} ms`, took);
  return { failure: undefined, message: '', took };
}

export function noAnswer(timeout: Millis): ProbeOutcome {
  return failed('timeout', `no answer within ${timeout} ms`, timeout);
}

function failed(failure: ProbeFailure, message: string, took: Millis): ProbeOutcome {
  return { failure, message, took };
}
