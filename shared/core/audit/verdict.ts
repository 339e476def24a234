import type { Unread } from '../gateway';
import type { Finding, Fix, Severity, Source } from './finding';
import type { AuditSnapshot } from './snapshot';

/** What one check is, and how it judges. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** One sentence. */
  readonly why: string;
  readonly source: Source;
  /** `pods`: means nothing for a serverless gateway, which has no pods of ours. */
  readonly about?: 'pods';
  readonly examine: (snapshot: AuditSnapshot) => Verdict;
}

export type Verdict = Pick<Finding, 'outcome' | 'evidence' | 'fix'>;

export function pass(...evidence: readonly string[]): Verdict {
  return { outcome: 'pass', evidence, fix: undefined };
}

export function fail(evidence: readonly string[], fix: Fix): Verdict {
  return { outcome: 'fail', evidence, fix };
}

export function notApplicable(because: string): Verdict {
  return { outcome: 'not-applicable', evidence: [because], fix: undefined };
}

export function unknown(...problems: readonly string[]): Verdict {
  return { outcome: 'unknown', evidence: problems, fix: undefined };
}

/** What could not be read is said as whoever tried to has put it. */
export function unread({ problem }: Unread): Verdict {
  return unknown(problem);
}

export const NO_MESH = notApplicable('no mesh is configured for the region');
