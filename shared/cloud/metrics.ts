import { z } from 'zod';
import { type Instant, MINUTE } from '../core/time';
import type { MetricHistory, MetricQuery, Metrics, Point } from '../ports';
import { readAnswer } from './answer';
import { chunksOf } from './chunks';
import { readSuccess } from './cloud-monitor-answer';
import { type Page, pages } from './paging';
import type { OpenApi, OpenApiCall } from './seams';
import { together } from './together';
import { parseJson } from './untyped';

const OPERATION = 'cms.DescribeMetricList';
/** Most instances in one `Dimensions` (API page of DescribeMetricList, 2026-01). */
const INSTANCES_PER_CALL = 50;
/** Largest `Length` (same page); the default is 1000. */
const POINTS_PER_PAGE = 1440;
const PERIOD = MINUTE;

const MetricListAnswer = z.object({
  /** A JSON array as text. Absent or empty when there is nothing. */
  Datapoints: z.string().nullish(),
  NextToken: z.string().nullish(),
});

const Datapoints = z.array(z.record(z.string(), z.unknown()));

interface InstancePoint extends Point {
  readonly instanceId: string;
}

/**
 * CloudMonitor's history of one-minute periods, up to 50 instances a call, calls side by side. When one fails, the
 * others have ended too before the failure is thrown.
 *
 * The pages of the API do not say whether a datapoint's `timestamp` is the start or the end of its period (looked for
 * on 2026-11-22). It is taken for the start, so that a minute is never counted before it is over: `Point.at` is
 * `timestamp` plus one minute, and what is asked for are the periods that end in (from, to]. If it is the end, points
 * seem one minute younger than they are.
 *
 * Values that are not finite or are negative, and points of instances not asked for, are dropped: missing, never zero.
 */
export function createMetrics(openApi: OpenApi): Metrics {
  async function pointsOf(query: MetricQuery, instanceIds: readonly string[]): Promise<readonly InstancePoint[]> {
    const minutes = Math.ceil((query.to - query.from) / PERIOD);
    // Twice what full pages would need, since nobody promises that pages are full.
    const maxPages = 10 + 2 * Math.ceil((minutes * instanceIds.length) / POINTS_PER_PAGE);
    const call = callOf(query, instanceIds);
    return await pages(openApi, call, (body) => readPage(body, call, query), maxPages);
  }

  async function history(query: MetricQuery): Promise<MetricHistory> {
    const wanted = [...new Set(query.instanceIds)];
    const chunks = await together(chunksOf(wanted, INSTANCES_PER_CALL).map((ids) => pointsOf(query, ids)));
    const found = new Map(wanted.map((id) => [id, new Map<Instant, number>()]));
    for (const { instanceId, at, value } of chunks.flat()) {
      if (at > query.from && at <= query.to) found.get(instanceId)?.set(at, value);
    }
    return new Map([...found].map(([id, values]) => [id, inOrder(values)]));
  }

  return { history };
}

function callOf(query: MetricQuery, instanceIds: readonly string[]): OpenApiCall {
  return {
    product: 'cms',
    region: query.region,
    action: 'DescribeMetricList',
    query: {
      Namespace: query.namespace,
      MetricName: query.metric,
      Period: PERIOD / 1000,
      StartTime: query.from - PERIOD,
      EndTime: query.to - PERIOD,
      Dimensions: JSON.stringify(instanceIds.map((instanceId) => ({ instanceId }))),
      Length: POINTS_PER_PAGE,
    },
    effect: 'read',
  };
}

function readPage(body: unknown, call: OpenApiCall, { statistic }: MetricQuery): Page<InstancePoint> {
  const answer = readSuccess(MetricListAnswer, body, call);
  const datapoints = readAnswer(Datapoints, parseJson(answer.Datapoints || '[]'), OPERATION, 'Datapoints');
  return { items: datapoints.flatMap((datapoint) => readPoint(datapoint, statistic)), nextToken: answer.NextToken };
}

function readPoint(datapoint: Readonly<Record<string, unknown>>, statistic: string): readonly InstancePoint[] {
  const { instanceId } = datapoint;
  const timestamp = numberOf(datapoint['timestamp']);
  const value = numberOf(datapoint[statistic]);
  if (typeof instanceId !== 'string' || timestamp === undefined || value === undefined || value < 0) return [];
  return [{ instanceId, at: timestamp + PERIOD, value }];
}

/** Numbers come as such or as text. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function inOrder(values: ReadonlyMap<Instant, number>): readonly Point[] {
  return [...values].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
}
