import type { Reason } from '../core/decision';
import type { ClusterSeen, GatewayNames, Journal, Reading } from '../core/gateway';
import { gatewayJournal, markCompleted, recordChanges } from '../core/journal';
import { activeFreeze, limitScaling, type Rails, withhold } from '../core/limits';
import { type LoadPoint, sumLoad } from '../core/load';
import { LOAD_METRICS, type LoadMetric, type ScalingPolicy } from '../core/policy';
import { type Located, locate, type Refused } from '../core/scale-target';
import { decideScaling, type ScalingDecision, type ScalingSnapshot } from '../core/scaling';
import { type Instant, MINUTE, type Millis } from '../core/time';
import { CloudError } from '../errors';
import type { Gateways, GatewayWriter, Log, MetricHistory, Metrics } from '../ports';
import { look, type Seen, type WritingSteps } from './look';

/** A gateway that this look is responsible for, as the configuration names it. */
export interface GatewayToScale {
  readonly names: GatewayNames;
  readonly policy: ScalingPolicy;
}

/** Everything that one look at the gateways of one cluster needs. */
export interface ScalingLook {
  readonly at: Instant;
  readonly region: string;
  readonly clusterId: string;
  readonly gateways: readonly GatewayToScale[];
  /** Sees the cluster; a command may have put its own journal in place of the stored one. */
  readonly observe: () => Promise<ClusterSeen>;
  readonly reader: Pick<Gateways, 'read'>;
  readonly metrics: Metrics;
  /** Absent in a dry run. */
  readonly writer: GatewayWriter | undefined;
  readonly dryRun: boolean;
  readonly maintenance: Rails['maintenance'];
  readonly log: Log;
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
 * that lost the race for the journal has written nothing; it looks once more, since the winner may have been about another
 * gateway.
 */
export async function scaleGateways(run: ScalingLook): Promise<ScalingLookResult> {
  const first = await lookOnce(run);
  return first.raced ? lookOnce(run) : first;
}

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
  const race: Race = { lost: false };
  const decisions = await look<ScalingSnapshot, ScalingDecision>({
    observe: () => observeGateways(run, cluster),
    decide: decideScaling,
    limit: (decision) =>
      limitScaling(decision, {
        at: run.at,
        mode: modes.get(decision.id.gateway) ?? 'observe',
        dryRun: run.dryRun,
        freeze,
        journal: gatewayJournal(journal, decision.id.gateway),
        maintenance: run.maintenance,
      }),
    writing: run.writer === undefined ? undefined : writingSteps(run, run.writer, cluster, race),
  });
  return { decisions, freeze, retry: false, raced: race.lost };
}

/** Whether another invocation wrote the journal since it was read. */
interface Race {
  lost: boolean;
}

// --- Observe ----------------------------------------------------------------------------------------------------

type Observed =
  | { readonly ok: true; readonly value: ClusterSeen }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly retryable: boolean;
      readonly needsPerson: boolean;
    };

async function observeCluster(run: ScalingLook): Promise<Observed> {
  try {
    return { ok: true, value: await run.observe() };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.error('read-failed', { region: run.region, cluster: run.clusterId, ...errorFields(error) });
    const { message: problem, needsPerson, retryable } = error;
    return { ok: false, problem, retryable, needsPerson };
  }
}

async function observeGateways(
  run: ScalingLook,
  cluster: ClusterSeen,
): Promise<readonly Seen<ScalingSnapshot, ScalingDecision>[]> {
  const located = run.gateways.map((gateway) => ({ gateway, found: locate(gateway.names, cluster, run.clusterId) }));
  const loads = await readLoads(
    run,
    located.flatMap(({ gateway, found }) => ('refused' in found ? [] : [{ policy: gateway.policy, found }])),
  );
  return located.map(({ gateway, found }) =>
    'refused' in found
      ? { seen: 'not-enough', decision: blindDecision(run, gateway, found) }
      : { seen: 'whole', snapshot: snapshotOf(run, gateway, found, cluster.journal, loads) },
  );
}

/** One query per metric for the CLBs of all gateways together, side by side. */
async function readLoads(
  run: ScalingLook,
  gateways: readonly { readonly policy: ScalingPolicy; readonly found: Located }[],
): Promise<ReadonlyMap<LoadMetric, Reading<MetricHistory>>> {
  const wanted = new Map<LoadMetric, { ids: Set<string>; span: Millis }>();
  for (const { policy, found } of gateways) {
    for (const { metric } of policy.signals) {
      const entry = wanted.get(metric) ?? { ids: new Set(), span: 0 };
      for (const id of found.loadBalancerIds) entry.ids.add(id);
      wanted.set(metric, { ids: entry.ids, span: Math.max(entry.span, historyNeeded(policy)) });
    }
  }
  const answers = [...wanted].map(async ([metric, { ids, span }]) => {
    const reading = await readMetric(run, metric, [...ids], span);
    return [metric, reading] as const;
  });
  return new Map(await Promise.all(answers));
}

/** Enough minutes that the longest window still fits behind the latest sample that counts as young. */
function historyNeeded({ metricMaxAge, scaleDown, scaleUp }: ScalingPolicy): Millis {
  return Math.max(scaleDown.stabilizationWindow, scaleUp.stabilizationWindow, MINUTE) + metricMaxAge;
}

async function readMetric(
  run: ScalingLook,
  metric: LoadMetric,
  instanceIds: readonly string[],
  span: Millis,
): Promise<Reading<MetricHistory>> {
  try {
    const value = await run.metrics.history({
      region: run.region,
      namespace: 'acs_slb_dashboard',
      metric: LOAD_METRICS[metric].metric,
      statistic: 'Average',
      instanceIds,
      from: run.at - span,
      to: run.at,
    });
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.error('read-failed', { region: run.region, metric, ...errorFields(error) });
    return { ok: false, problem: error.message, needsPerson: error.needsPerson };
  }
}

function snapshotOf(
  run: ScalingLook,
  { names, policy }: GatewayToScale,
  { deployment, loadBalancerIds, target, unboundServices }: Located,
  journal: Reading<Journal>,
  loads: ReadonlyMap<LoadMetric, Reading<MetricHistory>>,
): ScalingSnapshot {
  const loadOf = (metric: LoadMetric): Reading<readonly LoadPoint[]> => {
    const reading = loads.get(metric);
    if (reading === undefined) return { ok: false, problem: 'not read' };
    return reading.ok ? { ok: true, value: sumLoad(reading.value, loadBalancerIds, unboundServices) } : reading;
  };
  return {
    at: run.at,
    id: { region: run.region, gateway: names.gateway },
    policy,
    target,
    readyReplicas: deployment.readyReplicas,
    journal: gatewayJournal(journal, names.gateway),
    signals:
      loadBalancerIds.length === 0 ? [] : policy.signals.map((signal) => ({ signal, load: loadOf(signal.metric) })),
  };
}

function blindDecision(
  run: Pick<ScalingLook, 'at' | 'region'>,
  { names, policy }: GatewayToScale,
  { message, needsPerson, refused: reason }: Refused,
): ScalingDecision {
  return {
    id: { region: run.region, gateway: names.gateway },
    at: run.at,
    policy: policy.name,
    outcome: 'hold',
    reason,
    message,
    needsPerson,
    clamps: [],
    signals: [],
  };
}

// --- Apply ------------------------------------------------------------------------------------------------------

function writingSteps(
  run: ScalingLook,
  writer: GatewayWriter,
  cluster: ClusterSeen,
  race: Race,
): WritingSteps<ScalingDecision> {
  return {
    apply: async (decisions) => {
      const cleared = await writeDown(run, writer, cluster, decisions, race);
      return Promise.all(cleared.map((decision) => carryOut(run, writer, decision)));
    },
    verify: (decisions) => Promise.all(decisions.map((decision) => readBack(run, decision))),
  };
}

/** The journal with every change marked that has completed since it was written down. */
function completions(run: ScalingLook, cluster: ClusterSeen, journal: Journal): Journal {
  return run.gateways.reduce((soFar, { names }) => {
    const found = locate(names, cluster, run.clusterId);
    if ('refused' in found) return soFar;
    return markCompleted(soFar, names.gateway, run.at, {
      current: found.target.current,
      running: found.deployment.replicas,
      ready: found.deployment.readyReplicas,
      floorOnly: found.target.ceiling !== undefined,
    });
  }, journal);
}

/**
 * Records the changes before they are made, in one conditional write. Whoever loses the race makes none. Without the record a scale-in would lose its brakes and is withheld; a scale-out goes on,
 * since it is bounded by the maximum and by the object's own `resourceVersion`.
 */
async function writeDown(
  run: ScalingLook,
  writer: GatewayWriter,
  cluster: ClusterSeen,
  decisions: readonly ScalingDecision[],
  race: Race,
): Promise<readonly ScalingDecision[]> {
  const changes = decisions.flatMap(({ id, outcome, change }) =>
    outcome === 'change' && change !== undefined ? [{ gateway: id.gateway, from: change.from, to: change.to }] : [],
  );
  if (!cluster.journal.ok) return decisions;
  const held = run.maintenance !== undefined || activeFreeze(cluster.journal.value.freeze, run.at) !== undefined;
  const completed = held ? cluster.journal.value : completions(run, cluster, cluster.journal.value);
  // A quiet look writes nothing, and neither does one that may not.
  if (changes.length === 0 && completed === cluster.journal.value) return decisions;
  try {
    await writer.record(recordChanges(completed, run.at, changes));
    return decisions;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    race.lost = error.kind === 'conflict';
    run.log.warn('journal-not-written', { region: run.region, changes: changes.length, ...errorFields(error) });
    return decisions.map((decision) => withoutRecord(decision, error));
  }
}

function withoutRecord(decision: ScalingDecision, error: CloudError): ScalingDecision {
  if (decision.outcome !== 'change' || decision.change === undefined) return decision;
  if (error.kind === 'conflict') {
    return withhold(decision, 'ConcurrentChange', 'another invocation is acting on this cluster', false);
  }
  if (decision.change.to > decision.change.from) return decision;
  return withhold(decision, 'WriteFailed', `the change could not be recorded (${error.message})`, error.needsPerson);
}

async function carryOut(run: ScalingLook, writer: GatewayWriter, decision: ScalingDecision): Promise<ScalingDecision> {
  const { change, id, outcome, reason } = decision;
  if (outcome !== 'change' || change === undefined) return decision;
  const object = `${change.target.kind}/${change.target.namespace}/${change.target.name}`;
  const fields = { ...id, object, field: change.target.field.join('.'), from: change.from, to: change.to, reason };
  try {
    const written = await writer.scale(change.target, change.to);
    run.log.info('write', { ...fields, resourceVersion: written.resourceVersion });
    return decision;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.error('write-failed', { ...fields, ...errorFields(error) });
    const [because, needsPerson] = failureOf(error);
    return withhold(decision, because, error.message, needsPerson);
  }
}

function failureOf(error: CloudError): [Reason, boolean] {
  if (error.kind === 'conflict') return ['ConcurrentChange', false];
  if (error.kind === 'deadline') return ['DeadlineReached', false];
  return ['WriteFailed', error.needsPerson];
}

async function readBack(run: ScalingLook, decision: ScalingDecision): Promise<ScalingDecision> {
  const { change, outcome } = decision;
  if (outcome !== 'change' || change === undefined) return decision;
  try {
    const value = await run.reader.read(change.target);
    if (value === change.to) return decision;
    return unverified(decision, `wrote ${change.to}, read back ${value}: somebody else writes this field`, true);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.warn('not-verified', { ...decision.id, ...errorFields(error) });
    return unverified(decision, `wrote ${change.to}, but could not read it back (${error.message})`, false);
  }
}

function unverified(decision: ScalingDecision, why: string, needsPerson: boolean): ScalingDecision {
  return { ...decision, outcome: 'hold', reason: 'NotVerified', message: `${why}; ${decision.message}`, needsPerson };
}

function errorFields({ kind, operation, code, status, requestId, message }: CloudError) {
  return { kind, operation, code, status, cloudRequestId: requestId, error: message };
}
