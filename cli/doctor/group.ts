import type { ReportedFinding } from '../reported-finding';

/** What is said of one place. */
export interface Group {
  /** For people: `account`, the name of a role, or a region with a function or a gateway. */
  readonly where: string;
  readonly region?: string;
  readonly function?: string;
  readonly findings: readonly ReportedFinding[];
}

/** What makes the command fail: advice does not. */
export function isTrouble({ outcome, severity }: Pick<ReportedFinding, 'outcome' | 'severity'>): boolean {
  return severity !== 'advice' && (outcome === 'fail' || outcome === 'unknown');
}
