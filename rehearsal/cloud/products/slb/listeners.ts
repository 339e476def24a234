import { z } from 'zod';
import type { Fleet } from '../../load-balancers/fleet';
import { type Backend, backendsOf, type Listener, type LoadBalancer, statusOf } from '../../load-balancers/instance';
import { ApiRefusal, invalidParameter, type Operation, operation } from '../operation';
import { text, wholeNumber } from '../parameters';
import { changed, SDK } from './instances';
import { listIn, OneInstance, Region } from './parameters';
import { listenerShape } from './shapes';

const port = () => wholeNumber(1, 65_535);
const OneListener = z.object({
  ...OneInstance,
  ListenerPort: port(),
  ListenerProtocol: z.enum(['tcp', 'udp', 'http', 'https']).optional(),
});
const MOST_LISTENERS = 50;
const MOST_IDS = 10;

export function listenerOperations(fleet: Fleet): Readonly<Record<string, Operation>> {
  /** Changes one listener, or removes it. */
  function change(
    { LoadBalancerId, ListenerPort, RegionId }: z.infer<typeof OneListener>,
    how: (listener: Listener) => readonly Listener[],
  ): object {
    const { listeners } = fleet.get(RegionId, LoadBalancerId);
    if (!listeners.some((listener) => listener.port === ListenerPort)) {
      throw new ApiRefusal(404, 'InvalidParameter.ListenerPort.NotFound', 'The specified listener does not exist.');
    }
    const next = listeners.flatMap((listener) => (listener.port === ListenerPort ? how(listener) : [listener]));
    return changed(fleet, RegionId, LoadBalancerId, { listeners: next });
  }

  function add(clb: LoadBalancer, listener: Listener): object {
    if (clb.listeners.some((known) => known.port === listener.port)) {
      throw new ApiRefusal(400, 'ListenerAlreadyExists', 'There is already have a listener on this port.');
    }
    if (clb.listeners.length >= MOST_LISTENERS) {
      throw new ApiRefusal(400, 'ListenerNumberOverLimit', 'The number of listeners is over the limit.');
    }
    if (listener.groupId !== undefined && !clb.groups.some(({ id }) => id === listener.groupId)) {
      throw invalidParameter('VServerGroupId', 'The instance has no such group.');
    }
    const listeners = [...clb.listeners, listener].sort((a, b) => a.port - b.port);
    return changed(fleet, clb.region, clb.id, { listeners });
  }

  return {
    DescribeLoadBalancerListeners: operation({
      what: 'Listeners of up to 10 instances, with their state, in pages of up to 100; the field is missing without any.',
      basis: SDK,
      parameters: z.looseObject({
        RegionId: text().default('cn-hangzhou'),
        ListenerProtocol: z.string().optional(),
        MaxResults: wholeNumber(1, 100).default(20),
        NextToken: z.string().regex(/^\d*$/).default(''),
      }),
      handle: (parameters) => {
        const ids = listIn(parameters, 'LoadBalancerId');
        if (ids.length > MOST_IDS) throw invalidParameter('LoadBalancerId', `At most ${MOST_IDS} ids.`);
        const { ListenerProtocol, MaxResults, NextToken, RegionId } = parameters;
        const all = [...fleet.register.present()]
          .filter(({ id, region }) => region === RegionId && (ids.length === 0 || ids.includes(id)))
          .flatMap(({ id, listeners }) => listeners.map((listener) => ({ id, listener })))
          .filter(({ listener }) => ListenerProtocol === undefined || listener.protocol === ListenerProtocol);
        const start = Number(NextToken);
        const end = start + MaxResults;
        const shown = all.slice(start, end).map(({ id, listener }) => listenerShape(id, listener, fleet.now()));
        return {
          TotalCount: all.length,
          MaxResults,
          ...(shown.length === 0 ? {} : { Listeners: shown }),
          ...(end < all.length ? { NextToken: String(end) } : {}),
        };
      },
    }),
    DescribeHealthStatus: operation({
      what: 'Every backend of each listener, or of one: normal, abnormal, or unavailable while its check is off or not finished.',
      basis: SDK,
      parameters: z.object({
        ...OneInstance,
        ListenerPort: port().optional(),
        ListenerProtocol: z.string().optional(),
      }),
      handle: ({ ListenerPort, LoadBalancerId, RegionId }) => {
        const clb = fleet.get(RegionId, LoadBalancerId);
        const asked = clb.listeners.filter((listener) => ListenerPort === undefined || listener.port === ListenerPort);
        const BackendServer = asked.flatMap((listener) =>
          (backendsOf(clb, listener)?.list() ?? []).map((backend) => ({
            ListenerPort: listener.port,
            Protocol: listener.protocol,
            ServerId: backend.serverId,
            ServerIp: backend.serverIp,
            Port: backend.port,
            Type: clb.groups.find(({ id }) => id === listener.groupId)?.type ?? 'ecs',
            ServerHealthStatus: healthOf(backend, clb, fleet),
          })),
        );
        return { BackendServers: { BackendServer } };
      },
    }),
    CreateLoadBalancerTCPListener: operation({
      what: 'A new listener, which is stopped.',
      basis: SDK,
      parameters: z.object({
        ...OneInstance,
        ListenerPort: port(),
        Bandwidth: z
          .string()
          .regex(/^(-1|\d+)$/)
          .transform(Number),
        BackendServerPort: port().optional(),
        VServerGroupId: text().optional(),
        Scheduler: z.enum(['wrr', 'rr', 'sch', 'tch']).default('wrr'),
        Description: z.string().default(''),
      }),
      handle: ({ LoadBalancerId, RegionId, ...wanted }) =>
        add(fleet.get(RegionId, LoadBalancerId), {
          port: wanted.ListenerPort,
          protocol: 'tcp',
          description: wanted.Description,
          scheduler: wanted.Scheduler,
          bandwidth: wanted.Bandwidth,
          ...(wanted.VServerGroupId === undefined ? {} : { groupId: wanted.VServerGroupId }),
          ...(wanted.BackendServerPort === undefined ? {} : { backendPort: wanted.BackendServerPort }),
          startedAt: undefined,
        }),
    }),
    StartLoadBalancerListener: operation({
      what: 'Starts a listener; one that runs goes on.',
      basis: SDK,
      parameters: OneListener,
      handle: (which) => change(which, (listener) => [{ ...listener, startedAt: listener.startedAt ?? fleet.now() }]),
    }),
    StopLoadBalancerListener: operation({
      what: 'Stops a listener.',
      basis: SDK,
      parameters: OneListener,
      handle: (which) => change(which, (listener) => [{ ...listener, startedAt: undefined }]),
    }),
    DeleteLoadBalancerListener: operation({
      what: 'Deletes a listener; without its last one an instance is inactive.',
      basis: SDK,
      parameters: OneListener,
      handle: (which) => change(which, () => []),
    }),
    DescribeVServerGroups: operation({
      what: 'The groups of backends of an instance.',
      basis: SDK,
      parameters: z.object({ ...OneInstance, ...Region }),
      handle: ({ LoadBalancerId, RegionId }) => ({
        VServerGroups: {
          VServerGroup: fleet.get(RegionId, LoadBalancerId).groups.map(({ backends, id, name }) => ({
            VServerGroupId: id,
            VServerGroupName: name,
            ServerCount: backends.list().length,
          })),
        },
      }),
    }),
    DescribeVServerGroupAttribute: operation({
      what: 'The backends of a group.',
      basis: SDK,
      parameters: z.object({ ...Region, VServerGroupId: text() }),
      handle: ({ RegionId, VServerGroupId }) => {
        const clb = [...fleet.register.present()].find(
          ({ groups, region }) => region === RegionId && groups.some(({ id }) => id === VServerGroupId),
        );
        const group = clb?.groups.find(({ id }) => id === VServerGroupId);
        if (clb === undefined || group === undefined) {
          throw new ApiRefusal(404, 'InvalidParameter.VServerGroupId.NotFound', 'The group does not exist.');
        }
        const BackendServer = group.backends.list().map((backend) => ({
          ServerId: backend.serverId,
          ServerIp: backend.serverIp,
          Port: backend.port,
          Weight: 100,
          Type: group.type,
          Description: backend.description,
        }));
        return {
          LoadBalancerId: clb.id,
          VServerGroupId,
          VServerGroupName: group.name,
          BackendServers: { BackendServer },
        };
      },
    }),
  };
}

function healthOf({ healthySince }: Backend, clb: LoadBalancer, fleet: Fleet): string {
  if (!fleet.isChecked(clb.id)) return 'unavailable';
  if (fleet.isBroken(clb.id)) return 'abnormal';
  if (statusOf(clb, fleet.now()) !== 'active') return 'unavailable';
  return healthySince <= fleet.now() ? 'normal' : 'unavailable';
}
