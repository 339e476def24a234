import type { ApiCall, Finding, Patch } from './finding';

/** Why nothing is done for a check: `steady` where nothing needs to be, `refused` where it may not. */
export interface Unfixed {
  readonly outcome: 'steady' | 'refused';
  readonly message: string;
}

/** Why the fix of a check is not applied for whoever asks; `undefined` when it may be. */
export function unfixed(finding: Finding | undefined, id: string): Unfixed | undefined {
  if (finding === undefined) return { outcome: 'refused', message: `there is no check "${id}"` };
  const { fix, outcome } = finding;
  if (outcome !== 'fail') {
    const isKnown = outcome !== 'unknown';
    return { outcome: isKnown ? 'steady' : 'refused', message: `nothing is to be fixed: its outcome is ${outcome}` };
  }
  const isSafe = fix?.safe === true && fix.patches.every((patch) => protectedBy(patch) !== undefined);
  if (isSafe) return undefined;
  return { outcome: 'refused', message: 'its fix is not safe to apply for you: do it by hand, as it is printed' };
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
