import { DAY, type Instant } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import type { Clock } from '../../shared/ports';
import type { Fleet } from './load-balancers/fleet';

/** What the HTTP entry behind an address answers. */
export interface EntryAnswer {
  readonly status: number;
  readonly body: string;
}

/** What is shown to clients that ask for TLS. */
export interface EntryCertificate {
  readonly validUntil: Instant;
  /** The name that it is for; any that is asked for when absent. */
  readonly host?: string | undefined;
}

/** What the entries behind the addresses of CLBs answer. */
export interface EntryControls {
  /** 200 and `ok` unless told. Throws InvalidInput. */
  serve(address: string, answer: EntryAnswer): void;
  /** Valid for a year, and for the name that is asked for, unless told. Throws InvalidInput. */
  certify(address: string, certificate: Partial<EntryCertificate>): void;
}

export interface Entries {
  readonly controls: EntryControls;
  answerOf(address: string): EntryAnswer;
  certificateOf(address: string): EntryCertificate;
}

export const SERVED: EntryAnswer = { status: 200, body: 'ok' };

/** Ports on which gateways speak TLS; whatever the listener is, the gateway behind it ends the connection. */
const TLS_PORTS: readonly number[] = [443];

export function speaksTls(port: number): boolean {
  return TLS_PORTS.includes(port);
}

export function createEntries(clock: Clock, fleet: Fleet): Entries {
  const since = clock.now();
  const answers = new Map<string, EntryAnswer>();
  const certificates = new Map<string, Partial<EntryCertificate>>();

  function known(address: string): string {
    if (!fleet.hasGiven(address)) throw new InvalidInput(`no load balancer has or had the address ${address}`);
    return address;
  }

  return {
    controls: {
      serve: (address, answer) => {
        answers.set(known(address), answer);
      },
      certify: (address, certificate) => {
        certificates.set(known(address), certificate);
      },
    },
    answerOf: (address) => answers.get(address) ?? SERVED,
    certificateOf: (address) => ({ validUntil: since + 365 * DAY, ...certificates.get(address) }),
  };
}
