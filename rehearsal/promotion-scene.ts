import type { Configuration } from '../shared/config/load';
import { ExtraLoadBalancers } from '../shared/config/load-balancer-schema';
import { namesOf, type PublishedName, publishedNames } from '../shared/config/names';
import { gatewaysOf } from '../shared/config/region';
import type { ConfiguredPolicy } from '../shared/config/schema';
import { clbCapacity } from '../shared/core/clb-capacity';
import { HOUR, type Instant, MINUTE, type Millis, SECOND } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';
import type { Load } from './cloud';
import { loadOf } from './replay';

/** A promotion at one gateway of the operator's, whose own CLB is too small for it. */
export interface Scene {
  /** The operator's, cut down to the gateway and its name, and allowed to act. */
  readonly configuration: Configuration;
  readonly region: string;
  readonly gateway: string;
  readonly policy: ConfiguredPolicy;
  readonly name: PublishedName;
  readonly specification: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly load: (at: Instant) => Load;
  /** What the operator should know about the scene. */
  readonly notes: readonly string[];
}

export const OWN_CLB = 'lb-rehearsal';
/** An evening in the week, UTC. */
const START = Date.UTC(2026, 10, 24, 10, 0);
const LASTS: Millis = 6 * HOUR;
/** Shares of what the policy's maximum carries. */
const QUIET = 0.3;
const BUSY = 0.85;
const BEGINS: Millis = 40 * MINUTE;
const RISES: Millis = 10 * MINUTE;
const STAYS: Millis = 60 * MINUTE;
const FALLS: Millis = 20 * MINUTE;
/** Smallest first. */
const SPECIFICATIONS = [
  'slb.s1.small',
  'slb.s2.small',
  'slb.s2.medium',
  'slb.s3.small',
  'slb.s3.medium',
  'slb.s3.large',
];

/** @throws InvalidInput when the gateway is not configured in the region */
export function promotionScene(original: Configuration, region: string, gateway: string): Scene {
  const chosen = gatewaysOf(original, region).find(({ names }) => names.gateway === gateway);
  const settings = original.gateways[gateway];
  const described = original.regions[region];
  if (chosen === undefined || settings === undefined || described === undefined) {
    throw new InvalidInput(`no gateway "${gateway}" is configured in ${region}`);
  }
  const { policy } = chosen;
  const own = publishedNames(original).find((name) => name.gateway === gateway);
  const name = own ?? { name: 'www.example.com', zone: 'example.com', ttl: 60, weights: 'off' as const };
  const loadBalancers = { ...(policy.loadBalancers ?? ExtraLoadBalancers.parse({})), mode: 'auto' as const };
  const demandAt = (at: Instant): number => policy.replicas.max * (QUIET + (BUSY - QUIET) * promotion(at - START));
  const load = (at: Instant): Load => loadOf(policy, demandAt(at));
  const configuration: Configuration = {
    ...original,
    regions: { [region]: { ...described, mesh: undefined, loadBalancers: { zones: [] } } },
    gateways: { [gateway]: { ...settings, regions: [region], loadBalancers: { [region]: [OWN_CLB] } } },
    policies: { [settings.policy]: { ...policy, mode: 'auto', loadBalancers } },
    names: {
      [name.name]: {
        zone: name.zone,
        gateway,
        publish: 'auto',
        ttl: name.ttl * SECOND,
        lines: { default: [region] },
        subnets: {},
        weights: name.weights,
        mode: 'active-active',
      },
    },
    maintenance: [],
    // Nobody looks on here: what no vantage point can tell would not be published.
    probes: undefined,
  };
  const [published] = namesOf(configuration);
  if (published === undefined) throw new Error('the scene has no name');
  return {
    configuration,
    region,
    gateway,
    policy: { ...policy, mode: 'auto', loadBalancers },
    name: published,
    specification: tooSmall(load(START + BEGINS + RISES)),
    from: START,
    to: START + LASTS,
    load,
    notes: [
      ...(policy.loadBalancers === undefined ? ['The policy has no loadBalancers; the defaults are rehearsed.'] : []),
      ...(own === undefined ? [`No name leads to the gateway; ${name.name} is made up.`] : []),
    ],
  };
}

/** 0 to 1 while the promotion lasts. */
function promotion(since: Millis): number {
  const up = (since - BEGINS) / RISES;
  const down = 1 - (since - BEGINS - RISES - STAYS) / FALLS;
  return Math.max(0, Math.min(1, up, down));
}

/** The largest specification that the promotion fills, or the smallest of all. */
function tooSmall(peak: Load): string {
  const filled = SPECIFICATIONS.filter((specification) => {
    const capacity = clbCapacity(specification, undefined);
    if (capacity === undefined) return false;
    const { connections, newConnections } = capacity;
    return Math.max(peak.activeConnections / connections, peak.newConnections / newConnections) > 1.1;
  });
  return filled.at(-1) ?? 'slb.s1.small';
}
