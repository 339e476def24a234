import { objection } from '../../../shared/core/publication-guard';
import type { FrontClb, Hold, Removal } from '../../../shared/core/publication-model';
import type { RecordSeen } from '../../../shared/core/zone';

function record(id: string, changes: Partial<RecordSeen> = {}): RecordSeen {
  return {
    id,
    rr: 'www',
    type: 'A',
    value: `192.0.2.${id.slice(1)}`,
    line: 'default',
    ttl: 60,
    enabled: true,
    locked: false,
    weight: undefined,
    remark: 'gateway-autopilot',
    updatedAt: undefined,
    ...changes,
  };
}

const CLB: FrontClb = {
  region: 'cn-hangzhou',
  id: 'lb-3',
  address: '192.0.2.3',
  origin: 'extra',
  serving: true,
  health: { state: 'well' },
};

function disable(id: string): Removal {
  return { do: 'disable', record: record(id), clb: undefined, reason: 'AddressUnhealthy', because: 'sick' };
}

const MOVE: Removal = {
  ...disable('r1'),
  do: 'move',
  to: { rr: 'www', type: 'A', value: '192.0.2.3', line: 'default', ttl: 60 },
  target: CLB,
};

const LONELY = 'no other answer of the line is known to be healthy and answered';

describe('before an answer is disabled', () => {
  it.each<[string, readonly RecordSeen[], readonly string[], string | undefined]>([
    ['another one stays', [record('r1'), record('r2')], ['r2'], undefined],
    ['it is the last', [record('r1')], [], LONELY],
    ['the other one is not known to be healthy and answered', [record('r1'), record('r2')], [], LONELY],
    ['the other one is disabled', [record('r1'), record('r2', { enabled: false })], ['r2'], LONELY],
    ['the other one is to go, too', [record('r1'), record('r4')], ['r4'], LONELY],
    ['the other one is of another line', [record('r1'), record('r2', { line: 'telecom' })], ['r2'], LONELY],
    ['the other one is of another type', [record('r1'), record('r2', { type: 'AAAA' })], ['r2'], LONELY],
    ['the other one is of another name', [record('r1'), record('r2', { rr: 'api' })], ['r2'], LONELY],
    ['its name is another one', [record('r1', { rr: 'api' }), record('r2')], ['r2'], 'its record is another one now'],
    [
      'its type is another one',
      [record('r1', { type: 'AAAA' }), record('r2')],
      ['r2'],
      'its record is another one now',
    ],
    ['it is gone', [record('r2')], ['r2'], 'the record is gone'],
    ['it was disabled meanwhile', [record('r1', { enabled: false }), record('r2')], ['r2'], 'it is disabled already'],
    [
      'it has another value',
      [record('r1', { value: '192.0.2.8' }), record('r2')],
      ['r2'],
      'its record is another one now',
    ],
    [
      'it is on another line',
      [record('r1', { line: 'telecom' }), record('r2')],
      ['r2'],
      'its record is another one now',
    ],
    ['it is locked', [record('r1', { locked: true }), record('r2')], ['r2'], 'the record is locked'],
    [
      'it is not ours any more',
      [record('r1', { remark: '' }), record('r2')],
      ['r2'],
      'the record does not carry our mark',
    ],
  ])('%s', (_, records, proven, expected) => {
    const removals = [disable('r1'), disable('r4')];
    expect(objection(disable('r1'), { records, removals, proven: new Set(proven) })?.message).toBe(expected);
  });
});

describe('before an answer is changed in place', () => {
  it.each<[string, readonly RecordSeen[], string | undefined]>([
    ['it is the only one', [record('r1')], undefined],
    ['others are disabled', [record('r1'), record('r2', { enabled: false })], undefined],
    ['there is another one', [record('r1'), record('r2')], 'it is not the only answer of its line any more'],
    [
      'the new address has a record',
      [record('r1'), record('r3', { enabled: false })],
      'the new address has a record already',
    ],
    ['it is not ours any more', [record('r1', { remark: '' })], 'the record does not carry our mark'],
  ])('%s', (_, records, expected) => {
    expect(objection(MOVE, { records, removals: [MOVE], proven: new Set() })?.message).toBe(expected);
  });
});

it.each<[string, readonly RecordSeen[], Partial<Hold>]>([
  ['by the lack of another answer', [record('r1')], { reason: 'LastAnswer', needsPerson: false }],
  ['by another look', [record('r2')], { reason: 'ConcurrentChange', needsPerson: false }],
  ['by the vendor', [record('r1', { locked: true })], { reason: 'RecordLocked', needsPerson: true }],
])('says who stands in the way: %s', (_, records, expected) => {
  expect(objection(disable('r1'), { records, removals: [], proven: new Set() })).toMatchObject(expected);
});
