import { ADDING_RR, addingEntries, addingValue, isYoung, spentEntries, unfinished } from '../../../shared/core/adding';
import { MINUTE } from '../../../shared/core/time';
import type { RecordSeen } from '../../../shared/core/zone';

const AT = Date.UTC(2026, 10, 23, 10, 0);

function record(changes: Partial<RecordSeen> = {}): RecordSeen {
  return {
    id: 'r1',
    rr: 'www',
    type: 'A',
    value: '192.0.2.1',
    line: 'default',
    ttl: 60,
    enabled: true,
    locked: false,
    weight: undefined,
    remark: '',
    updatedAt: AT,
    ...changes,
  };
}

const ENTRY = record({ id: 'e1', rr: ADDING_RR, type: 'TXT', value: 'A default www 192.0.2.1' });

it('an entry says type, line, name and value', () => {
  expect(addingValue(record())).toBe('A default www 192.0.2.1');
  expect(
    addingEntries([ENTRY, record(), record({ ...ENTRY, enabled: false }), record({ ...ENTRY, type: 'A' })]),
  ).toEqual([ENTRY]);
});

it.each<[string, Partial<RecordSeen>]>([
  ['of another name', { rr: 'api' }],
  ['of another line', { line: 'telecom' }],
  ['of another type', { type: 'AAAA' }],
  ['with another value', { value: '192.0.2.2' }],
  ['with a remark of ours', { remark: 'gateway-autopilot' }],
  ['with a remark of somebody', { remark: 'terraform' }],
  ['that is locked', { locked: true }],
])('a record %s is not one that it left unfinished', (_, changes) => {
  expect(unfinished([ENTRY], [record(changes)])).toEqual([]);
  expect(unfinished([ENTRY], [record()])).toEqual([record()]);
});

it.each<[string, readonly RecordSeen[], number, boolean]>([
  ['its record is marked', [record({ remark: 'gateway-autopilot' })], 0, true],
  ['its record is not marked yet', [record()], 60, false],
  ['its record has not come yet', [], 9, false],
  ['its record never came', [], 10, true],
])('an entry is spent when %s', (_, records, minutes, isSpent) => {
  expect(spentEntries([ENTRY], records, AT + minutes * MINUTE)).toEqual(isSpent ? [ENTRY] : []);
});

it('a record is young for ten minutes, and when nobody says how old it is', () => {
  expect([record(), record({ updatedAt: undefined })].map((each) => isYoung(each, AT + 10 * MINUTE))).toEqual([
    false,
    true,
  ]);
  expect(isYoung(record(), AT + 9 * MINUTE)).toBe(true);
});
