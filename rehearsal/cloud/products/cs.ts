import { z } from 'zod';
import { DAY, isoTime, MINUTE } from '../../../shared/core/time';
import type { Clock } from '../../../shared/ports';
import { ASSUMED, type Behaviour, coded, typed } from '../behaviour';
import type { Cluster } from '../kubernetes/api-server';
import { kubeconfig } from './kubeconfig';
import { ApiRefusal, type CallContext, operation, type ProductModule } from './operation';
import { flag, text, wholeNumber } from './parameters';

export const CS_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Container Service',
    what: 'An unknown cluster is refused with 404 ErrorClusterNotFound.',
    basis: coded('aliyun/terraform-provider-alicloud service_alicloud_cs.go'),
  },
  {
    part: 'Container Service',
    what: 'The kubeconfig holds a bearer token instead of a client certificate, and the private address is the public one.',
    basis: ASSUMED,
  },
];

/** Without TemporaryDurationMinutes the credentials hold for about three years. */
const LONG = 3 * 365 * DAY;

const KubeconfigQuery = z.object({
  ClusterId: text(),
  PrivateIpAddress: flag().optional(),
  TemporaryDurationMinutes: wholeNumber(15, 4320).optional(),
});
type KubeconfigQuery = z.infer<typeof KubeconfigQuery>;

export function createContainerService(clock: Clock, clusters: ReadonlyMap<string, Cluster>): ProductModule {
  function describe(query: KubeconfigQuery, { baseUrl, region }: CallContext): object {
    const cluster = known(query.ClusterId, region);
    const minutes = query.TemporaryDurationMinutes;
    const expires = clock.now() + (minutes === undefined ? LONG : minutes * MINUTE);
    const server = `${baseUrl}/kube/${encodeURIComponent(cluster.id)}`;
    return { config: kubeconfig(cluster.id, server, cluster.issueToken(expires)), expiration: isoTime(expires) };
  }

  function known(id: string, region: string | undefined): Cluster {
    const cluster = clusters.get(id);
    if (cluster === undefined || (region !== undefined && region !== cluster.region)) {
      throw new ApiRefusal(404, 'ErrorClusterNotFound', `cluster (${id}) not found in our records`);
    }
    return cluster;
  }

  return {
    product: 'cs',
    version: '2015-12-15',
    errorFields: 'code',
    regionOf: ({ ClusterId = '' }, { region }) => region ?? clusters.get(ClusterId)?.region,
    operations: {
      DescribeClusterUserKubeconfig: operation({
        what: 'A kubeconfig whose token expires after the minutes that were asked for.',
        basis: typed('aliyun/alibabacloud-typescript-sdk cs-20151215 DescribeClusterUserKubeconfigRequest.ts'),
        roa: { method: 'GET', path: '/k8s/{ClusterId}/user_config' },
        parameters: KubeconfigQuery,
        handle: describe,
      }),
      DescribeClusterDetail: operation({
        what: 'One cluster: its profile, type, state and network.',
        basis: typed('aliyun/alibabacloud-typescript-sdk cs-20151215 DescribeClusterDetailResponseBody.ts'),
        roa: { method: 'GET', path: '/clusters/{ClusterId}' },
        parameters: z.object({ ClusterId: text() }),
        handle: ({ ClusterId }, { region }) => {
          const { id, region: home, traits } = known(ClusterId, region);
          const profile = traits.serverless ? 'Serverless' : 'Default';
          const cluster = { cluster_id: id, region_id: home, state: 'running', vpc_id: traits.vpcId };
          return { ...cluster, cluster_type: 'ManagedKubernetes', profile };
        },
      }),
      ListClusterAddonInstances: operation({
        what: 'The components of a cluster.',
        basis: typed('aliyun/alibabacloud-typescript-sdk cs-20151215 ListClusterAddonInstancesResponseBody.ts'),
        roa: { method: 'GET', path: '/clusters/{ClusterId}/addon_instances' },
        parameters: z.object({ ClusterId: text() }),
        handle: ({ ClusterId }, { region }) => ({
          addons: known(ClusterId, region).traits.addons.map((name) => ({ name, version: '1.0.0', state: 'active' })),
        }),
      }),
    },
  };
}
