import type { Unread } from '../gateway';
import type { Finding, Fix, Severity, Source } from './finding';
import type { AuditSnapshot } from './snapshot';

/** What one check is: what of a finding is the same whatever was seen. */
export interface Spec extends Pick<Finding, 'id' | 'title' | 'severity' | 'why'> {
  readonly source?: Source | undefined;
}

/** A check of a gateway, and how it judges. */
export interface Check extends Spec {
  readonly source: Source;
  /** `pods`: means nothing for a serverless gateway, which has no pods of ours. */
  readonly about?: 'pods';
  readonly examine: (snapshot: AuditSnapshot) => Verdict;
}

export type Verdict = Pick<Finding, 'outcome' | 'evidence' | 'fix'>;

/** A verdict; one that is worse, or less bad, than the check usually is says so. */
export type Judged = Verdict & { readonly severity?: Severity };

export function findingOf({ id, severity: usual, source, title, why }: Spec, judged: Judged): Finding {
  const { evidence, fix, outcome, severity = usual } = judged;
  return { id, title, severity, outcome, evidence, why, source, fix };
}

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
export function unread({ problem }: Pick<Unread, 'problem'>): Verdict {
  return unknown(problem);
}

export const NO_MESH = notApplicable('no mesh is configured for the region');
