import type { AlarmTrigger, Trigger } from '../../../../shared/event';

export const RULE_TARGET_ALERT: AlarmTrigger = {
  kind: 'alarm',
  source: 'rule-target',
  rule: 'gateway new connections',
  ruleId: 'clb-new-connections-7f3a****',
  state: 'alert',
  at: 1_763_868_660_000,
  metric: 'InstanceNewConnection',
  namespace: 'acs_slb_dashboard',
  instanceId: 'lb-bp1****',
  accountId: '1273****',
  value: 4712,
  level: 'CRITICAL',
  expression: 'Maximum GreaterThanOrEqualToThreshold 4500',
  dedupId: 'rule-target/881204-1763868****-0/instanceId=lb-bp1****,port=443,protocol=https/CRITICAL/1763868660000',
};

export const RULE_TARGET_RECOVERY: AlarmTrigger = {
  ...RULE_TARGET_ALERT,
  state: 'ok',
  at: 1_763_869_260_000,
  value: 2950,
  level: 'OK',
  dedupId: 'rule-target/881204-1763869****-0/instanceId=lb-bp1****,port=443,protocol=https/OK/1763869260000',
};

/** What the fixtures say of which a threshold rule sends to its targets. */
export const RULE_TARGETS: readonly (readonly [string, Trigger])[] = [
  ['rule-target-alert', RULE_TARGET_ALERT],
  ['rule-target-recovery', RULE_TARGET_RECOVERY],
];
