import type { ClbState, IntentSeen, Network, StageWorld } from '../core/clb-stage';
import type { FrontService } from '../core/front-service';
import type { Reading } from '../core/gateway';
import { purchasesOfDay } from '../core/journal';
import { CLB_TAGS } from '../core/load-balancer';
import { stateOf } from './clb-state';
import { freeOfPool, takingOf } from './pool';
import { reading } from './reading';
import { clbName, type StageRun } from './stage-run';

export const NOT_ASKED = { ok: false, problem: 'not asked for' } as const;

type OfThePurchase = Pick<StageWorld, 'network' | 'owned' | 'pool' | 'purchasesLeft' | 'taking' | 'zones'>;

const OF_NO_PURCHASE: OfThePurchase = {
  network: NOT_ASKED,
  owned: NOT_ASKED,
  pool: NOT_ASKED,
  purchasesLeft: NOT_ASKED,
  taking: NOT_ASKED,
  zones: NOT_ASKED,
};

/** What the stage `intent` rests on. @param learned instances that this look bought or claimed */
export async function observePurchase(
  run: StageRun,
  service: FrontService,
  intent: IntentSeen,
  { learned, wanted }: { readonly wanted: boolean; readonly learned: ReadonlySet<string> },
): Promise<OfThePurchase> {
  if (intent.stage !== 'intent') return OF_NO_PURCHASE;
  const network = networkOf(run);
  const isOpen = wanted && intent.zone === undefined && intent.taking === undefined;
  const [owned, taking, pool, zones] = await Promise.all([
    reading(ownedBy(run, service, intent, learned)),
    intent.taking === undefined ? NOT_ASKED : reading(takingOf(run, service, intent.taking)),
    isOpen && network.ok ? reading(freeOfPool(run, service, network.value)) : NOT_ASKED,
    isOpen && network.ok ? reading(zonesToBuyIn(run, network.value)) : NOT_ASKED,
  ]);
  return { network, owned, pool, purchasesLeft: purchasesLeft(run), taking, zones };
}

/** The same kind as the gateway's own. */
function networkOf({ fronts, look, place }: StageRun): Reading<Network> {
  const own = fronts.clbs.filter(({ id }) => place.ownIds.includes(id));
  const [first] = own;
  if (first === undefined) return { ok: false, problem: `${place.ownIds.join(', ')} is not listed, public or private` };
  const { addressType } = first;
  if (own.every((clb) => clb.addressType === addressType)) {
    return { ok: true, value: { addressType, vSwitch: look.market.vSwitch } };
  }
  return { ok: false, problem: 'the gateway has public and private load balancers of its own', needsPerson: true };
}

function purchasesLeft({ fronts: { journal }, gateway, look }: StageRun): Reading<number> {
  const bought: Reading<number> = journal.ok
    ? purchasesOfDay(journal.value, gateway.names.gateway, look.clock.now())
    : journal;
  return bought.ok ? { ok: true, value: gateway.stages.purchasesPerDay - bought.value } : bought;
}

/**
 * Found by tag in the list of this look, by name in a list of now, or because it is known to have been bought or claimed; each
 * read by its id.
 */
async function ownedBy(
  { fronts, look }: StageRun,
  service: FrontService,
  intent: IntentSeen,
  learned: ReadonlySet<string>,
): Promise<readonly ClbState[]> {
  const listed = fronts.clbs.filter(({ tags }) => tags[CLB_TAGS.service] === intent.uid);
  const named = intent.zone === undefined ? [] : await look.loadBalancers.named(clbName(intent));
  const taking = intent.taking === undefined ? [] : [intent.taking];
  const ids = new Set([...learned, ...taking, ...[...listed, ...named].map(({ id }) => id)]);
  const details = await Promise.all([...ids].map((id) => look.loadBalancers.read(id)));
  return details
    .flatMap((clb) => (clb === 'gone' ? [] : [stateOf(look.clusterId, clb, service)]))
    .filter(({ ownerUid, id }) => ownerUid === intent.uid || named.some((clb) => clb.id === id));
}

/** The configured zones, or all that sell: those first in which the gateway has no instance yet. */
async function zonesToBuyIn({ fronts, look, place }: StageRun, { addressType }: Network): Promise<readonly string[]> {
  if (look.market.zones.length > 0) return look.market.zones;
  const sold = await look.loadBalancers.zones(addressType);
  const used = new Set(fronts.clbs.filter(({ id }) => place.ownIds.includes(id)).map(({ zone }) => zone));
  return sold.toSorted((a, b) => Number(used.has(a)) - Number(used.has(b)) || (a < b ? -1 : 1));
}
