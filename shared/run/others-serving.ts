import type { IntentSeen } from '../core/clb-stage';
import type { Reading, Unread } from '../core/gateway';
import type { LoadBalancers } from '../ports';
import { reading } from './reading';
import type { StageRun } from './stage-run';

/** Whether another instance certainly does its work; asked for only where this one is to go, and no further than the first. */
export async function othersServing(
  { look, place, standing }: StageRun,
  intent: IntentSeen,
  wanted: boolean,
): Promise<Reading<number>> {
  if (wanted || (intent.stage !== 'serving' && intent.stage !== 'draining')) return { ok: true, value: 0 };
  const extras = standing.extras().flatMap(({ intent: other }) => {
    const seen = other?.seen.ok ? other.seen.value : undefined;
    return seen?.clb !== undefined && seen.stage === 'serving' && seen.uid !== intent.uid ? [seen.clb.id] : [];
  });
  return anyWorking(look.loadBalancers, [...place.ownIds, ...extras]);
}

/** One, when any of them certainly works; none, when certainly none does. */
export async function anyWorking(
  loadBalancers: Pick<LoadBalancers, 'health' | 'read'>,
  ids: readonly string[],
): Promise<Reading<number>> {
  let problem: Unread | undefined;
  for (const id of ids) {
    const works = await reading(isWorking(loadBalancers, id));
    if (!works.ok) problem = works;
    else if (works.value) return { ok: true, value: 1 };
  }
  return problem ?? { ok: true, value: 0 };
}

/** Its backends may still be called healthy while the instance itself forwards nothing. */
async function isWorking({ health, read }: Pick<LoadBalancers, 'health' | 'read'>, id: string): Promise<boolean> {
  const clb = await read(id);
  if (clb === 'gone' || clb.status !== 'active') return false;
  return (await health(id)).some(({ normalBackends, running }) => running && normalBackends > 0);
}
