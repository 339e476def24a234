import { decodeEvent } from '../../../shared/event';

const ALERT = {
  status: 'firing',
  labels: { alertname: 'Errors' },
  startsAt: '2025-11-23T03:28:45Z',
  fingerprint: 'f1',
};
const ALARM = {
  kind: 'alarm',
  source: 'alertmanager',
  rule: 'Errors',
  state: 'alert',
  at: 1_763_868_525_000,
  dedupId: 'alertmanager/f1/firing/2025-11-23T03:28:45Z',
};

describe('decodeEvent on the webhook of an Alertmanager', () => {
  it.each([
    ['firing', 'alert'],
    ['resolved', 'ok'],
    ['FIRING', 'unknown'],
    ['suppressed', 'unknown'],
  ])('status %s is %s', (status, state) => {
    expect(decodeEvent({ alerts: [{ ...ALERT, status }] })).toMatchObject({ kind: 'alarm', state });
  });

  it.each<readonly [object, object]>([
    [{ alerts: [ALERT] }, ALARM],
    [{ alerts: [ALERT], action: 'freeze', owner: 'a', reason: 'b' }, ALARM],
    [{ alerts: [5, null, {}, ALERT] }, ALARM],
    [
      { alerts: [{ ...ALERT, labels: {} }], commonLabels: { alertname: 'Common' } },
      { ...ALARM, rule: 'Common' },
    ],
    [
      { alerts: [{ ...ALERT, labels: {} }], receiver: 'autopilot' },
      { ...ALARM, rule: 'autopilot' },
    ],
    [{ alerts: [{ ...ALERT, fingerprint: '' }] }, { ...ALARM, dedupId: undefined }],
    [{ alerts: [{ ...ALERT, startsAt: 5 }] }, { ...ALARM, at: undefined, dedupId: 'alertmanager/f1/firing/5' }],
    [
      { alerts: [{ ...ALERT, status: 'resolved', endsAt: '2025-11-23T03:31:00Z' }] },
      { ...ALARM, state: 'ok', at: 1_763_868_660_000, dedupId: 'alertmanager/f1/resolved/2025-11-23T03:28:45Z' },
    ],
  ])('%j', (event, expected) => {
    expect(decodeEvent(event)).toEqual(expected);
  });

  it('tells the first that fires, and of how many', () => {
    const over = { ...ALERT, status: 'resolved', labels: { alertname: 'Over' } };
    const later = { ...ALERT, labels: { alertname: 'Later' } };
    expect(decodeEvent({ alerts: [over, ALERT, later] })).toEqual({ ...ALARM, count: 3, dedupId: undefined });
  });

  it.each([
    [{ alerts: [] }],
    [{ alerts: [{ ...ALERT, labels: undefined }] }],
    [{ alerts: [{ ...ALERT, status: undefined }] }],
    [{ alerts: [{ ...ALERT, labels: {} }] }],
    [{ alerts: ALERT }],
  ])('is unknown with %j', (event) => {
    expect(decodeEvent(event)).toEqual({
      kind: 'unknown',
      why: 'the event is a JSON object of no known form (it looks like a webhook of ARMS or Alertmanager, which has alerts with status, labels and alertname); a command has an "action"',
    });
  });
});
