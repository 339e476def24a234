import type { Instant } from './time';

/** A record of a DNS zone as Alidns lists it, whether it is enabled or not. */
export interface RecordSeen {
  readonly id: string;
  /** The name without the zone, in lower case; `@` for the zone itself. */
  readonly rr: string;
  /** In capitals, for example `A`. Types that mean nothing to us are listed too. */
  readonly type: string;
  readonly value: string;
  /** The vendor's code of the line, for example `default` or `cn_telecom_zhejiang`. */
  readonly line: string;
  /** Seconds. */
  readonly ttl: number;
  /** A disabled record keeps everything but is not answered. */
  readonly enabled: boolean;
  /** The vendor refuses every change of a locked record. */
  readonly locked: boolean;
  /** 1 to 100; `undefined` where the name has no weights. */
  readonly weight: number | undefined;
  /** Empty when there is none. */
  readonly remark: string;
  readonly updatedAt: Instant | undefined;
}

/** What makes a record, apart from what the vendor gives it. */
export interface RecordContent {
  readonly rr: string;
  readonly type: string;
  readonly value: string;
  readonly line: string;
  /** Seconds. */
  readonly ttl: number;
}

/** Whether a record leads to an address, and not to another name or to nothing. */
export function isAddress({ type }: Pick<RecordSeen, 'type'>): boolean {
  return type === 'A' || type === 'AAAA';
}

/** Smallest TTL of the free and the personal edition in seconds (reference "Alibaba Cloud DNS editions", read 2026-11). */
export const FREE_EDITION_TTL = 600;

/** Whether two records are answers to the same clients' same question. */
export function isSameLine(
  a: Pick<RecordSeen, 'rr' | 'type' | 'line'>,
  b: Pick<RecordSeen, 'rr' | 'type' | 'line'>,
): boolean {
  return a.rr === b.rr && a.type === b.type && a.line === b.line;
}

/** A set of records that was read whole. */
export interface RecordSet {
  readonly records: readonly RecordSeen[];
  /**
   * Whether a single answer held all of them. Several pages were read one after the other: what they show may never have
   * been true at one moment.
   */
  readonly inOneAnswer: boolean;
  /** The vendor's clock when it gave the (first) answer, in whole seconds; `undefined` when the answer did not say. */
  readonly date: Instant | undefined;
}

/** What a zone's edition allows, and who answers for it. */
export interface ZoneInfo {
  readonly zone: string;
  /** The vendor's code of the edition, for example `mianfei`; empty when it did not say. */
  readonly edition: string;
  /** Smallest TTL in seconds; `undefined` when the vendor did not say. */
  readonly minTtl: number | undefined;
  /** Host names of the zone's own name servers. */
  readonly nameServers: readonly string[];
  /** Codes of the lines that records may have; empty when the vendor did not say. */
  readonly lines: readonly string[];
}

/** One name server, by the address that is asked. */
export interface NameServer {
  /** For reports, for example `ns1.alidns.com`. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

/** A name server's host, with every address that it has; none where there is no such host. */
export interface NameServerHost {
  readonly host: string;
  readonly addresses: readonly string[];
}

/** A host's name as it is compared: in lower case, without a dot at the end. */
export function canonicalHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

export type QuestionType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'NS' | 'SOA';

/** One question to one name server. */
export interface DnsQuestion {
  readonly server: NameServer;
  /** Without a dot at the end. */
  readonly name: string;
  readonly type: QuestionType;
  /**
   * The network of the client that is asked for, for example `203.0.113.0/24` (EDNS Client Subnet, RFC 7871): what the
   * vendor chooses the line by. Without it, by the address that the question comes from.
   */
  readonly subnet?: string;
}

export interface DnsRecord {
  /** In lower case, without a dot at the end. */
  readonly name: string;
  /** In capitals. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** Addresses and names as text; the parts of a TXT joined; empty for types that are not read. */
  readonly value: string;
}

/** What a name server says: that there is such a name, or that there is none. */
export interface DnsAnswer {
  readonly outcome: 'NOERROR' | 'NXDOMAIN';
  /** Whether it speaks for the zone itself, and not from a cache (flag AA). */
  readonly authoritative: boolean;
  /** Empty when the name has no record of the type, or there is no such name. */
  readonly records: readonly DnsRecord[];
  /** Whom it names instead of an answer, since the name is in a zone that it does not serve; `undefined` where it answers itself. */
  readonly referral: Referral | undefined;
  /** How long resolvers keep an empty answer, in seconds (RFC 2308); `undefined` when it says nothing of it. */
  readonly negativeTtl: number | undefined;
  /** Prefix length that the answer is good for; `undefined` when the server took no notice of the subnet. */
  readonly scope: number | undefined;
  readonly transport: 'udp' | 'tcp';
}

/** Names in lower case, without a dot at the end. */
export interface Referral {
  readonly zone: string;
  readonly hosts: readonly string[];
}
