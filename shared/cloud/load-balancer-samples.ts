import { GroupsAnswer, InstancesPage } from './load-balancer-answers';
import { reading } from './reading';
import type { OpenApi, OpenApiCall } from './seams';

/** Whichever there is, to ask about: what fails or cannot be read here only means that none is known. */

/** The CLB that the vendor lists first. */
export async function anyClb(openApi: OpenApi, region: string): Promise<string | undefined> {
  const body = await bodyOf(openApi, region, 'DescribeLoadBalancers', { PageNumber: 1, PageSize: 1 });
  return InstancesPage.safeParse(body).data?.LoadBalancers?.LoadBalancer?.[0]?.LoadBalancerId;
}

/** The first group of backends of a CLB. */
export async function anyGroup(openApi: OpenApi, region: string, clb: string): Promise<string | undefined> {
  const body = await bodyOf(openApi, region, 'DescribeVServerGroups', { LoadBalancerId: clb });
  return GroupsAnswer.safeParse(body).data?.VServerGroups?.VServerGroup?.[0]?.VServerGroupId;
}

async function bodyOf(
  openApi: OpenApi,
  region: string,
  action: string,
  query: NonNullable<OpenApiCall['query']>,
): Promise<unknown> {
  const call = { product: 'slb', region, action, query: { RegionId: region, ...query }, effect: 'read' } as const;
  const answer = await reading(openApi.call(call));
  return answer.ok ? answer.value.body : undefined;
}
