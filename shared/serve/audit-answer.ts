import type { Finding, GatewayAudit } from '../core/audit/finding';
import { auditMarkdown, auditSummary, auditText, byUrgency, patchText } from '../core/audit/render';

/** Whole findings as JSON, or one text that can be pasted elsewhere. */
export function reportedAudits(audits: readonly GatewayAudit[], format: 'json' | 'text' | 'markdown') {
  const message = audits.map((each) => `${each.gateway}: ${auditSummary(each)}`).join('; ');
  switch (format) {
    case 'json':
      return { message, gateways: audits.map(reported) };
    case 'text':
      return { message, text: auditText(audits) };
    case 'markdown':
      return { message, markdown: auditMarkdown(audits) };
  }
}

function reported({ findings, gateway, region }: GatewayAudit) {
  return { region, gateway, findings: byUrgency(findings).map(reportedFinding) };
}

/** Each patch as data, and as it can be pasted. */
export function reportedFinding({ fix, ...finding }: Finding) {
  if (fix === undefined) return finding;
  return {
    ...finding,
    fix: { ...fix, patches: fix.patches.map((patch) => ({ ...patch, command: patchText(patch) })) },
  };
}
