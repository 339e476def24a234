import type { Reason } from '../core/decision';
import type { Journal, Reading } from '../core/gateway';
import { markCompleted, recordChanges, recordOriginals, settleChange } from '../core/journal';
import { type Rails, withhold } from '../core/limits';
import type { ScalingDecision } from '../core/scaling';
import { CloudError } from '../errors';
import type { GatewayWriter } from '../ports';
import { errorFields } from './error-fields';
import type { WritingSteps } from './look';
import type { FoundGateway, ScalingLook } from './scale-gateways';

/** What the writing half goes by. */
export interface WriteDownWorld {
  readonly found: readonly FoundGateway[];
  readonly journal: Reading<Journal>;
  readonly freeze: Rails['freeze'];
}

/** Whether another invocation wrote the journal since it was read. */
export interface Race {
  lost: boolean;
}

export function writingSteps(
  run: ScalingLook,
  writer: GatewayWriter,
  world: WriteDownWorld,
  race: Race,
): WritingSteps<ScalingDecision> {
  return {
    apply: async (decisions) => {
      const { cleared, journal } = await writeDown(run, writer, world, decisions, race);
      const carried = await Promise.all(cleared.map((decision) => carryOut(run, writer, decision)));
      await settle(run, writer, journal, carried);
      return carried.map(({ decision }) => decision);
    },
    verify: (decisions) => Promise.all(decisions.map((decision) => readBack(run, decision))),
  };
}

/** The journal with every change marked that has completed since it was written down. */
function completions({ at }: ScalingLook, found: readonly FoundGateway[], journal: Journal): Journal {
  return found.reduce(
    (soFar, { gateway, at: place }) =>
      'refused' in place
        ? soFar
        : markCompleted(soFar, gateway.names.gateway, at, {
            current: place.target.current,
            running: place.deployment.replicas,
            ready: place.deployment.readyReplicas,
            floorOnly: place.target.ceiling !== undefined,
          }),
    journal,
  );
}

/**
 * Records the changes before they are made, in one conditional write. Whoever loses the race makes none. Without the record
 * a scale-in would lose its brakes and is withheld; a scale-out goes on, since it is bounded by the maximum and by the
 * object's own `resourceVersion`.
 */
async function writeDown(
  run: ScalingLook,
  writer: GatewayWriter,
  { found, freeze, journal }: WriteDownWorld,
  decisions: readonly ScalingDecision[],
  race: Race,
): Promise<WrittenDown> {
  const changes = decisions.flatMap(({ id, outcome, change }) =>
    outcome === 'change' && change !== undefined
      ? [{ gateway: id.gateway, ...change, running: runningOf(found, id.gateway) }]
      : [],
  );
  if (!journal.ok) return { cleared: decisions, journal: undefined };
  const held = run.maintenance !== undefined || (freeze.ok && freeze.value !== undefined);
  const completed = held ? journal.value : completions(run, found, journal.value);
  // A quiet look writes nothing, and neither does one that may not.
  if (changes.length === 0 && completed === journal.value) return { cleared: decisions, journal: undefined };
  try {
    const recorded = recordOriginals(recordChanges(completed, run.at, changes), changes);
    return { cleared: decisions, journal: await writer.record(recorded) };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    race.lost = error.kind === 'conflict';
    run.log.warn('journal-not-written', { changes: changes.length, ...errorFields(error) });
    return { cleared: decisions.map((decision) => withoutRecord(decision, error)), journal: undefined };
  }
}

interface WrittenDown {
  /** What may be carried out. */
  readonly cleared: readonly ScalingDecision[];
  /** As it was stored; `undefined` when nothing was. */
  readonly journal: Journal | undefined;
}

function runningOf(found: readonly FoundGateway[], name: string): number {
  const place = found.find(({ gateway }) => gateway.names.gateway === name)?.at;
  return place === undefined || 'refused' in place ? 0 : place.deployment.replicas;
}

/**
 * Writes down what became of the changes, so that later looks can tell a write that somebody undid from one that was never
 * made. When this fails the record stays as it is, which only slows us down.
 */
async function settle(
  run: ScalingLook,
  writer: GatewayWriter,
  journal: Journal | undefined,
  carried: readonly Carried[],
): Promise<void> {
  if (journal === undefined) return;
  const settled = carried.reduce(
    (soFar, { decision, made }) =>
      made === undefined ? soFar : settleChange(soFar, decision.id.gateway, run.at, made),
    journal,
  );
  if (settled === journal) return;
  try {
    await writer.record(settled);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.warn('journal-not-written', errorFields(error));
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

interface Carried {
  readonly decision: ScalingDecision;
  /** Whether the change was made; `undefined` when none was to be made, or when it is not known. */
  readonly made: boolean | undefined;
}

async function carryOut(run: ScalingLook, writer: GatewayWriter, decision: ScalingDecision): Promise<Carried> {
  const { change, id, outcome, reason } = decision;
  if (outcome !== 'change' || change === undefined) return { decision, made: undefined };
  const object = `${change.target.kind}/${change.target.namespace}/${change.target.name}`;
  const fields = { ...id, object, field: change.target.field.join('.'), from: change.from, to: change.to, reason };
  try {
    const written = await writer.scale(change.target, change.to);
    run.log.info('write', { ...fields, resourceVersion: written.resourceVersion });
    return { decision, made: true };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    run.log.error('write-failed', { ...fields, ...errorFields(error) });
    const [because, needsPerson] = failureOf(error);
    return {
      decision: withhold(decision, because, error.message, needsPerson),
      made: isUncertain(error) ? undefined : false,
    };
  }
}

/** A server that failed may have written all the same. */
function isUncertain({ kind, status = 0 }: CloudError): boolean {
  return kind === 'unknown-outcome' || status >= 500;
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
