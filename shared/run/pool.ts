import type { ClbState, IntentSeen, Network, Taking } from '../core/clb-stage';
import type { FrontService } from '../core/front-service';
import { CLB_TAGS, isOurs, type LoadBalancerDetails, type LoadBalancerSeen } from '../core/load-balancer';
import { stateOf } from './clb-state';
import type { StageRun } from './stage-run';

/** Set aside for this gateway, named by nobody, and nothing that anybody uses. */
export async function freeOfPool(
  run: StageRun,
  service: FrontService,
  { addressType }: Network,
): Promise<readonly ClbState[]> {
  const { fronts, look, standing } = run;
  const claimed = new Set(standing.all().flatMap((other) => (other.uid === service.uid ? [] : claimedBy(other))));
  const candidates = fronts.clbs
    .filter((clb) => clb.addressType === addressType && isSetAside(run, clb) && !claimed.has(clb.id))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id } of candidates) {
    const clb = await look.loadBalancers.read(id);
    if (clb !== 'gone' && isFree(run, clb)) return [stateOf(look.clusterId, clb, service)];
  }
  return [];
}

/**
 * Whether the instance that a Service wrote down may be tagged. Of several that wrote down the same one each sees the others,
 * unless it was first; then only one goes on: the one that was made first.
 */
export async function takingOf(run: StageRun, service: FrontService, id: string): Promise<Taking> {
  const clb = await run.look.loadBalancers.read(id);
  if (clb === 'gone' || !isFree(run, clb)) return 'lost';
  const rivals = run.standing.all().filter((other) => other.uid !== service.uid && claimedBy(other).includes(id));
  if (rivals.length === 0) return 'free';
  return rivals.every((rival) => comesBefore(service, rival)) ? 'contended' : 'lost';
}

function claimedBy({ intent, namedId }: FrontService): readonly string[] {
  const notes = intent?.seen.ok ? intent.seen.value : undefined;
  return [namedId, notes?.clb?.id, notes?.taking].flatMap((id) => (id === undefined ? [] : [id]));
}

function comesBefore(one: FrontService, other: FrontService): boolean {
  const [mine, theirs] = [takerOf(one), takerOf(other)];
  if (mine === undefined || theirs === undefined) return false;
  return mine.createdAt < theirs.createdAt || (mine.createdAt === theirs.createdAt && mine.ordinal < theirs.ordinal);
}

/** One that only wrote it down, and has nothing yet. */
function takerOf({ intent }: FrontService): IntentSeen | undefined {
  return intent?.seen.ok && intent.seen.value.clb === undefined ? intent.seen.value : undefined;
}

function isSetAside({ gateway, look }: StageRun, { tags }: LoadBalancerSeen): boolean {
  return (
    tags[CLB_TAGS.pool] === 'true' &&
    isOurs({ tags }) &&
    tags[CLB_TAGS.gateway] === gateway.names.gateway &&
    tags[CLB_TAGS.service] === undefined &&
    [undefined, look.clusterId].includes(tags[CLB_TAGS.cluster])
  );
}

function isFree(run: StageRun, clb: LoadBalancerDetails): boolean {
  return isSetAside(run, clb) && clb.status !== 'locked' && clb.listeners.length === 0;
}
