import { array, enum as oneOf, type output, record, strictObject, string } from 'zod';
import { DAY, MINUTE } from '../core/time';
import { Subnet } from './name-schema';
import { duration, Name, RegionId } from './units';
import { VariableName } from './variable-name';

/**
 * Where callbacks of CloudMonitor come from, of both sites (document 60714 of the vendor's help, 2026-08): the list changes,
 * and what is missing on it is refused.
 */
const SOURCES = [
  ...['47.74.206.0/26', '47.74.206.64/26', '47.74.206.128/26', '47.74.206.192/26', '8.222.159.116/32'],
  ...['106.11.225.0/24', '106.11.226.0/24', '106.11.227.0/24', '106.11.242.0/24', '106.11.167.0/24'],
  ...['106.11.245.0/24', '59.82.0.0/16', '203.119.128.0/17', '121.41.9.246/32'],
];

const RuleName = string()
  .min(1)
  .max(200)
  .regex(/^[^*]*\*?$/, { error: 'may have a star at its end only' });

const Route = strictObject({
  gateway: Name.describe('Name of a gateway under gateways.'),
  regions: array(RegionId).min(1).optional().describe('Some of its regions; all of them by default.'),
  functions: array(oneOf(['scaleGateway', 'attachClb', 'failoverDns']))
    .min(1)
    .optional()
    .describe('Which of its functions look; all of them by default.'),
});

/** Its names travel as one text with commas between them. */
const ContactGroup = string().regex(/^[^,\s][^,]{0,98}[^,\s]$|^[^,\s]$/, {
  error: 'is not the name of a contact group: 1 to 100 characters without a comma',
});

/** Letters, digits and hyphens (help.aliyun.com, "CreateTopic" of Simple Message Queue, read 2026-11). */
const TopicName = string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,254}$/, {
  error: 'is not the name of an MNS topic: letters, digits and hyphens',
});

/** What separates its parts in the id of a rule is no part of it. */
const RulePrefix = string().regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, {
  error: 'must be 3 to 40 small letters, digits and hyphens, begin with a letter and not end with a hyphen',
});

/** Who may wake the functions, which of them, and what `gateway-autopilot alarms` makes in CloudMonitor. */
export const Alarms = strictObject({
  route: oneOf(['topic', 'callback'])
    .default('topic')
    .describe(
      'How the rules that the command line makes reach receive-alarm. topic: by an MNS topic, without any address on the internet. callback: by its HTTP trigger.',
    ),
  topic: TopicName.default('gateway-autopilot-alarms').describe('MNS topic of that name in each region.'),
  callbackFrom: VariableName.default('AUTOPILOT_ALARM_CALLBACK').describe(
    'Name of the environment variable in which the command line finds the address of the callback, {region} standing for the region.',
  ),
  contactGroups: array(ContactGroup)
    .min(1)
    .optional()
    .describe('Contact groups of CloudMonitor that are told of alarms, too; a rule must have one.'),
  silence: duration({ atLeast: 5 * MINUTE, atMost: DAY })
    .prefault('5m')
    .describe('While an alarm lasts it is sent again after this long.'),
  prefix: RulePrefix.default('gateway-autopilot').describe(
    'What ids and names of these rules begin with; another one for each installation in an account.',
  ),
  tokenFrom: VariableName.default('AUTOPILOT_ALARM_TOKEN').describe(
    'Name of the environment variable that holds the secret at the end of the callback address, 32 characters or more.',
  ),
  sources: array(Subnet)
    .min(1)
    .prefault(SOURCES)
    .describe("Networks that callbacks come from; the vendor's by default."),
  accounts: array(string().regex(/^\d{1,32}$/, { error: 'is not the id of an account' }))
    .min(1)
    .optional()
    .describe('Accounts whose alarms count; by default the one that the function runs in.'),
  rules: record(RuleName, Route)
    .default({})
    .describe(
      'Which gateway an alarm is about, by the name or id of its rule, with a star at the end for anything. By default by its rule and CLB under gateways, then by its region.',
    ),
}).prefault({});
export type Alarms = output<typeof Alarms>;
