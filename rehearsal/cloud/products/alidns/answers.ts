import type { DnsRecord } from '../../../../shared/core/zone';
import type { Chance } from '../../chance';
import { fallback } from './lines';
import type { ZoneRecord } from './record';
import { isWeighted, type ZoneState } from './zone-state';

/** A zone as one of its servers knows it. */
export interface ZoneView {
  readonly name: string;
  readonly state: ZoneState;
  readonly nameServers: readonly string[];
}

export interface Soa {
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly minimum: number;
}

/** What a server of a zone says to one question. */
export interface ZoneAnswer {
  readonly outcome: 'NOERROR' | 'NXDOMAIN';
  readonly records: readonly DnsRecord[];
  /** In the authority section of an empty answer. */
  readonly soa: Soa;
}

/** TTL of the zone's own records and of answers that say no, in seconds. */
const ZONE_TTL = 600;
/** A chain of names is followed this far within its zone. */
const LONGEST_CHAIN = 8;

/**
 * Answers as the zone stood: enabled records of the client's line, or of the nearest line that it falls to; all of them, or
 * one drawn by weight where weights are on. Of several CNAMEs always one.
 *
 * @param name in lower case, in the zone
 * @param type in capitals
 */
export function answer(view: ZoneView, name: string, type: string, line: string, chance: Chance): ZoneAnswer {
  const soa = soaOf(view);
  const records: DnsRecord[] = [];
  let wanted = name;
  if (name === view.name && type === 'SOA') {
    return { outcome: 'NOERROR', records: [{ name, type, ttl: soa.ttl, value: textOf(soa) }], soa };
  }
  for (let link = 0; link < LONGEST_CHAIN; link += 1) {
    const found = lookUp(view, wanted, type, line, chance);
    if (found === 'no such name') return { outcome: link === 0 ? 'NXDOMAIN' : 'NOERROR', records, soa };
    records.push(...found);
    const target = found[0]?.type === 'CNAME' && type !== 'CNAME' ? found[0].value : undefined;
    if (target === undefined || relative(target, view.name) === undefined) break;
    wanted = target;
  }
  return { outcome: 'NOERROR', records, soa };
}

/** The name without the zone, `@` for the zone itself; `undefined` for a name that is not in it. */
export function relative(name: string, zone: string): string | undefined {
  if (name === zone) return '@';
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : undefined;
}

function soaOf({ name, state, nameServers }: ZoneView): Soa {
  return {
    name,
    ttl: ZONE_TTL,
    mname: nameServers[0] ?? name,
    rname: 'hostmaster.hichina.com',
    serial: state.serial,
    minimum: ZONE_TTL,
  };
}

function textOf({ mname, rname, serial }: Soa): string {
  return `${mname} ${rname} ${serial}`;
}

function lookUp(
  view: ZoneView,
  name: string,
  type: string,
  line: string,
  chance: Chance,
): readonly DnsRecord[] | 'no such name' {
  const rr = relative(name, view.name) ?? '@';
  if (rr === '@' && type === 'NS') return view.nameServers.map((value) => ({ name, type, ttl: ZONE_TTL, value }));
  const owned = recordsOf(view.state.records, rr);
  if (owned === undefined) return rr === '@' ? [] : 'no such name';
  for (const candidate of fallback(line)) {
    const here = owned.filter((record) => record.line === candidate);
    const alias = here.filter((record) => record.type === 'CNAME');
    const fitting = alias.length > 0 ? alias : here.filter((record) => record.type === type);
    if (fitting.length > 0) return chosen(view.state, fitting, chance).map((record) => asAnswer(record, name));
  }
  return [];
}

/** Enabled records of a name, or of the wildcard that stands for it (RFC 4592); `undefined` when there is no such name. */
function recordsOf(all: readonly ZoneRecord[], rr: string): readonly ZoneRecord[] | undefined {
  const enabled = all.filter((record) => record.enabled);
  for (let name = rr; ; name = parentOf(name)) {
    // A name that others end with exists, even without records of its own.
    const exists = enabled.some((record) => record.rr === name || record.rr.endsWith(`.${name}`));
    if (exists && name !== rr) return undefined;
    if (exists) return enabled.filter((record) => record.rr === name);
    if (name === '@') return undefined;
    const parent = parentOf(name);
    const wildcard = enabled.filter((record) => record.rr === (parent === '@' ? '*' : `*.${parent}`));
    if (wildcard.length > 0) return wildcard;
  }
}

/** `b` of `a.b`, `@` of `b`. */
function parentOf(rr: string): string {
  const dot = rr.indexOf('.');
  return dot < 0 ? '@' : rr.slice(dot + 1);
}

function chosen(state: ZoneState, fitting: readonly ZoneRecord[], chance: Chance): readonly ZoneRecord[] {
  const [first] = fitting;
  if (first === undefined || fitting.length === 1) return fitting;
  if (isWeighted(state, first)) return [drawn(fitting, ({ weight }) => weight, chance) ?? first];
  return first.type === 'CNAME' ? [drawn(fitting, () => 1, chance) ?? first] : fitting;
}

function drawn(
  records: readonly ZoneRecord[],
  weightOf: (record: ZoneRecord) => number,
  chance: Chance,
): ZoneRecord | undefined {
  let rest = chance.next() * records.reduce((sum, record) => sum + weightOf(record), 0);
  return records.find((record) => {
    rest -= weightOf(record);
    return rest < 0;
  });
}

function asAnswer({ type, ttl, value }: ZoneRecord, name: string): DnsRecord {
  const isName = type === 'CNAME' || type === 'NS' || type === 'MX';
  return { name, type, ttl, value: isName ? value.toLowerCase().replace(/\.$/, '') : value };
}
