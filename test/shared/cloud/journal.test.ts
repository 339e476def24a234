import { readJournal, writeJournal } from '../../../shared/cloud/journal';
import { CloudError } from '../../../shared/errors';

const NOON = Date.parse('2026-11-22T12:00:00Z');

function configMap(data?: object | null): object {
  return { metadata: { name: 'gateway-autopilot', resourceVersion: '7' }, ...(data === undefined ? {} : { data }) };
}

const FULL = {
  freeze: '{"owner":"kim","reason":"audit","until":"2026-11-22T12:00:00.000Z"}',
  'edge.json':
    '{"override":{"replicas":6,"owner":"lee","reason":"sale","from":"2026-11-22T12:00:00.000Z","until":"2026-11-22T13:00:00.000Z"},' +
    '"events":[{"at":"2026-11-22T12:00:00.123Z","from":2,"to":4,"completedAt":"2026-11-22T12:02:00.000Z"},' +
    '{"at":"2026-11-22T12:05:00.000Z","from":4,"to":3}]}',
  'inner.json': '{"events":[]}',
};

const FULL_JOURNAL = {
  resourceVersion: '7',
  freeze: { owner: 'kim', reason: 'audit', until: NOON },
  gateways: {
    edge: {
      override: { replicas: 6, owner: 'lee', reason: 'sale', from: NOON, until: NOON + 3_600_000 },
      events: [
        { at: NOON + 123, from: 2, to: 4, completedAt: NOON + 120_000 },
        { at: NOON + 300_000, from: 4, to: 3, completedAt: undefined },
      ],
    },
    inner: { override: undefined, events: [] },
  },
};

it('reads a journal', () => {
  expect(readJournal(configMap(FULL))).toEqual(FULL_JOURNAL);
});

it('writes what it reads', () => {
  expect(writeJournal(FULL_JOURNAL)).toEqual(FULL);
});

it.each([[undefined], [null], [{}], [{ 'notes.txt': 'not ours' }]])('reads an empty journal from data %p', (data) => {
  expect(readJournal(configMap(data))).toEqual({ resourceVersion: '7', freeze: undefined, gateways: {} });
});

it.each([
  ['{"owner":"kim","reason":"audit"}', { owner: 'kim', reason: 'audit', until: undefined }],
  ['do not touch, Kim', { owner: 'unknown', reason: 'do not touch, Kim', until: undefined }],
  ['', { owner: 'unknown', reason: '', until: undefined }],
  ['false', { owner: 'unknown', reason: 'false', until: undefined }],
  ['{"owner":"kim"}', { owner: 'unknown', reason: '{"owner":"kim"}', until: undefined }],
  [
    '{"owner":"kim","reason":"x","until":"tomorrow"}',
    { owner: 'unknown', reason: '{"owner":"kim","reason":"x","until":"tomorrow"}', until: undefined },
  ],
])('freezes for %p', (freeze, expected) => {
  expect(readJournal(configMap({ freeze })).freeze).toEqual(expected);
});

it.each([
  ['not JSON', '{"events":'],
  ['null', 'null'],
  ['no events', '{}'],
  ['a time without a zone', '{"events":[{"at":"2026-11-22T12:00:00","from":1,"to":2}]}'],
  ['half a replica', '{"events":[{"at":"2026-11-22T12:00:00Z","from":1,"to":2.5}]}'],
  [
    'an override without an end',
    '{"override":{"replicas":1,"owner":"a","reason":"b","from":"2026-11-22T12:00:00Z"},"events":[]}',
  ],
])('refuses a gateway entry with %s, naming it', (_, text) => {
  const read = () => readJournal(configMap({ 'edge.json': text }));
  expect(read).toThrow(CloudError);
  expect(read).toThrow('edge.json in ConfigMap gateway-autopilot cannot be read');
});

it.each([[{}], [null], [{ metadata: {} }], [{ metadata: { resourceVersion: '1' }, data: { freeze: 3 } }]])(
  'refuses %p',
  (object) => {
    expect(() => readJournal(object)).toThrow(CloudError);
  },
);
