import { historyNeeded } from '../core/load';
import type { LoadMetric } from '../core/policy';
import { HOUR, MINUTE, type Millis } from '../core/time';
import { gatewaysOf } from './region';
import type { Configuration } from './schema';

/** CloudMonitor queries that one function makes in one region in a month. */
export interface MetricQueries {
  readonly function: 'scale-gateway';
  readonly region: string;
  readonly metrics: readonly LoadMetric[];
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
  };
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
const MONTH = 730 * HOUR;
/** Looks that alarms and people cause, beyond the timer's: one more for every ten. */
const TIMER_LOOKS_PER_EXTRA_LOOK = 10;

/** The CloudMonitor queries that all functions make in a month of 730 hours, item by item. */
export function monthlyMetricQueries({ cadence, gateways, policies, regions }: Configuration): MonthlyMetricQueries {
  const readers = Object.keys(regions).flatMap((region) =>
    gatewaysOf({ gateways, policies }, region).map(({ policy }) => ({ regions: [region], policy })),
  );
  return queriesOf(readers, cadence.scaleGateway);
}

/** The same for gateways that need not be all of a configuration, looked at once per `cadence`. */
export function queriesOf(gateways: readonly MetricReader[], cadence: Millis): MonthlyMetricQueries {
  const timerLooks = MONTH / cadence;
  const looksPerMonth = Math.ceil(timerLooks + timerLooks / TIMER_LOOKS_PER_EXTRA_LOOK);
  const regions = [...new Set(gateways.flatMap((gateway) => gateway.regions))];
  const items = regions.map((region): MetricQueries => {
    const policies = gateways.filter((gateway) => gateway.regions.includes(region)).map(({ policy }) => policy);
    const metrics = [...new Set(policies.flatMap(({ signals }) => signals.map(({ metric }) => metric)))];
    const queriesPerLook = sum(metrics.map((metric) => queriesPerLookFor(metric, policies)));
    const queriesPerMonth = queriesPerLook * looksPerMonth;
    return { function: 'scale-gateway', region, metrics, looksPerMonth, queriesPerLook, queriesPerMonth };
  });
  return { items, total: sum(items.map(({ queriesPerMonth }) => queriesPerMonth)) };
}

/** One metric is asked for the CLBs of all gateways together, 50 a call; a long history comes in several pages. */
function queriesPerLookFor(metric: LoadMetric, policies: readonly MetricReader['policy'][]): number {
  const readers = policies.filter(({ signals }) => signals.some((signal) => signal.metric === metric));
  const minutes = Math.max(...readers.map(historyNeeded)) / MINUTE;
  const pages = (clbs: number): number => Math.ceil((clbs * minutes) / POINTS_PER_PAGE);
  const clbs = readers.length * CLBS_PER_GATEWAY;
  const full = Math.floor(clbs / INSTANCES_PER_QUERY);
  return full * pages(INSTANCES_PER_QUERY) + pages(clbs % INSTANCES_PER_QUERY);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
