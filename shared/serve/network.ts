import { createDelegations } from '../cloud/delegations';
import { createDnsResolver } from '../cloud/dns-resolver';
import { createNameDirectory } from '../cloud/name-directory';
import { createNameServerLookup } from '../cloud/name-server-lookup';
import { createProber } from '../cloud/prober';
import { createTcpDialler } from '../cloud/tcp-dialler';
import type { NameServer } from '../core/zone';
import type { Deadline, Delegations, Dialler, Prober, Resolver } from '../ports';
import type { Connections } from './surroundings';

/** What clients of the gateways see: names and addresses. */
export interface Network {
  readonly dialler: Dialler;
  readonly resolver: Resolver;
  readonly prober: Prober;
  /** Where the name servers of these hosts are. Throws CloudError. */
  nameServers(hosts: readonly string[]): Promise<readonly NameServer[]>;
  readonly delegations: Delegations;
}

/** Of functions that look after what clients see. */
export type Networked = Connections & Network;

/** Names and addresses as they are. */
export function internet(deadline: Deadline): Network {
  return {
    dialler: createTcpDialler(deadline),
    resolver: createDnsResolver({ deadline }),
    prober: createProber(),
    nameServers: createNameServerLookup(deadline),
    delegations: createDelegations(deadline, (near) => ({
      directory: createNameDirectory({ deadline: near }),
      resolver: createDnsResolver({ deadline: near }),
    })),
  };
}
