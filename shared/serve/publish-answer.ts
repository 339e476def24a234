import type { Reason } from '../core/decision';
import type { LinePlan, NamePlan } from '../core/publication-model';
import { type Instant, isoTime, SECOND } from '../core/time';
import { counted } from '../core/words';
import type { MoveTimes } from '../run/move-times';
import { type NameOutcome, type PublishingResult, stepsOf, type ZoneOutcome } from '../run/publish';
import { changedText, frozen } from './scaling-answer';

/** One sentence on all names. */
export function summary({ zones }: Pick<PublishingResult, 'zones'>): string {
  const names = zones.flatMap((zone) => zone.names);
  const count = (outcome: NameOutcome['outcome']): number => names.filter((name) => name.outcome === outcome).length;
  const held = names
    .filter(({ outcome }) => outcome === 'hold')
    .map(({ plan, reason }) => `${plan.name.name} ${reason}`);
  const total = `${counted(names.length, 'name')} in ${counted(zones.length, 'zone')}`;
  const shown = `${held.slice(0, 5).join(', ')}${held.length > 5 ? ', …' : ''}`;
  return `${total}: ${changedText(names)}, ${count('steady')} steady, ${held.length} held${held.length === 0 ? '' : ` (${shown})`}`;
}

const IN_THE_WAY: ReadonlySet<Reason> = new Set([
  'SurvivorsNotReady',
  'SurvivorsHeld',
  'RegionNotReady',
  'NotObeyed',
  'NothingHealthy',
]);

/** Why clients are not led yet where a person has just said so; empty where they are, or nothing stands in the way. */
export function notYet({ zones }: Pick<PublishingResult, 'zones'>): string {
  const waiting = zones.flatMap(({ names }) =>
    names.flatMap(({ after, plan }) => {
      const holds = after.lines.flatMap((line) => line.holds).filter(({ reason }) => IN_THE_WAY.has(reason));
      return [...new Set(holds.map(({ reason }) => reason))].map((reason) => `${plan.name.name} ${reason}`);
    }),
  );
  return waiting.length === 0 ? '' : `; not yet: ${waiting.join(', ')}`;
}

/** What an earlier look of the same invocation did, or could not do. */
export function changesOf({ zones }: PublishingResult) {
  return zones.flatMap(({ names }) =>
    names
      .filter(({ done, failures }) => done.length + failures.length > 0)
      .map(({ done, failures, plan, times }) => ({
        name: plan.name.name,
        done,
        ...phasesOf(times),
        ...(failures.length === 0 ? {} : { failures: failures.map(({ message }) => message) }),
      })),
  );
}

/** One zone as the answer and the log show it. */
export function reportedZone({ fence, freeze, names, standing, zone }: ZoneOutcome) {
  return {
    zone,
    // A zone that could not be read has no fence, either.
    freeze: fence === undefined ? 'unknown: the zone could not be read' : frozen({ ok: true, value: freeze }),
    ...(fence === undefined ? {} : { fence }),
    ...(standing.length === 0 ? {} : { standing }),
    names: names.map(reportedName),
  };
}

export type ReportedName = ReturnType<typeof reportedName>;

function reportedName({
  after,
  done,
  dryRun,
  failures,
  message,
  needsPerson,
  outcome,
  plan,
  proposal,
  reason,
  times,
  verification,
}: NameOutcome) {
  const withheld = (outcome === 'hold' || dryRun) && done.length === 0 ? stepsOf(plan) : [];
  const ttl = longestTtl(plan);
  const warnings = after.alarms.map((alarm) => alarm.message);
  return {
    name: plan.name.name,
    outcome,
    reason,
    message,
    needsPerson,
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(proposal === undefined ? {} : { proposal }),
    ...(done.length === 0 ? {} : { done }),
    ...(withheld.length === 0 ? {} : { withheld }),
    ...(failures.length === 0 ? {} : { failures: failures.map((failure) => failure.message) }),
    lines: after.lines.map(reportedLine),
    ...(verification.length === 0 ? {} : { verification }),
    ...phasesOf(times),
    clientsFollowWithin: `${ttl} s after the name servers do, where resolvers keep to the TTL`,
    ...(done.length === 0 ? {} : { clients: movement(ttl) }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** When a change of answers came to each of its phases: a time, and how long after it the others were. */
function phasesOf({ decided, detected, survivorsReady, visible, written }: MoveTimes) {
  if (written === undefined) return {};
  const start = detected ?? decided;
  const after = (name: string, at: Instant | undefined) =>
    at === undefined ? {} : { [name]: `+${((at - start) / SECOND).toFixed(1)} s` };
  return {
    phases: {
      [detected === undefined ? 'decided' : 'detected']: isoTime(start),
      ...after('survivorsReady', survivorsReady),
      ...(detected === undefined ? {} : after('decided', decided)),
      ...after('written', written),
      ...after('visible', visible),
    },
  };
}

/** In seconds: resolvers keep an answer that goes by the TTL that it had. */
export function longestTtl({ lines, ttl }: NamePlan): number {
  return Math.max(ttl, ...lines.flatMap(({ removals }) => removals.map(({ record }) => record.ttl)));
}

/** Resolvers ask again when their answer is as old as its TTL: shares of the clients behind those that keep to it. */
function movement(ttl: number) {
  return {
    half: `${Math.ceil(ttl / 2)} s`,
    nearlyAll: `${Math.ceil(0.95 * ttl)} s`,
    undo: `as long, by the same TTL of ${ttl} s`,
  };
}

function reportedLine({ adoptable, answers, foreign, holds, ledAway, line, moves, type, wanted }: LinePlan) {
  return {
    line,
    type,
    answers,
    wanted,
    // How many of the answers are of each region.
    regions: Object.fromEntries(moves.answers),
    ...(holds.length === 0 ? {} : { holds: holds.map(({ message, reason }) => `${reason}: ${message}`) }),
    ...(ledAway.length === 0 ? {} : { ledAway }),
    ...(adoptable.length === 0
      ? {}
      : { adoptable: adoptable.map(({ changes, record }) => ({ record: record.id, value: record.value, changes })) }),
    ...(foreign.length === 0
      ? {}
      : { foreign: foreign.map(({ enabled, id, locked, value }) => ({ record: id, value, enabled, locked })) }),
  };
}
