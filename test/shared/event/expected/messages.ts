import type { Trigger } from '../../../../shared/event';
import { RULE_TARGET_ALERT, RULE_TARGET_RECOVERY } from './rule-targets';

const PUBLISHED = { topic: 'gateway-alarms', publishedAt: 1_763_868_661_250 };

/** What the fixtures of MNS messages say. */
export const MESSAGES: readonly (readonly [string, Trigger])[] = [
  ['message-json-base64', { ...RULE_TARGET_RECOVERY, message: { ...PUBLISHED, id: 'A1F0****02' } }],
  [
    'message-json-callback',
    {
      kind: 'alarm',
      source: 'callback',
      rule: 'gateway connections',
      state: 'alert',
      metric: 'InstanceActiveConnection',
      namespace: 'acs_slb',
      instanceId: 'lb-bp1****',
      value: 1200,
      level: 'WARN',
      dedupId: 'message/A1F0****03',
      message: { ...PUBLISHED, id: 'A1F0****03' },
    },
  ],
  [
    'message-json-command',
    {
      kind: 'unknown',
      why: 'a message of the MNS topic "gateway-alarms" is no known alarm (its keys: "action", "owner", "reason"); commands are not taken from messages',
    },
  ],
  ['message-json-rule-target', { ...RULE_TARGET_ALERT, message: { ...PUBLISHED, id: 'A1F0****01' } }],
  [
    'message-json-text',
    {
      kind: 'unknown',
      why: 'a message of the MNS topic "gateway-alarms" is no known alarm; commands are not taken from messages',
    },
  ],
  ['message-stream-attributes', RULE_TARGET_ALERT],
];
