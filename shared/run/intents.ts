import { freeOrdinal } from '../core/extra-clbs';
import type { FrontService } from '../core/front-service';
import { CloudError } from '../errors';
import type { BalancingLook, BalancingWriters, GatewayToBalance } from './balance-gateways';
import type { SeenGateway } from './observe-fronts';

/** Makes the Services of extra CLBs of one gateway; the name of each is its lock. */
export interface IntentMaker {
  /** A new one, or the one that another look made meanwhile. */
  make(): Promise<FrontService>;
}

/** Names that are somebody else's are skipped; so many in a row are no accident. */
const MOST_FOREIGN = 10;

export function createIntentMaker(
  run: BalancingLook,
  { names }: GatewayToBalance,
  place: SeenGateway,
  { services }: BalancingWriters,
): IntentMaker {
  const { gateway, namespace } = names;
  const taken = [...place.takenOrdinals];

  async function make(): Promise<FrontService> {
    for (let foreign = 0; foreign < MOST_FOREIGN; foreign += 1) {
      const ordinal = freeOrdinal(taken);
      taken.push(ordinal);
      const name = `${gateway}-clb-${ordinal}`;
      const at = run.clock.now();
      const created = await services.create({ at, namespace, name, gateway, ordinal, shape: place.own.shape });
      const service = created === 'taken' ? await run.services.read(namespace, name) : created;
      if (service === 'gone' || service.intent?.gateway !== gateway) continue;
      run.log.info('clb-intent', { gateway, service: name, joined: created === 'taken' });
      return service;
    }
    const message = `Services ${gateway}-clb-… of others take all names`;
    throw new CloudError(message, { kind: 'rejected', operation: 'kube create services' });
  }

  return { make };
}
