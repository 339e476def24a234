import { z } from 'zod';
import { documented, typed } from '../../behaviour';
import { type Fleet, NO_PROTECTION, type Order } from '../../load-balancers/fleet';
import { LCU, type LoadBalancer, statusOf } from '../../load-balancers/instance';
import { zonesOf } from '../../load-balancers/sales';
import { invalidParameter, missingParameter, type Operation, operation } from '../operation';
import { text, wholeNumber } from '../parameters';
import { hasOneOf, newTags, OneInstance, onOff, Region, tagFilter } from './parameters';
import { details, summary } from './shapes';

export const SDK = typed('aliyun/alibabacloud-typescript-sdk slb-20140515 2.0.12');

const Creation = z.looseObject({
  ...Region,
  AddressType: z.enum(['internet', 'intranet']).optional(),
  AddressIPVersion: z.enum(['ipv4']).default('ipv4'),
  LoadBalancerName: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,79}$/)
    .optional(),
  InstanceChargeType: z.enum(['PayBySpec', 'PayByCLCU']).default('PayBySpec'),
  InternetChargeType: z.enum(['paybytraffic', 'paybybandwidth']).default('paybytraffic'),
  PayType: z.enum(['PayOnDemand', 'PrePay']).default('PayOnDemand'),
  Bandwidth: wholeNumber(1, 5120).optional(),
  MasterZoneId: text().optional(),
  SlaveZoneId: text().optional(),
  VpcId: text().optional(),
  VSwitchId: text().optional(),
  DeleteProtection: onOff().default('off'),
  ModificationProtectionStatus: z.enum(['NonProtection', 'ConsoleProtection']).default('NonProtection'),
  ModificationProtectionReason: z.string().max(80).default(''),
  ClientToken: z.string().min(1).max(64).optional(),
});
type Creation = z.infer<typeof Creation>;

const List = z.looseObject({
  ...Region,
  LoadBalancerId: text().optional(),
  LoadBalancerName: text().optional(),
  LoadBalancerStatus: z.enum(['active', 'inactive', 'locked']).optional(),
  AddressType: z.enum(['internet', 'intranet']).optional(),
  Address: text().optional(),
  VpcId: text().optional(),
  MasterZoneId: text().optional(),
  PageNumber: wholeNumber(1, 1_000_000).optional(),
  PageSize: wholeNumber(1, 100).optional(),
});
type List = z.infer<typeof List>;

const MOST_IDS = 10;
const PAGE = 10;

export function instanceOperations(fleet: Fleet): Readonly<Record<string, Operation>> {
  function buy(order: Creation): object {
    const { ClientToken, ...content } = order;
    return fleet.tokens.once(ClientToken, JSON.stringify(content), fleet.now(), () =>
      bought(fleet.buy(orderOf(order))),
    );
  }

  function list(query: List): object {
    const { PageNumber = 1, PageSize = PAGE } = query;
    if (query.PageSize !== undefined && query.PageNumber === undefined) throw missingParameter('PageNumber');
    const found = fleet.listed(query.RegionId).filter(matching(query, fleet));
    const shown = found.slice((PageNumber - 1) * PageSize, PageNumber * PageSize);
    return {
      TotalCount: found.length,
      PageNumber,
      PageSize,
      LoadBalancers: { LoadBalancer: shown.map((clb) => summary(clb, fleet.now())) },
    };
  }

  return {
    CreateLoadBalancer: operation({
      what: 'A new instance without listeners; its address is in the answer.',
      basis: SDK,
      parameters: Creation,
      handle: buy,
    }),
    DescribeLoadBalancers: operation({
      what: 'Instances of a region in pages of up to 100, 10 unless told; by up to 10 ids, name, status, address or tags.',
      basis: SDK,
      parameters: List,
      handle: list,
    }),
    DescribeLoadBalancerAttribute: operation({
      what: 'One instance with the ports of its listeners.',
      basis: SDK,
      parameters: z.object(OneInstance),
      handle: ({ LoadBalancerId, RegionId }) => details(fleet.shown(RegionId, LoadBalancerId), fleet.now()),
    }),
    SetLoadBalancerStatus: operation({
      what: 'Switches an instance on or off.',
      basis: SDK,
      parameters: z.object({ ...OneInstance, LoadBalancerStatus: z.enum(['active', 'inactive']) }),
      handle: ({ LoadBalancerId, LoadBalancerStatus, RegionId }) =>
        changed(fleet, RegionId, LoadBalancerId, { enabled: LoadBalancerStatus === 'active' }),
    }),
    ModifyLoadBalancerInstanceChargeType: operation({
      what: 'Makes an instance one that is paid by what it carries; there is no way back.',
      basis: documented(
        'https://help.aliyun.com/en/slb/classic-load-balancer/product-overview/modify-the-configurations-of-pay-as-you-go-clb-instances',
      ),
      parameters: z.object({ ...OneInstance, InstanceChargeType: z.literal('PayByCLCU') }),
      handle: ({ LoadBalancerId, RegionId }) => changed(fleet, RegionId, LoadBalancerId, { charge: LCU }),
    }),
    SetLoadBalancerName: operation({
      what: 'Renames an instance.',
      basis: SDK,
      parameters: z.object({ ...OneInstance, LoadBalancerName: text() }),
      handle: ({ LoadBalancerId, LoadBalancerName, RegionId }) =>
        changed(fleet, RegionId, LoadBalancerId, { name: LoadBalancerName }),
    }),
    SetLoadBalancerDeleteProtection: operation({
      what: 'Switches the deletion protection on or off.',
      basis: SDK,
      parameters: z.object({ ...OneInstance, ...Region, DeleteProtection: onOff() }),
      handle: ({ DeleteProtection, LoadBalancerId, RegionId }) =>
        changed(fleet, RegionId, LoadBalancerId, { deleteProtection: DeleteProtection === 'on' }),
    }),
    DeleteLoadBalancer: operation({
      what: 'Deletes an instance with its listeners and tags; refused under deletion protection.',
      basis: documented('https://www.alibabacloud.com/help/en/server-load-balancer/latest/deleteloadbalancer-2'),
      parameters: z.object(OneInstance),
      handle: ({ LoadBalancerId, RegionId }) => {
        fleet.delete(fleet.get(RegionId, LoadBalancerId));
        return {};
      },
    }),
    DescribeZones: operation({
      what: 'The zones of a region, each with those to fall back on.',
      basis: SDK,
      parameters: z.object(Region),
      handle: ({ RegionId }) => {
        const zones = zonesOf(RegionId);
        const SlaveZone = (master: string) =>
          zones.filter((zone) => zone !== master).map((zone) => ({ ZoneId: zone, LocalName: zone }));
        const Zone = zones.map((zone) => ({
          ZoneId: zone,
          LocalName: zone,
          SlaveZones: { SlaveZone: SlaveZone(zone) },
        }));
        return { Zones: { Zone } };
      },
    }),
    DescribeAvailableResource: operation({
      what: 'The pairs of zones that have instances to sell.',
      basis: SDK,
      parameters: z.object(Region),
      handle: ({ RegionId }) => ({
        AvailableResources: {
          AvailableResource: fleet.sales.inStock(RegionId).map(({ master, slave }) => ({
            MasterZoneId: master,
            SlaveZoneId: slave,
            SupportResources: { SupportResource: SUPPORTED },
          })),
        },
      }),
    }),
  };
}

const SUPPORTED = [
  { AddressType: 'internet', AddressIPVersion: 'ipv4' },
  { AddressType: 'intranet', AddressIPVersion: 'ipv4' },
] as const;

/** Changes one instance of a region. Throws ApiRefusal. */
export function changed(fleet: Fleet, region: string, id: string, change: Partial<LoadBalancer>): object {
  fleet.change(fleet.get(region, id).id, change);
  return {};
}

function orderOf(order: Creation): Order {
  if (order.PayType === 'PrePay') throw invalidParameter('PayType', 'Subscription instances are not sold any more.');
  if (order.InstanceChargeType === 'PayBySpec') {
    throw invalidParameter('InstanceChargeType', 'Instances by specification are not sold any more.');
  }
  if (order.InternetChargeType === 'paybybandwidth') {
    throw invalidParameter('InternetChargeType', 'Instances paid by LCU are paid by traffic.');
  }
  const { DeleteProtection, ModificationProtectionReason, ModificationProtectionStatus, VSwitchId } = order;
  return {
    region: order.RegionId,
    name: order.LoadBalancerName,
    addressType: order.AddressType ?? (VSwitchId === undefined ? 'internet' : 'intranet'),
    deleteProtection: DeleteProtection === 'on',
    modificationProtection:
      ModificationProtectionStatus === 'NonProtection'
        ? NO_PROTECTION
        : { status: ModificationProtectionStatus, reason: ModificationProtectionReason },
    tags: newTags(order),
    vpcId: order.VpcId ?? '',
    vSwitchId: VSwitchId ?? '',
    masterZone: order.MasterZoneId,
    slaveZone: order.SlaveZoneId,
  };
}

function bought({ address, id, name, place }: LoadBalancer): object {
  return {
    LoadBalancerId: id,
    LoadBalancerName: name,
    Address: address,
    AddressIPVersion: 'ipv4',
    NetworkType: place.vpcId === '' ? 'classic' : 'vpc',
    VpcId: place.vpcId,
    VSwitchId: place.vSwitchId,
    ResourceGroupId: 'rg-default',
    OrderId: 0,
  };
}

function matching(query: List, fleet: Fleet): (clb: LoadBalancer) => boolean {
  const ids = query.LoadBalancerId?.split(',');
  if ((ids?.length ?? 0) > MOST_IDS) throw invalidParameter('LoadBalancerId', `At most ${MOST_IDS} ids.`);
  const tags = tagFilter(query);
  return (clb) =>
    (ids?.includes(clb.id) ?? true) &&
    (tags.length === 0 || hasOneOf(clb.tags, tags)) &&
    isWanted(clb.name, query.LoadBalancerName) &&
    isWanted(clb.address, query.Address) &&
    isWanted(clb.addressType, query.AddressType) &&
    isWanted(clb.place.vpcId, query.VpcId) &&
    isWanted(clb.place.masterZone, query.MasterZoneId) &&
    isWanted(statusOf(clb, fleet.now()), query.LoadBalancerStatus);
}

function isWanted(value: string, wanted: string | undefined): boolean {
  return wanted === undefined || value === wanted;
}
