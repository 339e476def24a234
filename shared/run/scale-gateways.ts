import type { ClusterSeen, GatewayNames } from '../core/gateway';
import { gatewayJournal } from '../core/journal';
import { activeFreeze, limitScaling, type Propose, type Rails } from '../core/limits';
import type { ScalingPolicy } from '../core/policy';
import { type Located, locate, type Refused } from '../core/scale-target';
import { decideScaling, type ScalingDecision, type ScalingSnapshot } from '../core/scaling';
import type { ScheduledBounds } from '../core/schedule';
import type { Instant } from '../core/time';
import type { Gateways, GatewayWriter, Log, Metrics } from '../ports';
import { type Race, writingSteps } from './apply-scaling';
import { look } from './look';
import { blindDecision, observeCluster, observeGateways } from './observe-gateways';

/** A gateway that this look is responsible for, as the configuration names it. */
export interface GatewayToScale {
  readonly names: GatewayNames;
  readonly policy: ScalingPolicy;
  /** What the policy's schedules ask for now. */
  readonly schedule: ScheduledBounds;
}

/** Everything that one look at the gateways of one cluster needs. */
export interface ScalingLook {
  readonly at: Instant;
  readonly region: string;
  readonly clusterId: string;
  readonly gateways: readonly GatewayToScale[];
  /** Sees the cluster; a command may have put its own journal in place of the stored one. */
  readonly observe: () => Promise<ClusterSeen>;
  readonly reader: Pick<Gateways, 'read' | 'unschedulablePods'>;
  readonly metrics: Metrics;
  /** Absent in a dry run. */
  readonly writer: GatewayWriter | undefined;
  readonly dryRun: boolean;
  /** What is said of the plan of a gateway in mode `propose`. */
  readonly propose: (gateway: string) => Propose;
  readonly maintenance: Rails['maintenance'];
  readonly log: Log;
}

/** A gateway and where it is in its cluster, or why it is not to be scaled. */
export interface FoundGateway {
  readonly gateway: GatewayToScale;
  readonly at: Located | Refused;
}

/** What a look at one cluster came to. */
export interface ScalingLookResult {
  readonly decisions: readonly ScalingDecision[];
  /** The freeze that was seen, for the report. */
  readonly freeze: Rails['freeze'] | undefined;
  /** True when nothing at all could be read for a reason that may pass: asking again is worth it. */
  readonly retry: boolean;
}

/**
 * Observe → decide → limit → apply → verify for all gateways of one cluster. Does not throw for a cloud that fails. A look
 * that lost the race for the journal has written nothing; it looks again, since the winner may have been about another
 * gateway.
 */
export async function scaleGateways(run: ScalingLook, attempt = 1): Promise<ScalingLookResult> {
  const looked = await lookOnce(run);
  return looked.raced && attempt < ATTEMPTS ? scaleGateways(run, attempt + 1) : looked;
}

/** Each winner writes the journal twice, before and after its changes, so that two of them can be in the way three times. */
const ATTEMPTS = 4;

async function lookOnce(run: ScalingLook): Promise<ScalingLookResult & { readonly raced: boolean }> {
  const observed = await observeCluster(run);
  if (!observed.ok) {
    const { needsPerson, problem, retryable } = observed;
    const decisions = run.gateways.map((gateway) =>
      blindDecision(run, gateway, { refused: 'ReadFailed', message: problem, needsPerson }),
    );
    return { decisions, freeze: undefined, retry: retryable, raced: false };
  }
  const cluster = observed.value;
  const { journal } = cluster;
  const freeze: Rails['freeze'] = journal.ok
    ? { ok: true, value: activeFreeze(journal.value.freeze, run.at) }
    : journal;
  const modes = new Map(run.gateways.map(({ names, policy }) => [names.gateway, policy.mode]));
  const found = run.gateways.map((gateway) => ({ gateway, at: locate(gateway.names, cluster, run.clusterId) }));
  const race: Race = { lost: false };
  const decisions = await look<ScalingSnapshot, ScalingDecision>({
    observe: () => observeGateways(run, found, journal),
    decide: decideScaling,
    limit: (decision) =>
      limitScaling(decision, {
        at: run.at,
        mode: modes.get(decision.id.gateway) ?? 'observe',
        propose: run.propose(decision.id.gateway),
        dryRun: run.dryRun,
        freeze,
        journal: gatewayJournal(journal, decision.id.gateway),
        maintenance: run.maintenance,
      }),
    writing: run.writer === undefined ? undefined : writingSteps(run, run.writer, { found, journal, freeze }, race),
  });
  return { decisions, freeze, retry: false, raced: race.lost };
}
