/** What a line lacks: answers, marks, weights. None of it can take an answer away. Pure. */
import { waitingOf } from './failover';
import type { Addition, FrontClb, Hold } from './publication-model';
import type { Line, Planned } from './publication-view';
import { FIRST_WEIGHT, weighing } from './publication-weights';
import { type Absence, isMarked, markText, readMark } from './record-mark';
import { isAnswered, noRoomFor } from './region-arrival';
import { isoTime } from './time';
import type { RecordContent, RecordSeen } from './zone';

export function additionsOf(line: Line): Planned<Addition> {
  const { here, serving, wanted } = line;
  const missing = wanted.filter(
    ({ address }) => !here.some(({ record }) => record.enabled && record.value === address),
  );
  const planned = missing.map((clb) => publish(line, clb));
  const weights = weighing(line);
  return {
    steps: [...planned.flatMap(({ steps }) => steps), ...marksOf(line), ...weights.steps],
    holds: [
      ...planned.flatMap(({ holds }) => holds),
      ...weights.holds,
      ...serving.flatMap((clb) => [...unknownHealth(line, clb), ...resting(line, clb)]),
    ],
  };
}

/** A healthy address that is not answered, since it was away. */
function resting(line: Line, clb: FrontClb): readonly Hold[] {
  const { choice, here, snapshot, wanted } = line;
  const records = here.map(({ record }) => record);
  const waiting =
    clb.health.state === 'well' && !wanted.includes(clb)
      ? waitingOf(clb, { at: snapshot.at, failover: snapshot.failover, records })
      : undefined;
  if (waiting === undefined) return [];
  // Where people lead nobody to its region that is why, and neither its health nor its alarms.
  const isSteered = (choice.standing.get(clb.region)?.is ?? 'in') !== 'in';
  if (isSteered && waiting.for !== 'person') return [];
  switch (waiting.for) {
    case 'person': {
      const message = `${clb.id} went down too often within a short time and stays out: say when it may come back`;
      return [{ reason: 'Latched', message, needsPerson: true }];
    }
    case 'alarm': {
      const message = `${clb.id} is well again, and stays out while its alarm rings: ${waiting.ringing}`;
      return [{ reason: 'Recovering', message, needsPerson: false }];
    }
    case 'recovery': {
      const until = waiting.until === undefined ? 'for a while' : `until ${isoTime(waiting.until)}`;
      const was = waiting.wasDown ? 'is well again' : 'was out of DNS';
      const message = `${clb.id} ${was} and is watched ${until}`;
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
