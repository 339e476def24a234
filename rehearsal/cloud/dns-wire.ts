import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type OptAnswer,
  type Question,
  type StringRecordType,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import type { DnsRecord } from '../../shared/core/zone';
import type { Served } from './products/alidns/account';
import type { Soa } from './products/alidns/answers';
import { parseSubnet, type Subnet } from './products/alidns/subnet';

/** A question as it came over the wire. */
export interface Query {
  readonly id: number;
  readonly question: Question;
  /** Most bytes that the client takes over UDP. */
  readonly udpLimit: number;
  readonly edns: boolean;
  readonly subnet: ClientSubnet | undefined;
}

interface ClientSubnet {
  readonly network: Subnet;
  readonly address: string;
}

/** Without EDNS (RFC 1035), and the most that fits through any path (dnsflagday.net, 2020). */
const SMALLEST_UDP = 512;
const LARGEST_UDP = 1232;

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const REFUSED = 5;

/** `undefined` for what is no query of exactly one question. */
export function readQuery(message: Buffer): Query | undefined {
  const packet = tryDecode(message);
  const [question, second] = packet?.questions ?? [];
  if (packet === undefined || packet.flag_qr || question === undefined || second !== undefined) return undefined;
  const opt = (packet.additionals ?? []).find((record) => record.type === 'OPT');
  return {
    id: packet.id ?? 0,
    question,
    udpLimit: Math.min(LARGEST_UDP, Math.max(SMALLEST_UDP, opt?.udpPayloadSize ?? 0)),
    edns: opt !== undefined,
    subnet: opt === undefined ? undefined : subnetOf(opt),
  };
}

/** Whoever sends what is no DNS message gets no answer. */
function tryDecode(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

function subnetOf({ options }: OptAnswer): ClientSubnet | undefined {
  const option = options.find(({ code }) => code === 8);
  if (option === undefined || !('ip' in option) || option.ip === undefined) return undefined;
  const network = parseSubnet(`${option.ip}/${option.sourcePrefixLength ?? 0}`);
  return network === undefined ? undefined : { network, address: option.ip };
}

/** The answer's bytes, or `undefined` for none. Cut to its header where it is longer than `limit`. */
export function writeReply(query: Query, served: Served, limit: number): Buffer | undefined {
  switch (served.kind) {
    case 'silent':
      return undefined;
    case 'garbled':
      return Buffer.from('no DNS message');
    case 'servfail':
      return message(query, SERVFAIL, [], []);
    case 'refused':
      return message(query, REFUSED, [], []);
    case 'referral': {
      const { hosts, zone: name } = served;
      return message(
        query,
        NOERROR,
        [],
        hosts.map((data): Answer => ({ type: 'NS', name, ttl: 3600, data })),
      );
    }
    case 'answer': {
      const { records, soa, outcome, scope } = served;
      const rcode = outcome === 'NXDOMAIN' ? NXDOMAIN : NOERROR;
      const answers = records.flatMap((record) => (record.type === 'SOA' ? [soaRecord(soa)] : wireRecord(record)));
      const authorities = answers.length === 0 ? [soaRecord(soa)] : [];
      const whole = message(query, AUTHORITATIVE_ANSWER | rcode, answers, authorities, scope);
      if (whole.length <= limit) return whole;
      return message(query, AUTHORITATIVE_ANSWER | TRUNCATED_RESPONSE | rcode, [], [], scope);
    }
  }
}

function message(
  query: Query,
  flags: number,
  answers: readonly Answer[],
  authorities: readonly Answer[],
  scope = 0,
): Buffer {
  return encode({
    type: 'response',
    id: query.id,
    flags,
    questions: [query.question],
    answers: [...answers],
    authorities: [...authorities],
    additionals: query.edns ? [optRecord(query.subnet, scope)] : [],
  });
}

function optRecord(subnet: ClientSubnet | undefined, scope: number): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: LARGEST_UDP,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options:
      subnet === undefined
        ? []
        : [
            {
              code: 8,
              family: subnet.network.family === 4 ? 1 : 2,
              sourcePrefixLength: subnet.network.length,
              scopePrefixLength: scope,
              ip: subnet.address,
            },
          ],
  };
}

function soaRecord({ name, ttl, mname, rname, serial, minimum }: Soa): Answer {
  return {
    type: 'SOA',
    name,
    ttl,
    data: { mname, rname, serial, refresh: 3600, retry: 1200, expire: 86_400, minimum },
  };
}

/** Types that clients of gateways do not ask for are not answered. */
function wireRecord({ name, type, ttl, value }: DnsRecord): readonly Answer[] {
  if (type === 'TXT') return [{ type, name, ttl, data: pieces(value) }];
  return isText(type) ? [{ type, name, ttl, data: value }] : [];
}

function isText(type: string): type is StringRecordType {
  return type === 'A' || type === 'AAAA' || type === 'CNAME' || type === 'NS';
}

/** A character string of a TXT holds at most 255 bytes. */
function pieces(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  return Array.from({ length: Math.max(1, Math.ceil(bytes.length / 255)) }, (_, i) =>
    bytes.subarray(i * 255, (i + 1) * 255),
  );
}
