import type { FailoverPolicy } from '../core/failover';
import { type CapacityPlan, figure, type Survivor } from '../core/survivors';
import { percent } from '../core/words';
import type { PublishingResult } from '../run/publish';

/** What a move asks of the other regions, as the answer shows it; loads are in replicas that carry exactly their targets. */
export function reportedRooms({ rooms }: Pick<PublishingResult, 'rooms'>, { margin, target }: FailoverPolicy) {
  const room = [...rooms].flatMap(([gateway, { leaving }]) =>
    [...leaving].map(([region, plan]) => ({
      gateway,
      leaving: region,
      ...movedIn(plan),
      margin: percent(margin),
      target: percent(target),
      fits: percent(Math.floor(plan.fits * 100) / 100),
      survivors: plan.survivors.map((survivor) => reportedSurvivor(survivor, plan)),
    })),
  );
  return room.length === 0 ? {} : { room };
}

function movedIn({ moved }: CapacityPlan) {
  return moved === undefined ? {} : { load: number(moved.load), withMargin: number(moved.withMargin) };
}

function reportedSurvivor({ gateway, kept, more, need, region }: Survivor, { floors }: CapacityPlan) {
  const floor = floors.find((each) => each.region === region)?.floor;
  return {
    region,
    ...(gateway === undefined ? { unknown: 'it could not be asked' } : { ready: gateway.ready, max: gateway.max }),
    ...(gateway?.load === undefined ? {} : { load: number(gateway.load) }),
    ...(more === undefined ? {} : { more: number(more) }),
    ...(need === undefined ? {} : { needs: need }),
    // What stands in the way of the floor is said beside it; a frozen cluster is asked for nothing.
    ...(floor === undefined || kept?.reason === 'Frozen' ? {} : { raisedTo: floor }),
    ...(kept === undefined ? {} : { kept }),
  };
}

function number(replicas: number): number {
  return Number(figure(replicas));
}
