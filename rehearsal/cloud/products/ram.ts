import { z } from 'zod';
import { isoTime } from '../../../shared/core/time';
import { InvalidInput } from '../../../shared/errors';
import type { Clock } from '../../../shared/ports';
import { ASSUMED, type Behaviour, coded, typed } from '../behaviour';
import { ApiRefusal, operation, type ProductModule } from './operation';
import { text } from './parameters';

const part = 'Resource Access Management';
const SDK = typed('aliyun/alibabacloud-typescript-sdk ram-20150501 (2026-08)');

export const RAM_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'A role or a policy that is not there is refused with 404 EntityNotExist.Role, EntityNotExist.Policy.',
    basis: coded('aliyun/terraform-provider-alicloud service_alicloud_ram.go'),
  },
  {
    part,
    what: 'Roles and policies are what somebody put there; no call is checked against them, and none changes them.',
    basis: ASSUMED,
  },
  { part: 'Security Token Service', what: 'Whoever calls is the user "operator" of the account.', basis: ASSUMED },
];

/** A role as somebody made it in the console. */
export interface EmulatedRole {
  readonly name: string;
  /** Who may assume it. */
  readonly trust: object;
  readonly policies?: readonly EmulatedPolicy[];
}

export interface EmulatedPolicy {
  readonly name: string;
  /** `Custom` unless told. */
  readonly type?: 'Custom' | 'System';
  readonly document: object;
}

export interface RoleControls {
  /** Makes a role, or exchanges the one of that name. */
  add(role: EmulatedRole): void;
  /** Throws InvalidInput. */
  remove(name: string): void;
}

export interface RoleStore {
  readonly controls: RoleControls;
  readonly roles: ReadonlyMap<string, EmulatedRole>;
}

export function createRoleStore(): RoleStore {
  const roles = new Map<string, EmulatedRole>();
  return {
    roles,
    controls: {
      add: (role) => void roles.set(role.name, role),
      remove: (name) => {
        if (!roles.delete(name)) throw new InvalidInput(`there is no role ${name}`);
      },
    },
  };
}

export function createRam(clock: Clock, accountId: string, { roles }: RoleStore): ProductModule {
  const made = isoTime(clock.now());

  function known(name: string): EmulatedRole {
    const role = roles.get(name);
    if (role === undefined) throw new ApiRefusal(404, 'EntityNotExist.Role', `The role ${name} does not exist.`);
    return role;
  }

  return {
    product: 'ram',
    version: '2015-05-01',
    errorFields: 'Code',
    operations: {
      GetRole: operation({
        what: 'One role, with who may assume it as a JSON text.',
        basis: SDK,
        parameters: z.object({ RoleName: text() }),
        handle: ({ RoleName }) => {
          const { name, trust } = known(RoleName);
          const RoleId = String(300_000_000_000_000 + [...roles.keys()].indexOf(name));
          const Arn = `acs:ram::${accountId}:role/${name}`;
          return {
            Role: { RoleName: name, RoleId, Arn, AssumeRolePolicyDocument: JSON.stringify(trust), CreateDate: made },
          };
        },
      }),
      ListPoliciesForRole: operation({
        what: 'The policies that are attached to a role.',
        basis: SDK,
        parameters: z.object({ RoleName: text() }),
        handle: ({ RoleName }) => {
          const Policy = (known(RoleName).policies ?? []).map(({ name, type = 'Custom' }) => {
            return { PolicyName: name, PolicyType: type, DefaultVersion: 'v1', AttachDate: made };
          });
          return { Policies: { Policy } };
        },
      }),
      GetPolicy: operation({
        what: 'One policy, with its default version as a JSON text.',
        basis: SDK,
        parameters: z.object({ PolicyName: text(), PolicyType: z.enum(['Custom', 'System']) }),
        handle: ({ PolicyName, PolicyType }) => {
          const found = [...roles.values()]
            .flatMap(({ policies = [] }) => policies)
            .find(({ name, type = 'Custom' }) => name === PolicyName && type === PolicyType);
          if (found === undefined) {
            throw new ApiRefusal(404, 'EntityNotExist.Policy', `The policy ${PolicyName} does not exist.`);
          }
          return {
            Policy: { PolicyName, PolicyType, DefaultVersion: 'v1' },
            DefaultPolicyVersion: {
              VersionId: 'v1',
              IsDefaultVersion: true,
              PolicyDocument: JSON.stringify(found.document),
            },
          };
        },
      }),
    },
  };
}

export function createSecurityTokens(accountId: string): ProductModule {
  return {
    product: 'sts',
    version: '2015-04-01',
    errorFields: 'Code',
    operations: {
      GetCallerIdentity: operation({
        what: 'Who calls; it needs no right.',
        basis: typed('aliyun/alibabacloud-typescript-sdk sts-20150401 GetCallerIdentityResponseBody.ts'),
        parameters: z.object({}),
        handle: () => ({
          AccountId: accountId,
          Arn: `acs:ram::${accountId}:user/operator`,
          IdentityType: 'RAMUser',
          PrincipalId: '200000000000000001',
          UserId: '200000000000000001',
        }),
      }),
    },
  };
}
