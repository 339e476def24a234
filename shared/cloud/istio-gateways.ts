import type { Reading } from '../core/gateway';
import { CloudError } from '../errors';
import { ISTIO_GATEWAYS } from './kinds';
import type { Kube, ResourceKind } from './seams';
import { together } from './together';

/** IstioGateways in whichever version the mesh serves. Every call throws CloudError. */
export interface IstioGateways {
  listAll(namespaces: readonly string[]): Promise<{ readonly kind: ResourceKind; readonly items: readonly unknown[] }>;
  get(namespace: string, name: string): Promise<unknown>;
  patch(namespace: string, name: string, mergePatch: object): Promise<unknown>;
}

/**
 * Asks for v1beta1 first and for v1 on 404, and stays with the version that answered: the pages on IstioGateway use
 * both and none says which meshes serve which. A 404 says that nothing was done, so a patch may be tried likewise.
 */
export function createIstioGateways(mesh: Reading<Kube> | undefined): IstioGateways {
  let served: ResourceKind | undefined;

  async function ask<T>(call: (kube: Kube, kind: ResourceKind) => Promise<T>): Promise<T> {
    const kube = meshOf(mesh);
    const [first, second] = ISTIO_GATEWAYS;
    if (served !== undefined) return await call(kube, served);
    try {
      const answer = await call(kube, first);
      served = first;
      return answer;
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== 'not-found') throw error;
    }
    const answer = await call(kube, second);
    served = second;
    return answer;
  }

  return {
    listAll: (namespaces) =>
      ask(async (kube, kind) => {
        const lists = await together(namespaces.map((namespace) => kube.list(kind, namespace)));
        return { kind, items: lists.flat() };
      }),
    get: (namespace, name) => ask((kube, kind) => kube.get(kind, namespace, name)),
    patch: (namespace, name, mergePatch) => ask((kube, kind) => kube.patch(kind, namespace, name, mergePatch)),
  };
}

function meshOf(mesh: Reading<Kube> | undefined): Kube {
  if (mesh?.ok === true) return mesh.value;
  throw new CloudError(mesh === undefined ? 'no mesh is configured' : mesh.problem, {
    kind: 'unavailable',
    operation: 'kube istiogateways',
  });
}
