import type { AlarmTrigger, Trigger } from '../../../../shared/event';

const TRIGGERED: AlarmTrigger = {
  kind: 'alarm',
  source: 'subscription',
  rule: 'nodes of the gateways',
  ruleId: '3b1d****',
  event: 'Instance:SystemFailure.Reboot:Executing',
  state: 'alert',
  at: 1_763_868_665_250,
  namespace: 'ECS',
  instanceId: 'i-uf6****',
  instanceName: 'node-3',
  region: 'cn-shanghai',
  accountId: '1273****',
  level: 'WARN',
  dedupId: 'subscription/d41a****/TRIGGERED/1763868665250',
};

const ORIGIN = { sourceIp: '47.74.206.10', method: 'POST', path: '/alarm/****' };

/** What the fixtures of event subscriptions say. */
export const SUBSCRIPTIONS: readonly (readonly [string, Trigger])[] = [
  ['subscription-form-http', { ...TRIGGERED, http: ORIGIN }],
  [
    'subscription-resolved',
    {
      ...TRIGGERED,
      state: 'ok',
      at: 1_763_869_265_250,
      dedupId: 'subscription/d41a****/RESOLVED/1763869265250',
    },
  ],
  ['subscription-triggered-http', { ...TRIGGERED, http: ORIGIN }],
];
