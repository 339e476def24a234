/** A threshold rule of CloudMonitor, as it is wanted or as it was seen. Pure data. */
export interface MetricRule {
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  /** Each is judged by itself. */
  readonly resources: readonly Readonly<Record<string, string>>[];
  /** Seconds. */
  readonly period: number;
  readonly conditions: Conditions;
  /** Seconds after which an alarm that lasts is sent again. */
  readonly silence: number;
  readonly noData: string;
  /** When it is judged, `00:00-23:59`. */
  readonly effective: string;
  readonly contactGroups: readonly string[];
  /** Holds a secret: never shown as it is. */
  readonly webhook: string | undefined;
  readonly targets: readonly RuleTarget[];
}

export const LEVELS = ['Critical', 'Warn', 'Info'] as const;
export type Level = (typeof LEVELS)[number];
export type Conditions = Readonly<Partial<Record<Level, Condition>>>;

export interface Condition {
  readonly statistic: string;
  /** CloudMonitor's word, such as `GreaterThanOrEqualToThreshold`. */
  readonly comparison: string;
  /** In the unit of the metric; with `GreaterThanLastPeriod`, in percent. */
  readonly threshold: number;
  /** Periods in a row. */
  readonly times: number;
}

/** Whom a rule writes to beside its contact groups. */
export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  /** `CRITICAL`, `WARN`, `INFO`. */
  readonly levels: readonly string[];
}

export interface MetricRuleSeen extends MetricRule {
  readonly isOn: boolean;
}
