/** The rules of CloudMonitor that a configuration implies, in each region. Pure. */

import { fingerprint } from '../shared/cloud/digests';
import { gatewaysOf, regionsOf } from '../shared/config/region';
import type { Configuration } from '../shared/config/schema';
import { FUNCTIONS } from '../shared/core/function-name';
import type { Conditions, MetricRule, RuleTarget } from '../shared/core/metric-rule';
import { MINUTE, type Millis, SECOND } from '../shared/core/time';
import { watchesOf } from './alarm-conditions';
import { DEPLOYMENTS } from './functions';

/** How rules reach receive-alarm: through an MNS topic of the account, or at an address, of which each region may have its own. */
export type Route =
  | { readonly by: 'topic'; readonly topic: string }
  | { readonly by: 'callback'; readonly addressOf: (region: string) => string };

export interface RuleOf {
  readonly region: string;
  readonly rule: MetricRule;
}

export interface Implied {
  readonly rules: readonly RuleOf[];
  /** What no rule is about, and why. */
  readonly notes: readonly string[];
}

/** Id of our target, by which it is known among a rule's others. */
export const TARGET_ID = 'receive-alarm';
/** Nobody has looked for so long. */
const SILENT: Millis = 5 * MINUTE;

/**
 * An id that says whose the rule is and of which region: `gateway-autopilot_cn-hangzhou_0123456789ab`. It is made of what the
 * rule is about, so that the same configuration has the same ids. How long ids and names may be is not documented (2026-11):
 * these have up to 80 and 170 characters.
 */
export function ruleId(prefix: string, region: string, about: string): string {
  return `${prefix}_${region}_${fingerprint(about)}`;
}

/** The region of a rule of ours; `undefined` for any other rule. Ids cannot be changed, names can. */
export function regionOfRule(prefix: string, id: string): string | undefined {
  const [begin, region, print, ...more] = id.split('_');
  const isOurs = begin === prefix && more.length === 0 && /^[0-9a-f]{12}$/.test(print ?? '');
  return isOurs ? region : undefined;
}

/**
 * @param account id of the account that everything is in
 * @param contactGroups CloudMonitor takes no rule without one
 */
export function impliedRules(
  configuration: Configuration,
  account: string,
  contactGroups: readonly string[],
  route: Route,
): Implied {
  const regions = Object.keys(configuration.regions);
  const settings = { configuration, account, contactGroups, route };
  return {
    rules: regions.flatMap((region) => [...gatewayRules(settings, region), ...heartbeatRules(settings, region)]),
    notes: [...withoutLoadBalancers(configuration), ...withoutHeartbeat(configuration)],
  };
}

/** Ids of these rules: what they are made of needs neither account nor contact groups, and a renamed rule keeps it. */
export function impliedIds(configuration: Configuration): readonly { readonly region: string; readonly id: string }[] {
  const { rules } = impliedRules(configuration, '', [], { by: 'topic', topic: '' });
  return rules.map(({ region, rule }) => ({ region, id: rule.id }));
}

interface Settings {
  readonly configuration: Configuration;
  readonly account: string;
  readonly contactGroups: readonly string[];
  readonly route: Route;
}

function gatewayRules(settings: Settings, region: string): readonly RuleOf[] {
  const { configuration } = settings;
  return gatewaysOf(configuration, region).flatMap(({ names: { gateway }, policy }) => {
    const ids = configuration.gateways[gateway]?.loadBalancers[region] ?? [];
    if (ids.length === 0) return [];
    return watchesOf(policy, ids.length).map(({ conditions, metric, what }) =>
      ruleOf(settings, region, `${gateway} ${what}`, {
        namespace: 'acs_slb_dashboard',
        metric,
        resources: ids.map((instanceId) => ({ instanceId })),
        period: MINUTE / SECOND,
        conditions,
        // An idle CLB may report nothing, and what is unknown is not unhealthy.
        noData: 'KEEP_LAST_STATE',
      }),
    );
  });
}

/**
 * No heartbeat for five minutes, or for three looks where the cadence is slower. Custom metrics are in a namespace of the account
 * and are known by their dimensions in the order of the alphabet (the vendor's own samples of aliyun-cms APIs); that rules for
 * them are taken by PutResourceMetricRule, which alone knows what to do without data, is ASSUMED: PutCustomMetricRule has no such
 * parameter.
 */
function heartbeatRules(settings: Settings, region: string): readonly RuleOf[] {
  const { account, configuration } = settings;
  if (configuration.cloudMonitor.customMetrics === 'off') return [];
  return beatingIn(configuration, region).map(({ cadence, name }) =>
    ruleOf(settings, region, `heartbeat ${name}`, {
      namespace: `acs_customMetric_${account}`,
      metric: 'gateway_autopilot_heartbeat',
      resources: [{ groupId: '0', dimension: `function=${name}&region=${region}` }],
      period: Math.max(SILENT, 3 * cadence) / SECOND,
      conditions: { Critical: { statistic: 'Average', comparison: 'LessThanThreshold', threshold: 1, times: 1 } },
      noData: 'INSUFFICIENT_DATA',
    }),
  );
}

/** The functions of a region that look by a timer and have something to look after. */
function beatingIn(
  configuration: Configuration,
  region: string,
): readonly { readonly name: string; readonly cadence: Millis }[] {
  return FUNCTIONS.flatMap((name) => {
    const key = DEPLOYMENTS[name].cadence;
    if (key === undefined || !regionsOf(configuration, name).includes(region)) return [];
    return [{ name, cadence: configuration.cadence[key] }];
  });
}

type Watched = Pick<MetricRule, 'namespace' | 'metric' | 'resources' | 'period' | 'noData'> & {
  readonly conditions: Conditions;
};

function ruleOf(
  { account, configuration, contactGroups, route }: Settings,
  region: string,
  about: string,
  watched: Watched,
): RuleOf {
  const { prefix, silence } = configuration.alarms;
  const rule: MetricRule = {
    id: ruleId(prefix, region, about),
    name: `${prefix} ${region} ${about}`,
    ...watched,
    silence: silence / SECOND,
    effective: '00:00-23:59',
    contactGroups,
    webhook: route.by === 'callback' ? route.addressOf(region) : undefined,
    targets: route.by === 'topic' ? [topicTarget(region, account, route.topic)] : [],
  };
  return { region, rule };
}

/** The form of the ARN is that of PutMetricRuleTargets; a how-to of 2021 writes `messages` at its end. */
function topicTarget(region: string, account: string, topic: string): RuleTarget {
  return {
    id: TARGET_ID,
    arn: `acs:mns:${region}:${account}:/topics/${topic}/message`,
    levels: ['CRITICAL', 'INFO', 'WARN'],
  };
}

function withoutLoadBalancers(configuration: Configuration): readonly string[] {
  return Object.entries(configuration.gateways).flatMap(([gateway, { loadBalancers, regions }]) =>
    regions
      .filter((region) => (loadBalancers[region] ?? []).length === 0)
      .map(
        (region) =>
          `no rule is about ${gateway} in ${region}: gateways.${gateway}.loadBalancers names no CLB there; timers look all the same`,
      ),
  );
}

function withoutHeartbeat({ cloudMonitor }: Configuration): readonly string[] {
  return cloudMonitor.customMetrics === 'on'
    ? []
    : ["nothing rings when no function looks any more: that rule needs cloudMonitor.customMetrics: 'on'"];
}
