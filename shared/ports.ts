import type { ClusterSeen, Journal, ScaleTarget, UnschedulablePod } from './core/gateway';
import type { Instant, Millis } from './core/time';

/** Time, passed in. Only entry points and adapters hold a real one. */
export interface Clock {
  now(): Instant;
  /** Resolves after `duration`. Never rejects. */
  sleep(duration: Millis): Promise<void>;
}

/** By when the running invocation must have returned, on a clock that is never set back. */
export interface Deadline {
  /** Milliseconds left, never below 0. */
  left(): Millis;
}

/** One sample of a metric: the value of the period that ends at `at`. */
export interface Point {
  readonly at: Instant;
  readonly value: number;
}

/** One metric of many instances over a span, in one-minute periods. */
export interface MetricQuery {
  readonly region: string;
  /** For example `acs_slb_dashboard`. */
  readonly namespace: string;
  /** For example `InstanceNewConnection`. */
  readonly metric: string;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum';
  readonly instanceIds: readonly string[];
  /** Exclusive, as CloudMonitor has it. */
  readonly from: Instant;
  /** Inclusive. */
  readonly to: Instant;
}

/** Points in ascending order for each instance asked for; an instance without any has an empty list. */
export type MetricHistory = ReadonlyMap<string, readonly Point[]>;

/** CloudMonitor. Throws CloudError. Costs ceil(instances/50) calls per query, plus pages. */
export interface Metrics {
  history(query: MetricQuery): Promise<MetricHistory>;
}

/** The gateways of one cluster, seen. Throws CloudError when what every decision needs could not be read. */
export interface Gateways {
  /** One list per kind of object for all gateways of the namespaces together. */
  observe(): Promise<ClusterSeen>;
  /** Pods of a namespace that no node has room for. */
  unschedulablePods(namespace: string): Promise<readonly UnschedulablePod[]>;
  /** The journal alone, for a command that must work while the rest cannot be read. */
  journal(): Promise<Journal>;
  /** What the field of a scale target holds now. */
  read(target: ScaleTarget): Promise<number>;
}

/** The writing half; absent in a dry run. Every write is conditional on what was seen. Throws CloudError. */
export interface GatewayWriter {
  /**
   * Sets the target's field, provided that it still holds what was seen. A Deployment or an HPA may have changed otherwise
   * since, as its status does all the time; an IstioGateway must be unchanged. Throws CloudError `conflict` else.
   */
  scale(target: ScaleTarget, replicas: number): Promise<Written>;
  /**
   * Replaces the journal, provided that it is still at its `resourceVersion`; creates it when it had none. Entries that are
   * not understood are never written, changed or removed.
   */
  record(journal: Journal): Promise<Journal>;
}

/** Proof of a write: what the API answered. */
export interface Written {
  readonly resourceVersion: string;
  readonly value: number;
}

/** A message for a person: something is held that only they can settle. */
export interface Notice {
  readonly function: string;
  readonly region: string;
  readonly subject: string;
  readonly reason: string;
  readonly message: string;
  readonly at: Instant;
}

/** Tells people. A failing notifier never stops an action; the caller reports the failure. */
export interface Notifier {
  notify(notices: readonly Notice[]): Promise<void>;
}

/** One structured log line. Values are JSON; nothing secret is ever passed. */
export type LogFields = Readonly<Record<string, unknown>>;
export interface Log {
  info(event: string, fields: LogFields): void;
  warn(event: string, fields: LogFields): void;
  error(event: string, fields: LogFields): void;
}

/** The credentials of the invocation: those of the function's role, never kept. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}
