import { type Cloud, createCloud, type GatewaySetup } from '../../../rehearsal/cloud';
import { START } from './faces';

export const HERE = 'cn-hangzhou';
export const THERE = 'cn-shanghai';
export const GATEWAY = 'ingressgateway';
/** The CLB of the gateway in each region. */
export const OWN = { [HERE]: 'lb-here', [THERE]: 'lb-there' } as const;
export const CLUSTERS = { [HERE]: 'c-here', [THERE]: 'c-there' } as const;

/** One gateway name in two regions, three replicas of 100 requests a second and one CLB each. */
export function twoRegions(gateway: Partial<GatewaySetup> = {}, seed = 1): Cloud {
  const cloud = createCloud({ at: START, seed });
  for (const region of [HERE, THERE] as const) {
    cloud.addCluster({ region, id: CLUSTERS[region] });
    cloud.addGateway({
      region,
      clusterId: CLUSTERS[region],
      name: GATEWAY,
      replicas: 3,
      owner: 'deployment',
      loadBalancerIds: [OWN[region]],
      capacityPerReplica: 100,
      ...gateway,
    });
  }
  return cloud;
}

/** What CloudMonitor has of a metric of one CLB, by minute from the start, 5 minutes of them. */
export async function minutesOf(cloud: Cloud, region: string, metric: string, id: string) {
  const query = {
    Namespace: 'acs_slb_dashboard',
    MetricName: metric,
    Period: 60,
    StartTime: START - 1,
    EndTime: START + 5 * 60_000 - 1,
    Dimensions: JSON.stringify([{ instanceId: id }]),
  };
  const call = { product: 'cms', region, action: 'DescribeMetricList', query, effect: 'read' } as const;
  const { Datapoints } = (await cloud.openApi().call(call)).body as { readonly Datapoints: string };
  const points = JSON.parse(Datapoints) as readonly { readonly timestamp: number; readonly Average: number }[];
  return Object.fromEntries(points.map(({ Average, timestamp }) => [(timestamp - START) / 60_000, Average]));
}
