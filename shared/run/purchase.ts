import type { Waiting } from '../core/clb-patience';
import { TOKEN_REMEMBERED, tooManyPurchases } from '../core/clb-purchase';
import type { IntentSeen, ZoneChoice } from '../core/clb-stage';
import { GONE_AFTER } from '../core/clb-wait';
import type { FrontService } from '../core/front-service';
import { purchasesOfDay, recordPurchase } from '../core/journal';
import type { Purchase } from '../core/load-balancer';
import type { Acting } from '../core/step-words';
import { CloudError } from '../errors';
import type { BalancingWriters } from './balance-gateways';
import { reading } from './reading';
import { clbName, type StageRun, tagsOf } from './stage-run';

const RACES = 4;

/** Counted before it is written down, and written down before anything is ordered. */
export async function chooseZone(
  run: StageRun,
  writers: BalancingWriters,
  service: FrontService,
  { attempt, counts, refusedZones, zone }: Pick<ZoneChoice, 'attempt' | 'counts' | 'refusedZones' | 'zone'>,
): Promise<FrontService | Waiting> {
  if (counts && !(await countPurchase(run, writers))) return tooManyPurchases();
  const since = run.look.clock.now();
  return writers.services.note(service, { zone, attempt, refusedZones, nothingSeenAt: undefined, since });
}

/**
 * A purchase too many in the count is better than one that is not in it.
 *
 * @returns whether the policy allows one more, by the journal that is written
 */
async function countPurchase(
  run: StageRun,
  { record }: Pick<BalancingWriters, 'record'>,
  attempt = 1,
): Promise<boolean> {
  const { gateway, look } = run;
  const name = gateway.names.gateway;
  const journal = await look.journal();
  const bought = purchasesOfDay(journal, name, look.clock.now());
  if (bought.ok && bought.value >= gateway.stages.purchasesPerDay) return false;
  try {
    await record(recordPurchase(journal, name, look.clock.now()));
    return true;
  } catch (error) {
    // Others write the journal, too, about other things.
    const raced = error instanceof CloudError && error.kind === 'conflict';
    if (!raced || attempt === RACES) throw error;
    return countPurchase(run, { record }, attempt + 1);
  }
}

/** @param service as it is now */
export async function buy(
  run: StageRun,
  writers: BalancingWriters,
  service: FrontService,
  intent: IntentSeen,
  step: Extract<Acting, { do: 'buy' }>,
  learned: Set<string>,
): Promise<FrontService | Waiting> {
  const { look } = run;
  const purchase = await order(run, writers, service, intent, step);
  if (!purchase.bought) {
    const refusedZones = [...intent.refusedZones, step.zone];
    look.log.warn('clb-no-stock', { service: intent.name, zone: step.zone, message: purchase.message });
    const [zone, attempt, since] = [undefined, intent.attempt + 1, look.clock.now()];
    return writers.services.note(service, { refusedZones, zone, attempt, since });
  }
  if ((await look.loadBalancers.read(purchase.id)) === 'gone') {
    return notSeen(run, writers, service, intent, { ...step, id: purchase.id });
  }
  learned.add(purchase.id);
  return service;
}

/** The order, by the token of its attempt: the same content each time. */
async function order(
  run: StageRun,
  { loadBalancers, services }: BalancingWriters,
  service: FrontService,
  intent: IntentSeen,
  { clientToken, network, zone }: Extract<Acting, { do: 'buy' }>,
): Promise<Purchase> {
  const { addressType, vSwitch } = network;
  try {
    return await loadBalancers.create({
      clientToken,
      name: clbName(intent),
      addressType,
      vSwitchId: addressType === 'intranet' ? vSwitch : undefined,
      zone,
      resourceGroupId: run.look.market.resourceGroup,
      tags: tagsOf(run, intent, 'bought'),
    });
  } catch (error) {
    // Only silence may have bought something. After a refusal the same order is sent until somebody acts.
    const refused = error instanceof CloudError && error.kind !== 'unknown-outcome';
    const since = run.look.clock.now();
    if (refused && since - intent.since > TOKEN_REMEMBERED / 2) await reading(services.note(service, { since }));
    throw error;
  }
}

/**
 * A token that was used before gets the old answer again, even when what was bought is deleted by then; but a moment after the
 * purchase the vendor may not know its own instance yet.
 */
async function notSeen(
  run: StageRun,
  writers: BalancingWriters,
  service: FrontService,
  intent: IntentSeen,
  { id, zone }: { readonly id: string; readonly zone: string },
): Promise<FrontService | Waiting> {
  const now = run.look.clock.now();
  if (intent.nothingSeenAt !== undefined && now - intent.nothingSeenAt >= GONE_AFTER) {
    const { attempt, refusedZones } = intent;
    return chooseZone(run, writers, service, { zone, attempt: attempt + 1, refusedZones, counts: true });
  }
  if (intent.nothingSeenAt === undefined) await writers.services.note(service, { nothingSeenAt: now });
  return { reason: 'Settling', message: `${id} was bought, and cannot be read yet`, needsPerson: false };
}
