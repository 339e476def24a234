import { createZones } from '../../cloud/zones';
import type { Configuration } from '../../config/load';
import { publishedNames } from '../../config/names';
import { gatewaysOf } from '../../config/region';
import type { Finding } from '../../core/audit/finding';
import { ZONE_CHECKS } from '../../core/check/names';
import { REACH_CHECKS } from '../../core/check/reach';
import { judge } from '../../core/check/self-check';
import type { NameToPublish } from '../../core/publication-model';
import type { Networked } from '../network';
import type { Answer, Invocation } from '../serve';
import { type OwnFindings, selfCheck } from './answer';
import { askFunctions, askPoints, type FunctionToAsk } from './reach';
import { clbFinder, readsOf, tryReads } from './reads';
import { type WatchedApi, watchedApi } from './watched-api';
import { addressesIn, zoneTried } from './zones';

export function checkFailoverDns(invocation: Invocation<Networked>): Promise<Answer> {
  return selfCheck('failover-dns', invocation, (configuration) => examine(invocation, configuration));
}

async function examine(invocation: Invocation<Networked>, configuration: Configuration): Promise<OwnFindings> {
  const { connections, context, surroundings } = invocation;
  const { region } = context;
  const api = watchedApi(connections.openApi, surroundings.clock);
  // Whoever publishes names has configured the CLBs.
  const clbIn = clbFinder(configuration);
  const sources = { openApi: api.openApi, clock: surroundings.clock, clbIn };
  const [reads, findings] = await Promise.all([
    tryReads(readsOf('failover-dns', configuration, region), sources),
    ownFindings(invocation, configuration, api),
  ]);
  return { tellsPeople: true, signsRemovals: true, reads, clocks: api.clocks, findings };
}

async function ownFindings(
  invocation: Invocation<Networked>,
  configuration: Configuration,
  api: WatchedApi,
): Promise<readonly Finding[]> {
  const { accountId: account, region } = invocation.context;
  const names = publishedNames(configuration);
  const zones = [...new Set(names.map(({ zone }) => zone))];
  const port = createZones(api.openApi);
  const ofZone = (zone: string): readonly NameToPublish[] => names.filter((name) => name.zone === zone);
  const addresses = addressesIn(port, names);
  const [seen, points, functions, known] = await Promise.all([
    Promise.all(zones.map((zone) => zoneTried(invocation, api, port, zone, ofZone(zone)))),
    askPoints(invocation, configuration, addresses),
    askFunctions(invocation, functionsToAsk(configuration, names)),
    addresses,
  ]);
  return [
    ...judge(ZONE_CHECKS, { zones: seen }),
    ...judge(REACH_CHECKS, { function: 'failover-dns', region, account, points, functions, addresses: known }),
  ];
}

/** Those that its role may invoke, each for a look at the first of its gateways. */
function functionsToAsk(configuration: Configuration, names: readonly NameToPublish[]): readonly FunctionToAsk[] {
  if (names.length === 0) return [];
  const failsOver = names.some(({ lines }) => lines.some((line) => line.regions.length > 1));
  return Object.keys(configuration.regions).flatMap((region) => {
    const gateways = gatewaysOf(configuration, region);
    const [first] = gateways;
    const balanced = gateways.find(({ policy }) => policy.loadBalancers !== undefined);
    const { attachClb, scaleGateway } = configuration.functions;
    return [
      ...(first === undefined
        ? []
        : [{ name: 'scale-gateway', called: scaleGateway, region, gateway: first.names.gateway }]),
      ...(balanced === undefined || !failsOver
        ? []
        : [{ name: 'attach-clb', called: attachClb, region, gateway: balanced.names.gateway }]),
    ];
  });
}
