import type { FrontService } from '../core/front-service';
import { CLB_TAGS, isOurs, type LoadBalancerDetails, type LoadBalancerSeen } from '../core/load-balancer';
import { MINUTE, type Millis } from '../core/time';
import type { BalancingLook, BalancingWriters } from './balance-gateways';
import type { IntentMaker } from './intents';
import type { Fronts } from './observe-fronts';

/** Nobody is in a hurry: what was bought a moment ago may belong to a Service that was made since. */
const ORPHANED_AFTER: Millis = 30 * MINUTE;

/**
 * An instance of ours whose Service is gone, say because somebody deleted it, is given to a new Service, which goes on with
 * it or releases it: nothing that was bought is lost sight of. One in a look.
 *
 * @returns the Service that was made for it, if there was one
 */
export async function adoptOrphan(
  run: BalancingLook,
  gateway: string,
  fronts: Fronts,
  intents: IntentMaker,
  writers: BalancingWriters,
): Promise<readonly FrontService[]> {
  const isOrphan = (clb: LoadBalancerSeen, services: readonly FrontService[]): boolean =>
    isOurs(clb) &&
    clb.tags[CLB_TAGS.gateway] === gateway &&
    clb.tags[CLB_TAGS.cluster] === run.clusterId &&
    clb.createdAt !== undefined &&
    fronts.at - clb.createdAt > ORPHANED_AFTER &&
    clb.tags[CLB_TAGS.service] !== undefined &&
    services.every(({ uid }) => uid !== clb.tags[CLB_TAGS.service]);

  const suspect = fronts.clbs.find((clb) => isOrphan(clb, fronts.services));
  if (suspect === undefined) return [];
  // The list of instances may be old, and the Service may have been made since: both are read again.
  const [services, clb] = await Promise.all([run.services.list(), run.loadBalancers.read(suspect.id)]);
  if (clb === 'gone' || !isOrphan(clb, services)) return [];
  return [await handOver(run, clb, await intents.make(), writers)];
}

/** Tagged first: after a crash in between, the new Service finds it by its tag. */
async function handOver(
  run: BalancingLook,
  { address, id }: LoadBalancerDetails,
  service: FrontService,
  { loadBalancers, services }: BalancingWriters,
): Promise<FrontService> {
  await loadBalancers.tag(id, { [CLB_TAGS.service]: service.uid, [CLB_TAGS.stage]: 'bought' });
  run.log.warn('clb-orphan', { region: run.region, clb: id, service: service.name });
  return await services.note(service, { clb: { id, address }, stage: 'bought', since: run.clock.now() });
}
