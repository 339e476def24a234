import { decodeEvent } from '../../../shared/event';
import { fixture } from './a-fixture';

const RESOLVED: object = Object(fixture('subscription-resolved').event);
const ALERT = { alertStatus: 'TRIGGERED', eventName: 'Instance:Down' };

describe('decodeEvent on a push of an event subscription', () => {
  it.each([
    ['TRIGGERED', 'alert'],
    ['RESOLVED', 'ok'],
    ['ALERT', 'unknown'],
    ['triggered', 'unknown'],
    ['ESCALATED', 'unknown'],
  ])('status %s is %s', (alertStatus, state) => {
    expect(decodeEvent({ alert: { ...ALERT, alertStatus } })).toEqual({
      kind: 'alarm',
      source: 'subscription',
      rule: 'Instance:Down',
      event: 'Instance:Down',
      state,
    });
  });

  it.each<readonly [object, object]>([
    [
      { strategyName: 'nodes', alert: ALERT },
      { rule: 'nodes', event: 'Instance:Down' },
    ],
    [
      { subscription: '{"subscriptionUuid":"s-1"}', alert: ALERT },
      { rule: 'Instance:Down', ruleId: 's-1' },
    ],
    [
      { subscription: { subscriptionUuid: 's-1' }, alert: { alertStatus: 'RESOLVED' } },
      { rule: 's-1', ruleId: 's-1' },
    ],
    [
      { alert: JSON.stringify({ ...ALERT, meta: { sysEventMeta: { regionId: 'cn-beijing' } } }) },
      { region: 'cn-beijing' },
    ],
    [{ alert: { ...ALERT, meta: 'none' } }, { region: undefined }],
    [{ alert: { ...ALERT, arn: 'acs:slb:cn-beijing:12:lb/lb-1' } }, { region: 'cn-beijing', instanceId: 'lb-1' }],
    [{ alert: { ...ALERT, meta: { sysEventMeta: { eventTime: '20251123T113105+0800' } } } }, { at: 1_763_868_665_000 }],
    [
      { alert: { ...ALERT, dedupId: 'd-1', timestamp: 1_763_868_665_250 } },
      { dedupId: 'subscription/d-1/TRIGGERED/1763868665250' },
    ],
    [
      { batchId: 'b-1', alert: { ...ALERT, timestamp: 1_763_868_665_250 } },
      { dedupId: 'subscription/b-1/TRIGGERED/1763868665250' },
    ],
    [{ alert: { ...ALERT, dedupId: 'd-1' } }, { dedupId: undefined }],
  ])('%j', (event, expected) => {
    expect(decodeEvent(event)).toEqual(expect.objectContaining({ kind: 'alarm', source: 'subscription', ...expected }));
  });

  it('has another key for the end of an alert', () => {
    expect(decodeEvent(RESOLVED)).toMatchObject({ dedupId: 'subscription/d41a****/RESOLVED/1763869265250' });
  });

  it('reads a form', () => {
    const form = new URLSearchParams({ strategyName: 'nodes', alert: JSON.stringify(ALERT), action: 'freeze' });
    expect(decodeEvent(Buffer.from(form.toString()))).toMatchObject({ kind: 'alarm', rule: 'nodes', state: 'alert' });
  });

  it.each([
    [{ ...RESOLVED, alert: undefined }],
    [{ ...RESOLVED, alert: [ALERT] }],
    [{ ...RESOLVED, alert: 'down' }],
    [{ ...RESOLVED, alert: { eventName: 'Instance:Down' } }],
    [{ alert: { alertStatus: 'TRIGGERED' } }],
    ['strategyName=nodes&alert=down'],
  ])('is unknown with %j', (event) => {
    expect(decodeEvent(event)).toMatchObject({ kind: 'unknown' });
  });
});
