import { type LoadBalancerOrder, OWNERSHIP_TAG, type Purchase, type Tags } from '../core/load-balancer';
import { CloudError } from '../errors';
import type { LoadBalancerWriter } from '../ports';
import { readAnswer } from './answer';
import { isGone, PurchaseAnswer } from './load-balancer-answers';
import type { OpenApi, OpenApiCall } from './seams';
import { failedWrite, unknownOutcome } from './unknown-outcome';

type Query = NonNullable<OpenApiCall['query']>;

/** The place has none, so that another may: reference "Common error codes" of CLB, and the cloud controller's own fallback. */
const NO_STOCK: ReadonlySet<string> = new Set([
  'PRODUCT.NOT_AVAILABLE_IZ',
  'PRODUCT.INSUFFICIENT_STOCK',
  'VSwitchAvailableIpNotExist',
]);

/**
 * Writes CLB instances of one region. A deletion is sent once and never again; everything else is safe to repeat, an order
 * by its token, and is sent again only after a refusal that says that nothing was done.
 */
export function createLoadBalancerWriter(openApi: OpenApi, region: string): LoadBalancerWriter {
  async function send(action: string, query: Query, effect: 'write' | 'removal' = 'write'): Promise<unknown> {
    try {
      const call = { product: 'slb', region, action, query: { RegionId: region, ...query }, effect } as const;
      return (await openApi.call(call)).body;
    } catch (error) {
      throw failedWrite(error);
    }
  }

  return {
    create: async (order) => {
      try {
        return bought(await send('CreateLoadBalancer', orderQuery(order)));
      } catch (error) {
        if (!(error instanceof CloudError) || !NO_STOCK.has(error.code ?? '')) throw error;
        return { bought: false, reason: 'no-stock', message: error.message };
      }
    },
    tag: async (id, tags) => {
      await send('TagResources', { ...resource(id), ...tagQuery(tags) });
    },
    untag: async (id, keys) => {
      const named = Object.fromEntries(keys.map((key, index) => [`TagKey.${index + 1}`, key]));
      await send('UntagResources', { ...resource(id), ...named });
    },
    protect: async (id, on) => {
      await send('SetLoadBalancerDeleteProtection', { LoadBalancerId: id, DeleteProtection: on ? 'on' : 'off' });
    },
    activate: async (id) => {
      await send('SetLoadBalancerStatus', { LoadBalancerId: id, LoadBalancerStatus: 'active' });
    },
    delete: async (id) => {
      try {
        await send('DeleteLoadBalancer', { LoadBalancerId: id }, 'removal');
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}

function orderQuery(order: LoadBalancerOrder): Query {
  return {
    ClientToken: order.clientToken,
    LoadBalancerName: order.name,
    AddressType: order.addressType,
    VSwitchId: order.vSwitchId,
    MasterZoneId: order.zone,
    ResourceGroupId: order.resourceGroupId,
    // Said in full: the default of the API is a kind that is not sold any more.
    InstanceChargeType: 'PayByCLCU',
    InternetChargeType: 'paybytraffic',
    DeleteProtection: 'on',
    ...tagQuery({ ...order.tags, [OWNERSHIP_TAG.key]: OWNERSHIP_TAG.value }),
  };
}

/** In the order of their keys: the same order under the same token must be the same to the letter. */
function tagQuery(tags: Tags): Query {
  const sorted = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.flatMap(([key, value], index) => [
      [`Tag.${index + 1}.Key`, key],
      [`Tag.${index + 1}.Value`, value],
    ]),
  );
}

function resource(id: string): Query {
  return { ResourceType: 'instance', 'ResourceId.1': id };
}

/** An answer without id or address stands for an instance all the same. */
function bought(body: unknown): Purchase {
  try {
    const { Address, LoadBalancerId } = readAnswer(PurchaseAnswer, body, 'slb.CreateLoadBalancer');
    return { bought: true, id: LoadBalancerId, address: Address };
  } catch (error) {
    throw error instanceof CloudError ? unknownOutcome(error) : error;
  }
}
