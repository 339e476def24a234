import type { Reading } from '../core/gateway';
import type { Instant } from '../core/time';
import { type ClusterStep, type FieldSeen, fieldWords, leaveCluster, originalsIn } from '../core/uninstall/cluster';
import type { ClusterUndoing, FrontServices, Gateways } from '../ports';
import { reading } from './reading';
import type { PlaceSeen } from './uninstall';

export interface ClusterToUndo {
  readonly at: Instant;
  readonly region: string;
  readonly journal: Gateways['journal'];
  readonly services: Pick<FrontServices, 'list'>;
  readonly undoing: ClusterUndoing;
}

/** What is to be taken back from a cluster. Throws CloudError when its journal or Services cannot be read. */
export async function clusterToLeave({
  at,
  journal: read,
  region,
  services,
  undoing,
}: ClusterToUndo): Promise<PlaceSeen> {
  const journal = await read();
  const others = await undoing.othersInJournal();
  const extras = (await services.list()).flatMap(({ intent, name, namespace }) =>
    intent === undefined ? [] : [`${namespace}/${name}`],
  );
  const fields: Reading<FieldSeen | 'gone'>[] = [];
  for (const original of originalsIn(journal)) {
    fields.push(await reading(undoing.field(original)));
  }
  const { left, refusals, steps } = leaveCluster({ at, journal, extras, fields, others });
  const place = `cluster of ${region}`;
  const carry = async (step: ClusterStep): Promise<void> => {
    if (step.do === 'delete-journal') return undoing.deleteJournal(journal);
    return undoing.giveBack(step.original, step.seen);
  };
  return {
    place,
    refusals: refusals.map((words) => `${place}: ${words}`),
    works: steps.map((step) => ({ words: stepWords(step), work: () => carry(step) })),
    left: left.map((words) => `${place}: ${words}`),
  };
}

function stepWords(step: ClusterStep): string {
  if (step.do === 'give-back') {
    const { original, seen } = step;
    return `${fieldWords(original)} is ${original.value ?? 'not set'} again, after ${seen.value ?? 'nothing'}`;
  }
  const ends = step.ends.length === 0 ? '' : `, and with it what was asked for: ${step.ends.join('; ')}`;
  return `the journal is deleted${ends}`;
}
