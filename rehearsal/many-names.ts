import { type Configuration, loadConfiguration } from '../shared/config/load';
import { MINUTE, SECOND } from '../shared/core/time';
import { type Cloud, createCloud, type InitialRecord } from './cloud';

export const REGIONS = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing', 'cn-shenzhen'] as const;

export interface ManyNames {
  readonly zones: number;
  /** In each zone: those that all regions answer, and those that only the first does, before the others. */
  readonly shared: number;
  readonly standby: number;
  /** Whether each region has a vantage point. */
  readonly probes: boolean;
}

export interface ManyNamesWorld {
  readonly cloud: Cloud;
  readonly text: string;
  readonly configuration: Configuration;
  readonly zones: readonly string[];
  readonly address: (region: string) => string;
  /** Host records of the names of each zone. */
  readonly names: readonly string[];
}

/** Names of one gateway in four regions, each of which has room for all clients. */
export function manyNames(setup: ManyNames): ManyNamesWorld {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28, 11, 30), seed: 5 });
  for (const [index, region] of REGIONS.entries()) {
    const clusterId = `c${index}`;
    cloud.addCluster({ region, id: clusterId });
    cloud.addGateway({
      region,
      clusterId,
      name: 'web',
      replicas: 20,
      owner: 'deployment',
      capacityPerReplica: 430,
      loadBalancerIds: [`lb-${index}`],
    });
  }
  const places = REGIONS.map((region, index) => [region, cloud.loadBalancers.address(`lb-${index}`)] as const);
  const addresses = new Map<string, string>(places);
  const address = (region: string): string => addresses.get(region) ?? '';
  const zones = Array.from({ length: setup.zones }, (_, index) => `example${index}.com`);
  const shared = Array.from({ length: setup.shared }, (_, index) => `n${index}`);
  const standby = Array.from({ length: setup.standby }, (_, index) => `s${index}`);
  const record = (rr: string, region: string, enabled = true): InitialRecord => {
    return { rr, type: 'A', value: address(region), ttl: 60, enabled, remark: `gateway-autopilot ${region}` };
  };
  for (const name of zones) {
    cloud.dns.addZone({
      name,
      edition: 'ultimate',
      nameServers: [{ host: 'ns0.alidns.example', delay: 0 }],
      records: [
        ...shared.flatMap((rr) => REGIONS.map((region) => record(rr, region))),
        ...standby.flatMap((rr) => REGIONS.map((region, index) => record(rr, region, index === 0))),
      ],
    });
    cloud.dns.busyAfterWrite(name, 2 * SECOND);
  }
  cloud.sendName({
    name: `${[...shared, ...standby][0]}.${zones[0]}`,
    gateway: 'web',
    populations: [{ subnet: '203.0.113.0/24', share: 1 }],
    load: () => ({
      requests: 4_000,
      newConnections: 1_200,
      activeConnections: 4_000,
      trafficIn: 4e6,
      trafficOut: 4e7,
    }),
  });
  const text = textOf(setup, zones, shared, standby);
  cloud.step(30 * MINUTE);
  return {
    cloud,
    text,
    configuration: loadConfiguration(text, 'autopilot.yaml'),
    zones,
    address,
    names: [...shared, ...standby],
  };
}

function textOf(
  { probes }: ManyNames,
  zones: readonly string[],
  shared: readonly string[],
  standby: readonly string[],
): string {
  const name = (rr: string, zone: string, more: string): string =>
    `  ${rr}.${zone}: { zone: ${zone}, gateway: web, publish: auto, ttl: 60s${more} }`;
  return [
    'version: 1',
    'regions:',
    ...REGIONS.map((region, index) => `  ${region}: { cluster: { id: c${index} } }`),
    'gateways:',
    '  web:',
    `    regions: [${REGIONS.join(', ')}]`,
    '    policy: web',
    `    loadBalancers: { ${REGIONS.map((region, index) => `${region}: [lb-${index}]`).join(', ')} }`,
    'policies:',
    '  web:',
    '    mode: auto',
    '    replicas: { min: 2, max: 60 }',
    '    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]',
    'names:',
    ...zones.flatMap((zone) => [
      ...shared.map((rr) => name(rr, zone, '')),
      ...standby.map((rr) => name(rr, zone, ', mode: active-standby')),
    ]),
    ...(probes ? [`probes: { points: [${REGIONS.join(', ')}] }`] : []),
    '',
  ].join('\n');
}
