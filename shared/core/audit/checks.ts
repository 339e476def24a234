import { CERTIFICATE_CHECKS } from './certificates';
import { DNS_CHECKS } from './dns';
import type { GatewayAudit } from './finding';
import { LOAD_BALANCER_CHECKS } from './load-balancers';
import { MULTI_BUFFER_CHECKS } from './multi-buffer';
import { NETWORK_CHECKS } from './network';
import { REGION_CHECKS } from './regions';
import { REPLICA_CHECKS } from './replicas';
import { SHUTDOWN_CHECKS } from './shutdown';
import type { AuditSnapshot } from './snapshot';
import { SPREAD_CHECKS } from './spread';
import { type Check, findingOf, notApplicable, type Verdict } from './verdict';

/** Every check, in the order of the path from DNS to the services behind. */
export const CHECKS: readonly Check[] = [
  ...REGION_CHECKS,
  ...DNS_CHECKS,
  ...LOAD_BALANCER_CHECKS,
  ...NETWORK_CHECKS,
  ...REPLICA_CHECKS,
  ...SPREAD_CHECKS,
  ...SHUTDOWN_CHECKS,
  ...MULTI_BUFFER_CHECKS,
  ...CERTIFICATE_CHECKS,
];

export function audit(snapshot: AuditSnapshot): GatewayAudit {
  const findings = CHECKS.map((check) => findingOf(check, verdictOf(check, snapshot)));
  return { region: snapshot.region, gateway: snapshot.gateway.name, findings };
}

function verdictOf({ about, examine }: Check, snapshot: AuditSnapshot): Verdict {
  const { istioGateway } = snapshot;
  const isServerless = istioGateway?.ok === true && istioGateway.value?.serverless === true;
  return isServerless && about === 'pods'
    ? notApplicable('ASM runs the gateway itself (serverless)')
    : examine(snapshot);
}
