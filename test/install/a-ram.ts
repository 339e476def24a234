import type { RamPolicy } from '../../deploy/ram-policies';
import type { Cloud } from '../../rehearsal/cloud';
import type { FunctionName } from '../../shared/core/function-name';

/** The roles of an account and what they may do, as far as the README's commands make them. */
export interface Ram {
  /** Prints what the API answers. Throws on anything that it would refuse. */
  call(action: string, options: Readonly<Record<string, string>>): string;
  /** What the role of a function may do; `undefined` where there is no policy. Throws without the role. */
  policyOf(role: string): RamPolicy | undefined;
  roleId(role: string): string;
  /** Roles and policies that there are. */
  readonly names: () => readonly string[];
}

/** Of a custom policy, the oldest first. */
interface Versions {
  readonly kept: readonly { readonly id: number; readonly document: RamPolicy }[];
  readonly inForce: number;
}

/** A policy keeps five versions (CreatePolicyVersion of RAM 2015-05-01). */
const MOST_VERSIONS = 5;
const ROTATE = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';

interface Role {
  readonly trust: string;
  readonly policies: Set<string>;
  readonly id: string;
}

/** @param shown the roles as the emulated API of RAM shows them: as they are made */
export function aRam(shown: Cloud['roles']): Ram {
  const roles = new Map<string, Role>();
  const policies = new Map<string, Versions>();

  function role(name: string): Role {
    return roles.get(name) ?? refuse(`EntityNotExist.Role ${name}`);
  }

  function versions(name: string): Versions {
    return policies.get(name) ?? refuse(`EntityNotExist.Policy ${name}`);
  }

  function inForce(name: string): RamPolicy | undefined {
    const { inForce: id, kept } = versions(name);
    return kept.find((version) => version.id === id)?.document;
  }

  function documentOf(text: string | undefined): RamPolicy {
    const document = JSON.parse(text ?? '') as RamPolicy;
    if (document.Version !== '1' || document.Statement.length === 0) refuse(`MalformedPolicy ${text}`);
    return document;
  }

  const actions: Readonly<Record<string, (options: Readonly<Record<string, string>>) => unknown>> = {
    CreateRole: ({ RoleName = '', AssumeRolePolicyDocument = '' }) => {
      if (roles.has(RoleName)) refuse(`EntityAlreadyExists.Role ${RoleName}`);
      roles.set(RoleName, { trust: AssumeRolePolicyDocument, policies: new Set(), id: `30${roles.size + 1}` });
    },
    GetRole: ({ RoleName = '' }) => ({ Role: { RoleName, RoleId: role(RoleName).id } }),
    CreatePolicy: ({ PolicyName = '', PolicyDocument }) => {
      if (policies.has(PolicyName)) refuse(`EntityAlreadyExists.Policy ${PolicyName}`);
      policies.set(PolicyName, { kept: [{ id: 1, document: documentOf(PolicyDocument) }], inForce: 1 });
    },
    CreatePolicyVersion: ({ PolicyName = '', PolicyDocument, RotateStrategy, SetAsDefault }) => {
      const before = versions(PolicyName);
      const isFull = before.kept.length >= MOST_VERSIONS;
      if (isFull && RotateStrategy !== ROTATE) refuse(`LimitExceeded.Policy.Version ${PolicyName}`);
      const oldest = isFull ? before.kept.find(({ id }) => id !== before.inForce) : undefined;
      const id = (before.kept.at(-1)?.id ?? 0) + 1;
      policies.set(PolicyName, {
        kept: [...before.kept.filter((version) => version !== oldest), { id, document: documentOf(PolicyDocument) }],
        inForce: SetAsDefault === 'true' ? id : before.inForce,
      });
    },
    AttachPolicyToRole: ({ RoleName = '', PolicyName = '' }) => {
      if (!policies.has(PolicyName)) refuse(`EntityNotExist.Policy ${PolicyName}`);
      role(RoleName).policies.add(PolicyName);
    },
    DetachPolicyFromRole: ({ RoleName = '', PolicyName = '' }) => {
      if (!role(RoleName).policies.delete(PolicyName)) refuse(`EntityNotExist.Role.Policy ${PolicyName}`);
    },
    // It wants the others gone first, unless it is told to take them along (help.aliyun.com/document_detail/28718, read 2026-11).
    DeletePolicy: ({ PolicyName = '', CascadingDelete }) => {
      const { kept } = versions(PolicyName);
      if ([...roles.values()].some((each) => each.policies.has(PolicyName))) refuse('DeleteConflict.Policy.Role');
      if (kept.length > 1 && CascadingDelete !== 'true') refuse(`DeleteConflict.Policy.Version ${PolicyName}`);
      policies.delete(PolicyName);
    },
    DeleteRole: ({ RoleName = '' }) => {
      if (role(RoleName).policies.size > 0) refuse('DeleteConflict.Role.Policy');
      roles.delete(RoleName);
    },
  };

  function call(action: string, options: Readonly<Record<string, string>>): string {
    const before = [...roles.keys()];
    const answer = actions[action]?.(options) ?? (actions[action] ? {} : refuse(action));
    for (const name of before) if (!roles.has(name)) shown.remove(name);
    for (const [name, { policies: attached, trust }] of roles) {
      const documents = [...attached].map((each) => ({ name: each, document: inForce(each) ?? {} }));
      shown.add({ name, trust: JSON.parse(trust), policies: documents });
    }
    return JSON.stringify(answer);
  }

  return {
    call,
    policyOf: (name) => {
      const { policies: attached, trust } = role(name);
      if (!trust.includes('"fc.aliyuncs.com"')) refuse(`Function Compute may not assume ${name}`);
      const [first] = [...attached];
      return first === undefined ? undefined : inForce(first);
    },
    roleId: (name) => role(name).id,
    names: () => [...roles.keys(), ...policies.keys()],
  };
}

/** The function that a role is for, by the names of the README. */
export function roleNameOf(role: FunctionName): string {
  return `gateway-autopilot-${role}`;
}

function refuse(why: string): never {
  throw new Error(`RAM refuses: ${why}`);
}
