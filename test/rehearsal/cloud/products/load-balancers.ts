import type { Cloud } from '../../../../rehearsal/cloud';
import { at } from '../../../../rehearsal/cloud/json';
import type { Scalar } from '../../../../shared/cloud/seams';
import { REGION } from '../faces';

export type Query = Readonly<Record<string, Scalar>>;

/** A call of the API in the process, in the region of the tests unless told. */
export async function slb(cloud: Cloud, action: string, query: Query = {}): Promise<Record<string, unknown>> {
  const call = { product: 'slb', region: REGION, action, query: { RegionId: REGION, ...query } } as const;
  const { body } = await cloud.openApi().call({ ...call, effect: 'write' });
  return body as Record<string, unknown>;
}

/** An order of the only kind that is sold. */
export const ORDER: Query = {
  InstanceChargeType: 'PayByCLCU',
  InternetChargeType: 'paybytraffic',
  AddressType: 'internet',
};

export async function buy(cloud: Cloud, query: Query = {}): Promise<string> {
  return String((await slb(cloud, 'CreateLoadBalancer', { ...ORDER, ...query }))['LoadBalancerId']);
}

export async function attribute(cloud: Cloud, LoadBalancerId: string): Promise<Record<string, unknown>> {
  return slb(cloud, 'DescribeLoadBalancerAttribute', { LoadBalancerId });
}

/** The ids that a list shows. */
export async function ids(cloud: Cloud, query: Query = {}): Promise<readonly string[]> {
  const answer = await slb(cloud, 'DescribeLoadBalancers', { PageNumber: 1, PageSize: 100, ...query });
  return itemsOf(answer, 'LoadBalancers', 'LoadBalancer').map((clb) => String(at(clb, 'LoadBalancerId')));
}

export async function tagsOf(cloud: Cloud, id: string): Promise<Record<string, string>> {
  const tags = itemsOf(await attribute(cloud, id), 'Tags', 'Tag');
  return Object.fromEntries(tags.map((tag) => [String(at(tag, 'TagKey')), String(at(tag, 'TagValue'))]));
}

/** Ports with the state of each backend behind them. */
export async function health(cloud: Cloud, LoadBalancerId: string): Promise<readonly string[]> {
  const answer = await slb(cloud, 'DescribeHealthStatus', { LoadBalancerId });
  return itemsOf(answer, 'BackendServers', 'BackendServer').map(
    (server) => `${at(server, 'ListenerPort')} ${at(server, 'ServerHealthStatus')}`,
  );
}

/** Ports with the state of each listener. */
export async function listeners(cloud: Cloud, id: string): Promise<readonly string[]> {
  const answer = await slb(cloud, 'DescribeLoadBalancerListeners', { 'LoadBalancerId.1': id });
  const found = answer['Listeners'] ?? [];
  return (found as readonly unknown[]).map((listener) => `${at(listener, 'ListenerPort')} ${at(listener, 'Status')}`);
}

export function itemsOf(answer: unknown, ...path: readonly string[]): readonly unknown[] {
  const items = at(answer, ...path);
  if (!Array.isArray(items)) throw new Error(`no list at ${path.join('.')}`);
  return items;
}
