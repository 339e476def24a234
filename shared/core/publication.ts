/**
 * Which addresses a name answers with, line by line, and the steps from what a zone holds to what it should hold. Pure.
 *
 * A record belongs to one of four: us (our mark in its remark, or unmarked with the address of an extra CLB, which is how a
 * crash between adding and marking looks), the gateway's operator (unmarked, with the address of one of the gateway's own
 * CLBs: ours once it is adopted), somebody else, or nobody that may change it (locked). Only the first kind is ever changed.
 *
 * Additions can never empty a line and need nothing but a healthy address. Removals need the zone's lease and are planned
 * only where another healthy answer stays; whether it still does is judged again right before each (`publication-guard.ts`).
 */
import type { Alarm, Outcome, Reason } from './decision';
import { dissents } from './judgement';
import { planLine } from './publication-line';
import {
  type Addition,
  type AddressType,
  type FrontsByRegion,
  type Hold,
  type LinePlan,
  type NamePlan,
  type NameToPublish,
  NO_MOVES,
  type PublicationSnapshot,
} from './publication-model';
import { isMarked } from './record-mark';
import { FREE_EDITION_TTL, isAddress, type RecordSeen } from './zone';

export function decidePublication(snapshot: PublicationSnapshot): NamePlan {
  const { fronts, minTtl, name } = snapshot;
  const records = snapshot.records.filter(({ rr }) => rr === name.rr);
  const ttl = Math.max(name.ttl, minTtl ?? allowedTtl(records));
  const types: readonly AddressType[] = ['A', 'AAAA'];
  const lines = onceOpened(
    name.lines.flatMap(({ line, regions }) => {
      const plans = types.map((type) =>
        planLine({ ...snapshot, records, ttl, isTtlKnown: minTtl !== undefined }, line, regions, type),
      );
      const used = plans.filter((plan) => plan !== undefined);
      return used.length > 0 ? used : [emptyLine(line, regions, fronts)];
    }),
  );
  const alarms = [
    ...unreadRegions(fronts),
    ...goneClbs(fronts),
    ...ttlAlarms(name, ttl),
    ...mixedTtls(lines, ttl),
    ...dissents(snapshot.failover?.votes).map(
      ([address, { message }]): Alarm => ({ reason: 'AddressUnhealthy', message: `${address}: ${message}` }),
    ),
  ];
  const all = [...lines, ...strayLines(records, name)];
  return { name, ttl, lines: all, alarms, ...outcomeOf(all) };
}

/** While the edition cannot be read, what a record of the name has is surely allowed; else what the free edition allows. */
function allowedTtl(records: readonly RecordSeen[]): number {
  const ttls = records.filter(({ enabled }) => enabled).map((record) => record.ttl);
  return ttls.length === 0 ? FREE_EDITION_TTL : Math.min(...ttls);
}

/** One answer for the name, from those of its lines. */
function outcomeOf(lines: readonly LinePlan[]): Outcome {
  const steps = lines.flatMap(({ additions, removals }) => [
    ...additions.map(reasonOf),
    ...removals.map(({ reason }) => reason),
  ]);
  const holds = lines.flatMap((plan) => plan.holds.map((hold) => ({ plan, hold })));
  const needsPerson = holds.some(({ hold }) => hold.needsPerson);
  const [first] = steps;
  if (first !== undefined) {
    return { outcome: 'change', reason: first, message: `${steps.length} changes of records`, needsPerson };
  }
  const worst = holds.find(({ hold }) => hold.needsPerson) ?? holds[0];
  if (worst !== undefined) {
    const { hold, plan } = worst;
    const message = `${plan.line} ${plan.type}: ${hold.message}`;
    return { outcome: 'hold', reason: hold.reason, message, needsPerson };
  }
  const answers = new Set(lines.flatMap((line) => line.answers));
  const message =
    answers.size === 1
      ? '1 address is answered as it should be'
      : `${answers.size} addresses are answered as they should be`;
  const ledAway = [...new Set(lines.flatMap((line) => line.ledAway))];
  if (ledAway.length === 0) return { outcome: 'steady', reason: 'Published', message, needsPerson: false };
  return { outcome: 'steady', reason: 'RegionDrained', message: [message, ...ledAway].join('; '), needsPerson: false };
}

function reasonOf(step: Addition): Reason {
  switch (step.do) {
    case 'enable':
    case 'add':
      return 'AddressMissing';
    case 'mark':
    case 'open-weights':
    case 'weigh':
      return 'RecordDiffers';
  }
}

/** Weights are switched on for all lines of a name at once. */
function onceOpened(lines: readonly LinePlan[]): readonly LinePlan[] {
  const opened = new Set<AddressType>();
  return lines.map((plan) => {
    const additions = plan.additions.filter((step) => {
      if (step.do !== 'open-weights') return true;
      const isFirst = !opened.has(step.type);
      opened.add(step.type);
      return isFirst;
    });
    return { ...plan, additions };
  });
}

/** A line for which there is no address of either kind. */
function emptyLine(line: string, regions: readonly string[], fronts: FrontsByRegion): LinePlan {
  const isUnread = regions.some((region) => fronts.get(region)?.ok !== true);
  const hold: Hold = isUnread
    ? { reason: 'ReadFailed', message: `the CLBs of ${regions.join(', ')} could not be read`, needsPerson: false }
    : { reason: 'NothingHealthy', message: `no CLB of ${regions.join(', ')} serves`, needsPerson: true };
  return heldLine(line, [], hold);
}

function heldLine(line: string, answers: readonly string[], hold: Hold): LinePlan {
  return {
    line,
    type: 'A',
    answers,
    wanted: [],
    additions: [],
    removals: [],
    holds: [hold],
    ledAway: [],
    moves: NO_MOVES,
    adoptable: [],
    foreign: [],
  };
}

function unreadRegions(fronts: FrontsByRegion): readonly Alarm[] {
  return [...fronts].flatMap(([region, seen]) =>
    seen.ok
      ? []
      : [{ reason: 'ReadFailed' as const, message: `the CLBs of ${region} could not be read: ${seen.problem}` }],
  );
}

function goneClbs(fronts: FrontsByRegion): readonly Alarm[] {
  return [...fronts].flatMap(([region, seen]) =>
    seen.ok
      ? seen.value.gone.map((id) => ({
          reason: 'NoLoadBalancer' as const,
          message: `${id} of ${region} is configured and does not exist`,
        }))
      : [],
  );
}

/** Lines that the name does not have any more: the last answer of a line is never taken away, so that a person must. */
function strayLines(records: readonly RecordSeen[], { lines }: NameToPublish): readonly LinePlan[] {
  const configured = lines.map(({ line }) => line);
  const stray = records.filter(
    (record) => record.enabled && isAddress(record) && isMarked(record) && !configured.includes(record.line),
  );
  return [...new Set(stray.map(({ line }) => line))].map((line) => {
    const answers = stray.filter((record) => record.line === line).map(({ value }) => value);
    const message = `${answers.join(', ')} of ours on a line that is not configured: delete the records, or configure the line`;
    return heldLine(line, answers, { reason: 'RecordDiffers', message, needsPerson: true });
  });
}

function ttlAlarms({ ttl: wanted }: NameToPublish, ttl: number): readonly Alarm[] {
  if (ttl === wanted) return [];
  const message = `the edition of the zone allows no TTL below ${ttl} s; ${wanted} s is configured`;
  return [{ reason: 'RecordDiffers', message }];
}

/** Resolvers keep the answers of a line by one TTL, and may choose either (RFC 2181, 5.2). */
function mixedTtls(lines: readonly LinePlan[], ttl: number): readonly Alarm[] {
  return lines.flatMap(({ adoptable, foreign, line }) => {
    const others = [...adoptable.map(({ record }) => record), ...foreign];
    return others
      .filter((record) => record.enabled && record.ttl !== ttl)
      .map(({ ttl: other, value }) => ({
        reason: 'RecordDiffers' as const,
        message: `line ${line}: ${value}, which is not ours, has a TTL of ${other} s beside ${ttl} s`,
      }));
  });
}
