import { decodeEvent } from '../../../shared/event';
import { fixture } from './a-fixture';

function changed(fields: object): unknown {
  return decodeEvent(Object.assign({}, fixture('system-event-scheduled').event, fields));
}

describe('decodeEvent on a system event', () => {
  it.each([
    ['Inquiring', 'alert'],
    ['Scheduled', 'alert'],
    ['Executing', 'alert'],
    ['Avoided', 'ok'],
    ['Executed', 'ok'],
    ['Canceled', 'ok'],
    ['Failed', 'unknown'],
    ['Normal', 'unknown'],
    ['scheduled', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('status %j is %s', (eventStatus, state) => {
    expect(changed({ content: { eventStatus } })).toMatchObject({ kind: 'alarm', state });
    expect(changed({ content: JSON.stringify({ eventStatus }) })).toMatchObject({ kind: 'alarm', state });
    expect(changed({ content: {}, status: eventStatus })).toMatchObject({ kind: 'alarm', state });
  });

  it('follows the status of its content before its own', () => {
    expect(changed({ content: { eventStatus: 'Avoided' }, status: 'Scheduled' })).toMatchObject({
      state: 'ok',
      dedupId: 'system-event/5E0C1B7A-****/Avoided',
    });
  });

  it.each<readonly [object, object]>([
    [{ content: 'rebooting' }, { instanceId: 'i-bp1****', state: 'unknown', dedupId: undefined }],
    [{ content: '' }, { instanceId: 'i-bp1****', state: 'unknown' }],
    [{ content: '[1]' }, { instanceId: 'i-bp1****', state: 'unknown' }],
    [{ id: undefined }, { dedupId: undefined }],
    [{ eventTime: 'soon' }, { at: undefined }],
    [
      { regionId: '', userId: 'null' },
      { region: 'cn-hangzhou', accountId: '1273****' },
    ],
    [{ resourceId: 'i-bp9', content: {} }, { instanceId: undefined }],
    [{ instanceName: 'edge-1' }, { instanceName: 'edge-1' }],
  ])('%j', (fields, expected) => {
    expect(changed(fields)).toEqual(expect.objectContaining({ kind: 'alarm', source: 'system-event', ...expected }));
  });

  it.each([[{ name: undefined }], [{ product: '' }], [{ content: undefined }], [{ content: null }], [{ content: [] }]])(
    'is unknown with %j',
    (fields) => {
      expect(changed(fields)).toEqual({
        kind: 'unknown',
        why: 'the event is a JSON object of no known form (it looks like a system event, which has product, name and content); a command has an "action"',
      });
    },
  );
});
