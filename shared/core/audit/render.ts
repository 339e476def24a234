import { counted, printable } from '../words';
import { type Finding, type GatewayAudit, OUTCOMES, type Outcome, type Patch, SEVERITIES } from './finding';

/** A finding as it is told: patches are what can be pasted. */
export interface ShownFinding extends Omit<Finding, 'fix'> {
  readonly fix: ShownFix | undefined;
}

export interface ShownFix {
  readonly text: string;
  readonly safe: boolean;
  readonly commands: readonly string[];
}

export interface ShownAudit {
  readonly region: string;
  readonly gateway: string;
  readonly findings: readonly ShownFinding[];
}

export function shownAudit({ findings, ...audit }: GatewayAudit): ShownAudit {
  return { ...audit, findings: findings.map(shownFinding) };
}

function shownFinding({ fix, ...finding }: Finding): ShownFinding {
  if (fix === undefined) return { ...finding, fix };
  const { patches, safe, text } = fix;
  return { ...finding, fix: { text, safe, commands: patches.map(patchText) } };
}

type Ranked = Pick<Finding, 'outcome' | 'severity'>;

const SIGNS: Readonly<Record<Outcome, string>> = { fail: 'FAIL', unknown: '?', pass: 'ok', 'not-applicable': '-' };

/** Failures first, the critical ones before others; what is alike in the order of the checks. */
export function byUrgency<F extends Ranked>(findings: readonly F[]): readonly F[] {
  const rank = ({ outcome, severity }: F): number =>
    OUTCOMES.indexOf(outcome) * SEVERITIES.length + (outcome === 'fail' ? SEVERITIES.indexOf(severity) : 0);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** `3 of 23 checks fail, 1 critical; 2 could not be judged`. */
export function auditSummary({ findings }: { readonly findings: readonly Ranked[] }): string {
  const count = (outcome: Outcome): number => findings.filter((finding) => finding.outcome === outcome).length;
  const critical = findings.filter(({ outcome, severity }) => outcome === 'fail' && severity === 'critical').length;
  const unknown = count('unknown') === 0 ? '' : `; ${count('unknown')} could not be judged`;
  return `${count('fail')} of ${counted(findings.length, 'check')} fail, ${critical} critical${unknown}`;
}

/** For terminals and logs. */
export function auditText(audits: readonly ShownAudit[]): string {
  return audits.map(gatewayText).join('\n\n');
}

function gatewayText({ findings, gateway, region }: ShownAudit): string {
  const lines = byUrgency(findings).flatMap(findingLines);
  return [`${region} ${gateway}: ${auditSummary({ findings })}`, ...lines].join('\n');
}

/** One finding, as terminals show it: no text of others can make a line of its own. */
export function findingLines(finding: ShownFinding): readonly string[] {
  const { evidence, fix, id, outcome, source, title, why } = finding;
  return [
    `${SIGNS[outcome].padEnd(4)}  ${severityText(finding).padEnd(8)}  ${printable(`${id}: ${title}`)}`,
    ...evidence.map((fact) => `${INDENT}${printable(fact)}`),
    ...(fix === undefined
      ? []
      : [
          `${INDENT}why: ${printable(`${why}${sourceText(source)}`)}`,
          `${INDENT}fix: ${printable(fix.text)}`,
          ...fix.commands.map((command) => `${INDENT}  ${printable(command)}`),
        ]),
  ];
}

const INDENT = ' '.repeat(16);

/** Only of failures does the severity say anything. */
function severityText({ outcome, severity }: Ranked): string {
  return outcome === 'fail' ? severity : '';
}

/** For pages and pull requests: a table, then each failure with its fix. */
export function auditMarkdown(audits: readonly ShownAudit[]): string {
  return audits.map(gatewayMarkdown).join('\n\n');
}

function gatewayMarkdown({ findings, gateway, region }: ShownAudit): string {
  const sorted = byUrgency(findings);
  const rows = sorted.map(
    (finding) =>
      `| ${finding.outcome} | ${severityText(finding)} | \`${finding.id}\` | ${cell(finding.title)} | ${cell(finding.evidence.join('; '))} |`,
  );
  const failures = sorted.flatMap(({ fix, id, source, title, why }) =>
    fix === undefined
      ? []
      : [
          `### ${cell(title)} (\`${id}\`)`,
          `${cell(why)}${sourceMarkdown(source)}`,
          `${cell(fix.text)}${fix.safe ? ' It is safe: it can be applied by its id.' : ''}`,
          ...fix.commands.map((command) => `\`\`\`\n${command.replaceAll('```', "'''")}\n\`\`\``),
        ],
  );
  const table = ['| outcome | severity | check | what | seen |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
  return [`## ${region} ${gateway}`, `${auditSummary({ findings })}.`, table, ...failures].join('\n\n');
}

function sourceText(source: Finding['source']): string {
  return source === undefined ? '' : ` (${source.page}, ${source.date})`;
}

function sourceMarkdown(source: Finding['source']): string {
  if (source === undefined) return '';
  const { date, page } = source;
  return page.startsWith('https://') ? ` ([source](${page}), ${date})` : ` (${page}, ${date})`;
}

/** Texts of vendors may hold what ends a cell or makes a link. */
function cell(text: string): string {
  return text.replace(/[|<>[\]`\\]/g, (mark) => `\\${mark}`).replace(/\s+/g, ' ');
}

/** One line, as it can be pasted where it is a command. */
export function patchText(patch: Patch): string {
  return printable(textOf(patch));
}

function textOf(patch: Patch): string {
  switch (patch.kind) {
    case 'merge':
    case 'strategic': {
      const { kind, name, namespace } = patch.object;
      return `kubectl --context ${quotedWord(patch.context)} -n ${quotedWord(namespace)} patch ${kind.toLowerCase()} ${quotedWord(name)} --type ${patch.kind} -p ${quoted(patch.patch)}`;
    }
    case 'create':
      return `echo ${quoted(patch.manifest)} | kubectl --context ${quotedWord(patch.context)} apply -f -`;
    case 'call': {
      const parameters = Object.entries(patch.parameters).map(([name, value]) => ` --${name} ${quotedWord(value)}`);
      return `aliyun ${patch.product} ${patch.action} --region ${patch.region}${parameters.join('')}`;
    }
    case 'configuration':
      return `autopilot.yaml: ${JSON.stringify(patch.patch)}`;
    case 'command':
      return patch.line;
    case 'console':
      return `by hand: ${patch.step}`;
  }
}

function quoted(value: object): string {
  return quotedWord(JSON.stringify(value));
}

/** As a shell takes it for one word. */
export function quotedWord(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
