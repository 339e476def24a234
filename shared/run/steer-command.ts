import { markText, readMark } from '../core/record-mark';
import { concerns, STEER_RR, steersOf, steerText, type UnwrittenSteer } from '../core/steer';
import { type Instant, isoTime } from '../core/time';
import type { RecordSeen } from '../core/zone';
import { CloudError } from '../errors';
import type { DrainCommand, PinCommand, ResumeCommand } from '../event/command';
import type { ZoneWriter } from '../ports';
import { whenFree } from './busy-zone';
import { addControlRecord } from './control-record';
import type { PublishingLook } from './publish-run';
import { freezeOn } from './zone-freeze';

/** What became of a person's wish for regions. */
export interface Steered {
  readonly accepted: boolean;
  readonly message: string;
  /** The wish of a dry run, for the look that follows. */
  readonly pretended?: UnwrittenSteer;
}

/**
 * Writes down in every zone of the gateway's names that nobody is to be led to a region, or to it alone. The look that follows
 * acts on it. Names that are only observed are left out. Zones are written one after the other; what was written stays when a
 * later one fails, and is said.
 */
export async function steer(
  look: PublishingLook,
  command: DrainCommand | PinCommand,
  until: Instant,
): Promise<Steered> {
  const { action: verb, gateway, owner, reason, region } = command;
  const names = namesToSteer(look, gateway);
  const { aside, observed, written } = names;
  // Where nothing is written anyway it is said what would be.
  const led = written.length === 0 ? observed : written;
  const regions = new Set(led.flatMap(({ lines }) => lines.flatMap((line) => line.regions)));
  if (!regions.has(region)) {
    const known = [...regions].join(', ') || 'none';
    return refused(`no published name of "${gateway}" leads to ${region}; there is: ${known}${aside}`);
  }
  const wish: UnwrittenSteer = {
    ...{ verb, region, gateway, name: undefined, owner, reason, until },
    since: look.clock.now(),
  };
  const content = { rr: STEER_RR, value: steerText(wish) };
  const what = `${verb} ${region} for the names of ${gateway} until ${isoTime(until)} by ${owner}: ${reason}`;
  const done = await inEachZone(look, names, what, (writer, zone) => addControlRecord(look, writer, zone, content));
  const told = { ...done, message: `${done.message}${aside}` };
  return look.writer === undefined && done.accepted ? { ...told, pretended: wish } : told;
}

/**
 * Ends drains and pins of a gateway's names, and lets addresses come back that went down too often. Names that are only observed
 * are left out.
 */
export async function unsteer(look: PublishingLook, { gateway, owner, reason }: ResumeCommand): Promise<Steered> {
  const names = namesToSteer(look, gateway);
  const ended: string[] = [];
  const what = `drains and pins of ${gateway} are ended by ${owner}: ${reason}`;
  const done = await inEachZone(look, names, what, async (writer, zone) => {
    const { records } = await look.zones.records(zone);
    const mine = names.written.filter((name) => name.zone === zone);
    const { steers } = steersOf(records, look.clock.now());
    for (const each of steers.filter((wish) => mine.some((name) => concerns(wish, name)))) {
      await whenFree(look, () => writer.remove(each.recordId));
      ended.push(`${each.verb} of ${each.region} by ${each.owner}`);
    }
    for (const record of records.filter(({ rr }) => mine.some((name) => name.rr === rr))) {
      if (await unlatched(look, writer, record)) ended.push(`${record.value} may come back`);
    }
  });
  const list = ended.length === 0 ? 'there were none' : ended.join(', ');
  return { ...done, message: `${done.message} (${list})${names.aside}` };
}

/** Whether it had been down before, which is forgotten. */
async function unlatched(look: PublishingLook, writer: ZoneWriter, { id, remark }: RecordSeen): Promise<boolean> {
  const mark = readMark(remark);
  const { absence } = mark;
  if (absence === undefined || absence.times < 2) return false;
  await whenFree(look, () => writer.remark(id, markText({ ...mark, absence: { ...absence, times: 1 } })));
  return true;
}

/** The names of a gateway. */
interface NamesToSteer {
  readonly written: PublishingLook['names'];
  /** No reason to write into a zone, and their records are left alone. */
  readonly observed: PublishingLook['names'];
  /** That these are left out, to be put behind what is said; empty where there are none. */
  readonly aside: string;
}

function namesToSteer({ names }: PublishingLook, gateway: string): NamesToSteer {
  const all = names.filter((name) => name.gateway === gateway);
  const observed = all.filter(({ publish }) => publish === 'observe');
  const list = observed.map(({ name }) => name).join(', ');
  return {
    written: all.filter(({ publish }) => publish !== 'observe'),
    observed,
    aside: observed.length === 0 ? '' : `; left out, being only observed: ${list}`,
  };
}

async function inEachZone(
  look: PublishingLook,
  { written }: NamesToSteer,
  what: string,
  work: (writer: ZoneWriter, zone: string) => Promise<void>,
): Promise<Steered> {
  const { writer } = look;
  const done: string[] = [];
  for (const zone of new Set(written.map((name) => name.zone))) {
    try {
      const frozen = await freezeOn(look, zone);
      if (frozen !== undefined) return stopped(frozen.message, done);
      if (writer === undefined) continue;
      await work(writer, zone);
      done.push(zone);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      return stopped(`${zone}: ${error.message}`, done);
    }
  }
  if (writer === undefined) return { accepted: true, message: `would ${what}` };
  return { accepted: true, message: `${what} (${done.join(', ') || 'no zone'})` };
}

function stopped(problem: string, done: readonly string[]): Steered {
  const before = done.length === 0 ? 'nothing was changed' : `only ${done.join(', ')} was changed`;
  return refused(`${before}: ${problem}`);
}

function refused(message: string): Steered {
  return { accepted: false, message };
}
