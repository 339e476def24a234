import { counted, listed } from '../words';
import type { NewObject, Patch, Source } from './finding';
import { byHand, call, merged, printed } from './fixes';
import type { AuditSnapshot, RouteSeen } from './snapshot';
import { type Check, fail, NO_MESH, notApplicable, pass, unknown, unread } from './verdict';

export const BEST_PRACTICE: Source = {
  page: 'https://alibabacloud.com/help/zh/asm/user-guide/configure-a-high-performance-and-high-availability-asm-gateway',
  date: '2024-02-05',
};
const ACROSS_REGIONS: Source = {
  page: 'https://help.aliyun.com/zh/asm/implement-geo-disaster-recovery-by-combining-asm-with-gtm',
  date: '2026-11-22',
};
const MESH_MODEL: Source = {
  page: 'aliyun/alibabacloud-typescript-sdk servicemesh-20200111 DescribeServiceMeshClustersResponseBody.ts',
  date: '2025-11',
};

export const REGION_CHECKS: readonly Check[] = [
  {
    id: 'several-regions',
    title: 'The gateway runs in several regions',
    severity: 'warning',
    why: 'One region is one failure; only a second one that serves can take its clients.',
    source: ACROSS_REGIONS,
    examine: ({ gateway: { name, regions } }) => {
      const evidence = `${counted(regions.length, 'region')}: ${listed(regions)}`;
      if (regions.length > 1) return pass(evidence);
      return fail(
        [evidence],
        printed(
          'Run the same gateway in a second region, with a cluster and an ASM instance of its own, and add that region.',
          {
            kind: 'configuration',
            patch: {
              regions: { '…': { cluster: { id: '…' }, mesh: { id: '…' } } },
              gateways: { [name]: { regions: [...regions, '…'] } },
            },
          },
        ),
      );
    },
  },
  {
    id: 'locality-balancing',
    title: 'The mesh sends requests to the nearest instance',
    severity: 'warning',
    why: 'Requests that stay in their zone and region are faster, and leave it only when nothing there is well.',
    source: BEST_PRACTICE,
    examine: ({ mesh, region }) => {
      if (mesh === undefined) return NO_MESH;
      if (!mesh.ok) return unread(mesh);
      const evidence = `EnableLocalityLB of mesh ${mesh.value.id} is ${mesh.value.localityBalancing}`;
      if (mesh.value.localityBalancing === undefined)
        return unknown(`mesh ${mesh.value.id} does not say whether EnableLocalityLB is on`);
      if (mesh.value.localityBalancing) return pass(evidence);
      const parameters = { ServiceMeshId: mesh.value.id, LocalityLoadBalancing: 'true' };
      return fail(
        [evidence],
        printed(
          'Switch on access to the nearest instance for the mesh; it takes effect where outlier detection is set, too.',
          call('servicemesh', 'UpdateMeshFeature', region, parameters),
        ),
      );
    },
  },
  {
    id: 'outlier-detection',
    title: 'Services behind the gateway eject instances that fail',
    severity: 'warning',
    why: 'Without outlier detection the mesh neither leaves failing instances nor goes on to the next zone or region.',
    source: BEST_PRACTICE,
    examine: (snapshot) => {
      const { routes } = snapshot;
      if (routes === undefined) return NO_MESH;
      if (!routes.ok) return unread(routes);
      if (routes.value.length === 0) return notApplicable('no route leads from the gateway to a service of the mesh');
      const without = routes.value.filter(({ rule }) => rule?.outlierDetection !== true);
      const evidence = `services behind it with outlier detection: ${routes.value.length - without.length} of ${routes.value.length}`;
      if (without.length === 0) return pass(evidence);
      return fail(
        [evidence, `without: ${listed(without.map(({ namespace, service }) => `${namespace}/${service}`))}`],
        printed(
          'Set outlier detection for each of them; adjust the numbers to the service.',
          ...without.map((route) => ejecting(snapshot, route)),
        ),
      );
    },
  },
  {
    id: 'connected-networks',
    title: 'The clusters of the mesh reach each other',
    severity: 'critical',
    why: 'A failover inside the mesh needs VPCs that are joined through CEN and networks that do not overlap.',
    source: MESH_MODEL,
    examine: ({ mesh, meshClusters }) => {
      if (mesh === undefined || meshClusters === undefined) return NO_MESH;
      if (!mesh.ok) return unread(mesh);
      if (!meshClusters.ok) return unread(meshClusters);
      const { clusterIds, id } = mesh.value;
      const own = meshClusters.value.filter((cluster) => clusterIds.includes(cluster.id));
      const networks = new Set(own.map(({ vpcId }) => vpcId));
      if (networks.size < 2) {
        return notApplicable(`mesh ${id} has ${counted(own.length, 'cluster')} in ${counted(networks.size, 'VPC')}`);
      }
      const apart = own.filter(({ forbidden, state }) => state !== 'running' || forbidden === 2 || forbidden === 3);
      const evidence = `${counted(own.length, 'cluster')} in ${networks.size} VPCs, ${apart.length} of them not connected`;
      if (apart.length === 0) return pass(evidence);
      return fail(
        [evidence, ...apart.map((cluster) => `${cluster.id} in ${cluster.vpcId}: ${trouble(cluster)}`)],
        printed(
          'Join the VPCs of the clusters, with networks of nodes, pods and services that do not overlap.',
          byHand(
            `join ${listed([...networks].toSorted())} through a transit router of CEN, and let the clusters' security groups through`,
          ),
        ),
      );
    },
  },
];

/** Istio's own defaults (istio.io, DestinationRule OutlierDetection), written out to be adjusted. */
const EJECTION = { consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '30s' };

function ejecting({ contexts }: Pick<AuditSnapshot, 'contexts'>, { namespace, rule, service }: RouteSeen): Patch {
  if (rule !== undefined) {
    const patch = { spec: { trafficPolicy: { outlierDetection: EJECTION } } };
    return merged({ contexts }, 'mesh', { kind: 'DestinationRule', namespace: rule.namespace, name: rule.name }, patch);
  }
  const object = { kind: 'DestinationRule', namespace, name: service } as const;
  const made: NewObject = {
    kind: 'create',
    on: 'mesh',
    context: contexts.mesh,
    object,
    manifest: {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'DestinationRule',
      metadata: { namespace, name: service },
      spec: { host: `${service}.${namespace}.svc.cluster.local`, trafficPolicy: { outlierDetection: EJECTION } },
    },
  };
  return made;
}

function trouble({ forbidden, state }: { readonly forbidden: number; readonly state: string }): string {
  if (forbidden === 2) return 'no private connection between the VPCs';
  if (forbidden === 3) return 'its networks overlap with those of the mesh';
  return `it is ${state || 'in no state that is known'}`;
}
