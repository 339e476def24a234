import { didYouMean, type Finding } from './finding';
import { KNOWN_REGIONS } from './known-regions';
import { type GatewayParts, type Parts, repeated } from './parts';
import { quoted } from './positions';
import { nearest } from './suggest';
import { RegionId } from './units';

export function unknownPolicy({ gateways, policies }: Parts): readonly Finding[] {
  const names = policies.map(({ name }) => name);
  return gateways.flatMap(({ name, policy }) =>
    policy === undefined || names.includes(policy)
      ? []
      : [
          {
            path: ['gateways', name, 'policy'],
            spot: 'value',
            message: `there is no policy ${quoted(policy)}${didYouMean(nearest(policy, names))}`,
          },
        ],
  );
}

export function unknownRegion({ gateways, regions }: Parts): readonly Finding[] {
  const ids = regions.map(({ id }) => id);
  return gateways.flatMap((gateway) =>
    gateway.regions
      .filter(({ value }) => !ids.includes(value))
      .map(({ index, value }) => ({
        path: ['gateways', gateway.name, 'regions', index],
        spot: 'value',
        message: `there is no region ${quoted(value)} under regions${didYouMean(nearest(value, ids))}`,
      })),
  );
}

export function duplicateRegion({ gateways }: Parts): readonly Finding[] {
  return gateways.flatMap(({ name, regions }) =>
    repeated(regions, (region) => region).map(({ index, value }) => ({
      path: ['gateways', name, 'regions', index],
      spot: 'value',
      message: `${quoted(value)} is there already`,
    })),
  );
}

/** Two gateways on one Deployment would each set its replicas. */
export function sharedDeployment({ gateways }: Parts): readonly Finding[] {
  return shared(gateways, 'deployment', 'set its replicas');
}

/** Two gateways on one Service would each count the load of its CLBs. */
export function sharedService({ gateways }: Parts): readonly Finding[] {
  return shared(gateways, 'service', 'count its load as its own');
}

function shared(gateways: readonly GatewayParts[], kind: 'deployment' | 'service', effect: string): readonly Finding[] {
  return gateways.flatMap((gateway, place) => {
    const other = gateways.slice(0, place).find((earlier) => meet(earlier, gateway, kind));
    if (other === undefined) return [];
    const object = `${kind} ${gateway.namespace}/${gateway[kind]}`;
    return [
      {
        path: ['gateways', gateway.name, kind],
        spot: 'value',
        message: `the ${object} belongs to the gateway ${quoted(other.name)} in the same region already; both would ${effect}`,
      },
    ];
  });
}

function meet(one: GatewayParts, other: GatewayParts, kind: 'deployment' | 'service'): boolean {
  const names = [one[kind], other[kind], one.namespace, other.namespace];
  return (
    !names.includes(undefined) &&
    one[kind] === other[kind] &&
    one.namespace === other.namespace &&
    one.regions.some(({ value }) => other.regions.some((region) => region.value === value))
  );
}

export function sharedCluster({ regions }: Parts): readonly Finding[] {
  return regions.flatMap(({ clusterId, id }, place) => {
    const other = regions.slice(0, place).find((earlier) => earlier.clusterId === clusterId);
    return clusterId === undefined || other === undefined
      ? []
      : [
          {
            path: ['regions', id, 'cluster', 'id'],
            spot: 'value',
            message: `${quoted(clusterId)} is the cluster of ${other.id} already; a cluster is in one region`,
          },
        ];
  });
}

/** A warning. Silent while a gateway names no policy that exists: what it means may be this one. */
export function unusedPolicy({ gateways, policies }: Parts): readonly Finding[] {
  const used = gateways.map(({ policy }) => policy);
  const names = policies.map(({ name }) => name);
  if (!used.every((policy) => policy !== undefined && names.includes(policy))) return [];
  return names
    .filter((name) => !used.includes(name))
    .map((name) => ({ path: ['policies', name], spot: 'key', message: 'no gateway names this policy' }));
}

/**
 * A warning, however near it is to one that is known: the next region may be one letter away from another (ap-southeast-7 and -8), and
 * functions that refused it would do nothing there.
 */
export function unlistedRegion({ probes, regions }: Parts): readonly Finding[] {
  const ids = regions.map(({ id }) => id);
  const named: readonly Named[] = [
    ...ids.map((id): Named => ({ id, path: ['regions', id], spot: 'key' })),
    ...(probes?.points ?? [])
      .filter(({ value }) => !ids.includes(value))
      .map(({ index, value }): Named => ({ id: value, path: ['probes', 'points', index], spot: 'value' })),
  ];
  return named
    .filter(({ id }) => RegionId.safeParse(id).success && !KNOWN_REGIONS.includes(id))
    .map(({ id, path, spot }) => ({
      path,
      spot,
      message: `no region of Alibaba Cloud is known here by this id${didYouMean(nearest(id, KNOWN_REGIONS))}`,
    }));
}

/** Where a region is named. */
interface Named extends Pick<Finding, 'path' | 'spot'> {
  readonly id: string;
}

/** A warning, silent for the same reason. */
export function unusedRegion({ gateways, regions }: Parts): readonly Finding[] {
  const used = gateways.flatMap((gateway) => gateway.regions.map(({ value }) => value));
  const ids = regions.map(({ id }) => id);
  if (!used.every((region) => ids.includes(region))) return [];
  return ids
    .filter((id) => !used.includes(id))
    .map((id) => ({ path: ['regions', id], spot: 'key', message: 'no gateway runs in this region' }));
}
