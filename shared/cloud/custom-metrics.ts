import type { Millis } from '../core/time';
import type { CustomMetrics, MetricValue } from '../ports';
import { Nothing, readSuccess } from './cloud-monitor-answer';
import type { OpenApi, OpenApiCall } from './seams';

/**
 * The API takes 21 (page of PutCustomMetric, 2026-06; the overview says 100), but all parameters travel in the address, of which
 * servers take 8 KB as a rule (ASSUMED of this one): a value is about 400 bytes of it.
 */
const MOST_VALUES = 16;
/** Nobody waits for it. */
const LIMIT: Millis = 2_000;

/**
 * Custom metrics of CloudMonitor (PutCustomMetric, alibabacloud.com/help/doc-detail/115004.htm, 2026-06, and its overview,
 * doc-detail/63275.html). Raw values are charged, aggregated ones of a minute are not: each is sent as the aggregate of one sample.
 * Names are letters, digits and `_`, dimensions have none of `=&,`; group 0 is none. What becomes of two aggregates of one minute is
 * not documented (ASSUMED: the later one stands).
 */
export function createCustomMetrics(openApi: OpenApi, region: string): CustomMetrics {
  return {
    put: async (values, at) => {
      const query = Object.fromEntries(
        values
          .slice(0, MOST_VALUES)
          .flatMap((value, index) => [
            ...parametersOf(value).map(([name, text]) => [`MetricList.${index + 1}.${name}`, text] as const),
            [`MetricList.${index + 1}.Time`, String(at)],
          ]),
      );
      const call: OpenApiCall = {
        product: 'cms',
        region,
        action: 'PutCustomMetric',
        query,
        effect: 'write',
        limit: LIMIT,
      };
      const { body } = await openApi.call(call);
      readSuccess(Nothing, body, call);
    },
  };
}

function parametersOf({ dimensions, name, value }: MetricValue): readonly (readonly [string, string])[] {
  const aggregate = { Sum: value, Average: value, Maximum: value, Minimum: value, SampleCount: 1 };
  return [
    ['MetricName', name],
    ['Dimensions', JSON.stringify(dimensions)],
    ['Values', JSON.stringify(aggregate)],
    ['Type', '1'],
    ['Period', '60'],
    ['GroupId', '0'],
  ];
}
