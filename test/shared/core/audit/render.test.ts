import type { Finding, GatewayAudit, Patch } from '../../../../shared/core/audit/finding';
import {
  auditMarkdown,
  auditSummary,
  auditText,
  byUrgency,
  patchText,
  shownAudit,
} from '../../../../shared/core/audit/render';

const SOURCE = { page: 'https://example.com/practice', date: '2026-03-11' } as const;

function aFinding(changes: Partial<Finding>): Finding {
  const rest = {
    severity: 'warning',
    outcome: 'pass',
    evidence: ['2 of 2'],
    why: 'It breaks.',
    source: SOURCE,
  } as const;
  return { id: 'a-check', title: 'All is well', ...rest, fix: undefined, ...changes };
}

const PROTECTION: Patch = {
  kind: 'call',
  product: 'slb',
  action: 'SetLoadBalancerDeleteProtection',
  region: 'cn-hangzhou',
  parameters: { LoadBalancerId: 'lb-1', DeleteProtection: 'on' },
};

const FAILING = aFinding({
  id: 'protection',
  title: 'Protected',
  outcome: 'fail',
  evidence: ['0 of 1', 'without: lb-1'],
  fix: { text: 'Protect it.', safe: true, patches: [PROTECTION] },
});

const AUDIT: GatewayAudit = {
  region: 'cn-hangzhou',
  gateway: 'web',
  findings: [
    aFinding({ id: 'fine' }),
    aFinding({ id: 'no-matter', outcome: 'not-applicable', evidence: ['no mesh'] }),
    FAILING,
    aFinding({ id: 'hidden', outcome: 'unknown', evidence: ['kube list nodes: forbidden'] }),
  ],
};

it('counts what fails, what is critical, and what could not be judged', () => {
  expect(auditSummary(AUDIT)).toBe('1 of 4 checks fail, 0 critical; 1 could not be judged');
  const critical = aFinding({ outcome: 'fail', severity: 'critical' });
  expect(auditSummary({ findings: [critical] })).toBe('1 of 1 check fail, 1 critical');
});

it('puts failures first, the critical ones before others', () => {
  const findings = (['advice', 'critical', 'warning'] as const).map((severity) =>
    aFinding({ id: severity, severity, outcome: 'fail' }),
  );
  // Of what does not fail the severity says nothing: the order of the checks stays.
  const quiet = (['advice', 'critical'] as const).map((severity) => aFinding({ id: `pass-${severity}`, severity }));
  expect(byUrgency([...quiet, ...findings]).map(({ id }) => id)).toEqual([
    'critical',
    'warning',
    'advice',
    'pass-advice',
    'pass-critical',
  ]);
});

it('is text for terminals', () => {
  expect(auditText([shownAudit(AUDIT)])).toBe(
    `cn-hangzhou web: 1 of 4 checks fail, 0 critical; 1 could not be judged
FAIL  warning   protection: Protected
                0 of 1
                without: lb-1
                why: It breaks. (https://example.com/practice, 2026-03-11)
                fix: Protect it.
                  aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --LoadBalancerId lb-1 --DeleteProtection on
?               hidden: All is well
                kube list nodes: forbidden
ok              fine: All is well
                2 of 2
-               no-matter: All is well
                no mesh`,
  );
});

it('is Markdown for pages', () => {
  expect(auditMarkdown([shownAudit(AUDIT)])).toBe(
    `## cn-hangzhou web

1 of 4 checks fail, 0 critical; 1 could not be judged.

| outcome | severity | check | what | seen |
| --- | --- | --- | --- | --- |
| fail | warning | \`protection\` | Protected | 0 of 1; without: lb-1 |
| unknown |  | \`hidden\` | All is well | kube list nodes: forbidden |
| pass |  | \`fine\` | All is well | 2 of 2 |
| not-applicable |  | \`no-matter\` | All is well | no mesh |

### Protected (\`protection\`)

It breaks. ([source](https://example.com/practice), 2026-03-11)

Protect it. It is safe: it can be applied by its id.

\`\`\`
aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --LoadBalancerId lb-1 --DeleteProtection on
\`\`\``,
  );
});

it('shows texts of others as text: they end no cell, make no link and close no block', () => {
  const evidence = ['a | b <img src=x> [click](https://example.org) `x`\nnext'];
  const step = '```\n# heading';
  const failing = {
    ...FAILING,
    evidence,
    fix: { text: 'x', safe: false, patches: [{ kind: 'console', step } as const] },
  };
  const markdown = auditMarkdown([shownAudit({ ...AUDIT, findings: [failing] })]);
  expect(markdown).toContain('a \\| b \\<img src=x\\> \\[click\\](https://example.org) \\`x\\` next |');
  expect(markdown).toContain("```\nby hand: ''' # heading\n```");
});

it('is one line for each fact as text, whatever a vendor says', () => {
  const evidence = ['refused\nok    all-is-well\u202e'];
  const failing = {
    ...FAILING,
    evidence,
    fix: { text: 'x', safe: false, patches: [{ kind: 'console', step: 'a\nb' } as const] },
  };
  const lines = auditText([shownAudit({ ...AUDIT, findings: [failing] })]).split('\n');
  expect(lines[2]).toBe('                refused ok    all-is-well ');
  expect(lines.at(-1)).toBe('                  by hand: a b');
});

it.each<[string, Patch, string]>([
  [
    'a merge patch',
    {
      kind: 'merge',
      on: 'cluster',
      context: 'c1',
      object: { kind: 'Service', namespace: 'n', name: 's' },
      patch: { a: "it's" },
    },
    `kubectl --context c1 -n n patch service s --type merge -p '{"a":"it'\\''s"}'`,
  ],
  [
    'a patch in the mesh',
    {
      kind: 'merge',
      on: 'mesh',
      context: 'm1',
      object: { kind: 'IstioGateway', namespace: 'n', name: 'g' },
      patch: {},
    },
    "kubectl --context m1 -n n patch istiogateway g --type merge -p '{}'",
  ],
  [
    'a new object',
    {
      kind: 'create',
      on: 'mesh',
      context: 'm1',
      object: { kind: 'DestinationRule', namespace: 'n', name: 'r' },
      manifest: { a: 1 },
    },
    `echo '{"a":1}' | kubectl --context m1 apply -f -`,
  ],
  ['the configuration', { kind: 'configuration', patch: { a: 1 } }, 'autopilot.yaml: {"a":1}'],
  [
    'a call with what the shell would read',
    { ...PROTECTION, parameters: { Remark: 'a b; rm' } },
    "aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --Remark 'a b; rm'",
  ],
])('prints %s so that it can be pasted', (_, patch, text) => {
  expect(patchText(patch)).toBe(text);
});

it('shows what is typed as it is, and leaves out a page that there is none of', () => {
  const line = 'npx gateway-autopilot policy scale-gateway --account 1';
  expect(patchText({ kind: 'command', line })).toBe(line);
  const fix = { text: 'Print it.', safe: false, patches: [{ kind: 'command', line } as const] };
  const audits = [shownAudit({ ...AUDIT, findings: [aFinding({ outcome: 'fail', source: undefined, fix })] })];
  expect(auditText(audits)).toContain('why: It breaks.\n');
  expect(auditMarkdown(audits)).toContain('\n\nIt breaks.\n\nPrint it.');
});
