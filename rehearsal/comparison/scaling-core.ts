import type { Journal } from '../../shared/core/gateway';
import { gatewayJournal, markCompleted, recordChanges } from '../../shared/core/journal';
import { limitScaling } from '../../shared/core/limits';
import { historyNeeded } from '../../shared/core/load';
import type { ScalingPolicy } from '../../shared/core/policy';
import { decideScaling } from '../../shared/core/scaling';
import type { ScheduledBounds } from '../../shared/core/schedule';
import { type Instant, MINUTE } from '../../shared/core/time';
import type { Scaler, View } from './world';

const GATEWAY = 'gateway';

/**
 * gateway-autopilot's own decisions, a look a minute, without cloud, handler or SDKs around them: days take less than a
 * second. Changes are recorded and completed as the handler does it; reads and writes always succeed, and nobody else writes.
 *
 * @param policy its signals' targets are in the unit of the world's demand
 */
export function scalingCore(
  policy: ScalingPolicy,
  boundsAt: (at: Instant) => ScheduledBounds = () => ({ floor: undefined, ceiling: undefined }),
): Scaler<Journal> {
  return {
    start: { resourceVersion: undefined, freeze: undefined, gateways: {} },
    step: (view, memory) =>
      view.at % MINUTE === 0 ? look(view, memory, policy, boundsAt(view.at)) : { replicas: view.replicas, memory },
  };
}

function look(view: View, journal: Journal, policy: ScalingPolicy, schedule: ScheduledBounds) {
  const { at, ready, replicas } = view;
  const own = gatewayJournal({ ok: true, value: journal }, GATEWAY);
  const load = view.history(historyNeeded(policy));
  const decided = decideScaling({
    at,
    id: { region: 'rehearsal', gateway: GATEWAY },
    policy,
    schedule,
    target: {
      kind: 'Deployment',
      namespace: 'istio-system',
      name: GATEWAY,
      resourceVersion: '1',
      field: ['spec', 'replicas'],
      current: replicas,
      ceiling: undefined,
    },
    runningReplicas: replicas,
    readyReplicas: ready,
    drain: { gracePeriod: 0, loadBalancers: undefined },
    unschedulable: [],
    journal: own,
    signals: policy.signals.map((signal) => ({ signal, load: { ok: true, value: load } })),
  });
  const { change } = limitScaling(decided, {
    at,
    mode: 'auto',
    propose: () => undefined,
    dryRun: false,
    freeze: { ok: true, value: undefined },
    journal: own,
    maintenance: undefined,
  });
  const seen = { current: replicas, running: replicas, ready, floorOnly: false };
  const completed = markCompleted(journal, GATEWAY, at, seen);
  if (change === undefined) return { replicas, memory: completed };
  const { from, to } = change;
  return { replicas: to, memory: recordChanges(completed, at, [{ gateway: GATEWAY, from, to, running: replicas }]) };
}
