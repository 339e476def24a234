/** How an extra CLB comes by its instance: one that was bought for it already, one of the warm pool, or a new one. Pure. */
import {
  type IntentSeen,
  LONGEST_WRITE,
  type Network,
  type StageStep,
  type StageWait,
  type StageWorld,
  type ZoneChoice,
} from './clb-stage';
import { unread, wait } from './clb-wait';
import { isoTime, MINUTE, type Millis } from './time';

/** An order is sent again with the same token only as long as the vendor surely remembers it. */
export const TOKEN_REMEMBERED: Millis = 10 * MINUTE;
/** Between the two lists by which nothing was bought. */
const LISTS_APART: Millis = MINUTE;
/** When no zone has stock, they are asked again after this long. */
const RESTOCKED_AFTER: Millis = 10 * MINUTE;

/** The token of one attempt: the same attempt never buys twice, and a new one never gets the answer of an old one. */
function clientToken({ attempt, uid }: Pick<IntentSeen, 'attempt' | 'uid'>): string {
  return `${uid}-${attempt}`;
}

export function fromIntent(world: StageWorld): StageStep {
  const { intent, owned, wanted } = world;
  if (!owned.ok) return unread('which instances were bought for it', owned);
  const [bought] = owned.value;
  if (owned.value.length > 1) {
    const ids = owned.value.map(({ id }) => id).join(', ');
    return wait('AmbiguousLoadBalancer', `${owned.value.length} instances were bought for it: ${ids}`, true);
  }
  if (bought !== undefined) return { do: 'record', id: bought.id, address: bought.address, pooled: bought.pooled };
  if (intent.taking !== undefined) return fromTaking(world, intent.taking);
  if (!wanted) return withoutPurchase(world);
  return intent.zone === undefined ? poolOrPurchase(world) : purchase(world, intent.zone);
}

function fromTaking({ taking, wanted }: StageWorld, id: string): StageStep {
  if (!wanted) return { do: 'let-go', id };
  if (!taking.ok) return unread(`whether ${id} of the pool is free`, taking);
  if (taking.value === 'lost') return { do: 'let-go', id };
  if (taking.value === 'free') return { do: 'claim', id };
  return wait('Settling', `another Service is about to take ${id}, too, and lets go of it`);
}

function withoutPurchase(world: StageWorld): StageStep {
  if (world.intent.zone === undefined) return { do: 'delete-service' };
  return unanswered(world) ?? { do: 'delete-service' };
}

/**
 * What was asked for and not answered may still be carried out until the last of its signatures is too old. Then two lists must
 * show nothing of it, since one may be old.
 */
function unanswered({ at, intent }: StageWorld): StageStep | undefined {
  const certain = intent.since + TOKEN_REMEMBERED + LONGEST_WRITE;
  if (at < certain) return wait('Settling', `a purchase may still be carried out until ${isoTime(certain)}`);
  if (intent.nothingSeenAt === undefined || intent.nothingSeenAt < certain) return { do: 'note-nothing-seen', at };
  const again = intent.nothingSeenAt + LISTS_APART;
  return at < again ? wait('Settling', `nothing was bought; that is looked at again at ${isoTime(again)}`) : undefined;
}

/** The same token again while the vendor surely remembers it; another attempt only when the last one bought nothing. */
function purchase(world: StageWorld, zone: string): StageStep {
  const { at, intent } = world;
  if (at - intent.since < TOKEN_REMEMBERED) {
    const network = toBuyIn(world);
    return 'do' in network ? network : { do: 'buy', clientToken: clientToken(intent), zone, network };
  }
  const choice: ZoneChoice = { do: 'choose-zone', zone, attempt: intent.attempt + 1, refusedZones: [], counts: true };
  return unanswered(world) ?? overspent(world) ?? choice;
}

function poolOrPurchase(world: StageWorld): StageStep {
  const { network, pool } = world;
  if (!network.ok) return wait('UnclearNetwork', network.problem, network.needsPerson);
  if (!pool.ok) return unread('which instances of the pool are free', pool);
  const [free] = pool.value;
  return free === undefined ? chooseZone(world) : { do: 'take', id: free.id };
}

function chooseZone(world: StageWorld): StageStep {
  const { at, intent, zones } = world;
  const network = toBuyIn(world);
  if ('do' in network) return network;
  if (!zones.ok) return unread('where instances are sold', zones);
  const { attempt, refusedZones } = intent;
  const untried = zones.value.find((zone) => !refusedZones.includes(zone));
  if (untried !== undefined) {
    // A zone that refused has certainly sold nothing, so that the next one is no further purchase.
    const counts = refusedZones.length === 0;
    const choice: ZoneChoice = { do: 'choose-zone', zone: untried, attempt, refusedZones, counts };
    return (counts ? overspent(world) : undefined) ?? choice;
  }
  const [first] = zones.value;
  if (first !== undefined && at - intent.since >= RESTOCKED_AFTER) {
    return { do: 'choose-zone', zone: first, attempt, refusedZones: [], counts: false };
  }
  const tried = refusedZones.join(', ') || 'none is known';
  return wait('NoZoneLeft', `no zone has stock: ${tried}`, true);
}

function toBuyIn({ network }: StageWorld): Network | StageWait {
  if (!network.ok) return wait('UnclearNetwork', network.problem, network.needsPerson);
  if (network.value.addressType === 'internet' || network.value.vSwitch !== undefined) return network.value;
  const message =
    'private load balancers are bought in a vSwitch, and regions.<region>.loadBalancers.vSwitch is not set';
  return wait('UnclearNetwork', message, true);
}

function overspent({ purchasesLeft }: StageWorld): StageWait | undefined {
  if (!purchasesLeft.ok) return unread('how many were bought today', purchasesLeft);
  return purchasesLeft.value > 0 ? undefined : tooManyPurchases();
}

export function tooManyPurchases(): StageWait {
  return wait('TooManyPurchases', 'as many instances were bought within 24 hours as the policy allows', true);
}
