import type { Asked, BalancingDecision, BalancingPolicy } from '../core/balancing';
import { decideBalancing } from '../core/balancing';
import type { Reason } from '../core/decision';
import { missingExtras, wantedExtras } from '../core/extra-clbs';
import type { GatewayNames, Journal } from '../core/gateway';
import { gatewayJournal } from '../core/journal';
import {
  activeFreeze,
  onlyObserving,
  type Propose,
  type Rails,
  type Refusal,
  stoppedBy,
  unapproved,
} from '../core/limits';
import type { ScheduledBounds } from '../core/schedule';
import type { Millis } from '../core/time';
import { CloudError } from '../errors';
import type {
  Clock,
  Dialler,
  FrontServices,
  FrontServiceWriter,
  LoadBalancers,
  LoadBalancerWriter,
  Log,
  Metrics,
  ZoneWriter,
} from '../ports';
import { carryStage, type ExtraReport } from './carry-stage';
import { errorFields } from './error-fields';
import { withWindow } from './front-metrics';
import { createIntentMaker } from './intents';
import { clbIdsOf, type Fronts, observeFronts, type SeenGateway, snapshotOf } from './observe-fronts';
import { adoptOrphan } from './orphans';
import type { Publications } from './publications';
import { failed, type StageRun } from './stage-run';
import { createStanding, readable } from './standing';
import { type Unattended, unattended } from './unattended';

/** A gateway whose extra CLBs this look is responsible for. */
export interface GatewayToBalance {
  readonly names: GatewayNames;
  readonly policy: BalancingPolicy;
  readonly stages: StageGoals;
  /** What the schedules ask for now. */
  readonly schedule: ScheduledBounds;
  /** What is published of it in DNS. */
  readonly publications: Publications;
}

/** What the operator wants of the way to a serving instance and back. */
export interface StageGoals {
  readonly purchasesPerDay: number;
  /** Backends that must be healthy on each listener before it serves. */
  readonly backends: number;
  readonly fewConnections: number;
  /** `undefined`: connections are never cut, because somebody else publishes the address. */
  readonly drainDeadline: Millis | undefined;
  /** The longest TTL of the records that may name it. */
  readonly ttl: Millis;
}

/** Everything that one look at the CLBs of one region needs. */
export interface BalancingLook {
  readonly clock: Clock;
  readonly region: string;
  readonly clusterId: string;
  readonly gateways: readonly GatewayToBalance[];
  /** Names of all gateways of the region whose extra CLBs anybody looks after. */
  readonly attended: readonly string[];
  /** Where and how instances are bought; without zones the vendor's list is asked for. */
  readonly market: {
    readonly zones: readonly string[];
    readonly vSwitch: string | undefined;
    readonly resourceGroup: string | undefined;
  };
  readonly services: FrontServices;
  readonly loadBalancers: LoadBalancers;
  readonly metrics: Metrics;
  readonly dialler: Dialler;
  readonly journal: () => Promise<Journal>;
  /** Opens the writing half; absent in a dry run. */
  readonly writers: (() => Promise<BalancingWriters>) | undefined;
  readonly dryRun: boolean;
  /** What is said of the plan of a gateway in mode `propose`. */
  readonly propose: (gateway: string) => Propose;
  /** Times the present load that is to be reckoned with; 1 unless told. */
  readonly times?: number | undefined;
  readonly maintenance: Rails['maintenance'];
  readonly log: Log;
}

export interface BalancingWriters {
  readonly services: FrontServiceWriter;
  readonly loadBalancers: LoadBalancerWriter;
  readonly zones: ZoneWriter;
  readonly record: (journal: Journal) => Promise<Journal>;
}

/** What became of one gateway. */
export interface BalancingReport {
  readonly decision: BalancingDecision;
  /** Share of its capacity that one instance should carry. */
  readonly target: number;
  /** The number that would have been wanted, where something stood in the way or nothing is to be written. */
  readonly withheld: number | undefined;
  readonly extras: readonly ExtraReport[];
}

export interface BalancingLookResult {
  readonly gateways: readonly BalancingReport[];
  readonly freeze: Rails['freeze'] | undefined;
  /** True when nothing at all could be read for a reason that may pass. */
  readonly retry: boolean;
  readonly unattended: readonly Unattended[];
}

/**
 * Observe → decide → limit → apply for the extra CLBs of all gateways of a region. As many stages of each as need no
 * waiting; the rest at the next look. Does not throw for a cloud that fails.
 */
export async function balanceGateways(run: BalancingLook): Promise<BalancingLookResult> {
  const seen = await observeFronts(run);
  if (!seen.ok) {
    const gateways = run.gateways.map((gateway) => blind(run, gateway, 'ReadFailed', seen.problem, seen.needsPerson));
    return { gateways, freeze: undefined, retry: seen.retryable, unattended: [] };
  }
  const fronts = seen.value;
  const freeze: Rails['freeze'] = fronts.journal.ok
    ? { ok: true, value: activeFreeze(fronts.journal.value.freeze, fronts.at) }
    : fronts.journal;
  const gateways: BalancingReport[] = [];
  const bugs: unknown[] = [];
  // One after the other: they draw on the same stock, quota and journal.
  for (const gateway of run.gateways) {
    try {
      gateways.push(await balanceOne(run, fronts, gateway, freeze));
    } catch (error) {
      bugs.push(error);
    }
  }
  // A bug of ours fails loudly, but not before the other gateways are looked after.
  if (bugs.length > 0) throw bugs.length === 1 ? bugs[0] : new AggregateError(bugs, 'several gateways failed');
  return { gateways, freeze, retry: false, unattended: unattended(run, fronts) };
}

async function balanceOne(
  run: BalancingLook,
  fronts: Fronts,
  gateway: GatewayToBalance,
  freeze: Rails['freeze'],
): Promise<BalancingReport> {
  const place = fronts.gateways.get(gateway.names.gateway);
  if (place === undefined || 'refused' in place) {
    const { message, refused } = place ?? { refused: 'GatewayNotFound' as const, message: 'it was not looked for' };
    return blind(run, gateway, refused, message, true);
  }
  const rails: Rails = {
    at: fronts.at,
    mode: gateway.policy.mode,
    propose: run.propose(gateway.names.gateway),
    dryRun: run.dryRun,
    freeze,
    journal: gatewayJournal(fronts.journal, gateway.names.gateway),
    maintenance: run.maintenance,
  };
  const asked = askedOf(rails);
  const { decision, withheld } = limited(await decide(run, fronts, gateway, place, asked), rails);
  const writers = onlyObserving(rails) === undefined ? await run.writers?.() : undefined;
  const stageRun: StageRun = {
    ...{ look: run, gateway, place, fronts, writers, want: decision.want },
    standing: createStanding(run.services, place, gateway.names.gateway, fronts.services),
    askedToRelease: asked?.bound === 'ceiling' && fronts.at < asked.until,
  };
  const failure = stoppedBy('up', rails) === undefined ? await withNewOnes(stageRun) : undefined;
  const extras = await carryAll(stageRun, rails);
  return {
    decision: failure === undefined ? decision : heldBack(decision, failure),
    target: gateway.policy.target,
    withheld,
    extras,
  };
}

/** Those that are wanted first; of the others the highest ordinal, since one is released at a time. */
async function carryAll(run: StageRun, rails: Rails): Promise<readonly ExtraReport[]> {
  const services = run.standing.extras();
  const wanted = wantedExtras(readable(services, run.place.sick), run.want);
  const [staying, leaving] = [
    services.filter(({ name }) => wanted.has(name)),
    services.filter(({ name }) => !wanted.has(name)),
  ];
  const reports = new Map<string, ExtraReport>();
  for (const service of [...staying, ...leaving.toReversed()]) {
    const isWanted = wanted.has(service.name);
    const stopped = stoppedBy(isWanted ? 'up' : 'down', rails) ?? onlyObserving(rails);
    reports.set(service.uid, await carryStage(run, run.standing.newest(service), { wanted: isWanted, stopped }));
  }
  return services.flatMap(({ uid }) => reports.get(uid) ?? []);
}

/** What was to be made, and could not be, is no change. */
function heldBack(
  decision: BalancingDecision,
  { message, needsPerson, reason }: ReturnType<typeof failed>,
): BalancingDecision {
  return { ...decision, outcome: 'hold', reason, message: `${message}; ${decision.message}`, needsPerson };
}

async function decide(
  run: BalancingLook,
  fronts: Fronts,
  gateway: GatewayToBalance,
  place: SeenGateway,
  asked: Asked | undefined,
): Promise<BalancingDecision> {
  const decision = decideBalancing(snapshotOf(run, fronts, gateway, place, asked));
  if (decision.reason !== 'PartialMetrics') return decision;
  const whole = await withWindow(run, fronts, gateway, clbIdsOf(place));
  return decideBalancing(snapshotOf(run, whole, gateway, place, asked));
}

function askedOf({ journal }: Rails): Asked | undefined {
  return journal.ok ? journal.value.extra.asked : undefined;
}

/** A change that something stands in the way of becomes a hold that says so. */
function limited(
  decision: BalancingDecision,
  rails: Rails,
): { readonly decision: BalancingDecision; readonly withheld: number | undefined } {
  const { have, want } = decision;
  if (decision.outcome !== 'change') return { decision, withheld: undefined };
  const step = `extra CLBs of ${decision.id.gateway} from ${have} to ${want}`;
  const waiting = unapproved(rails, decision.reason, [step]);
  const refusal: Refusal | undefined = stoppedBy(want > have ? 'up' : 'down', rails) ?? onlyObserving(rails) ?? waiting;
  if (refusal === undefined && rails.dryRun)
    return { decision: { ...decision, want: have, dryRun: true }, withheld: want };
  if (refusal === undefined) return { decision, withheld: undefined };
  const { message, needsPerson = false, reason } = refusal;
  const text = `${message}; would go from ${have} to ${want} (${decision.reason}: ${decision.message})`;
  const held = { ...decision, outcome: 'hold', reason, message: text, needsPerson, want: have } as const;
  const proposal = waiting?.proposal;
  return { decision: proposal === undefined ? held : { ...held, proposal }, withheld: want };
}

/** Adopts an orphan and makes what is missing; what stood in the way of it, if anything. */
async function withNewOnes(run: StageRun): Promise<ReturnType<typeof failed> | undefined> {
  const { gateway, look, place, standing, want, writers } = run;
  if (writers === undefined) return undefined;
  try {
    const intents = createIntentMaker(look, gateway, place, writers);
    await adoptOrphan(run, intents, writers);
    // One whose notes cannot be read may be any of those that are wanted.
    const broken = standing.extras().filter(({ intent }) => intent?.seen.ok !== true).length;
    const missing = missingExtras(readable(standing.extras(), place.sick), want - broken);
    for (let count = 0; count < missing; count += 1) standing.put(await intents.make());
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { gateway: name } = gateway.names;
    look.log.error('intent-not-made', { gateway: name, ...errorFields(error) });
    return failed(error);
  }
}

function blind(
  { clock, region }: BalancingLook,
  { names, policy }: GatewayToBalance,
  reason: Reason,
  message: string,
  needsPerson: boolean,
): BalancingReport {
  const decision: BalancingDecision = {
    id: { region, gateway: names.gateway },
    at: clock.now(),
    outcome: 'hold',
    reason,
    message,
    needsPerson,
    have: 0,
    want: 0,
    clamps: [],
  };
  return { decision, target: policy.target, withheld: undefined, extras: [] };
}
