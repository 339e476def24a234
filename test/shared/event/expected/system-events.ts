import type { AlarmTrigger, Trigger } from '../../../../shared/event';

const SCHEDULED: AlarmTrigger = {
  kind: 'alarm',
  source: 'system-event',
  rule: 'Instance:SystemMaintenance.Reboot:Scheduled',
  event: 'Instance:SystemMaintenance.Reboot:Scheduled',
  state: 'alert',
  at: 1_763_868_665_250,
  namespace: 'ECS',
  instanceId: 'i-bp1****',
  region: 'cn-hangzhou',
  accountId: '1273****',
  level: 'CRITICAL',
  dedupId: 'system-event/5E0C1B7A-****/Scheduled',
};

/** What the fixtures of CloudMonitor's system events say. */
export const SYSTEM_EVENTS: readonly (readonly [string, Trigger])[] = [
  [
    'system-event-avoided',
    { ...SCHEDULED, state: 'ok', at: 1_763_950_200_000, dedupId: 'system-event/5E0C1B7A-****/Avoided' },
  ],
  [
    'system-event-dry-run',
    {
      kind: 'alarm',
      source: 'system-event',
      rule: 'Listener:TrafficBurst',
      event: 'Listener:TrafficBurst',
      state: 'unknown',
      namespace: 'SLB',
      instanceId: 'lb-bp1****',
      instanceName: 'gateway-1',
      region: 'cn-hangzhou',
      accountId: '1273****',
      level: 'WARN',
    },
  ],
  ['system-event-scheduled', SCHEDULED],
];
