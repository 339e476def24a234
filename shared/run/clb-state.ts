import type { ClbState } from '../core/clb-stage';
import type { FrontService } from '../core/front-service';
import { CLB_TAGS, isOurs, type ListenerSeen, type LoadBalancerDetails } from '../core/load-balancer';

/** An instance as the stages of one Service see it. */
export function stateOf(
  clusterId: string,
  clb: LoadBalancerDetails,
  service: Pick<FrontService, 'name' | 'namespace'>,
): ClbState {
  const { address, deleteProtection, id, listeners, status, tags } = clb;
  const isOfCluster = isOurs(clb) && tags[CLB_TAGS.cluster] === clusterId;
  return {
    id,
    address,
    status,
    ownerUid: isOfCluster ? tags[CLB_TAGS.service] : undefined,
    stageTag: tags[CLB_TAGS.stage],
    pooled: isOurs(clb) && tags[CLB_TAGS.pool] === 'true',
    deleteProtection,
    listeners: listeners.map(({ port }) => port),
    foreignListeners: listeners.flatMap((each) => (isMadeFor(each, service, clusterId) ? [] : [each.port])),
  };
}

/** The mark of the cloud controller on the listeners that it makes (cloud-provider-alibaba-cloud, 2026-04). */
function isMadeFor(
  { description, port }: ListenerSeen,
  { name, namespace }: Pick<FrontService, 'name' | 'namespace'>,
  clusterId: string,
): boolean {
  return description === `k8s/${port}/${name}/${namespace}/${clusterId}`;
}
