import { decodeEvent } from '../../../shared/event';

const EVENT = { specversion: '1.0', id: 'e-1', source: 'acs.slb', type: 'slb:Listener:Changed' };
const ALARM = {
  kind: 'alarm',
  source: 'cloud-event',
  rule: 'slb:Listener:Changed',
  event: 'slb:Listener:Changed',
  state: 'unknown',
  namespace: 'acs.slb',
  dedupId: 'cloud-event/acs.slb/e-1',
};

function ofType(type: string, id = 'e-1'): object {
  return { ...EVENT, type, id };
}

describe('decodeEvent on a CloudEvent', () => {
  it.each([
    ['ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Scheduled]', 'alert'],
    ['ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Avoided]', 'ok'],
    ['ecs:Instance:SystemFailure.Reboot:Executing', 'alert'],
    ['ecs:Disk:ConvertToPostpaidCompleted', 'unknown'],
    ['ecs:Scheduled:Disk', 'unknown'],
    ['Scheduled', 'unknown'],
  ])('type %s is %s', (type, state) => {
    expect(decodeEvent(ofType(type))).toEqual({ ...ALARM, rule: type, event: type, state });
  });

  it.each<readonly [object, object]>([
    [{}, {}],
    [{ action: 'freeze', owner: 'a', reason: 'b' }, {}],
    [{ data: { eventStatus: 'Executing', instanceId: 'i-1' } }, { state: 'alert', instanceId: 'i-1' }],
    [{ data: '{"instanceId":"i-1"}' }, { instanceId: 'i-1' }],
    [{ data: 'text' }, {}],
    [{ data: null }, {}],
    [{ data: { action: 'freeze', owner: 'a', reason: 'b' } }, {}],
    [{ subject: 'acs:slb:cn-beijing:12:lb/lb-1' }, { region: 'cn-beijing', accountId: '12', instanceId: 'lb-1' }],
    [{ time: 'now', aliyunregionid: 'cn-beijing' }, { region: 'cn-beijing' }],
    [{ aliyunpublishtime: '2025-11-23T03:31:05.762Z' }, { at: 1_763_868_665_762 }],
  ])('with %j', (fields, expected) => {
    expect(decodeEvent({ ...EVENT, ...fields })).toEqual({ ...ALARM, ...expected });
  });

  it.each([
    [(alarm: object) => alarm],
    [(alarm: object) => JSON.stringify(alarm)],
    [(alarm: object) => Buffer.from(JSON.stringify(alarm)).toString('base64')],
  ])('finds an alarm of another form in its data, and fills its gaps', (written) => {
    const data = written({ alertState: 'OK', alertName: 'busy' });
    expect(decodeEvent({ ...EVENT, data, aliyunregionid: 'cn-beijing', time: '2025-11-23T03:31:05Z' })).toEqual({
      kind: 'alarm',
      source: 'callback',
      rule: 'busy',
      event: 'slb:Listener:Changed',
      state: 'ok',
      at: 1_763_868_665_000,
      region: 'cn-beijing',
      dedupId: 'cloud-event/acs.slb/e-1',
    });
  });

  it.each<readonly [string, readonly unknown[], object | undefined]>([
    ['one', [ofType('a:b')], { rule: 'a:b', dedupId: 'cloud-event/acs.slb/e-1' }],
    [
      'the first that is in alert',
      [ofType('a:Avoided'), ofType('a:Scheduled'), ofType('b:Scheduled')],
      { rule: 'a:Scheduled', count: 3 },
    ],
    ['the first, where none is', [ofType('a:Avoided'), ofType('a:b')], { rule: 'a:Avoided', count: 2 }],
    ['those that are events', [5, null, { action: 'freeze' }, [ofType('x:y')], ofType('a:b')], { rule: 'a:b' }],
    ['none', [], undefined],
    ['a command', [{ action: 'freeze', owner: 'a', reason: 'b' }], undefined],
    ['an alarm that is no CloudEvent', [{ alertState: 'ALERT', alertName: 'busy' }], undefined],
  ])('of an array tells %s', (_, events, expected) => {
    const trigger = decodeEvent(Buffer.from(JSON.stringify(events)));
    if (expected === undefined) expect(trigger).toMatchObject({ kind: 'unknown' });
    else expect(trigger).toMatchObject({ kind: 'alarm', source: 'cloud-event', ...expected });
  });

  it('has no key for several at once: the next array may repeat some beside new ones', () => {
    expect(decodeEvent([ofType('a:b', 'e-1'), ofType('a:b', 'e-2')])).toEqual({
      ...ALARM,
      rule: 'a:b',
      event: 'a:b',
      count: 2,
      dedupId: undefined,
    });
  });

  it.each([['specversion'], ['id'], ['source'], ['type']])('is unknown without its %s', (field) => {
    expect(decodeEvent({ ...EVENT, [field]: null })).toEqual({
      kind: 'unknown',
      why: 'the event is a JSON object of no known form (it looks like a CloudEvent, which has specversion, id, source and type); a command has an "action"',
    });
  });
});
