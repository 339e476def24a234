/** What stands in the way of leaving the CLBs of a region: whatever is not released, since nothing is cut off here. Pure. */

import { CLB_TAGS, isOurs, type LoadBalancerSeen } from '../load-balancer';
import type { Leaving } from './leaving';
import { releaseFirst } from './writing';

export interface FrontsToLeave {
  readonly clusterId: string;
  /** The Services of extra CLBs. */
  readonly services: readonly { readonly name: string; readonly gateway: string }[];
  /** Instances with the ownership tag. */
  readonly clbs: readonly Pick<LoadBalancerSeen, 'id' | 'tags'>[];
}

export function leaveFronts({ clbs, clusterId, services }: FrontsToLeave): Leaving<never> {
  const mine = clbs.filter((clb) => isOurs(clb) && clb.tags[CLB_TAGS.cluster] === clusterId);
  const pool = clbs.filter(
    (clb) => isOurs(clb) && clb.tags[CLB_TAGS.pool] === 'true' && clb.tags[CLB_TAGS.cluster] === undefined,
  );
  return {
    refusals: [
      ...services.map(
        ({ gateway, name }) => `Service ${name} of an extra CLB is still there; ${releaseFirst(gateway)}`,
      ),
      ...mine.map(({ id, tags }) => `${id} is still ours; ${releaseFirst(tags[CLB_TAGS.gateway] ?? 'its gateway')}`),
    ],
    steps: [],
    left: pool.map(({ id }) => `${id} of the warm pool keeps the tags that you gave it`),
  };
}
