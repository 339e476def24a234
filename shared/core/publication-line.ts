/** The plan of one line of a name, for one type of address. Pure. */
import { steerWords } from './failover';
import { additionsOf } from './publication-additions';
import { takes } from './publication-guard';
import type { Addition, AddressType, Adoption, Hold, LinePlan, Moves, Removal } from './publication-model';
import { judge, removalsOf } from './publication-removals';
import { type Line, type LineSnapshot, lineOf } from './publication-view';
import { isMarked } from './record-mark';
import { arrivesAt } from './region-arrival';
import { isAway, type MovedRegions, NOTHING_MOVES } from './region-moves';
import { isoTime } from './time';
import { isSilent } from './voted-health';

/** `undefined` when there is neither an address of this type nor a record of ours. */
export function planLine(
  snapshot: LineSnapshot,
  line: string,
  regions: readonly string[],
  type: AddressType,
): LinePlan | undefined {
  const seen = lineOf(snapshot, line, regions, type);
  const { here, serving, wanted } = seen;
  if (serving.length === 0 && !here.some(({ owner, record }) => owner === 'us' && record.enabled)) return undefined;
  const conflict = aliasOn(seen);
  const additions = conflict === undefined ? additionsOf(seen) : { steps: [], holds: [conflict] };
  const removals = conflict === undefined ? removalsOf(seen, additions.steps) : NOTHING_MOVES;
  return {
    line,
    type,
    answers: addressesOf(here.filter(({ record }) => record.enabled).map(({ record }) => record.value)),
    wanted: addressesOf(wanted.map(({ address }) => address)),
    ...movedInPlace(seen, needed(additions.steps, removals), removals.steps),
    ledAway: ledAway(seen),
    holds: [...unwatched(seen), ...notObeyed(seen), ...additions.holds, ...removals.holds],
    moves: {
      leaving: removals.leaving,
      arriving: arrivalsOf(seen),
      away: regions.filter((region) => isAway(seen, region)),
      answers: answersOf(seen),
    },
    adoptable: adoptionsOf(seen),
    foreign: here.flatMap(({ owner, record }) => (owner === 'somebody' || owner === 'locked' ? [record] : [])),
  };
}

/** What is written down of an answer that goes can wait, since each write makes the zone busy, and of one that stays need not be. */
function needed(additions: readonly Addition[], { steps, waiting }: MovedRegions): readonly Addition[] {
  return additions.filter((step) => {
    if (step.do !== 'mark' || !isMarked(step.record)) return true;
    const { absence, region = '' } = step.mark;
    const isPointless = step.record.enabled && absence?.state === 'down' && !waiting.has(region);
    return !isPointless && !steps.some((removal) => takes(removal, step.record.id));
  });
}

/** No vantage point says anything of any address: they see nothing, or do not run. */
function unwatched({ serving, snapshot }: Line): readonly Hold[] {
  const votes = snapshot.failover?.votes;
  if (votes === undefined || serving.length === 0) return [];
  const judged = serving.flatMap(({ address }) => votes.get(address) ?? []);
  if (judged.some((judgement) => !isSilent(judgement))) return [];
  const message = 'no vantage point can tell whether any address answers: they are isolated, or do not run';
  return [{ reason: 'Unwatched', message, needsPerson: true }];
}

/** People's wishes that nothing healthy would be left by. */
function notObeyed({ choice, wanted }: Line): readonly Hold[] {
  const regions = [...new Set(wanted.map(({ region }) => region))];
  return regions.flatMap((region): readonly Hold[] => {
    const standing = choice.standing.get(region);
    if (standing === undefined || standing.is === 'in') return [];
    const { owner, reason, until } = standing.steer;
    const what = standing.is === 'drained' ? 'it is drained' : `clients are pinned to ${standing.steer.region}`;
    const message = `${region} is answered although ${what} until ${isoTime(until)} by ${owner} (${reason}): nothing else is healthy`;
    return [{ reason: 'NotObeyed', message, needsPerson: true }];
  });
}

/** Of regions that have an address here and answer nobody. */
function ledAway({ choice, here, serving }: Line): readonly string[] {
  const answering = new Set(here.flatMap(({ clb, record }) => (record.enabled ? [clb?.region] : [])));
  const regions = [...choice.standing].filter(
    ([region]) => serving.some((clb) => clb.region === region) && !answering.has(region),
  );
  return [...new Set(regions.flatMap(([, standing]) => (standing.is === 'in' ? [] : [steerWords(standing.steer)])))];
}

/** Regions that would answer here first, or more often than they do since they came back, with the share of the clients that they would get. */
function arrivalsOf(line: Line): Moves['arriving'] {
  const { wanted } = line;
  const regions = new Set(wanted.map(({ region }) => region).filter((region) => arrivesAt(line, region)));
  return new Map(
    [...regions].map((region) => [region, wanted.filter((clb) => clb.region === region).length / wanted.length]),
  );
}

function answersOf({ here }: Line): Moves['answers'] {
  const answers = new Map<string, number>();
  for (const { clb, record } of here) {
    if (record.enabled && clb !== undefined) answers.set(clb.region, (answers.get(clb.region) ?? 0) + 1);
  }
  return answers;
}

function addressesOf(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

/** Addresses and an alias exclude each other on a line (error DomainRecordConflict), disabled ones included. */
function aliasOn({ line, snapshot }: Line): Hold | undefined {
  const alias = snapshot.records.find((record) => record.type === 'CNAME' && record.line === line);
  if (alias === undefined) return undefined;
  const message = `there is a CNAME to ${alias.value}, beside which no address can be; remove it first`;
  return { reason: 'RecordConflict', message, needsPerson: true };
}

/**
 * A line with one answer before and one after is moved by changing its record, which no interleaving of writers can
 * make empty. Where the only answer is sick or dead, the new one is added at once, without waiting for the lease.
 */
function movedInPlace(
  line: Line,
  additions: readonly Addition[],
  removals: readonly Removal[],
): Pick<LinePlan, 'additions' | 'removals'> {
  const [removal] = removals;
  const arriving = additions.filter((step) => step.do === 'add' || step.do === 'enable');
  const [add] = arriving;
  const answers = line.here.filter(({ record }) => record.enabled);
  const isOne = answers.length === 1 && removals.length === 1 && arriving.length === 1;
  const isAlive = removal?.clb?.health.state === 'well';
  if (!isOne || !isAlive || removal?.do !== 'disable' || add?.do !== 'add') return { additions, removals };
  const { because, clb, reason, record } = removal;
  return {
    additions: additions.filter((step) => step !== add),
    removals: [{ do: 'move', record, clb, reason, because, to: add.content, target: add.clb }],
  };
}

function adoptionsOf(line: Line): readonly Adoption[] {
  const { here, snapshot } = line;
  return here.flatMap(({ clb, owner, record }) => {
    if (owner !== 'operator' || clb === undefined) return [];
    const goes = record.enabled ? judge(line, { clb, owner, record }) : undefined;
    const changes = [
      'our mark in its remark',
      ...(record.ttl === snapshot.ttl ? [] : [`TTL ${record.ttl} s to ${snapshot.ttl} s`]),
      ...(!record.enabled && line.wanted.includes(clb) ? ['enabled'] : []),
      ...(goes !== undefined && 'do' in goes ? [`disabled: ${goes.because}`] : []),
    ];
    return [{ record, changes }];
  });
}
