import type { NameServer } from '../core/zone';
import { CloudError } from '../errors';
import type { Deadline } from '../ports';
import { createNameDirectory } from './name-directory';
import { together } from './together';

/**
 * Finds where name servers are, by the resolver of the machine. Alidns gives each of its hosts several addresses, all of
 * which serve the same zones; one of each is asked. Throws CloudError `unavailable` when a host has none.
 */
export function createNameServerLookup(deadline: Deadline): (hosts: readonly string[]) => Promise<NameServer[]> {
  const directory = createNameDirectory({ deadline });
  return (hosts) =>
    together(
      hosts.map(async (host) => {
        const [server] = await directory.serversAt(host);
        if (server !== undefined) return server;
        throw new CloudError('it has no address', { kind: 'unavailable', operation: `dns lookup ${host}` });
      }),
    );
}
