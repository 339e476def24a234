/**
 * What is taken back from a DNS zone: marks, our TXT records, weights that were off before, and disabled records of extra CLBs that
 * are gone. Answers stay answers, so that nothing here needs the zone's lease. Pure.
 */

import { addingEntries, isYoung } from '../adding';
import { quotedWord } from '../audit/render';
import { notesBefore, type RecordBefore } from '../before';
import type { Reading } from '../gateway';
import type { AddressType, NameToPublish } from '../publication-model';
import { isMarked, readMark } from '../record-mark';
import { freezeInWords } from '../standing';
import { concerns, STEER_RR, standingWords, steersOf } from '../steer';
import { type Instant, isoTime } from '../time';
import { isAddress, type RecordSeen } from '../zone';
import { FREEZE_RR, freezeIn } from '../zone-freeze';
import { type Epoch, isLease, staleLeases } from '../zone-lease';
import type { Leaving } from './leaving';
import { releaseFirst } from './writing';

export type ZoneStep =
  | { readonly do: 'remark'; readonly record: RecordSeen; readonly remark: string }
  | { readonly do: 'close-weights'; readonly rr: string; readonly type: AddressType }
  | { readonly do: 'delete'; readonly record: RecordSeen };

export type NameToLeave = Pick<NameToPublish, 'name' | 'rr' | 'gateway' | 'lines' | 'mode' | 'weights'>;

export interface ZoneToLeave {
  readonly zone: string;
  readonly at: Instant;
  /** The minute of the vendor's clock. */
  readonly epoch: Epoch;
  /** Those of the configuration: records of other names may be another installation's. */
  readonly names: readonly NameToLeave[];
  /** All of the zone. */
  readonly records: readonly RecordSeen[];
  /** Addresses of the gateways' own CLBs. */
  readonly own: Reading<ReadonlySet<string>>;
}

export function leaveZone(zone: ZoneToLeave): Leaving<ZoneStep> {
  const { names, records } = zone;
  const marked = records.filter((record) => isAddress(record) && isMarked(record));
  const mine = marked.filter(({ rr }) => names.some((name) => name.rr === rr));
  return {
    refusals: [
      ...standing(zone),
      ...underWay(zone),
      ...extrasAnswered(mine),
      ...out(zone, mine),
      ...ramping(zone, mine),
    ],
    steps: [...backToTheirs(zone, mine), ...withoutWeights(zone), ...controls(zone)],
    left: [
      ...marked.filter((record) => !mine.includes(record)).map(ofAnotherName),
      ...mine.flatMap((record) => leftOf(zone, record)),
      ...weightsLeft(zone, mine),
      ...ofPeople(zone),
    ],
  };
}

/** For example `A 203.0.113.5 of www on default`. */
export function recordWords({ line, rr, type, value }: Pick<RecordSeen, 'line' | 'rr' | 'type' | 'value'>): string {
  return type === 'TXT' ? `TXT ${rr} "${value}"` : `${type} ${value} of ${rr} on ${line}`;
}

/** What people said, and what has not ended. */
function standing({ at, names, records, zone }: ZoneToLeave): readonly string[] {
  const freeze = freezeIn(records, at);
  return [
    ...(freeze === undefined ? [] : [`${zone} is ${freezeInWords(freeze)}; unfreeze first`]),
    ...steersOf(records, at)
      .steers.filter((steer) => names.some((name) => concerns(steer, name)))
      .map((steer) => `${zone}: ${standingWords(steer)}; ${LEAD_BACK}`),
  ];
}

const LEAD_BACK =
  'say resume while publish is auto, wait until its answers are as before, then observe again: what is out when we leave stays out';

/** A look that began before the configuration was deployed that only observes. */
function underWay({ at, epoch, records, zone }: ZoneToLeave): readonly string[] {
  const stale = staleLeases(records, epoch);
  const isHeld = records.some((record) => isLease(record) && !record.locked && !stale.includes(record));
  const isAdding = addingEntries(records).some((entry) => isYoung(entry, at));
  return [
    ...(isHeld ? [`${zone}: somebody has the lease of this minute; say it again in three minutes`] : []),
    ...(isAdding ? [`${zone}: a record was being added a moment ago; say it again in ten minutes`] : []),
  ];
}

function extrasAnswered(mine: readonly RecordSeen[]): readonly string[] {
  return mine
    .filter(({ enabled, remark }) => enabled && readMark(remark).isExtra)
    .map((record) => `${recordWords(record)} leads to an extra CLB; ${releaseFirst()}`);
}

/** What would answer if we were to stay. */
function out(zone: ZoneToLeave, mine: readonly RecordSeen[]): readonly string[] {
  return mine.flatMap((record) => {
    if (record.enabled || !zone.names.some((name) => name.rr === record.rr && isToAnswer(name, record))) return [];
    if (!zone.own.ok)
      return [`whether ${recordWords(record)} leads to a CLB of the gateway is unknown: ${zone.own.problem}`];
    if (!zone.own.value.has(record.value)) return [];
    const { absence, region } = readMark(record.remark);
    const since = absence === undefined ? '' : ` since ${isoTime(absence.since)}`;
    const where = region === undefined ? '' : ` (${region})`;
    return [`${recordWords(record)}${where} is out${since}; ${LEAD_BACK}`];
  });
}

function isToAnswer({ lines, mode }: NameToLeave, { line, remark }: RecordSeen): boolean {
  const { absence, isExtra, region } = readMark(remark);
  const led = lines.find((each) => each.line === line);
  if (isExtra || led === undefined) return false;
  if (absence?.state === 'down' || absence?.state === 'up' || region === undefined) return true;
  return mode === 'active-active' ? led.regions.includes(region) : led.regions[0] === region;
}

/** An answer that came back a while ago and has not got all of its share again. */
function ramping({ names }: ZoneToLeave, mine: readonly RecordSeen[]): readonly string[] {
  const weighted = names.filter(({ weights }) => weights === 'even');
  return weighted.flatMap(({ name, rr }) => {
    const answers = mine.filter((record) => record.rr === rr && record.enabled && record.weight !== undefined);
    const places = new Set(answers.map(({ line, type }) => `${type} ${line}`));
    return [...places].flatMap((place) => {
      const weights = answers.filter(({ line, type }) => `${type} ${line}` === place).map(({ weight }) => weight);
      if (new Set(weights).size < 2) return [];
      return [`the answers of ${name} (${place}) have different weights, ${weights.join(', ')}; ${LEAD_BACK}`];
    });
  });
}

/** Each record before its note, so that a note is there as long as it is needed. */
function backToTheirs({ records }: ZoneToLeave, mine: readonly RecordSeen[]): readonly ZoneStep[] {
  const notes = recordNotes(records);
  const changeable = mine.filter(({ locked }) => !locked);
  const steps = changeable.flatMap((record): readonly ZoneStep[] => {
    if (readMark(record.remark).isExtra && !record.enabled) return [{ do: 'delete', record }];
    const note = notes.find(({ recordId }) => recordId === record.id);
    return [{ do: 'remark', record, remark: note?.remark ?? '' }];
  });
  const spent = notes.filter(({ recordId }) => {
    const record = records.find(({ id }) => id === recordId);
    return record === undefined || !isMarked(record) || changeable.includes(record);
  });
  return [...steps, ...deleted(records, spent)];
}

function recordNotes(records: readonly RecordSeen[]): readonly RecordBefore[] {
  return notesBefore(records).flatMap((note) => (note.of === 'record' ? [note] : []));
}

function deleted(records: readonly RecordSeen[], notes: readonly { readonly id: string }[]): readonly ZoneStep[] {
  return notes.flatMap(({ id }) => {
    const record = records.find((each) => each.id === id);
    return record === undefined || record.locked ? [] : [{ do: 'delete', record }];
  });
}

/** Without weights every enabled record answers: nothing is taken away. */
function withoutWeights({ names, records }: ZoneToLeave): readonly ZoneStep[] {
  const notes = notesBefore(records).flatMap((note) => (note.of === 'weights' ? [note] : []));
  return notes
    .filter(({ rr }) => names.some((name) => name.rr === rr))
    .flatMap((note): readonly ZoneStep[] => [
      ...(hasWeights(records, note) ? [{ do: 'close-weights', rr: note.rr, type: note.type } as const] : []),
      ...deleted(records, [note]),
    ]);
}

function hasWeights(
  records: readonly RecordSeen[],
  { rr, type }: { readonly rr: string; readonly type: string },
): boolean {
  return records.some((record) => record.rr === rr && record.type === type && record.weight !== undefined);
}

/** Our TXT records. Those of people that have not ended are in the way before; those without our mark are theirs. */
function controls(zone: ZoneToLeave): readonly ZoneStep[] {
  const { epoch, records } = zone;
  const asked = records.filter((record) => isControl(record) && isMarked(record) && !isOfOthers(zone, record));
  return [...asked, ...addingEntries(records), ...staleLeases(records, epoch)]
    .filter(({ locked }) => !locked)
    .map((record) => ({ do: 'delete', record }));
}

/** Whether it stands for a gateway or name that the configuration does not have. */
function isOfOthers({ at, names, records }: ZoneToLeave, { id }: RecordSeen): boolean {
  const steer = steersOf(records, at).steers.find(({ recordId }) => recordId === id);
  return steer !== undefined && !names.some((name) => concerns(steer, name));
}

function isControl({ rr, type }: RecordSeen): boolean {
  return type === 'TXT' && (rr === STEER_RR || rr === FREEZE_RR);
}

function ofAnotherName(record: RecordSeen): string {
  return `${recordWords(record)} carries our mark, and the configuration has no such name: it may be another installation's`;
}

function leftOf({ records }: ZoneToLeave, record: RecordSeen): readonly string[] {
  const { enabled, id, line, locked, remark, rr, ttl, type, value } = record;
  const words = recordWords(record);
  if (locked) return [`${words} is locked by the vendor and keeps its remark`];
  const note = recordNotes(records).find(({ recordId }) => recordId === id);
  const content = `--RR ${quotedWord(rr)} --Type ${type} --Value ${quotedWord(value)} --Line ${quotedWord(line)}`;
  const before = note?.ttl ?? ttl;
  return [
    ...(before === ttl
      ? []
      : [
          `${words} keeps the TTL ${ttl}; as before it was adopted: aliyun alidns UpdateDomainRecord --RecordId ${id} ${content} --TTL ${before}`,
        ]),
    ...(enabled || readMark(remark).isExtra
      ? []
      : [
          `${words} stays disabled${note?.enabled === true ? ', and answered before it was adopted' : ''}; to have it answered again: aliyun alidns SetDomainRecordStatus --RecordId ${id} --Status Enable`,
        ]),
  ];
}

function weightsLeft({ names, records }: ZoneToLeave, mine: readonly RecordSeen[]): readonly string[] {
  const noted = notesBefore(records).flatMap((note) => (note.of === 'weights' ? [`${note.rr} ${note.type}`] : []));
  const types: readonly AddressType[] = ['A', 'AAAA'];
  return names
    .filter(({ rr, weights }) => weights === 'even' && mine.some((record) => record.rr === rr))
    .flatMap(({ name, rr }) =>
      types
        .filter((type) => hasWeights(records, { rr, type }) && !noted.includes(`${rr} ${type}`))
        .map((type) => `the weights of ${name} (${type}) stay on: nothing says that they were off before us`),
    );
}

function ofPeople(zone: ZoneToLeave): readonly string[] {
  return zone.records.filter(isControl).flatMap((record) => {
    if (!isMarked(record)) return [`${recordWords(record)} was made by a person, and is theirs to delete`];
    return isOfOthers(zone, record) ? [`${recordWords(record)} is about what the configuration does not have`] : [];
  });
}
