import type { Configuration } from '../shared/config/load';
import { namesOf, type PublishedName } from '../shared/config/names';
import { type ConfiguredGateway, gatewaysOf } from '../shared/config/region';
import type { Mode } from '../shared/core/decision';
import { markText } from '../shared/core/record-mark';
import { MINUTE, type Millis } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';
import { type Cloud, createCloud, type InitialRecord } from './cloud';
import { LINES } from './cloud/products/alidns/lines';
import { makeRoles } from './deployment';
import { answering } from './region-loss-name';
import { loadOf, REQUESTS_AT_TARGET } from './replay';
import { createStage, type Stage } from './stage';

/** A whole account as a configuration describes it, with the functions deployed in every region and nobody invoking them. */
export interface EmulatedAccount extends Stage {
  /** The operator's, as the functions have it. */
  readonly configuration: Configuration;
  /** The same, but that what only observes does so here, too. */
  readonly written: Configuration;
  /** What differs from the operator's file, and what was made up. */
  readonly notes: readonly string[];
}

/** A Tuesday, 18:00 in Shanghai: always the same, so that the same commands get the same answers. */
const EMULATED_START = Date.UTC(2026, 10, 24, 10, 0);
/** Metrics of the time before. */
const WARM_UP: Millis = 30 * MINUTE;
/** What the policy's targets are of a replica's capacity. */
const TARGET_SHARE = 0.7;
/** How many of the replicas that its load asks for a gateway begins with: few enough that there is something to plan. */
const BEGINS_WITH = 0.7;

/** Throws InvalidInput for a configuration that cannot be furnished. */
export function emulatedAccount(original: Configuration, seed: number): EmulatedAccount {
  const { configuration, notes, written } = allowedToAct(original);
  const cloud = createCloud({ at: EMULATED_START - WARM_UP, seed });
  for (const region of Object.keys(configuration.regions)) furnish(cloud, configuration, region);
  for (const zone of new Set(Object.values(configuration.names).map((name) => name.zone))) {
    const names = namesOf(configuration).filter((name) => name.zone === zone);
    cloud.dns.addZone({ name: zone, edition: 'ultimate', records: names.flatMap((name) => recordsOf(cloud, name)) });
  }
  for (const { subnets } of namesOf(configuration)) {
    for (const [line, network] of Object.entries(subnets)) if (isServed(line)) cloud.dns.addSubnet(network, line);
  }
  for (const group of configuration.alarms.contactGroups ?? []) cloud.alarms.addContactGroup(group);
  makeRoles(cloud, original);
  cloud.step(WARM_UP);
  const stage = createStage({ cloud, configuration, written: original, timers: [] });
  return { ...stage, configuration, written, notes };
}

/** Somebody who tries the commands wants to see them act. */
function allowedToAct(original: Configuration): Pick<EmulatedAccount, 'configuration' | 'written' | 'notes'> {
  const lines = Object.values(original.names).flatMap((described) => Object.keys(described.lines ?? {}));
  const unknown = lines.filter((line) => !isKnown(line));
  const policies = Object.entries(original.policies).map(([name, policy]) => {
    const { loadBalancers } = policy;
    const allowed = loadBalancers && { ...loadBalancers, mode: acting(loadBalancers.mode) };
    return [name, { ...policy, mode: acting(policy.mode), loadBalancers: allowed }] as const;
  });
  const names = Object.entries(original.names).map(([name, described]) => {
    const left = described.lines && Object.entries(described.lines).filter(([line]) => isKnown(line));
    return [name, { ...described, lines: left && Object.fromEntries(left) }] as const;
  });
  const publishing = names.map(([name, described]) => {
    const { publish } = described;
    return [name, { ...described, publish: publish === 'none' ? publish : acting(publish) }] as const;
  });
  const observes =
    Object.values(original.policies).some(
      (each) => each.mode === 'observe' || each.loadBalancers?.mode === 'observe',
    ) || Object.values(original.names).some(({ publish }) => publish === 'observe');
  const written: Configuration = {
    ...original,
    names: Object.fromEntries(names),
    gateways: withLoadBalancers(original),
    regions: inAnyZone(original),
  };
  return {
    configuration: {
      ...written,
      policies: Object.fromEntries(policies),
      names: Object.fromEntries(publishing),
    },
    written,
    notes: [
      ...(observes ? ['what only observes acts here, as if its mode were auto'] : []),
      ...[...new Set(unknown)].map((line) => `the emulated DNS does not know the line ${line}, which is left out`),
    ],
  };
}

/** What proposes does so here, too: approving is what somebody tries. */
function acting(mode: Mode): Exclude<Mode, 'observe'> {
  return mode === 'observe' ? 'auto' : mode;
}

function isKnown(line: string): boolean {
  return LINES.some(({ code }) => code === line);
}

/** Whether the clients of a network can be told apart by it. */
function isServed(line: string): boolean {
  return line !== 'default' && isKnown(line);
}

/** Every gateway has a CLB of its own in each of its regions, named by the operator or made up. */
function withLoadBalancers({ gateways }: Configuration): Configuration['gateways'] {
  const settings = Object.entries(gateways).map(([gateway, each]) => {
    const own = each.regions.map((region) => [
      region,
      each.loadBalancers[region] ?? [`lb-emulated-${gateway}-${region}`],
    ]);
    return [gateway, { ...each, loadBalancers: Object.fromEntries(own) }];
  });
  return Object.fromEntries(settings);
}

/** The emulated market has zones of its own. */
function inAnyZone({ regions }: Configuration): Configuration['regions'] {
  const all = Object.entries(regions).map(([region, described]) => [
    region,
    { ...described, loadBalancers: { zones: [] } },
  ]);
  return Object.fromEntries(all);
}

function furnish(cloud: Cloud, configuration: Configuration, region: string): void {
  const described = configuration.regions[region];
  if (described === undefined) throw new InvalidInput(`the configuration has no region ${region}`);
  const { cluster, mesh } = described;
  cloud.addCluster({ region, id: cluster.id });
  if (mesh !== undefined) {
    const dataPlaneApi = mesh.istioGateways === 'dataPlane';
    cloud.addMesh({ region, id: mesh.id, clusterIds: [cluster.id], dataPlaneApi });
  }
  for (const gateway of gatewaysOf(configuration, region)) addGateway(cloud, configuration, region, gateway);
}

function addGateway(
  cloud: Cloud,
  { gateways, regions }: Configuration,
  region: string,
  { names, policy }: ConfiguredGateway,
): void {
  const described = regions[region];
  const { max, min } = policy.replicas;
  const wanted = (min + max) / 4;
  cloud.addGateway({
    region,
    clusterId: described?.cluster.id ?? '',
    ...(described?.mesh === undefined
      ? { owner: 'deployment' as const, deployment: names.deployment, service: names.service }
      : { owner: 'asm-left-to-us' as const, meshId: described.mesh.id }),
    name: names.gateway,
    namespace: names.namespace,
    replicas: Math.max(min, Math.floor(wanted * BEGINS_WITH)),
    loadBalancerIds: gateways[names.gateway]?.loadBalancers[region] ?? [],
    capacityPerReplica: REQUESTS_AT_TARGET / TARGET_SHARE,
    listeners: policy.signals.some(({ metric }) => metric === 'requests') ? 'http' : 'tcp',
  });
  cloud.setLoad(region, names.gateway, () => loadOf(policy, wanted));
}

/** As they would be after a long time: every line answers, and the records are ours where we publish. */
function recordsOf(cloud: Cloud, { lines, mode, own, publish, rr, ttl }: PublishedName): readonly InitialRecord[] {
  return lines.flatMap((line) =>
    answering(mode, line).flatMap((region) =>
      (own[region] ?? []).map((id): InitialRecord => {
        const remark = publish === 'none' ? '' : markText({ region, isExtra: false, absence: undefined });
        return { rr, type: 'A', line: line.line, value: cloud.loadBalancers.address(id), ttl, remark };
      }),
    ),
  );
}
