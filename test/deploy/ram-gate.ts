import type { RamPolicy, Statement } from '../../deploy/ram-policies';
import type { OpenApi, OpenApiCall } from '../../shared/cloud/seams';
import type { FunctionName } from '../../shared/core/function-name';
import { CloudError } from '../../shared/errors';

/** What RAM would say to each call of each function, and what of their rights was used. */
export interface RamGate {
  through(role: FunctionName, openApi: OpenApi): OpenApi;
  /** Calls that were refused, as `role action resource`. */
  readonly missing: readonly string[];
  /** Rights that nobody used, as `role action`. */
  unused(): readonly string[];
}

export function createRamGate(policies: ReadonlyMap<FunctionName, RamPolicy | undefined>, account: string): RamGate {
  const missing: string[] = [];
  const used = new Set<string>();

  function refused(role: FunctionName, call: OpenApiCall): string | undefined {
    const action = `${call.product}:${call.action}`;
    const resource = resourceOf(call, account);
    const statements = policies.get(role)?.Statement ?? [];
    const allowed = statements.some(({ Action, Resource }) => Action.includes(action) && allows(Resource, resource));
    if (!allowed) return `${role} ${action} ${resource ?? ''}`.trim();
    used.add(`${role} ${action}`);
    return undefined;
  }

  return {
    missing,
    through: (role, openApi) => ({
      call: async (call) => {
        const problem = refused(role, call);
        if (problem === undefined) return openApi.call(call);
        missing.push(problem);
        const operation = `${call.product}.${call.action}`;
        throw new CloudError('Forbidden.RAM', { kind: 'permission', operation, code: 'Forbidden.RAM', status: 403 });
      },
    }),
    unused: () =>
      [...policies].flatMap(([role, policy]) =>
        (policy?.Statement ?? []).flatMap(({ Action }: Statement) =>
          Action.map((action) => `${role} ${action}`).filter((right) => !used.has(right)),
        ),
      ),
  };
}

function allows(patterns: readonly string[], resource: string | undefined): boolean {
  return resource === undefined || patterns.some((pattern) => matches(pattern, resource));
}

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}

/** What a call is about, as RAM has it; `undefined` where the call does not say (a record of DNS by its id). */
function resourceOf({ product, query = {}, region, roa }: OpenApiCall, account: string): string | undefined {
  switch (product) {
    case 'fc':
      return `acs:fc:${region}:${account}:functions/${/functions\/([^/]+)\//.exec(roa?.path ?? '')?.[1]}`;
    case 'cs':
      return `acs:cs:${region}:${account}:cluster/${/\/(?:k8s|clusters)\/([^/]+)(?:\/|$)/.exec(roa?.path ?? '')?.[1]}`;
    case 'slb':
      return `acs:slb:${region}:${account}:loadbalancer/${query['LoadBalancerId'] ?? query['ResourceId.1'] ?? '*'}`;
    case 'alidns': {
      const zone = query['DomainName'];
      return zone === undefined ? undefined : `acs:alidns:*:${account}:domain/${zone}`;
    }
    case 'cms':
    case 'servicemesh':
    case 'ram':
    case 'sts':
      return '*';
  }
}
