import { type Millis, SECOND } from '../core/time';
import type { DnsAnswer, NameServerHost } from '../core/zone';
import { CloudError } from '../errors';
import type { Deadline, Delegations, Resolver } from '../ports';
import type { NameDirectory } from './name-directory';
import { shortened } from './time-limit';
import { together } from './together';

/** How names are looked up and name servers asked, for as long as a deadline allows. */
export interface DelegationSources {
  readonly directory: NameDirectory;
  readonly resolver: Resolver;
}

const FOR_THE_PARENT: Millis = SECOND;
const FOR_ADDRESSES: Millis = SECOND / 2;
/** Servers of the parent that are asked: one may be silent, or behind the other after a change. */
const PARENTS_ASKED = 2;

/**
 * Asks the servers of the parent zone themselves, without recursion: what they refer to is where every resolver begins. The
 * machine's own resolver is asked only who they are. What it would say of the zone comes from whoever answers for it now, from
 * its cache or, where a private zone has the name, from there; and DescribeDomainNs of the vendor goes by the registry, which
 * knows nothing of zones that a zone below it delegates (help.aliyun.com, 2025-12).
 */
export function createDelegations(deadline: Deadline, near: (deadline: Deadline) => DelegationSources): Delegations {
  async function of(zone: string): Promise<readonly NameServerHost[]> {
    const { directory, resolver } = near(shortened(deadline, FOR_THE_PARENT));
    const parents = await parentsOf(directory, zone);
    const named: string[] = [];
    const failures: CloudError[] = [];
    await together(
      parents.slice(0, PARENTS_ASKED).map(async (host) => {
        try {
          named.push(...(await askParent({ directory, resolver }, host, zone)));
        } catch (error) {
          if (!(error instanceof CloudError)) throw error;
          failures.push(error);
        }
      }),
    );
    const [failure] = failures;
    if (failure !== undefined && failures.length === Math.min(parents.length, PARENTS_ASKED)) throw failure;
    return withAddresses(directory, [...new Set(named)]);
  }

  return {
    of,
    addressesOf: (hosts) => withAddresses(near(shortened(deadline, FOR_ADDRESSES)).directory, hosts),
  };
}

/** Servers of the nearest zone above: a name in between may be none. */
async function parentsOf(directory: NameDirectory, zone: string): Promise<readonly string[]> {
  for (let name = above(zone); name !== ''; name = above(name)) {
    const hosts = await directory.hostsOf(name);
    if (hosts.length > 0) return hosts;
  }
  throw unclear(zone, 'no zone above it has name servers');
}

function above(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

async function askParent(
  { directory, resolver }: DelegationSources,
  host: string,
  zone: string,
): Promise<readonly string[]> {
  const [server] = await directory.serversAt(host);
  if (server === undefined) throw unclear(zone, `${host} has no address`);
  const hosts = hostsIn(await resolver.ask({ server, name: zone, type: 'NS' }), zone);
  if (hosts === undefined) throw unclear(zone, `${host} does not say who answers for it`);
  return hosts;
}

/** Host names as there can be: what else stands in an answer is not shown to anybody. */
const HOST = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){0,10}$/;

/** A server that serves both zones answers for the lower one itself. A resolver that steps in has no authority and refers to nobody. */
function hostsIn({ authoritative, records, referral }: DnsAnswer, zone: string): readonly string[] | undefined {
  const own = records.filter(({ name, type }) => type === 'NS' && name === zone).map(({ value }) => value);
  const isTold = authoritative ? own.length > 0 || records.length === 0 : referral?.zone === zone;
  const hosts = authoritative ? own : (referral?.hosts ?? []);
  return isTold && hosts.every((host) => HOST.test(host)) ? hosts : undefined;
}

function withAddresses(directory: NameDirectory, hosts: readonly string[]): Promise<readonly NameServerHost[]> {
  return together(
    hosts.map(async (host) => {
      const servers = await directory.serversAt(host);
      return { host, addresses: servers.map(({ address }) => address) };
    }),
  );
}

function unclear(zone: string, why: string): CloudError {
  return new CloudError(why, { kind: 'unreadable', operation: `dns delegation ${zone}` });
}
