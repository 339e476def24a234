import { decodeEvent } from '../../../shared/event';

const WEBHOOK = { alertName: 'p99', severity: 'WARN', state: 'ALERT' };
const EVENT = { subject: 'errors', severity: 'WARN', status: 'ALERT', dedupId: 'd-1' };

describe('decodeEvent on CloudMonitor 2.0', () => {
  it.each([
    ['ALERT', 'alert'],
    ['Firing', 'alert'],
    ['triggered', 'alert'],
    ['ALARM', 'alert'],
    ['OK', 'ok'],
    ['Resolved', 'ok'],
    ['NODATA', 'insufficient-data'],
    ['INSUFFICIENT_DATA', 'insufficient-data'],
    ['CRITICAL', 'unknown'],
    ['pending', 'unknown'],
    ['1', 'unknown'],
  ])('state %s is %s', (state, expected) => {
    expect(decodeEvent({ ...WEBHOOK, state })).toEqual({
      kind: 'alarm',
      source: 'cloudmonitor-2',
      rule: 'p99',
      level: 'WARN',
      state: expected,
    });
    expect(decodeEvent({ ...EVENT, status: state })).toMatchObject({ kind: 'alarm', rule: 'errors', state: expected });
  });

  it.each<readonly [object, object]>([
    [{ dimensions: '{"instanceId":"lb-1","regionId":"cn-beijing"}' }, { instanceId: 'lb-1', region: 'cn-beijing' }],
    [{ dimensions: '{instanceId=lb-1, region=cn-beijing}' }, { instanceId: 'lb-1', region: 'cn-beijing' }],
    [{ dimensions: [{ instanceId: 'lb-1', userId: '12' }] }, { instanceId: 'lb-1', accountId: '12' }],
    [
      { time: '2025-11-23T03:41:00Z', id: 'x' },
      { at: 1_763_869_260_000, dedupId: 'cloudmonitor-2/x/ALERT/2025-11-23T03:41:00Z' },
    ],
    [
      { curValue: '812.5', condition: '> 800' },
      { value: 812.5, expression: '> 800' },
    ],
    [{ action: 'freeze', owner: 'a', reason: 'b' }, {}],
  ])('with %j', (fields, expected) => {
    expect(decodeEvent({ ...WEBHOOK, ...fields })).toEqual({
      kind: 'alarm',
      source: 'cloudmonitor-2',
      rule: 'p99',
      level: 'WARN',
      state: 'alert',
      ...expected,
    });
  });

  it('has no key without a time: the alert may have come back since', () => {
    expect(decodeEvent(EVENT)).not.toMatchObject({ dedupId: expect.anything() });
  });

  it.each([
    [{ alertName: 'p99', state: 'ALERT' }],
    [{ alertName: 'p99', severity: 'WARN' }],
    [{ ...WEBHOOK, alertName: '' }],
    [{ ...EVENT, subject: undefined }],
    [{ ...EVENT, dedupId: undefined }],
    [{ ...EVENT, severity: undefined }],
  ])('is unknown with %j', (event) => {
    expect(decodeEvent(Buffer.from(JSON.stringify(event)))).toMatchObject({ kind: 'unknown' });
  });
});
