import type { FunctionName } from '../shared/core/function-name';
import { markText } from '../shared/core/record-mark';
import { MINUTE, type Millis, SECOND } from '../shared/core/time';
import { createCloud, type InitialRecord } from './cloud';
import { answering } from './region-loss-name';
import type { LossScene } from './region-loss-scene';
import { REQUESTS_AT_TARGET } from './replay';
import { createStage, type Stage } from './stage';

/** Of the zone's servers, from a write to the moment at which each answers by it. */
export const SERVERS = [
  { host: 'ns1.alidns.example', delay: 2 * SECOND },
  { host: 'ns2.alidns.example', delay: 4 * SECOND },
] as const;

/** Metrics of the time before. */
const WARM_UP: Millis = 30 * MINUTE;
/** The functions come to rest. */
const SETTLING: Millis = 3 * MINUTE;
/** As replay.ts has it: a replica saturates at 1/0.7 of its targets. */
const TARGET_SHARE = 0.7;

/** Seconds into each minute at which the timers of s.yaml invoke the functions. */
const TIMERS: readonly (readonly [FunctionName, number])[] = [
  ['scale-gateway', 35],
  ['attach-clb', 45],
  ['failover-dns', 55],
];
/** failover-dns of the next region comes half a minute after, as s.yaml says: the loss of one is for the other to see. */
const APART = 30;

/** The regions, the zone and the clients of the scene, with these functions at work since a while. */
export async function lossStage(scene: LossScene, seed: number, functions: readonly FunctionName[]): Promise<Stage> {
  const { clients, configuration, gateway, load, name, networks, policy } = scene;
  const settings = configuration.gateways[gateway];
  if (settings === undefined) throw new Error('the scene lacks its gateway');
  const cloud = createCloud({ at: scene.from - SETTLING - WARM_UP, seed });
  for (const [region, { cluster }] of Object.entries(configuration.regions)) {
    cloud.addCluster({ region, id: cluster.id });
    cloud.addGateway({
      region,
      clusterId: cluster.id,
      name: gateway,
      namespace: settings.namespace,
      deployment: settings.deployment,
      service: settings.service,
      replicas: scene.replicas.get(region) ?? policy.replicas.min,
      owner: 'deployment',
      loadBalancerIds: settings.loadBalancers[region] ?? [],
      capacityPerReplica: REQUESTS_AT_TARGET / TARGET_SHARE,
      listeners: policy.signals.some(({ metric }) => metric === 'requests') ? 'http' : 'tcp',
    });
  }
  const records = name.lines.flatMap((line) =>
    answering(name.mode, line).flatMap((region) =>
      (settings.loadBalancers[region] ?? []).map((id): InitialRecord => {
        const remark = markText({ region, isExtra: false, absence: undefined });
        const value = cloud.loadBalancers.address(id);
        return { rr: name.rr, type: 'A', line: line.line, value, ttl: name.ttl, remark };
      }),
    ),
  );
  cloud.dns.addZone({ name: name.zone, edition: 'ultimate', nameServers: SERVERS, records });
  for (const [line, network] of networks) if (line !== 'default') cloud.dns.addSubnet(network, line);
  cloud.sendName({
    name: name.name,
    gateway,
    populations: [...clients].map(([line, share]) => ({ subnet: networks.get(line) ?? '', share })),
    load: () => load,
  });
  const timers = Object.keys(configuration.regions).flatMap((region, index) =>
    TIMERS.filter(([each]) => functions.includes(each)).map(([each, second]) => ({
      region,
      function: each,
      second: each === 'failover-dns' ? (second + index * APART) % 60 : second,
    })),
  );
  const stage = createStage({ cloud, configuration, timers });
  cloud.step(WARM_UP);
  await stage.run(SETTLING);
  cloud.resetCalls();
  return stage;
}
