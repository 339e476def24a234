import type { ScaleTarget } from '../core/gateway';
import type { ResourceKind } from './seams';

export const DEPLOYMENT: ResourceKind = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
export const AUTOSCALER: ResourceKind = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
};
export const SERVICE: ResourceKind = { group: '', version: 'v1', plural: 'services', kind: 'Service' };
export const NODE: ResourceKind = { group: '', version: 'v1', plural: 'nodes', kind: 'Node' };
export const POD: ResourceKind = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };
export const EVENT: ResourceKind = { group: '', version: 'v1', plural: 'events', kind: 'Event' };
export const CONFIG_MAP: ResourceKind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };

/** Of Istio, in the version that every release since 1.5 serves (istio.io, 2026-04). */
export const GATEWAY = networking('gateways', 'Gateway');
export const VIRTUAL_SERVICE = networking('virtualservices', 'VirtualService');
export const DESTINATION_RULE = networking('destinationrules', 'DestinationRule');

function networking(plural: string, kind: string): ResourceKind {
  return { group: 'networking.istio.io', version: 'v1beta1', plural, kind };
}

/** Versions of IstioGateway that ASM's pages use; which one a mesh serves is found out by asking. */
export const ISTIO_GATEWAYS: readonly [ResourceKind, ResourceKind] = [istioGateway('v1beta1'), istioGateway('v1')];

function istioGateway(version: string): ResourceKind {
  return { group: 'istio.alibabacloud.com', version, plural: 'istiogateways', kind: 'IstioGateway' };
}

/** For messages: `Deployment istio-system/istio-ingressgateway`. */
export function nameOf({ kind, namespace, name }: Pick<ScaleTarget, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}
