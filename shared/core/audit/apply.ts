import type { ApiCall, Finding, Patch } from './finding';

/** Why the fix of a check is not applied for whoever asks; `undefined` when it may be. */
export function refusalOf(finding: Finding | undefined, id: string): string | undefined {
  if (finding === undefined) return `there is no check "${id}"`;
  if (finding.outcome !== 'fail') return `nothing is to be fixed: its outcome is ${finding.outcome}`;
  const isSafe = finding.fix?.safe === true && finding.fix.patches.every((patch) => protectedBy(patch) !== undefined);
  return isSafe ? undefined : 'its fix is not safe to apply for you: do it by hand, as it is printed';
}

/**
 * The instance that a patch puts under deletion protection, the only change that is ever applied: it interrupts nothing, costs
 * nothing and can be taken back. `undefined` for any other.
 */
export function protectedBy(patch: Patch): string | undefined {
  return patch.kind === 'call' && isProtection(patch) ? patch.parameters['LoadBalancerId'] : undefined;
}

function isProtection({ action, parameters, product }: ApiCall): boolean {
  return product === 'slb' && action === 'SetLoadBalancerDeleteProtection' && parameters['DeleteProtection'] === 'on';
}
