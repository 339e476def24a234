/** What a line lacks: answers, marks, weights. None of it can take an answer away. Pure. */
import { waitingOf } from './failover';
import type { Addition, FrontClb, Hold } from './publication-model';
import type { Line, Planned } from './publication-view';
import { type Absence, isMarked, markText, readMark } from './record-mark';
import { isoTime, SECOND } from './time';
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
    steps: [...planned.flatMap(({ steps }) => steps), ...marksOf(line), ...weightSteps(line)],
    holds: [
      ...planned.flatMap(({ holds }) => holds),
      ...serving.flatMap((clb) => [...unknownHealth(line, clb), ...resting(line, clb)]),
    ],
  };
}

/** A healthy address that is not answered, since it was away. */
function resting(line: Line, clb: FrontClb): readonly Hold[] {
  const { here, snapshot, wanted } = line;
  const records = here.map(({ record }) => record);
  const waiting =
    clb.health.state === 'well' && !wanted.includes(clb)
      ? waitingOf(clb, { at: snapshot.at, failover: snapshot.failover, records })
      : undefined;
  switch (waiting?.for) {
    case undefined:
      return [];
    case 'person': {
      const message = `${clb.id} went down too often within a short time and stays out: say when it may come back`;
      return [{ reason: 'Latched', message, needsPerson: true }];
    }
    case 'recovery': {
      const until = waiting.until === undefined ? 'for a while' : `until ${isoTime(waiting.until)}`;
      const message = `${clb.id} is well again and is watched ${until}`;
      return [{ reason: 'Recovering', message, needsPerson: false }];
    }
  }
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
  const crowded = noRoomFor(line, clb);
  if (crowded !== undefined) return { steps: [], holds: [crowded] };
  const mark = { region: clb.region, isExtra: clb.origin === 'extra', absence: undefined };
  if (twin === undefined)
    return { steps: [{ do: 'add', content: contentOf(line, clb.address), clb, mark }], holds: [] };
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
  const { absence } = readMark(record.remark);
  const back = absence === undefined ? undefined : { ...absence, state: 'back' as const, since: snapshot.at };
  const softly = isWeighted && isAnswered(line);
  return {
    steps: [{ do: 'enable', record, clb, softly, mark: back === undefined ? undefined : { ...mark, absence: back } }],
    holds: [],
  };
}

/** A region to which clients would come is ready for them first, unless no other address is healthy. */
function noRoomFor(line: Line, { region }: FrontClb): Hold | undefined {
  const { failover } = line.snapshot;
  if (failover === undefined || !arrivesAt(line, region)) return undefined;
  const plan = failover.arriving.get(region);
  if (plan !== undefined && plan.fits >= 1) return undefined;
  const because = plan?.message ?? 'it has not been asked';
  const message = `${region} waits until it can carry the load: ${because}`;
  return { reason: 'RegionNotReady', message, needsPerson: plan?.floors.length === 0 };
}

/** Whether clients would come to a region that answers nobody on the line, while others answer. */
export function arrivesAt(line: Line, region: string): boolean {
  const answersHere = line.here.some(({ clb, record }) => record.enabled && clb?.region === region);
  return isAnswered(line) && !answersHere;
}

/** Whether a healthy address is answered already. */
function isAnswered({ here }: Line): boolean {
  return here.some(({ clb, record }) => record.enabled && clb?.serving === true && clb.health.state === 'well');
}

function contentOf({ line, snapshot, type }: Line, value: string): RecordContent {
  return { rr: snapshot.name.rr, type, value, line, ttl: snapshot.ttl };
}

/** What is missing in remarks: whose the record is and, as far as vantage points say, what becomes of its address. */
function marksOf(line: Line): readonly Addition[] {
  const { failover } = line.snapshot;
  return line.here.flatMap(({ clb, owner, record }): readonly Addition[] => {
    if (owner !== 'us') return [];
    const old = readMark(record.remark);
    const region = clb?.region ?? old.region;
    const isExtra = clb === undefined ? old.isExtra : clb.origin === 'extra';
    if (failover?.votes === undefined) {
      return isMarked(record) ? [] : [{ do: 'mark', record, mark: { region, isExtra, absence: undefined } }];
    }
    const absence = clb === undefined ? old.absence : nextAbsence(line, clb, record, old.absence);
    const mark = { region, isExtra, absence };
    return isMarked(record) && markText(mark) === markText(old) ? [] : [{ do: 'mark', record, mark }];
  });
}

/** From `down` to `up` to `back` and, after a while without trouble, to nothing. */
function nextAbsence(
  { snapshot: { at, failover } }: Line,
  { address, health }: FrontClb,
  { enabled }: RecordSeen,
  old: Absence | undefined,
): Absence | undefined {
  if (failover === undefined) return old;
  const isLong = old !== undefined && at - old.since > failover.policy.latchWindow;
  if (failover.votes?.get(address)?.state === 'down') {
    if (old?.state === 'down') return old;
    return { state: 'down', since: at, times: old === undefined || isLong ? 1 : old.times + 1 };
  }
  if (old === undefined || health.state !== 'well') return old;
  // It was sick and never left.
  if (enabled) return old.state !== 'back' || isLong ? undefined : old;
  return old.state === 'down' ? { ...old, state: 'up', since: at } : old;
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
