import { z } from 'zod';
import type { AuditedLoadBalancers } from '../ports';
import { readAnswer } from './answer';
import { GroupsAnswer, InstanceAnswer, isGone, loadBalancerOf } from './load-balancer-answers';
import { createLoadBalancers } from './load-balancers';
import { reading } from './reading';
import type { OpenApi, OpenApiCall } from './seams';
import { together } from './together';

const Attribute = InstanceAnswer.extend({
  SlaveZoneId: z.string().nullish(),
  InstanceChargeType: z.string().nullish(),
});
const Group = z.object({
  BackendServers: z.object({ BackendServer: z.array(z.object({ Type: z.string().nullish() })).nullish() }).nullish(),
});

/** CLBs as audits need them: four calls each, and one for each group of backends. Throws CloudError for the first alone. */
export function createAuditedLoadBalancers(openApi: OpenApi, region: string): AuditedLoadBalancers {
  const plain = createLoadBalancers(openApi, region);

  async function ask(action: string, query: NonNullable<OpenApiCall['query']>): Promise<unknown> {
    const call = { product: 'slb', region, action, query: { RegionId: region, ...query }, effect: 'read' } as const;
    return (await openApi.call(call)).body;
  }

  async function backendsOf(id: string) {
    const listed = readAnswer(
      GroupsAnswer,
      await ask('DescribeVServerGroups', { LoadBalancerId: id }),
      'slb.DescribeVServerGroups',
    );
    const groups = await together(
      (listed.VServerGroups?.VServerGroup ?? []).map(async ({ VServerGroupId }) =>
        readAnswer(
          Group,
          await ask('DescribeVServerGroupAttribute', { VServerGroupId }),
          'slb.DescribeVServerGroupAttribute',
        ),
      ),
    );
    const types = groups.flatMap(({ BackendServers }) => (BackendServers?.BackendServer ?? []).map(({ Type }) => Type));
    return { eni: types.filter((type) => type === 'eni').length, ecs: types.filter((type) => type === 'ecs').length };
  }

  return {
    zones: (addressType) => plain.zones(addressType),
    read: async (id) => {
      try {
        const [body, listeners, backends] = await together([
          ask('DescribeLoadBalancerAttribute', { LoadBalancerId: id }),
          reading(plain.health(id)),
          reading(backendsOf(id)),
        ]);
        const answer = readAnswer(Attribute, body, 'slb.DescribeLoadBalancerAttribute');
        return {
          ...loadBalancerOf(answer),
          slaveZone: answer.SlaveZoneId || undefined,
          chargeType: answer.InstanceChargeType ?? '',
          listeners,
          backends,
        };
      } catch (error) {
        if (isGone(error)) return 'gone';
        throw error;
      }
    },
  };
}
