import { Resolver } from 'node:dns/promises';
import { type Millis, SECOND } from '../core/time';
import type { NameServer } from '../core/zone';
import { CloudError } from '../errors';
import type { Deadline } from '../ports';
import { timeForCall } from './time-limit';
import { together } from './together';

const DNS_PORT = 53;
const LOOKUP_LIMIT: Millis = 3 * SECOND;

/**
 * Finds where name servers are, by the resolver of the machine. Alidns gives each of its hosts several addresses, all of
 * which serve the same zones; one of each is asked. Throws CloudError `unavailable` when a host has none.
 */
export function createNameServerLookup(deadline: Deadline): (hosts: readonly string[]) => Promise<NameServer[]> {
  return (hosts) => together(hosts.map((host) => lookUp(host, deadline)));
}

async function lookUp(host: string, deadline: Deadline): Promise<NameServer> {
  const operation = `dns lookup ${host}`;
  const resolver = new Resolver({ timeout: timeForCall(deadline, LOOKUP_LIMIT, operation), tries: 1 });
  const [address] = await addressesOf(resolver, host, operation);
  if (address === undefined) throw new CloudError('it has no address', { kind: 'unavailable', operation });
  return { host, address, port: DNS_PORT };
}

async function addressesOf(resolver: Resolver, host: string, operation: string): Promise<readonly string[]> {
  try {
    return await resolver.resolve4(host);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CloudError(why, { kind: 'unavailable', operation, cause: error });
  }
}
