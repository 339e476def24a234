import type { FrontService } from '../core/front-service';
import { CLB_TAGS, isOurs, type LoadBalancerDetails, type LoadBalancerSeen } from '../core/load-balancer';
import { MINUTE, type Millis } from '../core/time';
import type { BalancingWriters } from './balance-gateways';
import type { IntentMaker } from './intents';
import type { StageRun } from './stage-run';

/** Nobody is in a hurry: what was bought a moment ago may belong to a Service that was made since. */
const ORPHANED_AFTER: Millis = 30 * MINUTE;

/**
 * An instance of ours whose Service is gone, say because somebody deleted it, is given to a new Service, which goes on with
 * it or releases it: nothing that was bought is lost sight of. One in a look. Throws CloudError.
 */
export async function adoptOrphan(run: StageRun, intents: IntentMaker, writers: BalancingWriters): Promise<void> {
  const { fronts, look, standing } = run;
  const suspect = fronts.clbs.find((clb) => isOrphan(run, clb, standing.all()));
  if (suspect === undefined) return;
  // The list of instances may be old, and the Service may have been made since: both are read again.
  const [clb] = await Promise.all([look.loadBalancers.read(suspect.id), standing.listAgain()]);
  if (clb === 'gone' || !isOrphan(run, clb, standing.all())) return;
  const service = await intents.make();
  standing.put(service);
  // One that another look made meanwhile may have an instance, or an order under way.
  if (isBlank(service)) standing.put(await handOver(run, clb, service, writers));
}

function isOrphan(
  { fronts, gateway, look }: StageRun,
  clb: LoadBalancerSeen,
  services: readonly FrontService[],
): boolean {
  const { createdAt, tags } = clb;
  return (
    isOurs(clb) &&
    tags[CLB_TAGS.gateway] === gateway.names.gateway &&
    tags[CLB_TAGS.cluster] === look.clusterId &&
    createdAt !== undefined &&
    fronts.at - createdAt > ORPHANED_AFTER &&
    tags[CLB_TAGS.service] !== undefined &&
    services.every(({ uid }) => uid !== tags[CLB_TAGS.service])
  );
}

function isBlank({ intent }: FrontService): boolean {
  if (intent?.seen.ok !== true) return false;
  const { clb, stage, taking, zone } = intent.seen.value;
  return stage === 'intent' && clb === undefined && zone === undefined && taking === undefined;
}

/**
 * Nobody knows any more whether clients were sent to it, so it goes as one to which they were; that is written down first. Tagged
 * next: after a crash in between, the new Service finds it by its tag.
 */
async function handOver(
  { look }: StageRun,
  { address, id }: LoadBalancerDetails,
  service: FrontService,
  { loadBalancers, services }: BalancingWriters,
): Promise<FrontService> {
  const cautious = await services.note(service, { everServed: true });
  await loadBalancers.tag(id, { [CLB_TAGS.service]: service.uid, [CLB_TAGS.stage]: 'bought' });
  look.log.warn('clb-orphan', { clb: id, service: service.name });
  const since = look.clock.now();
  return await services.note(cautious, { clb: { id, address }, stage: 'bought', since });
}
