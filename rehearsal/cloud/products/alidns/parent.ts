import { InvalidInput } from '../../../../shared/errors';
import { relative, type Soa } from './answers';
import type { Zone } from './zone';

/** A name server that is none of the account's, at the address that its host has. */
export interface StrangeServer {
  readonly host: string;
  readonly address: string;
}

/** Name servers of everything above the account's zones. */
export const REGISTRY: readonly string[] = ['a.registry.example', 'b.registry.example'];

/** What stands above the zones of the account, and the addresses of all name servers. */
export interface ParentZones {
  /** Sends clients of a zone to these servers, to nobody where there are none, or to its own again. Throws InvalidInput. */
  delegate(zone: string, servers: readonly StrangeServer[] | undefined): void;
  /** Hosts that the parent of a zone names. */
  delegatesOf(zone: Zone): readonly string[];
  /** The host's address: by what tells name servers apart, on whatever port of this machine they listen. */
  addressOf(host: string): string | undefined;
  /** Hosts that answer for a zone, as any resolver finds them; none where the name is no zone. */
  hostsOf(name: string): readonly string[];
  /** Whether a server that does not serve a zone is asked for it as one of its parent. */
  isAbove(host: string, zone: Zone): boolean;
}

export function createParentZones(zones: ReadonlyMap<string, Zone>, hosts: () => readonly string[]): ParentZones {
  const repointed = new Map<string, readonly StrangeServer[]>();

  function delegatesOf({ name, nameServers }: Zone): readonly string[] {
    return (repointed.get(name) ?? nameServers).map(({ host }) => host);
  }

  function within(name: string): readonly Zone[] {
    return [...zones.values()].filter((zone) => zone.name !== name && relative(zone.name, name) !== undefined);
  }

  function isInside(name: string): boolean {
    return [...zones.keys()].some((zone) => relative(name, zone) !== undefined);
  }

  return {
    delegate: (zone, servers) => {
      if (!zones.has(zone)) throw new InvalidInput(`there is no zone ${zone}`);
      if (servers === undefined) repointed.delete(zone);
      else repointed.set(zone, servers);
    },
    delegatesOf,
    addressOf: (host) => {
      const place = [...REGISTRY, ...hosts()].indexOf(host);
      if (place >= 0) return `198.51.100.${place + 1}`;
      return [...repointed.values()].flat().find((server) => server.host === host)?.address;
    },
    hostsOf: (name) => {
      const zone = zones.get(name);
      if (zone !== undefined) return delegatesOf(zone);
      return within(name).length > 0 && !isInside(name) ? REGISTRY : [];
    },
    isAbove: (host, zone) => {
      const parents = [...zones.values()].filter((parent) => within(parent.name).includes(zone));
      return (
        REGISTRY.includes(host) || parents.some(({ nameServers }) => nameServers.some((known) => known.host === host))
      );
    },
  };
}

/** Of the zone above, whose servers say that there is nobody. */
export function soaAbove(name: string): Soa {
  return {
    name: name.slice(name.indexOf('.') + 1),
    ttl: 600,
    mname: REGISTRY[0] ?? '',
    rname: 'hostmaster.registry.example',
    serial: 1,
    minimum: 600,
  };
}
