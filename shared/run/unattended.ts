import { CLB_TAGS, isOurs } from '../core/load-balancer';
import type { BalancingLook } from './balance-gateways';
import type { Fronts } from './observe-fronts';

/** Something of ours that is paid for, of a gateway that nobody looks after any more. */
export interface Unattended {
  readonly kind: 'CLB' | 'Service';
  /** Id of the CLB, or name of the Service. */
  readonly name: string;
  readonly gateway: string;
}

/** What the lists of this look show of gateways whose policies say nothing of load balancers. Instances of other clusters are theirs. */
export function unattended(
  { attended, clusterId }: Pick<BalancingLook, 'attended' | 'clusterId'>,
  { clbs, services }: Pick<Fronts, 'clbs' | 'services'>,
): readonly Unattended[] {
  const instances = clbs.flatMap((clb): readonly Unattended[] => {
    const gateway = clb.tags[CLB_TAGS.gateway];
    const isLost = isOurs(clb) && clb.tags[CLB_TAGS.cluster] === clusterId && gateway !== undefined;
    return isLost && !attended.includes(gateway) ? [{ kind: 'CLB', name: clb.id, gateway }] : [];
  });
  const intents = services.flatMap(({ intent, name }): readonly Unattended[] =>
    intent === undefined || attended.includes(intent.gateway)
      ? []
      : [{ kind: 'Service', name, gateway: intent.gateway }],
  );
  return [...instances, ...intents];
}
