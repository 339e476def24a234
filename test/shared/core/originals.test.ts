import type { Original, ScaleTarget } from '../../../shared/core/gateway';
import { remembered } from '../../../shared/core/originals';

const FIELD = { kind: 'HorizontalPodAutoscaler', namespace: 'n', name: 'web', field: ['spec', 'minReplicas'] } as const;

function target(current: number, changes: Partial<ScaleTarget> = {}): ScaleTarget {
  return { ...FIELD, resourceVersion: '7', current, ceiling: 40, ...changes };
}

/** What is remembered after writes, each from what is there to what is written. */
function after(...writes: readonly (readonly [target: ScaleTarget, to: number])[]): readonly Original[] {
  return writes.reduce<readonly Original[]>((originals, [from, to]) => remembered(originals, from, to), []);
}

it('keeps what was there before the first write', () => {
  expect(after([target(2), 5])).toEqual([{ ...FIELD, value: 2, ours: [5] }]);
  expect(after([target(2), 5], [target(5), 8], [target(8), 6])).toEqual([{ ...FIELD, value: 2, ours: [8, 6] }]);
});

it('keeps it also when a write was never made', () => {
  expect(after([target(2), 5], [target(5), 8], [target(5), 9])).toEqual([{ ...FIELD, value: 2, ours: [5, 9] }]);
  expect(after([target(2), 5], [target(2), 6])).toEqual([{ ...FIELD, value: 2, ours: [6] }]);
});

it('takes what somebody else has written since for what is theirs', () => {
  expect(after([target(2), 5], [target(3), 8])).toEqual([{ ...FIELD, value: 3, ours: [8] }]);
});

it('knows a field that was not there', () => {
  const absent = target(2, { absent: true });
  expect(after([absent, 5], [target(5), 8])).toEqual([{ ...FIELD, value: undefined, ours: [5, 8] }]);
  // Somebody has taken it away again.
  expect(after([target(3), 5], [target(5, { absent: true }), 8])).toEqual([{ ...FIELD, value: undefined, ours: [8] }]);
});

it('keeps the fields of several objects apart, and nothing of a Deployment', () => {
  const other = { kind: 'IstioGateway', field: ['spec', 'overrides', 'c1', 'minReplicas'] } as const;
  expect(after([target(2), 5], [target(4, other), 6])).toEqual([
    { ...FIELD, value: 2, ours: [5] },
    { ...FIELD, ...other, value: 4, ours: [6] },
  ]);
  expect(after([target(2, { kind: 'Deployment', field: ['spec', 'replicas'] }), 5])).toEqual([]);
});
