/** What vantage points watch and what they say of it. Pure. */
import { type Instant, type Millis, SECOND } from './time';

/** How long a vantage point watches at most: an invocation lasts a minute, and its answer needs some of it. */
export const LONGEST_WATCH: Millis = 55 * SECOND;

/** How the entry of a gateway is probed: what a healthy one does. */
export interface ProbeSpec {
  readonly protocol: 'tcp' | 'tls' | 'http' | 'https';
  readonly port: number;
  /** Name for SNI, the certificate and the header `Host`; `undefined`: the address itself. */
  readonly host: string | undefined;
  /** HTTP only, from here on. */
  readonly path: string;
  /** Statuses that are healthy, both ends included. */
  readonly status: readonly { readonly from: number; readonly to: number }[];
  /** Text that the first part of the body must hold. */
  readonly contains: string | undefined;
  /** An answer that takes longer is as good as none. */
  readonly slow: Millis;
  /** Whether the certificate must be valid for the host. */
  readonly verifyCertificate: boolean;
  /** How many redirections are followed, on the same address only. */
  readonly redirects: number;
}

/** An address, and how it is to be probed. */
export interface ProbeTarget {
  /** Of a CLB; IPv4 or IPv6. Of a control target it may be a name, which is looked up. */
  readonly address: string;
  readonly spec: ProbeSpec;
}

/** Something well known that has nothing to do with the gateways: whoever cannot reach it cannot judge others. */
export interface ControlTarget extends ProbeTarget {
  /** As it is written, for example `tcp://223.5.5.5:53`. */
  readonly name: string;
}

/** How many probes in a row it takes to believe that an address changed. */
export interface Thresholds {
  /** Failures. */
  readonly fall: number;
  /** Successes. */
  readonly rise: number;
}

/** Why a probe counts as failed. */
export type ProbeFailure =
  | 'refused' // the connection was refused or reset
  | 'timeout'
  | 'unreachable' // no route
  | 'certificate' // expired, for another name, or not trusted
  | 'protocol' // what answered does not speak what it should
  | 'status'
  | 'body'
  | 'slow'
  | 'redirect'; // more than are followed, or to another place

/** One probe of one address. */
export interface ProbeOutcome {
  readonly failure: ProbeFailure | undefined;
  /** With the numbers in it; empty when it went well. */
  readonly message: string;
  /** Until it was known. */
  readonly took: Millis;
  /** When the certificate that was shown ends. */
  readonly certificateEnds?: Instant;
}

/** `unknown` until as many probes in a row agree as a change needs. */
export type AddressState = 'up' | 'down' | 'unknown';

/** What one vantage point says of one address. */
export interface AddressVerdict {
  readonly address: string;
  readonly state: AddressState;
  /** Of the last probe; `undefined` when there was none. */
  readonly probedAt: Instant | undefined;
  /** Of the last probe; `undefined` when it went well, or there was none. */
  readonly failure: ProbeFailure | undefined;
  /** Of the last probe, if it failed; empty else. */
  readonly why: string;
  /** Probes in a row that went as the last one. */
  readonly inARow: number;
  readonly took: Millis | undefined;
  /** Of the last certificate that was seen. */
  readonly certificateEnds: Instant | undefined;
}

/** Whether a vantage point can see anything at all, by targets that have nothing to do with the gateways. */
export interface Isolation {
  readonly isolated: boolean;
  /** For example `2 of 3 control targets answer`. */
  readonly message: string;
}

/** What one vantage point saw. */
export interface VantageReport {
  /** Id of the region that it runs in. */
  readonly point: string;
  readonly isolation: Isolation;
  readonly verdicts: readonly AddressVerdict[];
}
