import { type Answer, type DecodedPacket, decode, encode, type OptAnswer, type SoaAnswer } from 'dns-packet';
import type { DnsAnswer, DnsQuestion, DnsRecord, Referral } from '../core/zone';
import { CloudError, InvalidInput } from '../errors';
import { canonicalAddress } from './ip-address';

/** Largest answer over UDP that fits through any path (dnsflagday.net, 2020). */
const UDP_LIMIT = 1232;
/** EDNS option "client subnet" (RFC 7871). */
const CLIENT_SUBNET = 8;

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
/** By their numbers (RFC 1035). */
const OUTCOMES: readonly string[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** A query without recursion. Throws InvalidInput for a subnet that cannot be sent. */
export function writeQuestion(id: number, { name, type, subnet }: DnsQuestion): Buffer {
  return encode({
    type: 'query',
    id,
    flags: 0,
    questions: [{ type, name, class: 'IN' }],
    additionals: [optRecord(subnet)],
  });
}

function optRecord(subnet: string | undefined): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: UDP_LIMIT,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: subnet === undefined ? [] : [{ code: CLIENT_SUBNET, ...readSubnet(subnet) }],
  };
}

/** The bits after the prefix must not be sent (RFC 7871, 6): whole bytes are what the library leaves out by itself. */
function readSubnet(subnet: string): { readonly ip: string; readonly sourcePrefixLength: number } {
  const [, ip, length] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(subnet) ?? [];
  const most = ip?.includes(':') === true ? 128 : 32;
  if (ip === undefined || Number(length) > most || Number(length) % 8 !== 0) {
    throw new InvalidInput(`not a client subnet: ${subnet}; its length must be a multiple of 8`);
  }
  return { ip, sourcePrefixLength: Number(length) };
}

/** A message that answers the question, or what is wrong with it. */
export type Received =
  | { readonly kind: 'answer'; readonly packet: DecodedPacket }
  | { readonly kind: 'truncated' }
  /** No DNS message. */
  | { readonly kind: 'garbled' }
  /** The answer to something else: late, or forged. */
  | { readonly kind: 'other' };

export function readMessage(bytes: Buffer, id: number, question: DnsQuestion): Received {
  const packet = tryDecode(bytes);
  if (packet === undefined) return { kind: 'garbled' };
  const [echo, second] = packet.questions ?? [];
  const ours =
    packet.flag_qr &&
    packet.id === id &&
    second === undefined &&
    echo?.type === question.type &&
    echo.name.toLowerCase() === question.name.toLowerCase();
  if (!ours) return { kind: 'other' };
  return packet.flag_tc ? { kind: 'truncated' } : { kind: 'answer', packet };
}

/** The library throws on whatever is no DNS message, and what arrives at a port may be anything. */
function tryDecode(bytes: Buffer): DecodedPacket | undefined {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

/** Throws CloudError for every outcome that is neither an answer nor "no such name". */
export function readAnswerOf(packet: DecodedPacket, operation: string, transport: DnsAnswer['transport']): DnsAnswer {
  const number = (packet.flags ?? 0) & 0xf;
  if (number !== NOERROR && number !== NXDOMAIN) {
    const code = OUTCOMES[number] ?? `RCODE${number}`;
    const kind = number === SERVFAIL ? 'unavailable' : 'rejected';
    throw new CloudError(`the name server answered ${code}`, { kind, operation, code });
  }
  const records = (packet.answers ?? []).flatMap(readRecord);
  return {
    outcome: number === NXDOMAIN ? 'NXDOMAIN' : 'NOERROR',
    authoritative: packet.flag_aa,
    records,
    referral: records.length === 0 && !packet.flag_aa ? referralOf(packet) : undefined,
    negativeTtl: records.length === 0 ? negativeTtl(packet) : undefined,
    scope: scopeOf(packet),
    transport,
  };
}

function readRecord(record: Answer): readonly DnsRecord[] {
  if (record.type === 'OPT') return [];
  const name = record.name.toLowerCase();
  return [{ name, type: record.type, ttl: record.ttl ?? 0, value: contentOf(record) }];
}

function contentOf(record: Exclude<Answer, OptAnswer>): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return canonicalAddress(record.data);
    case 'CNAME':
    case 'NS':
      return record.data.toLowerCase();
    case 'TXT':
      return [record.data].flat().map(String).join('');
    case 'SOA':
      return `${record.data.mname} ${record.data.rname} ${record.data.serial ?? 0}`;
    default:
      return '';
  }
}

/** The name servers of one zone in the section "authority" (RFC 1034, 4.3.2). */
function referralOf({ authorities = [] }: DecodedPacket): Referral | undefined {
  const named = authorities.flatMap(readRecord).filter(({ type }) => type === 'NS');
  const zone = named[0]?.name;
  if (zone === undefined || named.some(({ name }) => name !== zone)) return undefined;
  return { zone, hosts: named.map(({ value }) => value) };
}

/** The smaller of the TTL and the last field of the SOA (RFC 2308, 5). */
function negativeTtl({ authorities = [] }: DecodedPacket): number | undefined {
  const soa = authorities.find((record): record is SoaAnswer => record.type === 'SOA');
  return soa === undefined ? undefined : Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0);
}

function scopeOf({ additionals = [] }: DecodedPacket): number | undefined {
  const opt = additionals.find((record): record is OptAnswer => record.type === 'OPT');
  const option = opt?.options.find(({ code }) => code === CLIENT_SUBNET);
  return option !== undefined && 'scopePrefixLength' in option ? option.scopePrefixLength : undefined;
}
