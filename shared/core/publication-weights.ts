/** Shares of the answers of a line, by weights. Pure. */
import type { Addition, Hold } from './publication-model';
import type { Line, Planned } from './publication-view';
import { isMarked } from './record-mark';
import { comesBack, noRoomFor } from './region-arrival';
import { type Instant, isoTime, MINUTE, SECOND } from './time';
import type { RecordSeen } from './zone';

/** Weight of an answer that has been there for a while, and of one that is new: a tenth of the others' share. */
export const FULL_WEIGHT = 10;
export const FIRST_WEIGHT = 1;

/**
 * Under weights an answer holds one address by chance: as many questions show one of equal weight among five with 99 %
 * (1 − 0.8²⁰).
 */
export const QUESTIONS_UNDER_WEIGHTS = 20;

/** What an address that was away gets of its share, one after the other. */
const RAMP = [0.1, 0.25, 0.5, 1] as const;

/**
 * Weights are opened once a line has two answers, and a weight is raised to the highest of the line when its record has been
 * as it is for a TTL: a new answer, which the vendor gives weight 1, first gets a small share. One that was away is raised in
 * steps, each of which waits until its region is ready for its whole share. Where no healthy answer has a larger weight there is
 * nothing to wait for. Nothing is ever lowered, and nothing raised beside answers of others, whose share is theirs.
 */
export function weighing(line: Line): Planned<Addition> {
  const { here, snapshot, type, wanted } = line;
  const { at, name } = snapshot;
  // Wildcards cannot have weights (error PanDomainRecord).
  if (name.weights === 'off' || name.rr.startsWith('*')) return NOTHING;
  const answers = here.filter(({ record }) => record.enabled);
  if (answers.length < 2 || answers.some(({ owner }) => owner !== 'us')) return NOTHING;
  if (answers.every(({ record }) => record.weight === undefined)) {
    // Switched for all records of the name, on every line: not while some of them are not ours.
    const others = snapshot.records.some((record) => record.type === type && record.enabled && !isMarked(record));
    return others ? NOTHING : { steps: [{ do: 'open-weights', rr: name.rr, type }], holds: [] };
  }
  const full = Math.max(FULL_WEIGHT, ...answers.map(({ record }) => record.weight ?? 0));
  const healthy = answers.filter(({ clb }) => clb !== undefined && wanted.includes(clb));
  const low = healthy.filter(({ record }) => (record.weight ?? 0) < full);
  const isAlone =
    low.length === healthy.length &&
    low.every((answer) => comesBack(line, answer) || settlesAt(line, answer.record, false) > at);
  const planned = low.map((answer) =>
    isAlone ? { steps: [weighed(answer.record, full)], holds: [] } : raised(line, answer, full),
  );
  return { steps: planned.flatMap(({ steps }) => steps), holds: planned.flatMap(({ holds }) => holds) };
}

const NOTHING = { steps: [], holds: [] } as const;

function raised(line: Line, answer: Line['here'][number], full: number): Planned<Addition> {
  const { at } = line.snapshot;
  const { clb, record } = answer;
  const isBack = comesBack(line, answer);
  const due = settlesAt(line, record, isBack);
  if (clb === undefined || !isBack) return { steps: due > at ? [] : [weighed(record, full)], holds: [] };
  const { weight: now = 0 } = record;
  const next = RAMP.map((share) => Math.ceil(share * full)).find((step) => step > now) ?? full;
  const hold =
    due > at ? waits(`${clb.id} has ${now} of ${full} parts, and gets ${next} at ${isoTime(due)}`) : undefined;
  const held = hold ?? noRoomFor(line, clb);
  return held === undefined ? { steps: [weighed(record, next)], holds: [] } : { steps: [], holds: [held] };
}

/** When clients have followed what the record says now, and what came with them has shown. */
function settlesAt({ snapshot: { failover, ttl } }: Line, { updatedAt = 0 }: RecordSeen, isBack: boolean): Instant {
  const followed = ttl * SECOND;
  return updatedAt + (isBack ? Math.max(failover?.policy.rampStep ?? 0, followed + MINUTE) : followed);
}

function waits(message: string): Hold {
  return { reason: 'Recovering', message, needsPerson: false };
}

function weighed(record: RecordSeen, weight: number): Addition {
  return { do: 'weigh', record, weight };
}
