import type { RoleSeen } from '../../shared/core/account';
import type { Finding, Fix } from '../../shared/core/audit/finding';
import { quotedWord } from '../../shared/core/audit/render';
import { fail, notApplicable, pass, unknown, unread, type Verdict } from '../../shared/core/audit/verdict';
import type { FunctionName } from '../../shared/core/function-name';
import type { Reading } from '../../shared/core/gateway';
import { counted } from '../../shared/core/words';
import type { RamPolicy } from '../ram-policies';
import { comparison, type Right } from './grants';
import { commands, findingOf, type Spec } from './spec';

const SYNTAX = { page: 'https://www.alibabacloud.com/help/en/ram/policy-structure-and-syntax', date: '2026-05-27' };
const TRUSTED = 'fc.aliyuncs.com';

const EXISTS: Spec = {
  id: 'role-exists',
  title: 'The role of the function exists',
  severity: 'critical',
  why: 'Without its role the function has no credentials, and every call that it makes fails.',
};
const TRUST: Spec = {
  id: 'role-trust',
  title: 'Function Compute may assume the role',
  severity: 'critical',
  why: 'Function Compute hands the role to the function only where its trust policy names the service.',
  source: { page: 'fc-docs 06/13 (github.com/aliyun-fc/fc-docs)', date: '2026-08-09' },
};
const RIGHTS: Spec = {
  id: 'role-rights',
  title: 'The role has every right that the configuration asks for',
  severity: 'critical',
  why: 'A call without its right is refused when it is needed, which may be in the minute in which a region dies.',
  source: SYNTAX,
};
const LEAST: Spec = {
  id: 'role-least-rights',
  title: 'The role has no right beyond',
  severity: 'warning',
  why: 'What a function may do, whoever changes its code may do, too.',
  source: SYNTAX,
};

/** Whose role it is, and what it needs. */
export interface RoleWanted {
  readonly function: FunctionName;
  readonly name: string;
  /** `undefined`: the function calls nothing. */
  readonly policy: RamPolicy | undefined;
  readonly account: string;
  /** Whether the others do their work without the function. */
  readonly isOptional: boolean;
}

/** What there is to say of the role of one function. */
export function roleFindings(wanted: RoleWanted, seen: Reading<RoleSeen | 'absent'>): readonly Finding[] {
  const { isOptional, name } = wanted;
  const exists: Spec = isOptional ? { ...EXISTS, severity: 'advice' } : EXISTS;
  if (!seen.ok) return [exists, TRUST, RIGHTS, LEAST].map((spec) => findingOf(spec, unread(seen)));
  const role = seen.value;
  if (role === 'absent') {
    const none = notApplicable(`there is no role ${name}`);
    return [
      findingOf(exists, fail([`RAM knows no role ${name}`], making(wanted))),
      ...[TRUST, RIGHTS, LEAST].map((spec) => findingOf(spec, none)),
    ];
  }
  const unreadable = role.policies.flatMap(({ statements }) => (statements.ok ? [] : [statements.problem]));
  const granted = role.policies.flatMap(({ statements }) => (statements.ok ? statements.value : []));
  const { superfluous, ...found } = comparison(wanted.policy, granted);
  const isWhole = unreadable.length === 0;
  return [
    findingOf(exists, pass(role.arn)),
    findingOf(TRUST, trustVerdict(wanted, role)),
    findingOf(RIGHTS, isWhole ? rightsVerdict(wanted, role, found) : unknown(...unreadable)),
    findingOf(LEAST, isWhole ? leastVerdict(wanted, role, superfluous) : unknown(...unreadable)),
  ];
}

function trustVerdict(wanted: RoleWanted, role: RoleSeen): Verdict {
  const { trust } = role;
  if (!trust.ok) return unread(trust);
  const about = trust.value.filter(
    ({ actions, services }) =>
      services.includes(TRUSTED) &&
      actions.some((action) => ['sts:assumerole', 'sts:*', '*'].includes(action.toLowerCase())),
  );
  if (about.some(({ effect }) => effect === 'Deny')) return fail([`${TRUSTED} is denied`], trusting(wanted));
  if (about.length === 0) {
    const others = othersIn(role);
    const said = others.length === 0 ? 'it names no service' : `it names ${others.join(', ')}`;
    return fail([`${said}, and not ${TRUSTED}`], trusting(wanted));
  }
  if (about.every(({ isConditional }) => isConditional)) return unknown(`${TRUSTED} is trusted under a condition only`);
  return pass(`it trusts ${TRUSTED}`);
}

/** Services beside Function Compute that may assume it. */
function othersIn({ trust }: RoleSeen): readonly string[] {
  if (!trust.ok) return [];
  const services = trust.value.filter(({ effect }) => effect === 'Allow').flatMap((statement) => statement.services);
  return [...new Set(services)].filter((service) => service !== TRUSTED);
}

function rightsVerdict(
  wanted: RoleWanted,
  role: RoleSeen,
  { denied, missing, unclear }: Omit<ReturnType<typeof comparison>, 'superfluous'>,
): Verdict {
  const attached = attachedText(role);
  if (missing.length + denied.length > 0) {
    return fail(
      [
        attached,
        ...grouped(missing).map((line) => `missing: ${line}`),
        ...grouped(denied).map((line) => `denied: ${line}`),
      ],
      granting(wanted, role, denied.length > 0),
    );
  }
  if (unclear.length > 0) return unknown(attached, ...grouped(unclear).map((line) => `only for some calls: ${line}`));
  const actions = new Set((wanted.policy?.Statement ?? []).flatMap(({ Action }) => Action));
  return pass(actions.size === 0 ? 'it needs none' : `${counted(actions.size, 'action')} granted; ${attached}`);
}

function leastVerdict(wanted: RoleWanted, role: RoleSeen, superfluous: readonly Right[]): Verdict {
  const others = othersIn(role);
  if (superfluous.length + others.length === 0) return pass(attachedText(role));
  const evidence = [
    attachedText(role),
    ...grouped(superfluous).map((line) => `beyond: ${line}`),
    ...others.map((service) => `assumed by ${service}, too`),
  ];
  return fail(
    evidence,
    commands(
      'Take away what the configuration does not ask for.',
      ...(others.length === 0 ? [] : linesOf(trusting(wanted))),
      ...(superfluous.length === 0 ? [] : narrowing(wanted, role)),
    ),
  );
}

function narrowing(wanted: RoleWanted, role: RoleSeen): readonly string[] {
  if (wanted.policy === undefined) return role.policies.map((policy) => detaching(wanted.name, policy));
  return linesOf(granting(wanted, role, true));
}

function linesOf({ patches }: Fix): readonly string[] {
  return patches.flatMap((patch) => (patch.kind === 'command' ? [patch.line] : []));
}

function attachedText({ policies }: RoleSeen): string {
  return policies.length === 0 ? 'no policy is attached' : `attached: ${policies.map(({ name }) => name).join(', ')}`;
}

/** Actions of the same resources are told together. */
function grouped(rights: readonly Right[]): readonly string[] {
  const byAction = new Map<string, string[]>();
  for (const { action, resource } of rights) byAction.set(action, [...(byAction.get(action) ?? []), resource]);
  const byResources = new Map<string, string[]>();
  for (const [action, resources] of byAction) {
    const key = resources.join(', ');
    byResources.set(key, [...(byResources.get(key) ?? []), action]);
  }
  return [...byResources].map(([resources, actions]) => `${actions.join(', ')} on ${resources}`);
}

function making(wanted: RoleWanted): Fix {
  const { account, name } = wanted;
  return commands(
    'Make the role, and give it its policy.',
    `npx gateway-autopilot policy trust --account ${account} > trust.json`,
    `aliyun ram CreateRole --RoleName ${quotedWord(name)} --AssumeRolePolicyDocument "$(cat trust.json)"`,
    ...(wanted.policy === undefined ? [] : newPolicy(wanted)),
  );
}

function trusting({ account, name }: RoleWanted): Fix {
  return commands(
    `Let ${TRUSTED} assume it, and nobody else.`,
    `npx gateway-autopilot policy trust --account ${account} > trust.json`,
    `aliyun ram UpdateRole --RoleName ${quotedWord(name)} --NewAssumeRolePolicyDocument "$(cat trust.json)"`,
  );
}

/** @param alone whether other policies must go, since they grant too much or deny */
function granting(wanted: RoleWanted, { policies }: RoleSeen, alone: boolean): Fix {
  const own = policies.find(({ name, type }) => type === 'Custom' && name === wanted.name);
  const others = alone ? policies.filter((policy) => policy !== own) : [];
  return commands(
    `Give it the policy that the configuration asks for${others.length > 0 ? ', and no other' : ''}.`,
    ...(own === undefined ? newPolicy(wanted) : newVersion(wanted)),
    ...others.map((policy) => detaching(wanted.name, policy)),
  );
}

function newPolicy({ account, function: of, name }: RoleWanted): readonly string[] {
  const policy = quotedWord(name);
  return [
    `npx gateway-autopilot policy ${of} --account ${account} > ${of}.json`,
    `aliyun ram CreatePolicy --PolicyName ${policy} --PolicyDocument "$(cat ${of}.json)"`,
    `aliyun ram AttachPolicyToRole --PolicyType Custom --PolicyName ${policy} --RoleName ${policy}`,
  ];
}

/** A policy keeps five versions. */
function newVersion({ account, function: of, name }: RoleWanted): readonly string[] {
  return [
    `npx gateway-autopilot policy ${of} --account ${account} > ${of}.json`,
    `aliyun ram CreatePolicyVersion --PolicyName ${quotedWord(name)} --PolicyDocument "$(cat ${of}.json)" --SetAsDefault true --RotateStrategy DeleteOldestNonDefaultVersionWhenLimitExceeded`,
  ];
}

function detaching(role: string, { name, type }: { readonly name: string; readonly type: string }): string {
  return `aliyun ram DetachPolicyFromRole --PolicyType ${type} --PolicyName ${quotedWord(name)} --RoleName ${quotedWord(role)}`;
}
