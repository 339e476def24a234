import type { GatewayNames } from '../core/gateway';
import type { ChangedObject, Measured, News } from '../core/notice';
import type { ScaleChange, ScalingDecision } from '../core/scaling';
import { strongestSignal } from '../core/signal-report';
import { undoCommand } from './undo';

/**
 * What people hear of a decision: what was changed, and what only they can settle.
 *
 * @param gateways how the gateways of the look are named
 */
export function newsOf(
  decision: ScalingDecision,
  gateways: readonly { readonly names: GatewayNames }[],
): readonly News[] {
  const { alarms, at, change, clamps, id, message, needsPerson, outcome, proposal, reason } = decision;
  const about = { region: id.region, subject: id.gateway, at, ...measuredIn(decision) };
  const waits = proposal === undefined ? {} : { proposal };
  // Of a change that went as far as it may, what stopped it is what a person must settle.
  const heldFor = outcome === 'change' ? (clamps.at(-1)?.reason ?? reason) : reason;
  const others = alarms.filter((alarm) => alarm.reason !== heldFor);
  const holds = needsPerson ? [{ reason: heldFor, message, ...waits }, ...others] : alarms;
  return [
    // What was written and could not be read back was written all the same.
    ...(change === undefined
      ? []
      : [
          {
            ...about,
            ...{ kind: 'changed' as const, reason, message },
            ...moved(decision, change),
            ...objectOf(change, gateways.find(({ names }) => names.gateway === id.gateway)?.names),
          },
        ]),
    ...holds.map((hold) => ({ ...about, kind: 'held' as const, ...hold })),
  ];
}

/** An IstioGateway is in the mesh, where we may write no events: it is said on the Deployment that ASM makes of it. */
function objectOf(
  { target: { kind, name, namespace } }: ScaleChange,
  names: GatewayNames | undefined,
): { readonly object?: ChangedObject } {
  if (kind !== 'IstioGateway') return { object: { kind, namespace, name } };
  return names === undefined ? {} : { object: { kind: 'Deployment', namespace, name: names.deployment } };
}

/** Gateways that have what they need. */
export function wellIn(decisions: readonly ScalingDecision[]): readonly Pick<News, 'region' | 'subject'>[] {
  return decisions
    .filter(({ outcome }) => outcome !== 'hold')
    .map(({ id }) => ({ region: id.region, subject: id.gateway }));
}

function measuredIn({ current, signals }: ScalingDecision): { readonly measured?: Measured } {
  if (current === undefined) return {};
  const strongest = strongestSignal(signals, current);
  if (strongest === undefined) return {};
  const { metric, target, value } = strongest;
  return { measured: { metric, value, ...(target === undefined ? {} : { target }) } };
}

function moved({ candidates, capacity, id }: ScalingDecision, { from, target, to }: ScaleChange) {
  const least = candidates.find(({ by }) => by === 'minimum')?.replicas ?? from;
  const canBePinned = from >= Math.max(1, least) && from <= (capacity?.max ?? from);
  const back = undoCommand('scale-gateway', { action: 'scale', gateway: id.gateway, replicas: from }, '1h');
  return {
    from: `${from} replicas`,
    to: `${to} replicas of ${target.kind} ${target.namespace}/${target.name}`,
    undo: canBePinned ? back : `${from} is outside the bounds of the policy: change them there`,
  };
}
