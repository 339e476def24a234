import { isOurs, type LoadBalancerSeen, OWNERSHIP_TAG } from '../core/load-balancer';
import { CloudError } from '../errors';
import type { LoadBalancers } from '../ports';
import { readAnswer } from './answer';
import { chunksOf } from './chunks';
import {
  HealthAnswer,
  InstanceAnswer,
  InstancesPage,
  isGone,
  ListenersPage,
  listenersOf,
  loadBalancerOf,
  ZonesAnswer,
} from './load-balancer-answers';
import { numberedPages } from './numbered-pages';
import { pages } from './paging';
import type { OpenApi, OpenApiCall } from './seams';
import { together } from './together';

export { createLoadBalancerWriter } from './load-balancer-writer';

/** Most on a page of DescribeLoadBalancers and of DescribeLoadBalancerListeners, and most ids in one call (SDK slb-20140515). */
const PAGE = 100;
const IDS_PER_CALL = 10;

/** Reads the CLB instances of one region. */
export function createLoadBalancers(openApi: OpenApi, region: string): LoadBalancers {
  function callOf(action: string, query: NonNullable<OpenApiCall['query']> = {}): OpenApiCall {
    return { product: 'slb', region, action, query: { RegionId: region, ...query }, effect: 'read' };
  }

  async function list(query: NonNullable<OpenApiCall['query']>): Promise<readonly LoadBalancerSeen[]> {
    const action = 'DescribeLoadBalancers';
    return await numberedPages(
      openApi,
      callOf(action, query),
      PAGE,
      (body) => {
        const { LoadBalancers: found, TotalCount } = readAnswer(InstancesPage, body, `slb.${action}`);
        return { total: TotalCount, items: (found?.LoadBalancer ?? []).map(loadBalancerOf) };
      },
      ({ id }) => id,
    );
  }

  async function ask(action: string, query: NonNullable<OpenApiCall['query']>): Promise<unknown> {
    return (await openApi.call(callOf(action, query))).body;
  }

  /** Ports of its listeners, and whether they run. */
  async function runningListeners(id: string) {
    const action = 'DescribeLoadBalancerListeners';
    return await pages(openApi, callOf(action, { 'LoadBalancerId.1': id, MaxResults: PAGE }), (body) => {
      const { Listeners, NextToken } = readAnswer(ListenersPage, body, `slb.${action}`);
      const items = (Listeners ?? []).map(({ ListenerPort, Status }) => ({ port: ListenerPort, status: Status }));
      return { items, nextToken: NextToken };
    });
  }

  /** Every backend of every listener; `undefined` when there is no list, which is not an empty one. */
  async function backendsOf(id: string) {
    const action = 'DescribeHealthStatus';
    const { BackendServers } = readAnswer(HealthAnswer, await ask(action, { LoadBalancerId: id }), `slb.${action}`);
    return BackendServers?.BackendServer ?? undefined;
  }

  return {
    all: () => list({}),
    ours: async () => {
      const tagged = await list({ 'Tag.1.Key': OWNERSHIP_TAG.key, 'Tag.1.Value': OWNERSHIP_TAG.value });
      return tagged.filter(isOurs);
    },
    named: async (name) => (await list({ LoadBalancerName: name })).filter((clb) => clb.name === name),
    byIds: async (ids) => {
      const wanted = [...new Set(ids)];
      const chunks = chunksOf(wanted, IDS_PER_CALL);
      const lists = await together(chunks.map((chunk) => list({ LoadBalancerId: chunk.join(',') })));
      return lists.flat().filter(({ id }) => wanted.includes(id));
    },
    read: async (id) => {
      try {
        const action = 'DescribeLoadBalancerAttribute';
        const answer = readAnswer(InstanceAnswer, await ask(action, { LoadBalancerId: id }), `slb.${action}`);
        return { ...loadBalancerOf(answer), listeners: listenersOf(answer) };
      } catch (error) {
        if (isGone(error)) return 'gone';
        throw error;
      }
    },
    health: async (id) => {
      const [listeners, backends] = await together([runningListeners(id), backendsOf(id)]);
      if (backends === undefined && listeners.length > 0) {
        const operation = 'slb.DescribeHealthStatus';
        throw new CloudError('an answer without a list of backends', { kind: 'unreadable', operation });
      }
      return listeners.map(({ port, status }) => {
        const here = (backends ?? []).filter(({ ListenerPort }) => ListenerPort === port);
        const count = (found: string): number =>
          here.filter(({ ServerHealthStatus }) => ServerHealthStatus === found).length;
        const [normalBackends, abnormalBackends] = [count('normal'), count('abnormal')];
        const unknownBackends = here.length - normalBackends - abnormalBackends;
        return { port, running: status === 'running', normalBackends, abnormalBackends, unknownBackends };
      });
    },
    zones: async (addressType) => {
      const action = 'DescribeAvailableResource';
      const answer = readAnswer(ZonesAnswer, await ask(action, {}), `slb.${action}`);
      const fitting = (answer.AvailableResources?.AvailableResource ?? []).filter(({ SupportResources }) =>
        SupportResources?.SupportResource?.some(({ AddressType }) => AddressType === addressType),
      );
      return [...new Set(fitting.map(({ MasterZoneId }) => MasterZoneId))];
    },
  };
}
