/** What a line lacks: answers, marks, weights. None of it can take an answer away. Pure. */
import type { Addition, FrontClb, Hold } from './publication-model';
import type { Line, Planned } from './publication-view';
import { isMarked } from './record-mark';
import { SECOND } from './time';
import type { RecordContent, RecordSeen } from './zone';

/** Weight of an answer that has been there for a while, and of one that is new: a tenth of the others' share. */
export const FULL_WEIGHT = 10;
export const FIRST_WEIGHT = 1;

export function additionsOf(line: Line): Planned<Addition> {
  const { here, serving, wanted } = line;
  const missing = wanted.filter(
    ({ address }) => !here.some(({ record }) => record.enabled && record.value === address),
  );
  const planned = missing.map((clb) => publish(line, clb));
  return {
    steps: [...planned.flatMap(({ steps }) => steps), ...missingMarks(line), ...weightSteps(line)],
    holds: [...planned.flatMap(({ holds }) => holds), ...serving.flatMap((clb) => unknownHealth(line, clb))],
  };
}

function unknownHealth({ here }: Line, { address, health, id }: FrontClb): readonly Hold[] {
  if (health.state !== 'unknown') return [];
  const isPublished = here.some(({ record }) => record.enabled && record.value === address);
  const left = isPublished ? 'its address stays as it is' : 'its address is not published';
  return [
    {
      reason: 'ReadFailed',
      message: `whether ${id} is healthy is not known, ${left}: ${health.why}`,
      needsPerson: false,
    },
  ];
}

/** One record with the address may exist on a line, whether it is enabled or not (error DomainRecordDuplicate). */
function publish(line: Line, clb: FrontClb): Planned<Addition> {
  const { here, snapshot } = line;
  const twin = here.find(({ record }) => record.value === clb.address);
  if (twin === undefined) return { steps: [{ do: 'add', content: contentOf(line, clb.address), clb }], holds: [] };
  const { owner, record } = twin;
  if (owner !== 'us') {
    const because = owner === 'locked' ? 'locked' : 'without our mark';
    const message = `${clb.address} has a disabled record that is ${because}, so that it can be neither enabled nor added`;
    return {
      steps: [],
      holds: [{ reason: owner === 'locked' ? 'RecordLocked' : 'AdoptionNeeded', message, needsPerson: true }],
    };
  }
  const isWeighted = (record.weight ?? FIRST_WEIGHT) > FIRST_WEIGHT && snapshot.name.weights === 'even';
  return { steps: [{ do: 'enable', record, clb, softly: isWeighted && isAnswered(line) }], holds: [] };
}

/** Whether a healthy address is answered already. */
function isAnswered({ here, wanted }: Line): boolean {
  return here.some(({ clb, record }) => record.enabled && clb !== undefined && wanted.includes(clb));
}

function contentOf({ line, snapshot, type }: Line, value: string): RecordContent {
  return { rr: snapshot.name.rr, type, value, line, ttl: snapshot.ttl };
}

function missingMarks({ here }: Line): readonly Addition[] {
  return here.flatMap(({ owner, record }) => (owner === 'us' && !isMarked(record) ? [{ do: 'mark', record }] : []));
}

/**
 * Weights are opened once a line has two answers, and a weight is raised to the highest of the line when its record has been
 * as it is for a TTL: a new answer, which the vendor gives weight 1, first gets a small share. Where no healthy answer has a
 * larger one there is nothing to wait for. Nothing is ever lowered, and nothing raised beside answers of others, whose share
 * is theirs.
 */
function weightSteps({ here, snapshot, type, wanted }: Line): readonly Addition[] {
  const { at, name, ttl } = snapshot;
  // Wildcards cannot have weights (error PanDomainRecord).
  if (name.weights === 'off' || name.rr.startsWith('*')) return [];
  const answers = here.filter(({ record }) => record.enabled);
  if (answers.length < 2 || answers.some(({ owner }) => owner !== 'us')) return [];
  if (answers.every(({ record }) => record.weight === undefined)) {
    // Switched for all records of the name, on every line: not while some of them are not ours.
    const others = snapshot.records.some((record) => record.type === type && record.enabled && !isMarked(record));
    return others ? [] : [{ do: 'open-weights', rr: name.rr, type }];
  }
  const weight = Math.max(FULL_WEIGHT, ...answers.map(({ record }) => record.weight ?? 0));
  const healthy = answers.filter(({ clb }) => clb !== undefined && wanted.includes(clb));
  const isSettled = ({ updatedAt = 0 }: RecordSeen): boolean => updatedAt + ttl * SECOND <= at;
  const isLow = (record: RecordSeen): boolean => (record.weight ?? 0) < weight;
  const isAlone = healthy.every(({ record }) => isLow(record) && !isSettled(record));
  return healthy.flatMap(({ record }): readonly Addition[] =>
    isLow(record) && (isAlone || isSettled(record)) ? [{ do: 'weigh', record, weight }] : [],
  );
}
