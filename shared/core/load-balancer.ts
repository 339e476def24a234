import type { Instant } from './time';

/** The tag that marks what we bought or were given: nothing without it is ever changed. */
export const OWNERSHIP_TAG = { key: 'managed-by', value: 'gateway-autopilot' } as const;

/** Keys of our other tags, which mirror what the annotations of the Service say, for whoever looks at the instance alone. */
export const CLB_TAGS = {
  /** Gateway that the instance stands in front of. */
  gateway: 'gateway-autopilot-gateway',
  /** Id of the ACK cluster in which that gateway runs: another installation in the same account has gateways of the same name. */
  cluster: 'gateway-autopilot-cluster',
  /** UID of the Service that it was bought for or taken by. */
  service: 'gateway-autopilot-service',
  stage: 'gateway-autopilot-stage',
  /** `true`: it belongs to the warm pool, to which it is given back. */
  pool: 'gateway-autopilot-pool',
} as const;

/**
 * US dollars for each hour of the clock that a pay-as-you-go instance exists in, LCU and traffic aside (announcement on the
 * adjustment of CLB billing items, in force since 2024-12-01).
 */
export const INSTANCE_FEE = 0.021;

export type Tags = Readonly<Record<string, string>>;

/** A CLB instance as the vendor lists it. */
export interface LoadBalancerSeen {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly addressType: 'internet' | 'intranet';
  /** `other`: a state that the vendor's pages do not name. */
  readonly status: 'active' | 'inactive' | 'locked' | 'other';
  /** For example `slb.lcu.elastic`; empty when the vendor did not say. */
  readonly specification: string;
  /** Bit/s that it was bought with; `undefined` when it is paid by traffic. */
  readonly bandwidth: number | undefined;
  readonly zone: string | undefined;
  /** The clock hour that it is in is paid for as a whole. */
  readonly createdAt: Instant | undefined;
  readonly deleteProtection: boolean;
  readonly tags: Tags;
}

/** One instance, asked for by its id. */
export interface LoadBalancerDetails extends LoadBalancerSeen {
  /** By port, ascending. */
  readonly listeners: readonly ListenerSeen[];
}

export interface ListenerSeen {
  readonly port: number;
  /** By which the cloud controller knows its own again; empty when the vendor did not say. */
  readonly description: string;
}

/**
 * A listener, with the numbers of backends that the vendor's checks found healthy, found sick, and have said nothing of:
 * their check is off, or not finished.
 */
export interface ListenerBackends {
  readonly port: number;
  readonly running: boolean;
  readonly normalBackends: number;
  readonly abnormalBackends: number;
  readonly unknownBackends: number;
}

/** An instance to buy: paid by what it carries and by traffic, the only kind that is sold, and under deletion protection. */
export interface LoadBalancerOrder {
  /** The same token never buys twice, while the vendor remembers it. At most 64 characters. */
  readonly clientToken: string;
  /** A letter, then letters, digits, `.`, `_` and `-`, at most 80 characters in all. */
  readonly name: string;
  readonly addressType: 'internet' | 'intranet';
  /** Of private instances. */
  readonly vSwitchId?: string | undefined;
  readonly zone: string;
  readonly resourceGroupId?: string | undefined;
  /** The ownership tag is added to them. */
  readonly tags: Tags;
}

/** What became of an order. A refusal for want of stock is certain: nothing was bought, and another zone may be tried. */
export type Purchase =
  | { readonly bought: true; readonly id: string; readonly address: string }
  | { readonly bought: false; readonly reason: 'no-stock'; readonly message: string };

export function isOurs({ tags }: Pick<LoadBalancerSeen, 'tags'>): boolean {
  return tags[OWNERSHIP_TAG.key] === OWNERSHIP_TAG.value;
}
