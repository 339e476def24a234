import type { Outcome } from '../core/decision';
import type { Hold, NamePlan, NameToPublish } from '../core/publication-model';
import { isoTime, type Millis, SECOND } from '../core/time';
import { observeFrontClbs } from './front-clbs';
import type { Fence, PublishingLook, ZoneRun } from './publish-run';
import { carryZone, type NameReport, planAll, untouched, type ZoneWorld } from './publish-zone';
import { observeZone, type UnreadZone } from './read-zone';
import { createVendorClock } from './vendor-clock';
import type { Patience } from './verify-zone';

/** What a look says of one name. */
export interface NameOutcome extends Outcome, NameReport {}

export interface ZoneOutcome {
  readonly zone: string;
  /** `undefined` when the zone could not be read. */
  readonly fence: Fence | undefined;
  readonly names: readonly NameOutcome[];
}

export interface PublishingResult {
  readonly zones: readonly ZoneOutcome[];
  /** True when no zone could be read for a reason that may pass. */
  readonly retry: boolean;
}

/** For how long one look waits for name servers to follow. */
const PATIENCE: Millis = 20 * SECOND;

/**
 * Observe → decide → apply → verify for all names. Any number of looks may run at once, in one region or many: additions
 * cannot be in each other's way, and removals are made by one at a time in each zone. Does not throw for a cloud that fails.
 */
export async function publishNames(look: PublishingLook): Promise<PublishingResult> {
  const fronts = await observeFrontClbs(look);
  const observedAt = look.clock.now();
  const patience: Patience = { left: PATIENCE };
  const zones: ZoneOutcome[] = [];
  let retry = true;
  for (const zone of new Set(look.names.map((name) => name.zone))) {
    const names = look.names.filter((name) => name.zone === zone);
    const vendor = createVendorClock(look.clock);
    const seen = await observeZone(look, vendor, zone, names);
    if (!seen.ok) {
      retry &&= seen.retryable;
      zones.push({ zone, fence: undefined, names: names.map((name) => unread(name, seen)) });
      continue;
    }
    retry = false;
    const { fence } = seen.value;
    const world: ZoneWorld = { names, seen: seen.value, fronts, observedAt };
    const reports = await reportsOf(look, world, { look, zone, vendor, fence, patience });
    zones.push({ zone, fence, names: reports.map((report) => ({ ...report, ...outcomeOf(report) })) });
  }
  return { zones, retry: retry && zones.length > 0 };
}

async function reportsOf(
  look: PublishingLook,
  world: ZoneWorld,
  run: Omit<ZoneRun, 'writer'>,
): Promise<readonly NameReport[]> {
  const { maintenance, writer } = look;
  if (writer !== undefined && maintenance === undefined) return carryZone({ ...run, writer }, world);
  const stopped: Hold =
    maintenance === undefined
      ? { reason: 'DryRun', message: 'a dry run', needsPerson: false }
      : {
          reason: 'Maintenance',
          message: `maintenance until ${isoTime(maintenance.until)}: ${maintenance.reason}`,
          needsPerson: false,
        };
  return planAll(look, world, world.seen.records).map((plan) =>
    untouched(plan, plan.name.publish === 'auto' && plan.outcome === 'change' ? [stopped] : []),
  );
}

/** What a look came to: what it did, what stood in its way, or that nothing was to be done. */
function outcomeOf({ done, failures, after, plan, verification }: NameReport): Outcome {
  const { name, outcome } = plan;
  const [failure] = failures;
  const holds = after.lines.flatMap((line) => line.holds);
  const needsPerson = [...failures, ...holds].some((hold) => hold.needsPerson);
  if (name.publish === 'observe' && outcome === 'change') {
    return {
      outcome: 'hold',
      reason: 'ObserveMode',
      message: `${name.name} is only observed: ${plan.message}`,
      needsPerson,
    };
  }
  if (failure !== undefined) {
    const before = done.length === 0 ? '' : `${done.join('; ')}; but `;
    return { outcome: 'hold', reason: failure.reason, message: `${before}${failure.message}`, needsPerson };
  }
  const unverified = verification.find((line) => line.outcome === 'unverified');
  const message = done.length === 0 ? plan.message : done.join('; ');
  if (unverified !== undefined && outcome !== 'hold') {
    return { outcome: 'hold', reason: 'NotVerified', message: `${message}; ${unverified.message}`, needsPerson };
  }
  return { outcome, reason: plan.reason, message, needsPerson };
}

function unread(name: NameToPublish, seen: UnreadZone): NameOutcome {
  const hold: Hold = {
    reason: 'ReadFailed',
    message: `zone ${name.zone} could not be read: ${seen.problem}`,
    needsPerson: seen.needsPerson ?? false,
  };
  const plan: NamePlan = { name, ttl: name.ttl, lines: [], alarms: [], outcome: 'hold', ...hold };
  return { ...untouched(plan), outcome: 'hold', ...hold };
}
