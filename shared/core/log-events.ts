/**
 * Every line that the functions log: queries, alarms and dashboards go by it. Closed: a new event is added here, with its meaning. A
 * field that is renamed or changes its meaning is a new schema version. `docs/log-lines.md` is made from this table.
 */
export const LOG_SCHEMA = 1;

export type Level = 'info' | 'warn' | 'error';

/** On every line; `region` and `requestId` are missing where Function Compute passed no context that can be used. */
export const COMMON_FIELDS = ['schema', 'level', 'event', 'at', 'function', 'requestId', 'region'] as const;

interface EventEntry {
  readonly levels: readonly Level[];
  /** On every line of the event. */
  readonly always: readonly string[];
  /** On some of them. */
  readonly sometimes: readonly string[];
  readonly means: string;
}

/** Of a call that failed: `code` and `status` are the vendor's, as `cloudRequestId` is. */
const FAILED = ['kind', 'operation', 'error'] as const;
const ANSWERED = ['code', 'status', 'cloudRequestId'] as const;
const VERDICT = ['outcome', 'reason', 'message', 'needsPerson'] as const;

export const LOG_EVENTS = {
  look: {
    levels: ['info', 'warn', 'error'],
    always: ['trigger', 'outcome', 'tookMs', 'changed', 'underWay', 'steady', 'held', 'forPerson', 'errors'],
    sometimes: ['actions', 'holds', 'action', 'dryRun', 'message'],
    means:
      'The end of each look: how many gateways or names were changed, are under way (in a dry run: would be changed), as they should be, or held; of these and their CLBs, how many wait for a person; lines of level error; what was done and held, by reason.',
  },
  decision: {
    levels: ['info'],
    always: ['gateway', ...VERDICT, 'policy', 'acted', 'candidates', 'clamps', 'alarms', 'signals'],
    sometimes: [
      'from',
      'to',
      'current',
      'readyReplicas',
      'winner',
      'wanted',
      'standing',
      'replicaHours',
      'capacity',
      'proposal',
      'dryRun',
    ],
    means: 'scale-gateway: what was decided on the replicas of a gateway, the whole record.',
  },
  balancing: {
    levels: ['info'],
    always: ['gateway', ...VERDICT, 'have', 'want', 'clamps', 'extras', 'cost'],
    sometimes: ['withheld', 'fullest', 'proposal', 'dryRun'],
    means: 'attach-clb: what was decided on the extra CLBs of a gateway, and the stage of each.',
  },
  publication: {
    levels: ['info'],
    always: ['zone', 'freeze', 'name', ...VERDICT, 'lines', 'clientsFollowWithin'],
    sometimes: [
      'fence',
      'done',
      'withheld',
      'failures',
      'verification',
      'phases',
      'clients',
      'warnings',
      'proposal',
      'standing',
      'dryRun',
    ],
    means:
      'failover-dns: what became of a name; a move has its phases. An earlier look of the same invocation has one where the name is not as it should be.',
  },
  write: {
    levels: ['info'],
    always: [],
    sometimes: [
      ...['gateway', 'object', 'field', 'from', 'to', 'reason', 'resourceVersion'],
      ...['zone', 'name', 'step', 'epoch'],
    ],
    means: 'A write was made: of replicas with object, from and to; of DNS records with zone, name and step.',
  },
  'write-failed': {
    levels: ['error'],
    always: FAILED,
    sometimes: ['gateway', 'object', 'field', 'from', 'to', 'reason', 'zone', 'name', 'step', ...ANSWERED],
    means: 'The same write, refused or unanswered.',
  },
  'removal-refused': {
    levels: ['warn'],
    always: ['zone', 'name', 'step', 'epoch', ...FAILED],
    sometimes: ANSWERED,
    means: 'An answer could not be taken away; it is judged anew.',
  },
  'not-verified': {
    levels: ['warn'],
    always: ['gateway', ...FAILED],
    sometimes: ANSWERED,
    means: 'What was written to a scale target could not be read back.',
  },
  'journal-not-written': {
    levels: ['warn'],
    always: FAILED,
    sometimes: ['changes', ...ANSWERED],
    means: 'The record of changes could not be written; without it nothing is changed.',
  },
  'read-failed': {
    levels: ['warn', 'error'],
    always: ['error'],
    sometimes: ['cluster', 'namespace', 'zone', 'metric', 'kind', 'operation', ...ANSWERED],
    means: 'Something could not be read; an error where a decision lacks it.',
  },
  'audit-finding': {
    levels: ['warn'],
    always: ['gateway', 'check', 'severity', 'title', 'evidence'],
    sometimes: ['fix'],
    means: 'audit-gateway: a check of a gateway fails.',
  },
  'audit-fix': {
    levels: ['info'],
    always: ['gateway', 'id', 'outcome', 'message'],
    sometimes: ['undo', 'owner', 'reason', 'targetRegion'],
    means: 'A safe fix that somebody asked for was applied, or why not.',
  },
  checked: {
    levels: ['info'],
    always: ['message', 'failed'],
    sometimes: [],
    means: 'A function said what it knows of its rights, its network and its clock; `failed` are ids of checks.',
  },
  'nothing-configured': {
    levels: ['warn'],
    always: ['message'],
    sometimes: ['configured'],
    means: 'The function has nothing to look after in its region.',
  },
  'calendar-ended': {
    levels: ['warn'],
    always: ['warnings'],
    sometimes: [],
    means: 'A calendar has no days left: its holidays are working days.',
  },
  'clb-intent': {
    levels: ['info'],
    always: ['gateway', 'service', 'joined'],
    sometimes: [],
    means: 'The Service of a new extra CLB was made, or found to be made already.',
  },
  'intent-not-made': {
    levels: ['error'],
    always: ['gateway', ...FAILED],
    sometimes: ANSWERED,
    means: 'It could not be made.',
  },
  'clb-step': {
    levels: ['info'],
    always: ['gateway', 'service', 'stage', 'step'],
    sometimes: [],
    means: 'A step of an extra CLB was taken.',
  },
  'clb-step-failed': {
    levels: ['warn'],
    always: ['gateway', 'service', 'stage', ...FAILED],
    sometimes: ANSWERED,
    means: 'It failed; the next look takes it again.',
  },
  'clb-no-stock': {
    levels: ['warn'],
    always: ['service', 'zone', 'message'],
    sometimes: [],
    means: 'A zone (of the cloud) sells no instances now.',
  },
  'clb-orphan': {
    levels: ['warn'],
    always: ['clb', 'service'],
    sometimes: [],
    means: 'An instance that was bought without anybody hearing of it was found and taken.',
  },
  expected: {
    levels: ['info'],
    always: ['gateway', 'times', 'want', 'have', 'message'],
    sometimes: [],
    means: 'attach-clb was told of load that is to come, and has enough for it.',
  },
  lease: {
    levels: ['info'],
    always: ['zone', 'epoch', 'recordId'],
    sometimes: [],
    means: 'The lease of a zone was taken.',
  },
  'lease-not-taken': {
    levels: ['warn'],
    always: ['zone', 'epoch', ...FAILED],
    sometimes: ANSWERED,
    means: 'The lease could not be taken for another reason than that somebody holds it.',
  },
  'lease-not-released': {
    levels: ['warn'],
    always: ['zone', 'epoch', ...FAILED],
    sometimes: ANSWERED,
    means: 'It could not be given back; it ends by itself.',
  },
  'lease-not-collected': {
    levels: ['warn'],
    always: ['zone', ...FAILED],
    sometimes: ANSWERED,
    means: 'The record of an old lease could not be deleted.',
  },
  fence: {
    levels: ['info'],
    always: ['zone', 'fence', 'takesOld', 'takesYoung'],
    sometimes: [],
    means: 'How old a signature may be for Alidns, measured at a cold start.',
  },
  'fence-not-measured': {
    levels: ['warn'],
    always: ['zone', ...FAILED],
    sometimes: ANSWERED,
    means: 'It could not be measured.',
  },
  delegation: {
    levels: ['info', 'warn'],
    always: ['zone', 'state'],
    sometimes: ['message', 'why'],
    means: 'Where the clients of a zone are sent, when that changes: `here`, `partly`, `elsewhere` or `unknown`.',
  },
  'name-servers-not-found': {
    levels: ['warn'],
    always: ['zone', 'error'],
    sometimes: [],
    means: 'Where the name servers of a zone are is not known, so that nothing is verified.',
  },
  'not-marked': {
    levels: ['error'],
    always: ['zone', 'recordId', ...FAILED],
    sometimes: ANSWERED,
    means: 'A record of ours could not be marked as ours.',
  },
  'not-read-back': {
    levels: ['warn'],
    always: ['zone', 'error'],
    sometimes: [],
    means: 'A zone could not be read again after writes.',
  },
  'adding-not-noted': {
    levels: ['warn'],
    always: ['zone', 'value', ...FAILED],
    sometimes: ANSWERED,
    means: 'What is about to be added could not be written down first, so that it is not added.',
  },
  'before-not-noted': {
    levels: ['warn'],
    always: ['zone', 'value', ...FAILED],
    sometimes: ANSWERED,
    means: 'That weights were off before us could not be noted: uninstall will leave them on.',
  },
  'adding-not-struck-out': {
    levels: ['warn'],
    always: ['zone', ...FAILED],
    sometimes: ANSWERED,
    means: 'That note could not be deleted; a later look does it.',
  },
  judged: {
    levels: ['info'],
    always: ['address', 'state', 'message'],
    sometimes: [],
    means: 'What the vantage points together say of an address, when it changes.',
  },
  'vantage-points-disagree': {
    levels: ['warn'],
    always: ['address', 'message'],
    sometimes: [],
    means: 'Some see an address up and some down.',
  },
  'vantage-point-isolated': {
    levels: ['warn'],
    always: ['point', 'why'],
    sometimes: [],
    means: 'A vantage point does not reach its control targets and judges nobody.',
  },
  'vantage-point-silent': {
    levels: ['warn'],
    always: ['point', ...FAILED],
    sometimes: ANSWERED,
    means: 'A vantage point did not answer.',
  },
  'region-not-asked': {
    levels: ['warn'],
    always: ['targetRegion', 'gateway', 'error'],
    sometimes: [],
    means: 'What a gateway of another region carries could not be found out.',
  },
  'floor-asked': {
    levels: ['info'],
    always: ['targetRegion', 'gateway', 'floor'],
    sometimes: [],
    means: 'The scale-gateway of a region was asked for a floor of replicas, before clients are led there.',
  },
  'floor-not-asked': {
    levels: ['warn'],
    always: ['targetRegion', 'gateway', 'floor', ...FAILED],
    sometimes: ANSWERED,
    means: 'It could not be asked.',
  },
  'load-announced': {
    levels: ['info'],
    always: ['targetRegion', 'gateway', 'times'],
    sometimes: [],
    means: 'The attach-clb of a region was told how many times its load is to come.',
  },
  'load-not-announced': {
    levels: ['warn'],
    always: ['targetRegion', 'gateway', ...FAILED],
    sometimes: ANSWERED,
    means: 'It could not be told.',
  },
  'alarm-rules-missing': {
    levels: ['warn'],
    always: ['ruleIds'],
    sometimes: [],
    means: 'Rules under gateways.<name>.alarms that CloudMonitor does not have.',
  },
  'alarms-not-read': {
    levels: ['warn'],
    always: ['ruleIds', ...FAILED],
    sometimes: ANSWERED,
    means: 'Their state could not be read: they keep nobody back.',
  },
  'freeze-not-reached': {
    levels: ['error'],
    always: ['place', ...FAILED],
    sometimes: ANSWERED,
    means: 'A zone or a cluster could not be told of a freeze or its end.',
  },
  command: {
    levels: ['info'],
    always: ['action'],
    sometimes: [
      'owner',
      'reason',
      'gateway',
      'name',
      'plan',
      'targetRegion',
      'until',
      'dryRun',
      'fix',
      'format',
      'message',
    ],
    means: 'A person, or a function on its behalf, asked for something and it was accepted.',
  },
  'command-failed': {
    levels: ['error'],
    always: ['action', 'kind', 'error'],
    sometimes: [],
    means: 'It could not be written down.',
  },
  'not-understood': {
    levels: ['warn'],
    always: ['why'],
    sometimes: [],
    means: 'An event that is no timer, alarm or command; it was answered with help.',
  },
  'invalid-input': {
    levels: ['error'],
    always: ['message', 'problems'],
    sometimes: [],
    means: 'The configuration, the context or a command cannot be used.',
  },
  'woken-by-alarm': {
    levels: ['info'],
    always: ['alarm'],
    sometimes: [],
    means: 'Which alarm made the function look, as it says of itself.',
  },
  intake: {
    levels: ['info', 'warn'],
    always: ['outcome'],
    sometimes: ['message', 'targets', 'alarm', 'why', 'sourceIp'],
    means: 'receive-alarm: what became of an alarm; `refused` has the address that it came from.',
  },
  'intake-closed': {
    levels: ['error'],
    always: ['problem'],
    sometimes: [],
    means: 'The secret of the callbacks is missing or too short: everything is refused.',
  },
  'not-woken': {
    levels: ['error'],
    always: ['targetRegion', 'targetFunction', ...FAILED],
    sometimes: ANSWERED,
    means: 'A function could not be woken; the sender tries again.',
  },
  probed: {
    levels: ['info'],
    always: ['message', 'isolated', 'targets', 'refused'],
    sometimes: [],
    means: 'probe-region: the end of each watch.',
  },
  'verdict-changed': {
    levels: ['info'],
    always: ['address', 'from', 'to', 'why'],
    sometimes: [],
    means: 'What one vantage point sees of an address changed.',
  },
  'target-refused': {
    levels: ['warn'],
    always: ['gateway', 'address', 'why'],
    sometimes: [],
    means: 'An address that is not probed.',
  },
  'notify-failed': {
    levels: ['warn', 'error'],
    always: ['channel', 'error'],
    sometimes: ['notices'],
    means: 'A channel did not take a message, which is sent again; or an event on an object could not be said.',
  },
  'notify-impossible': {
    levels: ['warn'],
    always: ['channel', 'problem'],
    sometimes: [],
    means: 'A channel lacks its environment variables.',
  },
  'metrics-not-sent': {
    levels: ['warn'],
    always: FAILED,
    sometimes: ANSWERED,
    means: 'CloudMonitor did not take the custom metrics of this look; they are not sent again.',
  },
} as const satisfies Readonly<Record<string, EventEntry>>;

export type LogEvent = keyof typeof LOG_EVENTS;

/** Those that are logged at a level. */
export type EventAt<At extends Level> = {
  [Event in LogEvent]: At extends (typeof LOG_EVENTS)[Event]['levels'][number] ? Event : never;
}[LogEvent];

type Always<Event extends LogEvent> = (typeof LOG_EVENTS)[Event]['always'][number];
type Sometimes<Event extends LogEvent> = (typeof LOG_EVENTS)[Event]['sometimes'][number];

/** What a line of an event holds. Values are JSON; nothing secret is ever passed. */
export type FieldsOf<Event extends LogEvent> = {
  readonly [Field in Always<Event>]: unknown;
} & {
  readonly [Field in Sometimes<Event>]?: unknown;
};
