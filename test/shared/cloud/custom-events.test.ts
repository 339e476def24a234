import { createCustomEvents } from '../../../shared/cloud/custom-events';
import { failureOf } from './failure';
import { AT, CHANGED, HELD } from './robots/a-notice';
import { scriptedApi } from './scripted-api';

const TAKEN = { Code: '200', Message: 'success' };

it('puts a notice as an event with its kind, its words and its time', async () => {
  const api = scriptedApi(TAKEN);
  await createCustomEvents(api, 'cn-hangzhou').put([HELD, CHANGED]);
  expect(api.calls).toEqual([
    {
      product: 'cms',
      region: 'cn-hangzhou',
      action: 'PutCustomEvent',
      effect: 'write',
      query: {
        'EventInfo.1.EventName': 'GatewayAutopilotHeld',
        'EventInfo.1.Content':
          'cn-hangzhou ingressgateway AutoscalerMaximum: wants 14 replicas, the autoscaler allows 10',
        'EventInfo.1.Time': '1795348800000',
        'EventInfo.1.GroupId': '0',
        'EventInfo.2.EventName': 'GatewayAutopilotChanged',
        'EventInfo.2.Content':
          'cn-hangzhou ingressgateway LoadAboveTarget: 10 replicas → 15 replicas: newConnections 4500 connections/s is 150 % of 10 × 300',
        'EventInfo.2.Time': '1795348800000',
        'EventInfo.2.GroupId': '0',
      },
    },
  ]);
});

it('puts five in a call, and cuts what is long at a character', async () => {
  const api = scriptedApi(TAKEN);
  await createCustomEvents(api, 'cn-hangzhou').put(Array(11).fill({ ...HELD, message: '过'.repeat(400), at: AT }));
  const numbers = api.calls.map(({ query = {} }) => Object.keys(query).length / 4);
  expect(numbers).toEqual([5, 5, 1]);
  const content = String(api.calls[0]?.query?.['EventInfo.1.Content']);
  expect(Buffer.byteLength(content)).toBeLessThanOrEqual(300);
  expect(content).toMatch(/过…$/);
});

it.each([
  [
    { Code: '403', Message: 'no right', RequestId: 'R1' },
    { kind: 'permission', code: '403', requestId: 'R1', message: 'cms.PutCustomEvent: 403: no right' },
  ],
  [{ Code: 'Throttling.User' }, { kind: 'throttled', code: 'Throttling.User' }],
  [
    { Code: '200', Success: false, Message: 'full' },
    { kind: 'rejected', message: 'cms.PutCustomEvent: 200: full' },
  ],
  [{ Message: 'success' }, { kind: 'unreadable' }],
])('fails on %j', async (answer, failure) => {
  expect(await failureOf(createCustomEvents(scriptedApi(answer), 'cn-hangzhou').put([HELD]))).toMatchObject(failure);
});
