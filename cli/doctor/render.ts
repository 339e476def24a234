import { auditSummary, byUrgency, findingLines } from '../../shared/core/audit/render';
import { shown } from '../paint';
import { type ReportedFinding, shownFinding } from '../reported-finding';
import { type Group, isTrouble } from './group';

/** Each place with what is wrong first. What is well there is told in one line, but for the account, whose figures are wanted. */
export function groupLines(groups: readonly Group[]): readonly string[] {
  return groups.flatMap((group, index) => [...(index === 0 ? [] : ['']), ...linesOf(group)]);
}

function linesOf({ findings, where }: Group): readonly string[] {
  const isWhole = where === ACCOUNT;
  const sorted = byUrgency(findings);
  const told = sorted.filter((finding) => isWhole || needsTelling(finding));
  return [
    shown(`${where}: ${auditSummary({ findings })}`),
    ...told.flatMap((finding) => findingLines(shownFinding(finding))),
    ...(isWhole ? [] : rest(sorted, 'pass', 'ok'.padEnd(INDENT))),
    ...(isWhole ? [] : rest(sorted, 'not-applicable', '-'.padEnd(INDENT))),
  ];
}

export const ACCOUNT = 'account';
/** Where the words of a finding begin. */
const INDENT = 16;

function needsTelling({ outcome }: ReportedFinding): boolean {
  return outcome === 'fail' || outcome === 'unknown';
}

function rest(
  findings: readonly ReportedFinding[],
  outcome: ReportedFinding['outcome'],
  sign: string,
): readonly string[] {
  const ids = findings.filter((finding) => finding.outcome === outcome).map(({ id }) => id);
  return ids.length === 0 ? [] : [shown(`${sign}${ids.join(', ')}`)];
}

/** `12 of 140 checks fail, 1 critical; 3 could not be judged`. */
export function summaryOf(groups: readonly Group[]): string {
  const findings = groups.flatMap((group) => group.findings);
  const summary = auditSummary({ findings });
  return findings.some(isTrouble) ? summary : `${summary}: nothing keeps the functions from their work`;
}
