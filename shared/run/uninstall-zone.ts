import type { Mode } from '../core/decision';
import type { Reading } from '../core/gateway';
import type { Instant, Millis } from '../core/time';
import { leaveZone, type NameToLeave, recordWords, type ZoneStep } from '../core/uninstall/zone';
import { epochAt } from '../core/zone-lease';
import { CloudError } from '../errors';
import type { Clock, Deadline, LoadBalancers, Zones, ZoneWriter } from '../ports';
import { whenFree } from './busy-zone';
import { deleteDisabled } from './delete-disabled';
import { reading } from './reading';
import { FOR_A_CALL } from './time-left';
import type { PlaceSeen } from './uninstall';
import { freezeOn } from './zone-freeze';

export interface ZonesToLeave {
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly zones: Zones;
  readonly writer: ZoneWriter;
  readonly loadBalancers: (region: string) => LoadBalancers;
}

/** A name of the configuration, whoever publishes it. */
export type NameInZone = NameToLeave & {
  readonly publish: 'none' | Mode;
  readonly own: Readonly<Record<string, readonly string[]>>;
};

/** What is to be taken back from a zone, by one whole list of its records. */
export async function zoneToLeave(run: ZonesToLeave, zone: string, names: readonly NameInZone[]): Promise<PlaceSeen> {
  const place = `zone ${zone}`;
  const [read, own] = await Promise.all([run.zones.records(zone).catch(refusalOf), ownAddresses(run, names)]);
  if (read instanceof CloudError) return unread(place, read, names);
  const at: Instant = run.clock.now();
  const { date = at, records } = read;
  const { left, refusals, steps } = leaveZone({ zone, at, epoch: epochAt(date), names, records, own });
  const works = steps.map((step) => ({ words: stepWords(step), work: () => carry(run, zone, step) }));
  return { place, refusals, works, left: left.map((words) => `${place}: ${words}`) };
}

function refusalOf(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  throw error;
}

/** Where others publish all names, the role may lack the rights, or the zone may be another account's: nobody is kept from leaving. */
function unread(place: string, error: CloudError, names: readonly NameInZone[]): PlaceSeen {
  const isOfOthers = names.every(({ publish }) => publish === 'none');
  if (isOfOthers && (error.needsPerson || error.kind === 'not-found')) {
    const why = `${place} was not looked at: ${error.message}; its names say publish: none`;
    const how =
      'if we ever published there, say observe, give failover-dns the rights that policy prints then, and deploy';
    return { place, refusals: [], works: [], left: [`${why}. ${how}`] };
  }
  return { place, refusals: [`${place} could not be read: ${error.message}`], works: [], left: [] };
}

async function ownAddresses(
  { loadBalancers }: ZonesToLeave,
  names: readonly NameInZone[],
): Promise<Reading<ReadonlySet<string>>> {
  const regions = [...new Set(names.flatMap(({ own }) => Object.keys(own)))];
  const all = await Promise.all(
    regions.map((region) => {
      const ids = [...new Set(names.flatMap(({ own }) => own[region] ?? []))];
      return reading(loadBalancers(region).byIds(ids));
    }),
  );
  const unread = all.find((each) => !each.ok);
  if (unread !== undefined) return unread;
  return { ok: true, value: new Set(all.flatMap((each) => (each.ok ? each.value.map(({ address }) => address) : []))) };
}

function stepWords(step: ZoneStep): string {
  switch (step.do) {
    case 'remark': {
      const then = step.remark === '' ? 'no remark' : `its own remark, "${step.remark}"`;
      return `${recordWords(step.record)} stays, without our mark and with ${then}`;
    }
    case 'close-weights':
      return `weights of ${step.rr} (${step.type}) are switched off again`;
    case 'delete':
      return `${recordWords(step.record)} is deleted`;
  }
}

async function carry(run: ZonesToLeave, zone: string, step: ZoneStep): Promise<void> {
  if (run.deadline.left() < FOR_A_CALL) {
    throw new CloudError('no time was left', { kind: 'deadline', operation: 'alidns' });
  }
  const frozen = await freezeOn(run, zone);
  if (frozen !== undefined) {
    throw new CloudError(frozen.message, { kind: 'conflict', operation: 'alidns.DescribeSubDomainRecords' });
  }
  const { writer } = run;
  switch (step.do) {
    case 'remark':
      return void (await whenFree(run, () => writer.remark(step.record.id, step.remark)));
    case 'close-weights':
      return whenFree(run, () => writer.openWeights({ zone, rr: step.rr, type: step.type }, false));
    case 'delete':
      return remove(run, zone, step);
  }
}

async function remove(run: ZonesToLeave, zone: string, { record }: Extract<ZoneStep, { do: 'delete' }>): Promise<void> {
  // Somebody may have enabled one since: it is read right before.
  if (record.type !== 'TXT') {
    return whenFree(run, () => deleteDisabled({ ...run, everyZone: [zone] }, run.writer, record.value));
  }
  try {
    await whenFree(run, () => run.writer.remove(record.id));
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== 'not-found') throw error;
  }
}

/** A person waits for a minute at most; what is not done by then is for the next run. */
const PATIENCE: Millis = 45_000;

export function impatient({
  deadline,
  elapsed,
}: {
  readonly deadline: Deadline;
  readonly elapsed: () => Millis;
}): Deadline {
  const begun = elapsed();
  return { left: () => Math.max(0, Math.min(deadline.left(), begun + PATIENCE - elapsed())) };
}
