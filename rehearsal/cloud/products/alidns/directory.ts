import type { NameDirectory } from '../../../../shared/cloud/name-directory';
import type { NameServer } from '../../../../shared/core/zone';
import type { DnsAccount } from './account';

/**
 * What a resolver knows of the name servers.
 *
 * @param listening those that are asked over the wire: they have the address that they listen at beside their own
 */
export function createEmulatedDirectory({ parents }: DnsAccount, listening: readonly NameServer[] = []): NameDirectory {
  return {
    hostsOf: (zone) => Promise.resolve(parents.hostsOf(zone)),
    serversAt: async (host) => {
      const address = parents.addressOf(host);
      const own = address === undefined ? [] : [{ host, address, port: 53 }];
      return [...listening.filter((server) => server.host === host), ...own];
    },
  };
}
