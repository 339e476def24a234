import type { Cloud } from '../../../rehearsal/cloud';
import type { ProbeSpec, ProbeTarget } from '../../../shared/core/probe';
import { SECOND } from '../../../shared/core/time';

/** An address outside the account, as control targets have. */
export const CONTROL = '192.0.2.53';
/** A vantage point in a region where nothing else is. */
export const POINT = 'ap-southeast-1';

/** HTTPS on port 443, with the certificate verified, 200 to 399 and at most a second. */
export function specOf(changes: Partial<ProbeSpec> = {}): ProbeSpec {
  return {
    protocol: 'https',
    port: 443,
    host: 'www.example.com',
    path: '/healthz',
    status: [{ from: 200, to: 399 }],
    contains: undefined,
    slow: SECOND,
    verifyCertificate: true,
    redirects: 0,
    ...changes,
  };
}

/** The entry of a CLB by its id. */
export function entryOf(cloud: Cloud, id: string, changes: Partial<ProbeSpec> = {}): ProbeTarget {
  return { address: cloud.loadBalancers.address(id), spec: specOf(changes) };
}
