import type { Instant, Millis } from '../../../../shared/core/time';
import { InvalidInput } from '../../../../shared/errors';
import type { Clock } from '../../../../shared/ports';
import type { Chance } from '../../chance';
import { answer, relative, type ZoneAnswer } from './answers';
import { LINES, type LineSubnet, lineFor } from './lines';
import { createParentZones, type ParentZones, REGISTRY, type StrangeServer, soaAbove } from './parent';
import { parseSubnet, type Subnet } from './subnet';
import { createZone, type Zone, type ZoneListener, type ZoneSetup } from './zone';

/** How a name server is out of order. `stale`: it answers, and never again by what is written. */
export type Outage = 'silent' | 'servfail' | 'refused' | 'garbled' | 'stale';

/** What a test or a rehearsal does to the zones of the account; none of it is a call of the API. */
export interface DnsControls {
  /** Throws InvalidInput. */
  addZone(setup: ZoneSetup): void;
  /** Makes a network's clients belong to a line. Throws InvalidInput. */
  addSubnet(subnet: string, line: string): void;
  /** Hears of every change of a zone, with what it was like before. Throws InvalidInput. */
  watch(zone: string, listener: ZoneListener): void;
  /** Locks or unlocks a record, which only the vendor does. */
  lock(zone: string, recordId: string, locked: boolean): void;
  /** Breaks a name server, or mends it. */
  breakServer(host: string, outage: Outage | undefined): void;
  /**
   * Whom the parent of a zone sends its clients to: these name servers, nobody where there are none, or the zone's own again.
   * Throws InvalidInput.
   */
  delegate(zone: string, servers: readonly StrangeServer[] | undefined): void;
  /** The address of a name server's host. Throws InvalidInput. */
  serverAddress(host: string): string;
  /** How long a name server takes to answer inside the process, where time is the cloud's; no time unless told. */
  answersAfter(host: string, duration: Millis): void;
  /** How old what the API lists is; not at all unless told. Writes are never late. */
  listsLag(by: Millis): void;
  /** For how long a zone is busy after each write and refuses others; not at all unless told. Throws InvalidInput. */
  busyAfterWrite(zone: string, duration: Millis): void;
  /** The API takes requests however old the date is that they are signed with. */
  ignoreDates(ignored: boolean): void;
}

export interface Question {
  /** In lower case, without a dot at the end. */
  readonly name: string;
  /** In capitals. */
  readonly type: string;
  /** The network that the client says it asks for, or its own address. */
  readonly client: Subnet | undefined;
}

/** What a name server does with a question. */
export type Served =
  | ({ readonly kind: 'answer'; readonly scope: number } & ZoneAnswer)
  | { readonly kind: 'referral'; readonly zone: string; readonly hosts: readonly string[] }
  | { readonly kind: 'servfail' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'garbled' }
  | { readonly kind: 'silent' };

/** The zones of the account and the servers that answer for them. */
export interface DnsAccount {
  readonly controls: DnsControls;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly parents: ParentZones;
  /** The zone that a name is in. */
  zoneOf(name: string): Zone | undefined;
  /** The moment that the API shows in what it lists. */
  listedAt(): Instant;
  ignoresDates(): boolean;
  /** Every host that answers for a zone. */
  hosts(): readonly string[];
  /** How long a name server takes to answer. */
  delayOf(host: string): Millis;
  serve(host: string, question: Question): Served;
}

/**
 * @param ids a stream of chance for the ids of records
 * @param draws another for answers, so that how often somebody asks does not change the ids
 */
export function createDnsAccount(clock: Clock, ids: Chance, draws: Chance): DnsAccount {
  const zones = new Map<string, Zone>();
  const subnets: LineSubnet[] = [];
  const outages = new Map<string, { readonly outage: Outage; readonly since: Instant }>();
  const delays = new Map<string, Millis>();
  const parents = createParentZones(zones, hosts);
  let lag: Millis = 0;
  let datesIgnored = false;

  function addZone(setup: ZoneSetup): void {
    if (zones.has(setup.name)) throw new InvalidInput(`there is a zone ${setup.name} already`);
    zones.set(setup.name, createZone(setup, clock, ids));
  }

  function addSubnet(text: string, line: string): void {
    const subnet = parseSubnet(text);
    if (subnet === undefined) throw new InvalidInput(`not a network: ${text}`);
    if (!LINES.some(({ code }) => code === line)) throw new InvalidInput(`there is no line ${line}`);
    subnets.push({ subnet, line });
  }

  function zoneNamed(name: string): Zone {
    const zone = zones.get(name);
    if (zone === undefined) throw new InvalidInput(`there is no zone ${name}`);
    return zone;
  }

  function hosts(): readonly string[] {
    return [...new Set([...zones.values()].flatMap(({ nameServers }) => nameServers.map(({ host }) => host)))];
  }

  function breakServer(host: string, outage: Outage | undefined): void {
    if (![...hosts(), ...REGISTRY].includes(host)) throw new InvalidInput(`there is no name server ${host}`);
    if (outage === undefined) outages.delete(host);
    else outages.set(host, { outage, since: clock.now() });
  }

  /** The longest name of a zone that the name ends with. */
  function zoneOf(name: string): Zone | undefined {
    const holding = [...zones.values()].filter((zone) => relative(name, zone.name) !== undefined);
    return holding.sort((a, b) => b.name.length - a.name.length)[0];
  }

  function serve(host: string, { name, type, client }: Question): Served {
    const broken = outages.get(host);
    if (broken !== undefined && broken.outage !== 'stale') return { kind: broken.outage };
    const zone = zoneOf(name);
    if (zone === undefined) return { kind: 'refused' };
    const server = zone.nameServers.find((candidate) => candidate.host === host);
    if (server === undefined) return parents.isAbove(host, zone) ? referral(zone) : { kind: 'refused' };
    const state = zone.stateAt((broken?.since ?? clock.now()) - server.delay);
    const { line, scope } = lineFor(client, subnets);
    const nameServers = zone.nameServers.map((known) => known.host);
    return { kind: 'answer', scope, ...answer({ name: zone.name, state, nameServers }, name, type, line, draws) };
  }

  function referral(zone: Zone): Served {
    const delegates = parents.delegatesOf(zone);
    if (delegates.length > 0) return { kind: 'referral', zone: zone.name, hosts: delegates };
    return { kind: 'answer', outcome: 'NXDOMAIN', records: [], soa: soaAbove(zone.name), scope: 0 };
  }

  function serverAddress(host: string): string {
    const address = parents.addressOf(host);
    if (address === undefined) throw new InvalidInput(`there is no name server ${host}`);
    return address;
  }

  return {
    controls: {
      addZone,
      addSubnet,
      watch: (zone, listener) => zoneNamed(zone).watch(listener),
      lock: (zone, recordId, locked) => zoneNamed(zone).lock(recordId, locked),
      breakServer,
      delegate: parents.delegate,
      serverAddress,
      answersAfter: (host, duration) => {
        delays.set(host, duration);
      },
      listsLag: (by) => {
        lag = by;
      },
      busyAfterWrite: (zone, duration) => zoneNamed(zone).busyAfterWrite(duration),
      ignoreDates: (ignored) => {
        datesIgnored = ignored;
      },
    },
    zones,
    parents,
    zoneOf,
    listedAt: () => (lag === 0 ? Number.POSITIVE_INFINITY : clock.now() - lag),
    ignoresDates: () => datesIgnored,
    hosts,
    delayOf: (host) => delays.get(host) ?? 0,
    serve,
  };
}
