import type { Trigger } from '../../../../shared/event';
import { RULE_TARGET_ALERT } from './rule-targets';

/** What the fixtures of EventBridge say. */
export const CLOUD_EVENTS: readonly (readonly [string, Trigger])[] = [
  [
    'cloud-event-cloudmonitor',
    {
      kind: 'alarm',
      source: 'cloud-event',
      rule: 'ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Avoided]',
      event: 'ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Avoided]',
      state: 'ok',
      at: 1_763_868_665_125,
      namespace: 'acs.ecs',
      instanceId: 'i-bp1****',
      region: 'cn-hangzhou',
      accountId: '1273****',
      dedupId: 'cloud-event/acs.ecs/b3a0****-2',
    },
  ],
  [
    'cloud-event-product',
    {
      kind: 'alarm',
      source: 'cloud-event',
      rule: 'ecs:Disk:ConvertToPostpaidCompleted',
      event: 'ecs:Disk:ConvertToPostpaidCompleted',
      state: 'unknown',
      at: 1_763_868_665_125,
      namespace: 'acs.ecs',
      instanceId: 'd-bp1****',
      region: 'cn-hangzhou',
      accountId: '1273****',
      dedupId: 'cloud-event/acs.ecs/b3a0****-1',
    },
  ],
  ['cloud-event-with-alarm', { ...RULE_TARGET_ALERT, event: 'cms:Alarm:Threshold', region: 'cn-hangzhou' }],
  [
    'cloud-events-stream',
    {
      kind: 'alarm',
      source: 'cloud-event',
      rule: 'ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Scheduled]',
      event: 'ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Scheduled]',
      state: 'alert',
      at: 1_763_868_665_125,
      namespace: 'acs.ecs',
      instanceId: 'i-bp2****',
      region: 'cn-hangzhou',
      accountId: '1199****',
      count: 3,
    },
  ],
];
