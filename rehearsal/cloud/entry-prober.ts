import { systemClock } from '../../shared/cloud/system-clock';
import type { ProbeOutcome, ProbeTarget } from '../../shared/core/probe';
import type { Millis } from '../../shared/core/time';
import type { Clock, Prober } from '../../shared/ports';
import { speaksTls } from './entries';
import { type EntryServers, type EntryServersOptions, LOOPBACK, openEntryServers } from './entry-servers';
import type { Regions } from './regions';
import { type Meet, noAnswer } from './vantage-point';

export interface ListeningEntries {
  /** The certificate of the authority that signs what they show. */
  readonly ca: string;
  /** Where clients reach the entry of an address and port. */
  urlOf(address: string, port: number): Promise<string>;
  /** The entries as a vantage point sees them, by a prober that probes for real and trusts `ca`. */
  prober(point: string, real: Prober): Prober;
  /** Ends every connection and frees the ports. */
  close(): Promise<void>;
}

/** Nothing listens there: a real connection is refused by the system itself. */
const NOBODY = 9;

export interface EntryProberParts {
  readonly servers: EntryServers;
  readonly meet: Meet;
  readonly regions: Regions;
  /** Waits in real time. */
  readonly sleep: Clock['sleep'];
}

/** Lets a prober that probes for real meet what stands on loopback for the emulated addresses, as a vantage point sees them. */
function createEntryProber(point: string, real: Prober, parts: EntryProberParts): Prober {
  const { meet, regions, servers, sleep } = parts;

  async function probeDoor(target: ProbeTarget, timeout: Millis): Promise<ProbeOutcome> {
    const { address, spec } = target;
    const { kind } = meet(point, address, spec.port);
    const wantsTls = spec.protocol === 'tls' || spec.protocol === 'https';
    const tls = kind === 'stranger' ? wantsTls : speaksTls(spec.port);
    const port = kind === 'refusal' ? NOBODY : await servers.portOf({ point, address, port: spec.port, tls });
    const outcome = await real.probe({ address: LOOPBACK, spec: { ...spec, port } }, timeout);
    const { certificateEnds, message } = outcome;
    return {
      ...outcome,
      message: message.replaceAll(`${LOOPBACK}:${port}`, `${address}:${spec.port}`),
      ...(certificateEnds === undefined ? {} : { certificateEnds: servers.cloudTime(certificateEnds) }),
    };
  }

  /** The system takes connections before a server can keep silent, so what a bare connection meets is decided here. */
  async function connect(target: ProbeTarget, timeout: Millis): Promise<ProbeOutcome> {
    const met = meet(point, target.address, target.spec.port);
    const lost = met.kind === 'nothing' || (met.kind === 'entry' && !regions.getsThrough(met.region));
    const delay = lost ? timeout : met.kind === 'entry' ? regions.delay(met.region) : 0;
    if (delay > 0) await sleep(Math.min(delay, timeout));
    if (delay >= timeout) return noAnswer(timeout);
    const outcome = await probeDoor(target, timeout - delay);
    return { ...outcome, took: outcome.took + delay };
  }

  return {
    probe: (target, timeout) =>
      target.spec.protocol === 'tcp' ? connect(target, timeout) : probeDoor(target, timeout),
  };
}

export async function listenEntries(options: EntryServersOptions): Promise<ListeningEntries> {
  const servers = await openEntryServers(options);
  return {
    ca: servers.ca,
    urlOf: async (address, port) => {
      const tls = speaksTls(port);
      const own = await servers.portOf({ point: undefined, address, port, tls });
      return `${tls ? 'https' : 'http'}://${LOOPBACK}:${own}`;
    },
    prober: (point, real) => createEntryProber(point, real, { ...options, servers, sleep: systemClock().sleep }),
    close: servers.close,
  };
}
