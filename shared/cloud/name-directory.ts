import { Resolver } from 'node:dns/promises';
import { type Millis, SECOND } from '../core/time';
import { canonicalHost, type NameServer } from '../core/zone';
import { CloudError } from '../errors';
import type { Deadline } from '../ports';
import { timeForCall } from './time-limit';

/** What the resolver of the machine knows of name servers. Throws CloudError `unavailable`, or `deadline`. */
export interface NameDirectory {
  /** Hosts that answer for a zone; none where the name is no zone. */
  hostsOf(zone: string): Promise<readonly string[]>;
  /** A host by each of its addresses (IPv4); none where there is no such host. */
  serversAt(host: string): Promise<readonly NameServer[]>;
}

export interface NameDirectoryOptions {
  readonly deadline: Deadline;
  /** `address:port` of the resolvers that are asked; those of the machine unless told. */
  readonly resolvers?: readonly string[];
}

const DNS_PORT = 53;
const LOOKUP_LIMIT: Millis = 3 * SECOND;
/** Node's names for "no such record" and "no such name". */
const NONE: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND']);

export function createNameDirectory({ deadline, resolvers }: NameDirectoryOptions): NameDirectory {
  async function lookUp(
    what: string,
    ask: (resolver: Resolver) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const operation = `dns lookup ${what}`;
    const timeout = Math.ceil(timeForCall(deadline, LOOKUP_LIMIT, operation));
    const resolver = new Resolver({ timeout, tries: 1 });
    if (resolvers !== undefined) resolver.setServers(resolvers);
    // The timeout is that of each resolver, and the machine may have several.
    const over = setTimeout(() => resolver.cancel(), timeout);
    try {
      return await ask(resolver);
    } catch (error) {
      if (NONE.has(codeOf(error))) return [];
      const why = error instanceof Error ? error.message : String(error);
      throw new CloudError(why, { kind: 'unavailable', operation, cause: error });
    } finally {
      clearTimeout(over);
    }
  }

  return {
    hostsOf: async (zone) => (await lookUp(`NS ${zone}`, (resolver) => resolver.resolveNs(zone))).map(canonicalHost),
    serversAt: async (host) => {
      const addresses = await lookUp(host, (resolver) => resolver.resolve4(host));
      return addresses.map((address) => ({ host, address, port: DNS_PORT }));
    },
  };
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
