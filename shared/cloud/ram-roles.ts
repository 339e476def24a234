import { z } from 'zod';
import type { PolicySeen, RoleSeen, StatementSeen, TrustSeen } from '../core/account';
import type { Reading } from '../core/gateway';
import { CloudError } from '../errors';
import { readAnswer, readPart } from './answer';
import type { OpenApi } from './seams';
import { together } from './together';
import { parseJson } from './untyped';

/** Answers of RAM 2015-05-01, by the types of the SDK ram-20150501. */
const Role = z.object({ Role: z.object({ Arn: z.string(), AssumeRolePolicyDocument: z.string() }) });
const Policies = z.object({
  Policies: z
    .object({
      Policy: z.array(z.object({ PolicyName: z.string(), PolicyType: z.enum(['Custom', 'System']) })).nullish(),
    })
    .nullish(),
});
const Policy = z.object({ DefaultPolicyVersion: z.object({ PolicyDocument: z.string() }) });

/** One may stand for a list of one ("Policy structure and syntax", 2026-05-27). */
const Texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const Effect = z.enum(['Allow', 'Deny']);
const Condition = z.record(z.string(), z.unknown()).optional();

const Statement = z
  .object({
    Effect,
    Action: Texts.optional(),
    NotAction: Texts.optional(),
    Resource: Texts.optional(),
    NotResource: Texts.optional(),
    Condition,
  })
  .transform(({ Action, Condition: condition, Effect: effect, Resource }): StatementSeen => {
    // What holds for all but what it names may hold for anything.
    const isConditional = Action === undefined || Resource === undefined || hasKeys(condition);
    return { effect, actions: Action ?? ['*'], resources: Resource ?? ['*'], isConditional };
  });

const Trust = z
  .object({ Effect, Action: Texts, Principal: z.object({ Service: Texts.optional() }), Condition })
  .transform(({ Action, Condition: condition, Effect: effect, Principal }): TrustSeen => {
    return { effect, actions: Action, services: Principal.Service ?? [], isConditional: hasKeys(condition) };
  });

function hasKeys(condition: object | undefined): boolean {
  return Object.keys(condition ?? {}).length > 0;
}

/**
 * One role, and what is attached to it: a call for each of these and for each policy. A document that cannot be read is so by
 * itself. Throws CloudError.
 */
export async function readRole(openApi: OpenApi, name: string): Promise<RoleSeen | 'absent'> {
  async function ask<T>(action: string, query: Readonly<Record<string, string>>, schema: z.ZodType<T>): Promise<T> {
    const { body } = await openApi.call({ product: 'ram', region: '', action, query, effect: 'read' });
    return readAnswer(schema, body, `ram.${action}`);
  }

  async function policyOf(PolicyName: string, PolicyType: PolicySeen['type']): Promise<PolicySeen> {
    const { DefaultPolicyVersion } = await ask('GetPolicy', { PolicyName, PolicyType }, Policy);
    const statements = documentOf(Statement, DefaultPolicyVersion.PolicyDocument, `the policy ${PolicyName}`);
    return { name: PolicyName, type: PolicyType, statements };
  }

  const query = { RoleName: name };
  try {
    const [{ Role: role }, { Policies: attached }] = await together([
      ask('GetRole', query, Role),
      ask('ListPoliciesForRole', query, Policies),
    ]);
    const policies = await together(
      (attached?.Policy ?? []).map(({ PolicyName, PolicyType }) => policyOf(PolicyName, PolicyType)),
    );
    return { arn: role.Arn, trust: documentOf(Trust, role.AssumeRolePolicyDocument, 'its trust policy'), policies };
  } catch (error) {
    if (error instanceof CloudError && error.code === 'EntityNotExist.Role') return 'absent';
    throw error;
  }
}

function documentOf<T>(statement: z.ZodType<T>, text: string, what: string): Reading<readonly T[]> {
  const one = statement.transform((only) => [only]);
  const Document = z.object({ Statement: z.union([z.array(statement), one]) }).transform((read) => read.Statement);
  return readPart<readonly T[]>(Document, parseJson(text), what);
}
