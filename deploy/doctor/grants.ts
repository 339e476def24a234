import type { StatementSeen } from '../../shared/core/account';
import type { RamPolicy } from '../ram-policies';
import { covers, overlaps } from './patterns';

/** One action on one pattern of resources. */
export interface Right {
  readonly action: string;
  readonly resource: string;
}

export interface Comparison {
  readonly missing: readonly Right[];
  /** Wanted, and refused by a statement of their own, whatever else grants them. */
  readonly denied: readonly Right[];
  /** Granted or refused for some calls only, which nobody can tell from the policies. */
  readonly unclear: readonly Right[];
  /** Granted beyond what is wanted, as it is written. */
  readonly superfluous: readonly Right[];
}

/**
 * What a role may do against what it needs, action by action. A Deny goes before every Allow. Actions are compared whatever
 * their case, which the vendor's pages do not say.
 *
 * @param granted statements of all policies that are attached
 */
export function comparison(wanted: RamPolicy | undefined, granted: readonly StatementSeen[]): Comparison {
  const needed = (wanted?.Statement ?? []).flatMap(({ Action, Resource }) => rightsOf(Action, Resource));
  const judged = needed.map((right) => ({ right, verdict: verdictOn(right, granted) }));
  const those = (verdict: Verdict): readonly Right[] =>
    judged.flatMap((each) => (each.verdict === verdict ? [each.right] : []));
  const allowed = granted
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ actions, resources }) => rightsOf(actions, resources));
  return {
    missing: those('missing'),
    denied: those('denied'),
    unclear: those('unclear'),
    superfluous: allowed.filter((right) => !needed.some((need) => isWithin(right, need))),
  };
}

type Verdict = 'granted' | 'missing' | 'denied' | 'unclear';

function verdictOn(right: Right, granted: readonly StatementSeen[]): Verdict {
  const denying = granted.filter((each) => each.effect === 'Deny' && touches(each, right));
  if (denying.some((each) => !each.isConditional && grants(each, right))) return 'denied';
  const allowing = granted.filter((each) => each.effect === 'Allow' && grants(each, right));
  if (allowing.length === 0) return 'missing';
  return denying.length > 0 || allowing.every(({ isConditional }) => isConditional) ? 'unclear' : 'granted';
}

function grants({ actions, resources }: StatementSeen, right: Right): boolean {
  return rightsOf(actions, resources).some((each) => isWithin(right, each));
}

function touches({ actions, resources }: StatementSeen, { action, resource }: Right): boolean {
  return (
    actions.some((each) => overlaps(each.toLowerCase(), action.toLowerCase())) &&
    resources.some((each) => overlaps(each, resource))
  );
}

function isWithin(right: Right, { action, resource }: Right): boolean {
  return covers(action.toLowerCase(), right.action.toLowerCase()) && covers(resource, right.resource);
}

function rightsOf(actions: readonly string[], resources: readonly string[]): readonly Right[] {
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
}
