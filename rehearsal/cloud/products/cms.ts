import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DAY, HOUR, type Instant, MINUTE, type Millis, SECOND } from '../../../shared/core/time';
import type { Clock } from '../../../shared/ports';
import { ASSUMED, type Behaviour, documented } from '../behaviour';
import type { Faults, MetricGap } from '../faults';
import { CLB_METRICS, type MetricHistory, RETENTION, type Statistic } from '../metric-history';
import { type CustomMetric, metricsIn } from './custom-metrics';
import { type AlarmControls, createMetricRuleStore, METRIC_RULE_BEHAVIOURS } from './metric-rules';
import {
  ApiRefusal,
  type CallContext,
  invalidParameter,
  missingParameter,
  operation,
  type ProductModule,
} from './operation';
import { text, time, wholeNumber } from './parameters';
import { type AlarmNotice, createRinging, type Resource, RINGING_BEHAVIOURS, type RuleRead } from './ringing-rules';

const METRIC_PAGE = 'https://www.alibabacloud.com/help/doc-detail/115004.htm (2026-06)';
const EVENT_PAGE = 'https://www.alibabacloud.com/help/doc-detail/115012.htm (2026-01-23)';
const LIST_PAGE = 'https://alibabacloud.com/help/doc-detail/51936.htm (2026-01-22)';

export const CMS_BEHAVIOURS: readonly Behaviour[] = [
  { part: 'CloudMonitor', what: 'StartTime is exclusive, EndTime inclusive.', basis: documented(LIST_PAGE) },
  { part: 'CloudMonitor', what: 'A timestamp is the start of its period.', basis: ASSUMED },
  {
    part: 'CloudMonitor',
    what: 'A custom metric whose name or dimensions have other letters is refused; the real one replaces them.',
    basis: ASSUMED,
  },
  { part: 'CloudMonitor', what: 'A minute can be read 90 s after it ended.', basis: ASSUMED },
  { part: 'CloudMonitor', what: 'Without times, the hour that ends now.', basis: ASSUMED },
  { part: 'CloudMonitor', what: 'Datapoints come in the order of time, then of instances.', basis: ASSUMED },
  { part: 'CloudMonitor', what: 'One-minute data is kept for 31 days.', basis: documented(LIST_PAGE) },
  {
    part: 'CloudMonitor',
    what: 'Past 1,000,000 calls a month queries are blocked, unless metrics are paid for.',
    basis: documented(LIST_PAGE),
  },
  { part: 'CloudMonitor', what: 'The code of a blocked query: QuotaExceeded.ApiCalls.', basis: ASSUMED },
  {
    part: 'CloudMonitor',
    what: 'InstanceQps has the Average only, and no data for TCP listeners.',
    basis: documented(
      'https://help.aliyun.com/en/slb/classic-load-balancer/user-guide/monitoring-and-alerting-metrics/',
    ),
  },
  ...METRIC_RULE_BEHAVIOURS,
  ...RINGING_BEHAVIOURS,
];

/** Free calls a month of the query operations together. */
const FREE_CALLS = 1_000_000;
const DEFAULT_DELAY: Millis = 90 * SECOND;
/** Custom events in one call. */
const MAX_EVENTS = 50;
/** Instances in one query. */
const MAX_INSTANCES = 50;

/** A custom event that somebody put. */
export interface CustomEvent {
  readonly name: string;
  readonly content: string;
  readonly at: Instant;
}

/** Rules of CloudMonitor, and what they told. */
export interface AlarmMonitor extends AlarmControls {
  notices(): readonly AlarmNotice[];
}

export interface CloudMonitor {
  readonly module: ProductModule;
  readonly customEvents: () => readonly CustomEvent[];
  readonly customMetrics: () => readonly CustomMetric[];
  readonly faults: Pick<Faults, 'metricGap' | 'metricDelay' | 'metricQuota'>;
  readonly alarms: AlarmMonitor;
  /** Lets the rules ring that have a reason to. */
  ring(): void;
}

export interface CloudMonitorOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly history: MetricHistory;
  /** Whether calls past the free ones are paid for instead of being blocked. */
  readonly paidMetrics: boolean;
  /** Of the listener that has the fewest; `undefined` for an instance that is not there. */
  readonly healthyBackends: (instanceId: string) => number | undefined;
  /** What rules write to their targets. */
  readonly publish: (arn: string, message: string) => void;
}

const Query = z.object({
  Namespace: text(),
  MetricName: text(),
  Dimensions: z.string().optional(),
  Period: z.enum(['60', '300', '900', '3600']).default('60').transform(Number),
  StartTime: time().optional(),
  EndTime: time().optional(),
  Length: wholeNumber(1, 1440).optional(),
  NextToken: z.string().optional(),
});
type Query = z.infer<typeof Query>;
const Dimensions = z.array(z.looseObject({ instanceId: z.string() })).min(1);

type Datapoint = Readonly<Record<string, string | number>>;

/** Where a page starts: a timestamp and an instance's place in the list. */
interface Cursor {
  readonly start: Instant;
  readonly instance: number;
}

export function createCloudMonitor(options: CloudMonitorOptions): CloudMonitor {
  const { accountId, clock, healthyBackends, history, paidMetrics, publish } = options;
  const gaps: MetricGap[] = [];
  const rules = createMetricRuleStore();
  const customEvents: CustomEvent[] = [];
  const customMetrics: CustomMetric[] = [];
  let delay = DEFAULT_DELAY;
  let month = monthOf(clock.now());
  let callsLeft = FREE_CALLS;
  const ringing = createRinging({
    store: rules,
    now: clock.now,
    accountId,
    delay: () => delay,
    read: readForRule,
    publish,
  });

  function readForRule(
    { metric, namespace, period, resource, statistic }: RuleRead,
    start: Instant,
  ): number | undefined {
    if (namespace !== 'acs_slb_dashboard') return readCustom(metric, resource, start, period);
    const { instanceId = '' } = resource;
    if (metric === 'HeathyServerCount') return healthyBackends(instanceId);
    const known = Object.hasOwn(CLB_METRICS, metric) ? CLB_METRICS[metric] : undefined;
    const used = known?.statistics.find((each) => each === statistic);
    if (known === undefined || used === undefined) return undefined;
    const minutes = visibleMinutes(instanceId, known.field, used, start, period);
    return minutes.length === 0 ? undefined : combined(used, minutes);
  }

  /** Averages alone, which is what our rules ask for. */
  function readCustom(name: string, { dimension = '' }: Resource, start: Instant, period: Millis): number | undefined {
    const values = customMetrics.flatMap((metric) => {
      const isMeant = metric.name === name && dimensionText(metric.dimensions) === dimension;
      const average = metric.values['Average'];
      return isMeant && metric.at >= start && metric.at < start + period && average !== undefined ? [average] : [];
    });
    return values.length === 0 ? undefined : combined('Average', values);
  }

  function countCall(): void {
    const present = monthOf(clock.now());
    if (present !== month) {
      month = present;
      callsLeft = FREE_CALLS;
    }
    if (callsLeft <= 0 && !paidMetrics) {
      throw new ApiRefusal(400, 'QuotaExceeded.ApiCalls', 'The free quota of API calls for this month is used up.');
    }
    callsLeft -= 1;
  }

  function list(query: Query, { region }: CallContext): object {
    countCall();
    const ids = instancesOf(query, region);
    const { from, to } = range(query, clock.now());
    const period = query.Period * SECOND;
    const last = Math.min(to, clock.now() - delay - period);
    const cursor = query.NextToken === undefined ? undefined : readToken(query, query.NextToken);
    const first = cursor?.start ?? (Math.floor(from / period) + 1) * period;
    const { points, next } = page(query, ids, { start: first, instance: cursor?.instance ?? 0 }, last);
    return answer(query, points, next === undefined ? {} : { NextToken: writeToken(query, next) });
  }

  function page(
    query: Query,
    ids: readonly string[],
    from: Cursor,
    last: Instant,
  ): { readonly points: readonly Datapoint[]; readonly next: Cursor | undefined } {
    const points: Datapoint[] = [];
    let skipped = from.instance;
    for (let start = from.start; start <= last; start += query.Period * SECOND) {
      for (const [instance, id] of ids.entries()) {
        if (instance < skipped) continue;
        const point = datapoint(query, id, start);
        if (point === undefined) continue;
        if (points.length === (query.Length ?? 1000)) return { points, next: { start, instance } };
        points.push(point);
      }
      skipped = 0;
    }
    return { points, next: undefined };
  }

  function latest(query: Query, { region }: CallContext): object {
    countCall();
    const { from, to } = range(query, clock.now());
    const period = query.Period * SECOND;
    const newest = Math.floor(Math.min(to, clock.now() - delay - period) / period) * period;
    const points = instancesOf(query, region).flatMap((id) => {
      for (let start = newest; start > from; start -= period) {
        const point = datapoint(query, id, start);
        if (point !== undefined) return [point];
      }
      return [];
    });
    return answer(query, points, {});
  }

  function instancesOf(query: Query, region: string | undefined): readonly string[] {
    const asked = query.Dimensions === undefined ? [...history.instances.keys()] : readDimensions(query.Dimensions);
    return asked.filter((id) => {
      const instance = history.instances.get(id);
      return instance !== undefined && (region === undefined || region === instance.region);
    });
  }

  /** One endpoint for all regions is asked for instances of one. */
  function regionOfAny(asked: string | undefined): string | undefined {
    const parsed = Dimensions.safeParse(asked === undefined ? undefined : parsedJson(asked));
    const [first] = parsed.success ? parsed.data : [];
    return first === undefined ? undefined : history.instances.get(first.instanceId)?.region;
  }

  function datapoint(query: Query, id: string, start: Instant): Datapoint | undefined {
    const metric = metricOf(query);
    const values = metric.statistics.map((statistic) => {
      const minutes = visibleMinutes(id, metric.field, statistic, start, query.Period * SECOND);
      return minutes.length === 0 ? undefined : ([statistic, combined(statistic, minutes)] as const);
    });
    const present = values.filter((value) => value !== undefined);
    if (present.length === 0) return undefined;
    return { timestamp: start, userId: accountId, instanceId: id, ...Object.fromEntries(present) };
  }

  function visibleMinutes(
    id: string,
    field: Parameters<MetricHistory['read']>[1],
    statistic: Statistic,
    from: Instant,
    period: Millis,
  ): readonly number[] {
    const values: number[] = [];
    for (let start = from; start < from + period; start += MINUTE) {
      const value =
        start < clock.now() - RETENTION || inGap(id, start) ? undefined : history.read(id, field, statistic, start);
      if (value !== undefined) values.push(value);
    }
    return values;
  }

  function inGap(id: string, start: Instant): boolean {
    const region = history.instances.get(id)?.region;
    return gaps.some(
      (gap) => gap.region === region && (gap.instanceIds?.includes(id) ?? true) && start >= gap.from && start < gap.to,
    );
  }

  return {
    module: {
      product: 'cms',
      version: '2019-01-01',
      errorFields: 'Code',
      regionOf: ({ Dimensions: asked }, { region }) => region ?? regionOfAny(asked),
      operations: {
        ...rules.operations,
        DescribeMetricList: operation({
          what: 'Datapoints of one metric of up to 50 instances, as a JSON text, in pages of up to 1440.',
          basis: documented(LIST_PAGE),
          parameters: Query,
          handle: list,
        }),
        DescribeMetricLast: operation({
          what: 'The newest datapoint of each instance.',
          basis: documented('https://www.alibabacloud.com/help/doc-detail/51939.htm'),
          parameters: Query,
          handle: latest,
        }),
        PutCustomMetric: operation({
          what: 'Keeps up to 21 values of custom metrics, raw or aggregated, each under its name and dimensions.',
          basis: documented(METRIC_PAGE),
          parameters: z.record(z.string(), z.string()),
          handle: (parameters) => {
            customMetrics.push(...metricsIn(parameters, clock.now()));
            return { Code: '200', Message: 'success' };
          },
        }),
        PutCustomEvent: operation({
          what: 'Keeps up to 50 custom events, each with a name and a content.',
          basis: documented(EVENT_PAGE),
          parameters: z.record(z.string(), z.string()),
          handle: (parameters) => {
            customEvents.push(...eventsIn(parameters, clock.now()));
            return { Code: '200', Message: 'success' };
          },
        }),
      },
    },
    alarms: { ...rules.controls, notices: ringing.notices },
    ring: ringing.ring,
    customEvents: () => customEvents,
    customMetrics: () => customMetrics,
    faults: {
      metricGap: (gap) => {
        gaps.push(gap);
      },
      metricDelay: (wanted) => {
        delay = wanted;
      },
      metricQuota: (left) => {
        callsLeft = left;
      },
    },
  };
}

/** As rules name what a custom metric is of: names in the order of the alphabet. */
function dimensionText(dimensions: CustomMetric['dimensions']): string {
  return Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
}

function eventsIn(parameters: Readonly<Record<string, string>>, now: Instant): readonly CustomEvent[] {
  const count = Object.keys(parameters).filter((name) => /^EventInfo\.\d+\.EventName$/.test(name)).length;
  if (count === 0) throw missingParameter('EventInfo');
  if (count > MAX_EVENTS) throw invalidParameter('EventInfo', `At most ${MAX_EVENTS} events.`);
  return Array.from({ length: count }, (_, index) => {
    const field = (name: string): string | undefined => parameters[`EventInfo.${index + 1}.${name}`];
    const name = field('EventName') ?? '';
    const content = field('Content') ?? '';
    if (name === '') throw missingParameter(`EventInfo.${index + 1}.EventName`);
    if (content === '') throw missingParameter(`EventInfo.${index + 1}.Content`);
    return { name, content, at: Number(field('Time') ?? now) };
  });
}

function answer({ Period }: Query, points: readonly Datapoint[], more: object): object {
  return { Code: '200', Success: true, Period: String(Period), Datapoints: JSON.stringify(points), ...more };
}

function metricOf({ Namespace, MetricName }: Query) {
  if (Namespace !== 'acs_slb_dashboard') throw invalidParameter('Namespace', `${Namespace} is not emulated.`);
  const metric = Object.hasOwn(CLB_METRICS, MetricName) ? CLB_METRICS[MetricName] : undefined;
  if (metric === undefined) throw invalidParameter('MetricName', `There is no metric ${MetricName}.`);
  return metric;
}

function readDimensions(json: string): readonly string[] {
  const parsed = Dimensions.safeParse(parsedJson(json));
  if (!parsed.success) throw invalidParameter('Dimensions', 'It must be a JSON list of objects with an instanceId.');
  const ids = [...new Set(parsed.data.map(({ instanceId }) => instanceId))];
  if (ids.length > MAX_INSTANCES) throw invalidParameter('Dimensions', `At most ${MAX_INSTANCES} instances.`);
  return ids;
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not JSON: refused by the caller like any other wrong shape.
    return undefined;
  }
}

function range(query: Query, now: Instant): { readonly from: Instant; readonly to: Instant } {
  metricOf(query);
  const to = query.EndTime ?? now;
  const from = query.StartTime ?? to - HOUR;
  if (from >= to) throw invalidParameter('StartTime', 'It must be earlier than EndTime.');
  if (to - from > 31 * DAY) throw invalidParameter('StartTime', 'The range must not exceed 31 days.');
  return { from, to };
}

function combined(statistic: Statistic, values: readonly number[]): number {
  switch (statistic) {
    case 'Average':
      return Math.round((100 * values.reduce((sum, value) => sum + value, 0)) / values.length) / 100;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
  }
}

/** A token is good for the query that it came with and for no other. */
function fingerprint({ Namespace, MetricName, Dimensions: ids, Period, StartTime, EndTime }: Query): string {
  const asked = JSON.stringify([Namespace, MetricName, ids, Period, StartTime, EndTime]);
  return createHash('sha256').update(asked).digest('hex').slice(0, 16);
}

function writeToken(query: Query, { start, instance }: Cursor): string {
  return Buffer.from(`${fingerprint(query)}.${start}.${instance}`).toString('base64url');
}

function readToken(query: Query, token: string): Cursor {
  const [print, start, instance] = Buffer.from(token, 'base64url').toString().split('.');
  if (print !== fingerprint(query)) throw invalidParameter('NextToken', 'It does not belong to this query.');
  return { start: Number(start), instance: Number(instance) };
}

/** Months in China Standard Time: when the free quota starts anew is not documented. */
function monthOf(at: Instant): string {
  return new Date(at + 8 * HOUR).toISOString().slice(0, 7);
}
