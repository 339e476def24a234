import type { GatewayAudit } from '../core/audit/finding';
import type { News } from '../core/notice';
import type { Instant } from '../core/time';
import { type Applied, isChange } from './audit-fixes';

/** What people hear of an audit: critical failures, which only they can settle, and what was mended on request. */
export function newsOf(audits: readonly GatewayAudit[], applied: readonly Applied[], at: Instant): readonly News[] {
  const failures = audits.flatMap(({ findings, gateway, region }) =>
    findings
      .filter(({ outcome, severity }) => outcome === 'fail' && severity === 'critical')
      .map(({ evidence, fix, id, title }): News => {
        const message = `"${title}" fails: ${evidence.join('; ')}. ${fix?.text ?? ''}`.trim();
        return { kind: 'held', region, subject: gateway, reason: `Audit:${id}`, message, at };
      }),
  );
  const changes = applied.filter(isChange).map(({ gateway, id, message, region, undo }): News => {
    const change = { kind: 'changed', region, subject: gateway, reason: `Audit:${id}`, message, at } as const;
    return undo === undefined ? change : { ...change, undo };
  });
  return [...failures, ...changes];
}

/** Gateways of which nothing critical fails, or could not be judged. */
export function wellIn(audits: readonly GatewayAudit[]): readonly Pick<News, 'region' | 'subject'>[] {
  return audits
    .filter(({ findings }) =>
      findings.every(
        ({ outcome, severity }) => severity !== 'critical' || outcome === 'pass' || outcome === 'not-applicable',
      ),
    )
    .map(({ gateway, region }) => ({ region, subject: gateway }));
}
