import { z } from 'zod';
import { DAY, HOUR, isoTime } from '../../../shared/core/time';
import type { Clock } from '../../../shared/ports';
import { ASSUMED, type Behaviour, coded, typed } from '../behaviour';
import type { Cluster, Mesh } from '../kubernetes/api-server';
import { kubeconfig } from './kubeconfig';
import { ApiRefusal, type CallContext, operation, type ProductModule } from './operation';
import { flag, text } from './parameters';
import { MESH_OPERATION_BEHAVIOURS, meshOperations } from './servicemesh/operations';

export const SERVICEMESH_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Service Mesh',
    what: 'An unknown mesh is refused with 404 ServiceMesh.NotFound.',
    basis: coded('aliyun/terraform-provider-alicloud service_alicloud_servicemesh.go'),
  },
  { part: 'Service Mesh', what: 'A kubeconfig of the control plane holds for three days.', basis: ASSUMED },
  { part: 'Service Mesh', what: 'ExpireTime is in China Standard Time.', basis: ASSUMED },
  ...MESH_OPERATION_BEHAVIOURS,
];

const LIFETIME = 3 * DAY;

const KubeconfigQuery = z.object({ ServiceMeshId: text(), PrivateIpAddress: flag().optional() });

export function createServiceMesh(
  clock: Clock,
  meshes: ReadonlyMap<string, Mesh>,
  clusters: ReadonlyMap<string, Cluster>,
): ProductModule {
  function known(id: string): Mesh {
    const mesh = meshes.get(id);
    if (mesh === undefined) {
      throw new ApiRefusal(404, 'ServiceMesh.NotFound', `The service mesh ${id} does not exist.`);
    }
    return mesh;
  }

  function describe({ ServiceMeshId }: z.infer<typeof KubeconfigQuery>, { baseUrl }: CallContext): object {
    const mesh = known(ServiceMeshId);
    const expires = clock.now() + LIFETIME;
    const server = `${baseUrl}/kube/${encodeURIComponent(mesh.id)}`;
    return {
      Kubeconfig: kubeconfig(mesh.id, server, mesh.issueToken(expires)),
      ExpireTime: isoTime(expires + 8 * HOUR)
        .replace('T', ' ')
        .replace('Z', ''),
    };
  }

  return {
    product: 'servicemesh',
    version: '2020-01-11',
    errorFields: 'Code',
    operations: {
      DescribeServiceMeshKubeconfig: operation({
        what: 'A kubeconfig of the control plane.',
        basis: typed('aliyun/alibabacloud-typescript-sdk servicemesh-20200111 DescribeServiceMeshKubeconfigRequest.ts'),
        parameters: KubeconfigQuery,
        handle: describe,
      }),
      ...meshOperations(known, clusters),
    },
  };
}
