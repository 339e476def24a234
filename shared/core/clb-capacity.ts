/** What one CLB instance carries before it drops. Limits bite on the first one that is reached. */
export interface ClbCapacity {
  /** Open ones at a time, whether anything passes over them or not. */
  readonly connections: number;
  /** A second. */
  readonly newConnections: number;
  /** Bit/s, in the busier direction. */
  readonly traffic: number;
}

/** Pay-by-LCU instances (help.aliyun.com, "Modify the configurations of pay-as-you-go CLB instances", read 2026-11). */
export const LCU_CAPACITY: ClbCapacity = { connections: 1_000_000, newConnections: 100_000, traffic: 5e9 };

/** What `LoadBalancerSpec` says of an instance that is paid by LCU. */
const LCU_SPECIFICATION = 'slb.lcu.elastic';

/** Open and new connections of instances bought by specification, sold no longer but still there ("SLB instance overview", read 2026-11). */
const BY_SPECIFICATION: Readonly<Record<string, readonly [connections: number, newConnections: number]>> = {
  'slb.s1.small': [5_000, 3_000],
  'slb.s2.small': [50_000, 5_000],
  'slb.s2.medium': [100_000, 10_000],
  'slb.s3.small': [200_000, 20_000],
  'slb.s3.medium': [500_000, 50_000],
  'slb.s3.large': [1_000_000, 100_000],
  'slb.s3.xlarge': [2_000_000, 200_000],
  'slb.s3.xxlarge': [5_000_000, 500_000],
};

/**
 * @param specification `LoadBalancerSpec` of DescribeLoadBalancerAttribute
 * @param bandwidth bit/s that the instance was bought with; `undefined` when it is paid by traffic
 * @returns `undefined` for a specification that is not known
 */
export function clbCapacity(specification: string, bandwidth: number | undefined): ClbCapacity | undefined {
  if (specification === LCU_SPECIFICATION) return LCU_CAPACITY;
  const known = BY_SPECIFICATION[specification];
  if (known === undefined) return undefined;
  const [connections, newConnections] = known;
  return { connections, newConnections, traffic: bandwidth ?? LCU_CAPACITY.traffic };
}
