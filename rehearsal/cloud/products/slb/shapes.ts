import { type Instant, isoTime } from '../../../../shared/core/time';
import { type Listener, type LoadBalancer, listenerStatus, statusOf } from '../../load-balancers/instance';

/** What the list and the answer about one instance have in common. */
export function summary(clb: LoadBalancer, at: Instant): object {
  const { charge, place, modificationProtection } = clb;
  return {
    LoadBalancerId: clb.id,
    LoadBalancerName: clb.name,
    LoadBalancerStatus: statusOf(clb, at),
    RegionId: clb.region,
    RegionIdAlias: clb.region,
    Address: clb.address,
    AddressType: clb.addressType,
    AddressIPVersion: 'ipv4',
    NetworkType: place.vpcId === '' ? 'classic' : 'vpc',
    VpcId: place.vpcId,
    VSwitchId: place.vSwitchId,
    MasterZoneId: place.masterZone,
    SlaveZoneId: place.slaveZone,
    PayType: 'PayOnDemand',
    InstanceChargeType: charge.by,
    LoadBalancerSpec: charge.specification,
    InternetChargeType: charge.internet,
    Bandwidth: charge.bandwidth,
    CreateTime: isoTime(clb.createdAt),
    CreateTimeStamp: clb.createdAt,
    DeleteProtection: clb.deleteProtection ? 'on' : 'off',
    ModificationProtectionStatus: modificationProtection.status,
    ModificationProtectionReason: modificationProtection.reason,
    ResourceGroupId: 'rg-default',
    Tags: { Tag: [...clb.tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue })) },
  };
}

export function details(clb: LoadBalancer, at: Instant): object {
  const { listeners } = clb;
  return {
    ...summary(clb, at),
    ListenerPorts: { ListenerPort: listeners.map(({ port }) => port) },
    ListenerPortsAndProtocal: {
      ListenerPortAndProtocal: listeners.map(({ port, protocol }) => ({
        ListenerPort: port,
        ListenerProtocal: protocol,
      })),
    },
    ListenerPortsAndProtocol: {
      ListenerPortAndProtocol: listeners.map(({ description, port, protocol }) => ({
        ListenerPort: port,
        ListenerProtocol: protocol,
        Description: description,
        ListenerForward: 'off',
      })),
    },
    BackendServers: { BackendServer: [] },
  };
}

export function listenerShape(id: string, listener: Listener, at: Instant): object {
  const { backendPort, bandwidth, description, groupId, port, protocol, scheduler } = listener;
  return {
    LoadBalancerId: id,
    ListenerPort: port,
    ListenerProtocol: protocol,
    Status: listenerStatus(listener, at),
    Description: description,
    Scheduler: scheduler,
    Bandwidth: bandwidth,
    ...(groupId === undefined ? {} : { VServerGroupId: groupId }),
    ...(backendPort === undefined ? {} : { BackendServerPort: backendPort }),
  };
}
