import { z } from 'zod';
import type { Instant } from '../../../shared/core/time';
import { invalidParameter, missingParameter } from './operation';

/** A value of a custom metric that somebody put: an aggregate of a minute, or a raw one. */
export interface CustomMetric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
  readonly isRaw: boolean;
  readonly at: Instant;
}

/** Custom metrics in one call. */
const MAX_METRICS = 21;
const Values = z.record(z.string(), z.number());
const MetricDimensions = z.record(z.string().min(1).max(64), z.string().regex(/^[\w.\-/\\]{1,64}$/));

/** @throws ApiRefusal */
export function metricsIn(parameters: Readonly<Record<string, string>>, now: Instant): readonly CustomMetric[] {
  const count = Object.keys(parameters).filter((name) => /^MetricList\.\d+\.MetricName$/.test(name)).length;
  if (count === 0) throw missingParameter('MetricList');
  if (count > MAX_METRICS) throw invalidParameter('MetricList', `At most ${MAX_METRICS} values.`);
  return Array.from({ length: count }, (_, index) => {
    const prefix = `MetricList.${index + 1}`;
    const field = (name: string): string => {
      const value = parameters[`${prefix}.${name}`];
      if (value === undefined || value === '') throw missingParameter(`${prefix}.${name}`);
      return value;
    };
    const isRaw = field('Type') === '0';
    if (!isRaw && !['60', '300'].includes(field('Period'))) throw invalidParameter(`${prefix}.Period`, '60 or 300.');
    if (!/^[A-Za-z]\w{0,63}$/.test(field('MetricName'))) throw invalidParameter(`${prefix}.MetricName`, 'Not a name.');
    field('GroupId');
    const values = Values.safeParse(json(field('Values')));
    if (!values.success) throw invalidParameter(`${prefix}.Values`, 'Not an object of numbers.');
    const dimensions = MetricDimensions.safeParse(json(field('Dimensions')));
    if (!dimensions.success) throw invalidParameter(`${prefix}.Dimensions`, 'Not an object of words.');
    const at = Number(parameters[`${prefix}.Time`] ?? now);
    return { name: field('MetricName'), dimensions: dimensions.data, values: values.data, isRaw, at };
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: refused by the caller like any other wrong shape.
    return undefined;
  }
}
