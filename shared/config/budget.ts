import { historyNeeded } from '../core/load';
import type { LoadMetric } from '../core/policy';
import { HOUR, MINUTE, type Millis } from '../core/time';
import { gatewaysOf } from './region';
import type { Configuration } from './schema';

/** CloudMonitor queries that one function makes in one region in a month. */
export interface MetricQueries {
  readonly function: 'scale-gateway' | 'attach-clb';
  readonly region: string;
  readonly metrics: readonly string[];
  readonly looksPerMonth: number;
  readonly queriesPerLook: number;
  readonly queriesPerMonth: number;
}

export interface MonthlyMetricQueries {
  readonly items: readonly MetricQueries[];
  readonly total: number;
}

/** What of a gateway its metric queries follow from. */
export interface MetricReader {
  readonly regions: readonly string[];
  readonly policy: {
    readonly signals: readonly { readonly metric: LoadMetric }[];
    readonly metricMaxAge: Millis;
    readonly scaleUp: { readonly stabilizationWindow: Millis };
    readonly scaleDown: { readonly stabilizationWindow: Millis };
    /** Whether the number of its CLBs is looked after. */
    readonly loadBalancers?: object | undefined;
  };
}

/** How often each function looks that reads metrics. */
export interface Cadences {
  readonly scaleGateway: Millis;
  readonly attachClb: Millis;
}

/**
 * Most queries a month that a configuration may need unless it says that the account pays for them. The free million
 * of DescribeMetricLast, -List, -Data and -Top is shared with everything else in the account, and past it CloudMonitor
 * blocks reads (CloudMonitor documentation, read 2026-11).
 */
export const MOST_FREE_QUERIES = 800_000;

/** The configuration does not say how many CLBs a gateway has: its own is assumed, and the one extra that may be attached. */
const CLBS_PER_GATEWAY = 2;
/** DescribeMetricList: instances in one call, and data points in one page. */
const INSTANCES_PER_QUERY = 50;
const POINTS_PER_PAGE = 1440;
export const MONTH: Millis = 730 * HOUR;
/** Looks that alarms and people cause, beyond the timer's: one more for every ten. */
export const TIMER_LOOKS_PER_EXTRA_LOOK = 10;

/** The CloudMonitor queries that all functions make in a month of 730 hours, item by item. */
export function monthlyMetricQueries({ cadence, gateways, policies, regions }: Configuration): MonthlyMetricQueries {
  const readers = Object.keys(regions).flatMap((region) =>
    gatewaysOf({ gateways, policies }, region).map(({ policy }) => ({ regions: [region], policy })),
  );
  return queriesOf(readers, cadence);
}

/** The same for gateways that need not be all of a configuration. */
export function queriesOf(gateways: readonly MetricReader[], cadence: Cadences): MonthlyMetricQueries {
  const regions = [...new Set(gateways.flatMap((gateway) => gateway.regions))];
  const items = regions.flatMap((region) => {
    const policies = gateways.filter((gateway) => gateway.regions.includes(region)).map(({ policy }) => policy);
    return [
      ofScaleGateway(region, policies, cadence.scaleGateway),
      ...ofAttachClb(region, policies, cadence.attachClb),
    ];
  });
  return { items, total: sum(items.map(({ queriesPerMonth }) => queriesPerMonth)) };
}

function ofScaleGateway(region: string, policies: readonly MetricReader['policy'][], cadence: Millis): MetricQueries {
  const metrics = [...new Set(policies.flatMap(({ signals }) => signals.map(({ metric }) => metric)))];
  const queriesPerLook = sum(metrics.map((metric) => queriesPerLookFor(metric, policies)));
  return { function: 'scale-gateway', region, metrics, ...inAMonth(queriesPerLook, cadence) };
}

/** What attach-clb reads at each look; the window of a release, and who is left on one that drains, only where it comes to that. */
const BALANCED_BY = ['connections', 'newConnections', 'trafficIn', 'trafficOut', 'droppedConnections'] as const;
const BALANCED_MINUTES = 10;

function ofAttachClb(
  region: string,
  all: readonly MetricReader['policy'][],
  cadence: Millis,
): readonly MetricQueries[] {
  const policies = all.filter(({ loadBalancers }) => loadBalancers !== undefined);
  if (policies.length === 0) return [];
  const minutes = BALANCED_MINUTES + Math.max(...policies.map(({ metricMaxAge }) => metricMaxAge)) / MINUTE;
  const queriesPerLook = BALANCED_BY.length * queriesFor(policies.length * CLBS_PER_GATEWAY, minutes);
  return [{ function: 'attach-clb', region, metrics: BALANCED_BY, ...inAMonth(queriesPerLook, cadence) }];
}

function inAMonth(queriesPerLook: number, cadence: Millis) {
  const timerLooks = MONTH / cadence;
  const looksPerMonth = Math.ceil(timerLooks + timerLooks / TIMER_LOOKS_PER_EXTRA_LOOK);
  return { looksPerMonth, queriesPerLook, queriesPerMonth: queriesPerLook * looksPerMonth };
}

/** One metric is asked for the CLBs of all gateways together, 50 a call; a long history comes in several pages. */
function queriesPerLookFor(metric: LoadMetric, policies: readonly MetricReader['policy'][]): number {
  const readers = policies.filter(({ signals }) => signals.some((signal) => signal.metric === metric));
  return queriesFor(readers.length * CLBS_PER_GATEWAY, Math.max(...readers.map(historyNeeded)) / MINUTE);
}

function queriesFor(clbs: number, minutes: number): number {
  const pages = (asked: number): number => Math.ceil((asked * minutes) / POINTS_PER_PAGE);
  const full = Math.floor(clbs / INSTANCES_PER_QUERY);
  return full * pages(INSTANCES_PER_QUERY) + pages(clbs % INSTANCES_PER_QUERY);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
