import { journalChanges, readJournal, writeJournal } from '../../../shared/cloud/journal';
import type { Journal } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import { CloudError } from '../../../shared/errors';

const NOON = Date.parse('2026-11-22T12:00:00Z');

function configMap(data?: object | null): object {
  return { metadata: { name: 'gateway-autopilot', resourceVersion: '7' }, ...(data === undefined ? {} : { data }) };
}

const FULL = {
  freeze: '{"owner":"kim","reason":"audit","until":"2026-11-22T12:00:00.000Z"}',
  'edge.json':
    '{"override":{"replicas":6,"owner":"lee","reason":"sale","from":"2026-11-22T12:00:00.000Z","until":"2026-11-22T13:00:00.000Z"},' +
    '"hold":{"direction":"in","owner":"lee","reason":"long downloads","from":"2026-11-22T12:00:00.000Z","until":"2026-11-22T13:00:00.000Z"},' +
    '"protection":{"floor":5,"owner":"failover-dns","reason":"drained","from":"2026-11-22T12:00:00.000Z","until":"2026-11-22T13:00:00.000Z"},' +
    '"events":[{"at":"2026-11-22T12:00:00.123Z","from":2,"to":4,"written":true,"completedAt":"2026-11-22T12:02:00.000Z"},' +
    '{"at":"2026-11-22T12:05:00.000Z","from":4,"to":3}],' +
    '"usage":{"at":"2026-11-22T12:05:00.000Z","replicaHours":31.5},' +
    '"extra":{"asked":{"bound":"floor","count":2,"owner":"lee","reason":"sale","from":"2026-11-22T12:00:00.000Z","until":"2026-11-22T13:00:00.000Z"},' +
    '"purchases":["2026-11-22T12:00:00.000Z","2026-11-22T12:05:00.000Z"]},' +
    '"originals":[{"kind":"HorizontalPodAutoscaler","namespace":"istio-system","name":"web","field":["spec","minReplicas"],"value":2,"ours":[2,4]},' +
    '{"kind":"IstioGateway","namespace":"istio-system","name":"web","field":["spec","overrides","c1","minReplicas"],"ours":[4]}]}',
  'inner.json': '{"events":[]}',
};

const WEB = { namespace: 'istio-system', name: 'web' };
const MINIMUM = { kind: 'HorizontalPodAutoscaler', ...WEB, field: ['spec', 'minReplicas'] } as const;
const OVERRIDE = { kind: 'IstioGateway', ...WEB, field: ['spec', 'overrides', 'c1', 'minReplicas'] } as const;

const FULL_JOURNAL: Journal = {
  resourceVersion: '7',
  freeze: { owner: 'kim', reason: 'audit', until: NOON },
  gateways: {
    edge: {
      ok: true,
      value: {
        override: { replicas: 6, owner: 'lee', reason: 'sale', from: NOON, until: NOON + 3_600_000 },
        hold: { direction: 'in', owner: 'lee', reason: 'long downloads', from: NOON, until: NOON + 3_600_000 },
        protection: { floor: 5, owner: 'failover-dns', reason: 'drained', from: NOON, until: NOON + 3_600_000 },
        events: [
          { at: NOON + 123, from: 2, to: 4, written: true, completedAt: NOON + 120_000 },
          { at: NOON + 300_000, from: 4, to: 3, written: false, completedAt: undefined },
        ],
        usage: { at: NOON + 300_000, replicaHours: 31.5 },
        extra: {
          asked: { bound: 'floor', count: 2, owner: 'lee', reason: 'sale', from: NOON, until: NOON + 3_600_000 },
          purchases: [NOON, NOON + 300_000],
        },
        originals: [
          { ...MINIMUM, value: 2, ours: [2, 4] },
          { ...OVERRIDE, value: undefined, ours: [4] },
        ],
      },
    },
    inner: { ok: true, value: EMPTY_JOURNAL },
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
  ['{"owner":"kim","reason":"audit","until":null}', { owner: 'kim', reason: 'audit', until: undefined }],
  ['{"owner":"kim","reason":"audit","until":"2026-11-22T20:00+08:00"}', { owner: 'kim', reason: 'audit', until: NOON }],
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
  ['{"override":null,"events":[]}', undefined, []],
  [
    '{"override":{"replicas":6,"owner":"lee","reason":"by hand","from":"2026-11-22T12:00Z","until":"2026-11-22T21:00+08:00","ticket":7},"events":[]}',
    { replicas: 6, owner: 'lee', reason: 'by hand', from: NOON, until: NOON + 3_600_000 },
    [],
  ],
  [
    '{"events":[{"at":"2026-11-22T12:00Z","from":2,"to":4,"completedAt":null}],"note":"x"}',
    undefined,
    [{ at: NOON, from: 2, to: 4, written: false, completedAt: undefined }],
  ],
  ['{"events":[],"extra":null}', undefined, []],
  ['{"events":[],"extra":{"asked":null}}', undefined, []],
])('understands what people write by hand: %s', (text, override, events) => {
  expect(readJournal(configMap({ 'edge.json': text })).gateways).toEqual({
    edge: { ok: true, value: { ...EMPTY_JOURNAL, override, events } },
  });
});

it.each([
  ['not JSON', '{"events":', 'body: '],
  ['null', 'null', 'body: '],
  ['no events', '{}', 'events: '],
  ['a time without a zone', '{"events":[{"at":"2026-11-22T12:00:00","from":1,"to":2}]}', 'events.0.at: '],
  ['a purchase at no time', '{"events":[],"extra":{"purchases":["yesterday"]}}', 'extra.purchases.0: '],
  [
    'an attachment without an end',
    '{"events":[],"extra":{"asked":{"bound":"floor","count":1,"owner":"a","reason":"b","from":"2026-11-22T12:00:00Z"}}}',
    'extra.asked.until: ',
  ],
  ['half a replica', '{"events":[{"at":"2026-11-22T12:00:00Z","from":1,"to":2.5}]}', 'events.0.to: '],
  [
    'an override without an end',
    '{"override":{"replicas":1,"owner":"a","reason":"b","from":"2026-11-22T12:00:00Z"},"events":[]}',
    'override.until: ',
  ],
])('makes a problem of one gateway alone of %s', (_, text, field) => {
  const journal = readJournal(
    configMap({ freeze: '{"owner":"kim","reason":"audit"}', 'edge.json': text, 'inner.json': '{"events":[]}' }),
  );
  expect(journal).toEqual({
    resourceVersion: '7',
    freeze: { owner: 'kim', reason: 'audit', until: undefined },
    gateways: {
      edge: {
        ok: false,
        problem: expect.stringContaining(`edge.json in ConfigMap gateway-autopilot cannot be read: ${field}`),
        needsPerson: true,
      },
      inner: { ok: true, value: EMPTY_JOURNAL },
    },
  });
});

describe('entries that are not understood', () => {
  const broken = { ok: false, problem: '?', needsPerson: true } as const;
  const empty = { ok: true, value: EMPTY_JOURNAL } as const;

  function journal(gateways: Journal['gateways']): Journal {
    return { resourceVersion: '7', freeze: undefined, gateways };
  }

  it('are not written', () => {
    expect(writeJournal(journal({ edge: broken, inner: empty }))).toEqual({ 'inner.json': '{"events":[]}' });
  });

  it.each([
    ['still there', { edge: broken }, { edge: broken }, {}],
    ['gone', { edge: broken }, {}, {}],
    ['replaced', { edge: broken }, { edge: empty }, {}],
    ['broken by the caller', { edge: empty }, { edge: broken }, {}],
    [
      'beside others',
      { edge: broken, old: empty },
      { edge: broken, inner: empty },
      { 'old.json': null, 'inner.json': '{"events":[]}' },
    ],
  ])('stay as they are: %s', (_, before, after, changes) => {
    expect(journalChanges(journal(before), journal(after))).toEqual(changes);
  });
});

it.each([[{}], [null], [{ metadata: {} }], [{ metadata: { resourceVersion: '1' }, data: { freeze: 3 } }]])(
  'refuses %p',
  (object) => {
    expect(() => readJournal(object)).toThrow(CloudError);
  },
);
