import { z } from 'zod';
import { ASSUMED, type Behaviour, documented, typed } from '../behaviour';
import { CLB_METRICS } from '../metric-history';
import {
  ApiRefusal,
  invalidParameter,
  missingParameter,
  type Operation,
  operation,
  type Parameters,
} from './operation';
import { text, wholeNumber } from './parameters';

const RULES_PAGE = 'https://alibabacloud.com/help/en/cms/developer-reference/api-describemetricrulelist';
const TARGETS_PAGE = 'https://help.aliyun.com/document_detail/178742.htm';
const PUT_PAGE = 'https://help.aliyun.com/zh/cms/developer-reference/api-putresourcemetricrule';

export const METRIC_RULE_BEHAVIOURS: readonly Behaviour[] = [
  { part: 'CloudMonitor', what: 'Every endpoint knows the rules of all regions.', basis: ASSUMED },
  {
    part: 'CloudMonitor',
    what: 'A rule whose statistic its metric does not have is refused.',
    basis: documented(PUT_PAGE),
  },
  { part: 'CloudMonitor', what: 'A rule has five targets at most.', basis: documented(TARGETS_PAGE) },
  {
    part: 'CloudMonitor',
    what: 'A rule that is put again is replaced as a whole, but for its targets.',
    basis: ASSUMED,
  },
  { part: 'CloudMonitor', what: 'Whether a rule is on stays as it was when it is put again.', basis: ASSUMED },
  { part: 'CloudMonitor', what: 'The targets of a rule go with it.', basis: ASSUMED },
  {
    part: 'CloudMonitor',
    what: 'A rule for a contact group that is not there, or silent for less than 300 s, is refused.',
    basis: ASSUMED,
  },
];

/** Rules of CloudMonitor, and the contact groups that they tell. */
export interface AlarmControls {
  /** Makes a rule that nobody evaluates, or changes it: it rings as it is told to. */
  set(id: string, rule: EmulatedRule): void;
  /** What a person does in the console to a rule that was put: new values of its parameters, off or on. */
  edit(id: string, change: RuleEdit): void;
  addContactGroup(name: string): void;
  /** Rules silent for less are refused, as older pages of the vendor say of 3,600. */
  shortestSilence(seconds: number): void;
  /** What was put, by the names of the parameters. */
  find(id: string): Parameters | undefined;
  ids(): readonly string[];
}

export interface EmulatedRule {
  readonly name: string;
  readonly state: RuleState;
  readonly enabled?: boolean;
  /** Ids of the CLBs that it is about. */
  readonly instances?: readonly string[];
  /** Seconds between two notices while it rings; the vendor's default of a day unless told. */
  readonly silence?: number;
}

export type RuleState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface RuleEdit {
  readonly parameters?: Parameters;
  readonly enabled?: boolean;
}

export interface KeptTarget {
  readonly id: string;
  readonly arn: string;
  /** JSON text. */
  readonly level: string;
}

export interface KeptRule {
  readonly parameters: Parameters;
  readonly enabled: boolean;
  readonly state: RuleState;
  readonly targets: ReadonlyMap<string, KeptTarget>;
}

export interface MetricRuleStore {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly controls: AlarmControls;
  /** Rules that were put, to be evaluated. */
  readonly rules: ReadonlyMap<string, KeptRule>;
  setState(id: string, state: RuleState): void;
}

const LEVELS = ['Critical', 'Warn', 'Info'] as const;
const MAX_IDS = 20;
const MAX_TARGETS = 5;
const SHORTEST_SILENCE = 300;
const DEFAULT_SILENCE = 86_400;
/** Metrics of CLBs that are not kept here, with the statistics that they have. */
const OTHER_METRICS: readonly string[] = ['HeathyServerCount', 'InstanceDropTrafficRX', 'InstanceDropTrafficTX'];

const RuleQuery = z.object({
  RuleIds: text()
    .transform((ids) => ids.split(','))
    .optional(),
  RuleName: z.string().optional(),
  Namespace: text().optional(),
  Page: wholeNumber(1, 10_000).default(1),
  PageSize: wholeNumber(1, 100).default(10),
});
const GroupQuery = z.object({
  PageNumber: wholeNumber(1, 10_000).default(1),
  PageSize: wholeNumber(1, 100).default(10),
});
const Given = z.record(z.string(), z.string());
const OfRule = z.object({ RuleId: text() });

export function createMetricRuleStore(): MetricRuleStore {
  const rules = new Map<string, KeptRule>();
  const groups = new Set<string>();
  let shortest = SHORTEST_SILENCE;

  function list({ Namespace, Page, PageSize, RuleIds, RuleName = '' }: z.infer<typeof RuleQuery>): object {
    if (RuleIds !== undefined && RuleIds.length > MAX_IDS)
      throw invalidParameter('RuleIds', `At most ${MAX_IDS} rules.`);
    const found = [...rules].filter(
      ([id, { parameters }]) =>
        (RuleIds?.includes(id) ?? true) &&
        (parameters['RuleName'] ?? '').includes(RuleName) &&
        (Namespace === undefined || parameters['Namespace'] === Namespace),
    );
    const Alarm = found.slice((Page - 1) * PageSize, Page * PageSize).map(([id, rule]) => shown(id, rule));
    return { Code: '200', Success: true, Total: String(found.length), Alarms: { Alarm } };
  }

  function put(given: Parameters): object {
    const { RuleId: id = '' } = given;
    for (const name of ['RuleId', 'RuleName', 'Namespace', 'MetricName', 'ContactGroups']) {
      if ((given[name] ?? '') === '') throw missingParameter(name);
    }
    const unknown = (given['ContactGroups'] ?? '').split(',').find((group) => !groups.has(group));
    if (unknown !== undefined) throw invalidParameter('ContactGroups', `There is no contact group ${unknown}.`);
    if (Number(given['SilenceTime'] ?? DEFAULT_SILENCE) < shortest)
      throw invalidParameter('SilenceTime', `At least ${shortest}.`);
    checkEscalations(given);
    const before = rules.get(id);
    rules.set(id, {
      parameters: given,
      enabled: before?.enabled ?? true,
      state: before?.state ?? 'OK',
      targets: before?.targets ?? new Map(),
    });
    return { Code: '200', Success: true };
  }

  function found(id: string): KeptRule {
    const rule = rules.get(id);
    if (rule === undefined) throw new ApiRefusal(404, 'ResourceNotFound', `The specified resource is not found. ${id}`);
    return rule;
  }

  function putTargets(given: Parameters): object {
    const { RuleId: id = '' } = given;
    if (id === '') throw missingParameter('RuleId');
    const rule = found(id);
    const targets = new Map(rule.targets);
    for (const target of targetsIn(given)) targets.set(target.id, target);
    if (targets.size > MAX_TARGETS) throw invalidParameter('Targets', `At most ${MAX_TARGETS} targets.`);
    rules.set(id, { ...rule, targets });
    return { Code: '200', Success: true, FailData: { Targets: { Target: [] } } };
  }

  function listTargets({ RuleId }: z.infer<typeof OfRule>): object {
    const Target = [...found(RuleId).targets.values()].map(({ arn, id, level }) => ({
      Id: id,
      Arn: arn,
      Level: level,
    }));
    return { Code: '200', Success: true, Targets: { Target } };
  }

  function deleteTargets(given: Parameters): object {
    const { RuleId: id = '' } = given;
    const ids = listed(given, 'TargetIds');
    if (id === '') throw missingParameter('RuleId');
    if (ids.length === 0) throw missingParameter('TargetIds');
    const rule = found(id);
    rules.set(id, { ...rule, targets: new Map([...rule.targets].filter(([target]) => !ids.includes(target))) });
    return { Code: '200', Success: true };
  }

  function deleteRules(given: Parameters): object {
    const ids = listed(given, 'Id');
    if (ids.length === 0) throw missingParameter('Id');
    for (const id of ids) found(id);
    for (const id of ids) rules.delete(id);
    return { Code: '200', Success: true };
  }

  function listGroups({ PageNumber, PageSize }: z.infer<typeof GroupQuery>): object {
    const ContactGroup = [...groups].slice((PageNumber - 1) * PageSize, PageNumber * PageSize);
    return { Code: '200', Success: true, Total: groups.size, ContactGroups: { ContactGroup } };
  }

  return {
    rules,
    setState: (id, state) => {
      rules.set(id, { ...found(id), state });
    },
    controls: {
      set: (id, { enabled = true, instances = [], name, silence = DEFAULT_SILENCE, state }) => {
        const parameters = {
          RuleName: name,
          Namespace: 'acs_slb_dashboard',
          Resources: JSON.stringify(instances.map((instanceId) => ({ instanceId }))),
          SilenceTime: String(silence),
        };
        rules.set(id, { parameters, enabled, state, targets: new Map() });
      },
      edit: (id, { enabled, parameters = {} }) => {
        const rule = found(id);
        rules.set(id, {
          ...rule,
          parameters: { ...rule.parameters, ...parameters },
          enabled: enabled ?? rule.enabled,
        });
      },
      addContactGroup: (name) => void groups.add(name),
      shortestSilence: (seconds) => {
        shortest = seconds;
      },
      find: (id) => rules.get(id)?.parameters,
      ids: () => [...rules.keys()],
    },
    operations: {
      DescribeMetricRuleList: operation({
        what: 'Rules, all or by their ids, a part of their name or what they are about, whichever the endpoint, with state and silence time; it costs no metric query.',
        basis: documented(RULES_PAGE),
        parameters: RuleQuery,
        handle: list,
      }),
      PutResourceMetricRule: operation({
        what: 'Makes a threshold rule, or replaces the one of its id.',
        basis: documented(PUT_PAGE),
        parameters: Given,
        handle: put,
      }),
      PutMetricRuleTargets: operation({
        what: 'Adds targets to a rule, or replaces those of their ids.',
        basis: documented(TARGETS_PAGE),
        parameters: Given,
        handle: putTargets,
      }),
      DescribeMetricRuleTargets: operation({
        what: 'The targets of a rule.',
        basis: typed('@alicloud/cms20190101 4.0.10 DescribeMetricRuleTargetsResponseBody.ts'),
        parameters: OfRule,
        handle: listTargets,
      }),
      DeleteMetricRuleTargets: operation({
        what: 'Takes targets away from a rule.',
        basis: typed('@alicloud/cms20190101 4.0.10 DeleteMetricRuleTargetsRequest.ts'),
        parameters: Given,
        handle: deleteTargets,
      }),
      DeleteMetricRules: operation({
        what: 'Deletes rules by their ids.',
        basis: typed('@alicloud/cms20190101 4.0.10 DeleteMetricRulesRequest.ts'),
        parameters: Given,
        handle: deleteRules,
      }),
      DescribeContactGroupList: operation({
        what: 'The names of the contact groups, page by page.',
        basis: typed('@alicloud/cms20190101 4.0.10 DescribeContactGroupListResponseBody.ts'),
        parameters: GroupQuery,
        handle: listGroups,
      }),
    },
  };
}

/** As the vendor answers: what was put comes back as text or as numbers, levels without a condition as empty objects. */
function shown(id: string, { enabled, parameters, state }: KeptRule): object {
  const escalation = (level: string): object =>
    parameters[`Escalations.${level}.Threshold`] === undefined
      ? {}
      : {
          Statistics: parameters[`Escalations.${level}.Statistics`],
          ComparisonOperator: parameters[`Escalations.${level}.ComparisonOperator`],
          Threshold: parameters[`Escalations.${level}.Threshold`],
          Times: Number(parameters[`Escalations.${level}.Times`]),
        };
  const { ContactGroups, EffectiveInterval, MetricName, Namespace, NoDataPolicy, Period, Resources, RuleName } =
    parameters;
  return {
    RuleId: id,
    RuleName,
    AlertState: state,
    EnableState: enabled,
    SourceType: 'METRIC',
    Namespace,
    MetricName,
    Resources,
    Period,
    ContactGroups,
    NoDataPolicy,
    EffectiveInterval,
    Webhook: parameters['Webhook'] ?? '',
    SilenceTime: Number(parameters['SilenceTime'] ?? DEFAULT_SILENCE),
    Escalations: Object.fromEntries(LEVELS.map((level) => [level, escalation(level)])),
  };
}

function checkEscalations(given: Parameters): void {
  const { MetricName = '', Namespace } = given;
  const metric = Object.hasOwn(CLB_METRICS, MetricName) ? CLB_METRICS[MetricName] : undefined;
  if (Namespace === 'acs_slb_dashboard' && metric === undefined && !OTHER_METRICS.includes(MetricName))
    throw invalidParameter('MetricName', `There is no metric ${MetricName}.`);
  const complete = LEVELS.filter((level) => {
    const parts = ['Statistics', 'ComparisonOperator', 'Threshold', 'Times'].map(
      (part) => given[`Escalations.${level}.${part}`],
    );
    const missing = parts.filter((part) => part === undefined).length;
    if (missing > 0 && missing < parts.length) throw invalidParameter(`Escalations.${level}`, 'It is not complete.');
    const statistics: readonly string[] = metric?.statistics ?? ['Average', 'Minimum', 'Maximum'];
    if (missing === 0 && !statistics.includes(parts[0] ?? ''))
      throw invalidParameter(`Escalations.${level}.Statistics`, `${MetricName} has none.`);
    return missing === 0;
  });
  if (complete.length === 0) throw missingParameter('Escalations');
}

function targetsIn(given: Parameters): readonly KeptTarget[] {
  const count = Object.keys(given).filter((name) => /^Targets\.\d+\.Id$/.test(name)).length;
  if (count === 0) throw missingParameter('Targets');
  return Array.from({ length: count }, (_, index) => {
    const field = (name: string): string => given[`Targets.${index + 1}.${name}`] ?? '';
    if (!/^acs:\w+:[a-z0-9-]+:\d+:/.test(field('Arn')))
      throw invalidParameter(`Targets.${index + 1}.Arn`, 'It is no ARN.');
    return { id: field('Id'), arn: field('Arn'), level: field('Level') };
  });
}

function listed(given: Parameters, name: string): readonly string[] {
  return Object.entries(given).flatMap(([key, value]) => (new RegExp(`^${name}\\.\\d+$`).test(key) ? [value] : []));
}
