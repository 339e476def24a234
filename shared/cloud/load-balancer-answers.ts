import { z } from 'zod';
import type { ListenerSeen, LoadBalancerSeen } from '../core/load-balancer';
import type { Instant } from '../core/time';
import { CloudError } from '../errors';
import { canonicalAddress } from './ip-address';

/** Answers of SLB 2014-05-15, by the types of the SDK slb-20140515 2.0.12, in which every field is optional. */

/** Numbers are typed as such, and come as text in places. */
const Amount = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
const Port = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]);

const TagList = z.object({
  Tag: z.array(z.object({ TagKey: z.string(), TagValue: z.string().nullish() })).nullish(),
});

const Instance = z.object({
  LoadBalancerId: z.string().min(1),
  LoadBalancerName: z.string().nullish(),
  LoadBalancerStatus: z.string().nullish(),
  Address: z.string().min(1),
  AddressType: z.enum(['internet', 'intranet']),
  LoadBalancerSpec: z.string().nullish(),
  InternetChargeType: z.string().nullish(),
  Bandwidth: Amount.nullish(),
  MasterZoneId: z.string().nullish(),
  CreateTime: z.string().nullish(),
  CreateTimeStamp: Amount.nullish(),
  DeleteProtection: z.string().nullish(),
  Tags: TagList.nullish(),
});
type Instance = z.infer<typeof Instance>;

export const InstancesPage = z.object({
  TotalCount: Amount,
  LoadBalancers: z.object({ LoadBalancer: z.array(Instance).nullish() }).nullish(),
});

export const InstanceAnswer = Instance.extend({
  ListenerPorts: z.object({ ListenerPort: z.array(Port).nullish() }).nullish(),
  ListenerPortsAndProtocol: z
    .object({
      ListenerPortAndProtocol: z.array(z.object({ ListenerPort: Port, Description: z.string().nullish() })).nullish(),
    })
    .nullish(),
});

/** The list is missing without listeners. */
export const ListenersPage = z.object({
  Listeners: z.array(z.object({ ListenerPort: Port, Status: z.string().nullish() })).nullish(),
  NextToken: z.string().nullish(),
});

export const HealthAnswer = z.object({
  BackendServers: z
    .object({
      BackendServer: z.array(z.object({ ListenerPort: Port, ServerHealthStatus: z.string().nullish() })).nullish(),
    })
    .nullish(),
});

export const GroupsAnswer = z.object({
  VServerGroups: z.object({ VServerGroup: z.array(z.object({ VServerGroupId: z.string() })).nullish() }).nullish(),
});

export const ZonesAnswer = z.object({
  AvailableResources: z
    .object({
      AvailableResource: z
        .array(
          z.object({
            MasterZoneId: z.string().min(1),
            SupportResources: z
              .object({ SupportResource: z.array(z.object({ AddressType: z.string().nullish() })).nullish() })
              .nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

export const PurchaseAnswer = z.object({
  LoadBalancerId: z.string().min(1),
  Address: z.string().min(1).transform(canonicalAddress),
});

/** Every port, whether its description is known or not. */
export function listenersOf(answer: z.infer<typeof InstanceAnswer>): readonly ListenerSeen[] {
  const described = answer.ListenerPortsAndProtocol?.ListenerPortAndProtocol ?? [];
  const ports = [...(answer.ListenerPorts?.ListenerPort ?? []), ...described.map(({ ListenerPort }) => ListenerPort)];
  const unique = [...new Set(ports)].sort((a, b) => a - b);
  return unique.map((port) => ({
    port,
    description: described.find(({ ListenerPort }) => ListenerPort === port)?.Description ?? '',
  }));
}

const MEGABIT = 1e6;

export function loadBalancerOf(instance: Instance): LoadBalancerSeen {
  const { Bandwidth, Tags } = instance;
  const isByBandwidth = /bandwidth/i.test(instance.InternetChargeType ?? '');
  return {
    id: instance.LoadBalancerId,
    name: instance.LoadBalancerName ?? '',
    address: canonicalAddress(instance.Address),
    addressType: instance.AddressType,
    status: statusOf(instance.LoadBalancerStatus ?? ''),
    specification: instance.LoadBalancerSpec ?? '',
    bandwidth: isByBandwidth && typeof Bandwidth === 'number' ? Bandwidth * MEGABIT : undefined,
    zone: instance.MasterZoneId || undefined,
    createdAt: createdAt(instance),
    deleteProtection: instance.DeleteProtection === 'on',
    tags: Object.fromEntries((Tags?.Tag ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue ?? ''])),
  };
}

function statusOf(status: string): LoadBalancerSeen['status'] {
  return status === 'active' || status === 'inactive' || status === 'locked' ? status : 'other';
}

/** The timestamp, which the SDK describes as that of something else, is taken before the text of the same name. */
function createdAt({ CreateTime, CreateTimeStamp }: Instance): Instant | undefined {
  if (typeof CreateTimeStamp === 'number' && CreateTimeStamp > 0) return CreateTimeStamp;
  const parsed = Date.parse(CreateTime ?? '');
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** Other codes that end in NotFound are about something else than the instance. */
export function isGone(error: unknown): boolean {
  return error instanceof CloudError && error.code === 'InvalidLoadBalancerId.NotFound';
}
