import type { Addition } from '../core/publication-model';
import { isMarked } from '../core/record-mark';
import type { Millis } from '../core/time';
import type { NameServer } from '../core/zone';
import { epochAt, staleLeases } from '../core/zone-lease';
import { BUSY } from './busy-zone';
import { carryAddition, textOf } from './publish-add';
import { proposed } from './publish-propose';
import type { ZoneRun } from './publish-run';
import {
  isToChange,
  note,
  planAll,
  readAgain,
  verdictsOn,
  type Work,
  type ZoneWork,
  type ZoneWorld,
} from './publish-work';
import { serversOf } from './read-zone';
import { refusedBefore, rememberRefusal } from './refused-additions';
import { FOR_A_CALL } from './time-left';
import { freezeOn } from './zone-freeze';
import { collectLeases } from './zone-lease';

/** Additions follow from each other: a new answer, then the weights of its line. */
const ROUNDS = 4;
/** A call, and another one when the zone is free again. */
const FOR_A_NOTE: Millis = BUSY + 2 * FOR_A_CALL;

export function zoneWork(run: ZoneRun, world: ZoneWorld): ZoneWork {
  const { records } = world.seen;
  const decided = run.look.clock.now();
  const works = planAll(run.look, world, records).map((plan): Work => {
    const { name, waits } = proposed(run.look, plan);
    const failures = waits === undefined ? [] : [waits];
    return {
      name,
      plan: { ...plan, name },
      after: plan,
      done: [],
      failures,
      proposal: waits?.proposal,
      times: { decided },
    };
  });
  let found: Promise<readonly NameServer[]> | undefined;
  const servers = (): Promise<readonly NameServer[]> => {
    found ??= serversOf(run.look, world.seen.info);
    return found;
  };
  return { run, world, works, records, verdicts: verdictsOn(run.look, world), tried: new Set(), servers };
}

/** Whether something is to be changed in the zone. */
export function isToWrite({ works }: ZoneWork): boolean {
  return works.some(({ plan }) => isToChange(plan));
}

/** Healthy answers for the lines that have none: what helps most, and waits for nothing else. */
export async function rescueAll(zone: ZoneWork, works = zone.works): Promise<void> {
  const steps = untried(zone, works).filter(({ isRescue, step }) => isRescue && isAnswer(step));
  await carrySteps(zone, steps);
}

/** Every addition of every name until none is left that was not tried, but for what is written down of answers that are gone. */
export async function addAll(zone: ZoneWork, works = zone.works): Promise<void> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const steps = untried(zone, works)
      .filter(({ step }) => !isOfTheGone(step))
      .toSorted((a, b) => Number(b.isRescue) - Number(a.isRescue));
    if (steps.length === 0) return;
    await carrySteps(zone, steps);
  }
}

/**
 * What is written down of answers that are gone, in the time that is left: each write makes the zone busy for those that help. What
 * does not come to pass now is in the plan of the next look.
 */
export async function addRest(zone: ZoneWork): Promise<void> {
  const { run, tried, verdicts, works, world } = zone;
  let carried = 0;
  for (const { key, step, work } of untried(zone, works).filter((each) => isOfTheGone(each.step))) {
    if (run.look.deadline.left() < FOR_A_NOTE) break;
    // Another look is called for.
    if (verdictsOn(run.look, world) !== verdicts) break;
    tried.add(key);
    const result = await carryAddition(run, work.name, step);
    if (result.ok || result.hold.needsPerson) note(work, result);
    // Others are writing.
    if (!result.ok) break;
    carried += 1;
  }
  if (carried > 0) zone.records = await readAgain(zone);
}

async function carrySteps(zone: ZoneWork, steps: readonly Step[]): Promise<void> {
  let carried = 0;
  for (const { key, step, work } of steps) {
    zone.tried.add(key);
    const refused = refusedBefore(zone, work, key);
    if (refused !== undefined) {
      note(work, { ok: false, hold: refused });
      continue;
    }
    const result = await carryInTime(zone.run, work, step);
    note(work, result);
    rememberRefusal(zone, work, key, result);
    carried += 1;
  }
  if (carried > 0) zone.records = await readAgain(zone);
}

async function carryInTime(run: ZoneRun, work: Work, step: Addition): ReturnType<typeof carryAddition> {
  if (run.look.deadline.left() >= FOR_A_CALL) return carryAddition(run, work.name, step);
  const message = `${textOf(step)}: no time was left`;
  return { ok: false, hold: { reason: 'DeadlineReached', message, needsPerson: false } };
}

interface Step {
  readonly work: Work;
  readonly step: Addition;
  /** The same for what would be the same write. */
  readonly key: string;
  /** Whether no healthy address of its line is answered. */
  readonly isRescue: boolean;
}

function untried({ tried }: ZoneWork, works: readonly Work[]): readonly Step[] {
  return works.flatMap(stepsOf).filter(({ key }) => !tried.has(key));
}

function stepsOf(work: Work): readonly Step[] {
  if (work.name.publish !== 'auto') return [];
  return work.after.lines.flatMap((plan) =>
    plan.additions.map((step) => ({
      work,
      step,
      key: `${work.name.name} ${plan.type} ${textOf(step)}`,
      isRescue: !plan.answers.some((address) => plan.wanted.includes(address)),
    })),
  );
}

function isOfTheGone(step: Addition): boolean {
  return step.do === 'mark' && isMarked(step.record) && !step.record.enabled;
}

function isAnswer({ do: what }: Addition): boolean {
  return what === 'add' || what === 'enable';
}

/** Clears leases of the dead away, where the zone was read whole and something of it is ours to change. */
export async function collect({ run, works, world: { seen } }: ZoneWork): Promise<void> {
  const now = run.vendor.now();
  const isOurs = works.some(({ name }) => name.publish === 'auto');
  const stale = now === undefined || !isOurs || !seen.whole ? [] : staleLeases(seen.records, epochAt(now));
  if (stale.length === 0 || (await freezeOn(run.look, run.zone)) !== undefined) return;
  await collectLeases(run, stale);
}
