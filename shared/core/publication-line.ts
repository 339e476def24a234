/** The plan of one line of a name, for one type of address. Pure. */
import { additionsOf } from './publication-additions';
import type { Addition, AddressType, Adoption, Hold, LinePlan, Removal } from './publication-model';
import { judge, removalsOf } from './publication-removals';
import { type Line, type LineSnapshot, lineOf } from './publication-view';

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
  const removals = conflict === undefined ? removalsOf(seen, additions.steps) : { steps: [], holds: [] };
  return {
    line,
    type,
    answers: addressesOf(here.filter(({ record }) => record.enabled).map(({ record }) => record.value)),
    wanted: addressesOf(wanted.map(({ address }) => address)),
    ...movedInPlace(seen, additions.steps, removals.steps),
    holds: [...additions.holds, ...removals.holds],
    adoptable: adoptionsOf(seen),
    foreign: here.flatMap(({ owner, record }) => (owner === 'somebody' || owner === 'locked' ? [record] : [])),
  };
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
  const isAlive = removal?.reason === 'AddressNotServing' && removal.clb?.health.state === 'well';
  if (!isOne || !isAlive || add?.do !== 'add') return { additions, removals };
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
