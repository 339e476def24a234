import type { ClbStage, IntentSeen } from '../../../shared/core/clb-stage';
import { type ExtraClb, freeOrdinal, missingExtras, wantedExtras } from '../../../shared/core/extra-clbs';
import { MINUTE } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

function extra(ordinal: number, stage: ClbStage = 'serving', sick = false, made = 0): ExtraClb {
  const intent: IntentSeen = {
    name: `clb-${ordinal}`,
    uid: `uid-${ordinal}`,
    resourceVersion: '1',
    ordinal,
    createdAt: NOON + made,
    type: 'LoadBalancer',
    stage,
    since: NOON,
    attempt: 1,
    zone: undefined,
    refusedZones: [],
    nothingSeenAt: undefined,
    taking: undefined,
    clb: undefined,
    everServed: false,
    withdrawnAt: undefined,
  };
  return { intent, sick };
}

describe('the extra CLBs that are wanted', () => {
  it.each<[what: string, extras: readonly ExtraClb[], count: number, expected: readonly string[]]>([
    ['none', [extra(1)], 0, []],
    ['as many as there are', [extra(1), extra(2)], 2, ['clb-1', 'clb-2']],
    ['the highest ordinal goes first', [extra(3), extra(1), extra(2)], 2, ['clb-1', 'clb-2']],
    ['the sick one goes first', [extra(1, 'serving', true), extra(2)], 1, ['clb-2']],
    ['then the one that goes already', [extra(1, 'draining'), extra(2)], 1, ['clb-2']],
    ['a want keeps one that goes', [extra(1, 'draining'), extra(2)], 2, ['clb-1', 'clb-2']],
    ['what is unbound never comes back', [extra(1, 'unbound'), extra(2, 'deleting'), extra(3)], 3, ['clb-3']],
    ['what serves stays before what is on its way', [extra(1, 'intent'), extra(2)], 1, ['clb-2']],
    [
      'the further one has come, the longer it stays',
      [extra(1, 'intent'), extra(2, 'draining'), extra(3, 'bought'), extra(4, 'binding')],
      2,
      ['clb-3', 'clb-4'],
    ],
    [
      'of two intents the one that was made first',
      [extra(1, 'intent', false, MINUTE), extra(2, 'intent', false, 0)],
      1,
      ['clb-2'],
    ],
    ['a sick one goes before one that is only meant', [extra(1, 'serving', true), extra(2, 'intent')], 1, ['clb-2']],
    ['one that drains before a sick one', [extra(1, 'serving', true), extra(2, 'draining')], 1, ['clb-2']],
  ])('%s', (_, extras, count, expected) => {
    expect([...wantedExtras(extras, count)].sort()).toEqual(expected);
  });

  it.each<[what: string, extras: readonly ExtraClb[], count: number, expected: number]>([
    ['nothing is there', [], 2, 2],
    ['what is on its way counts', [extra(1, 'intent'), extra(2, 'binding')], 2, 0],
    ['what drains can be kept', [extra(1, 'draining')], 1, 0],
    ['what is unbound cannot', [extra(1, 'unbound')], 1, 1],
    ['what is sick is replaced', [extra(1, 'serving', true), extra(2)], 2, 1],
    ['never less than none', [extra(1), extra(2)], 1, 0],
  ])('missing: %s', (_, extras, count, expected) => {
    expect(missingExtras(extras, count)).toBe(expected);
  });

  it.each<[taken: readonly number[], expected: number]>([
    [[], 1],
    [[2, 3], 1],
    [[1, 2, 4], 3],
  ])('the lowest ordinal that is free beside %j is %i', (taken, expected) => {
    expect(freeOrdinal(taken)).toBe(expected);
  });
});
