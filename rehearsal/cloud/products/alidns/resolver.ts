import { canonicalAddress } from '../../../../shared/cloud/ip-address';
import type { Millis } from '../../../../shared/core/time';
import { CloudError } from '../../../../shared/errors';
import type { Resolver } from '../../../../shared/ports';
import type { DnsAccount } from './account';
import { parseSubnet } from './subnet';

/**
 * The port `Resolver` without a wire: name servers are known by their host.
 *
 * @param pass lets the time go by that a name server takes
 */
export function createInProcessResolver(account: DnsAccount, pass: (duration: Millis) => void): Resolver {
  return {
    ask: async ({ server, name, type, subnet }) => {
      const operation = `dns ${type} ${name} @${server.host}`;
      const delay = account.delayOf(server.host);
      if (delay > 0) pass(delay);
      const client = subnet === undefined ? undefined : parseSubnet(subnet);
      const served = account.serve(server.host, { name: name.toLowerCase(), type, client });
      switch (served.kind) {
        case 'silent':
          throw new CloudError('no answer', { kind: 'timeout', operation });
        case 'garbled':
          throw new CloudError('only what is no DNS message came', { kind: 'unreadable', operation });
        case 'servfail':
          throw new CloudError('the name server answered SERVFAIL', {
            kind: 'unavailable',
            operation,
            code: 'SERVFAIL',
          });
        case 'refused':
          throw new CloudError('the name server answered REFUSED', { kind: 'rejected', operation, code: 'REFUSED' });
        case 'referral': {
          const { hosts, zone } = served;
          const nothing = { negativeTtl: undefined, scope: undefined, transport: 'udp' } as const;
          return { outcome: 'NOERROR', authoritative: false, records: [], referral: { zone, hosts }, ...nothing };
        }
        case 'answer': {
          const { outcome, records, soa, scope } = served;
          return {
            outcome,
            authoritative: true,
            // Over the wire an address has no spelling.
            records: records.map((record) => ({ ...record, value: canonicalAddress(record.value) })),
            referral: undefined,
            negativeTtl: records.length === 0 ? Math.min(soa.ttl, soa.minimum) : undefined,
            scope: subnet === undefined ? undefined : scope,
            transport: 'udp',
          };
        }
      }
    },
  };
}
