import { createLoadBalancers, createLoadBalancerWriter } from '../cloud/load-balancers';
import { createMetrics } from '../cloud/metrics';
import { createZones, createZoneWriter } from '../cloud/zones';
import type { Configuration, RegionConfiguration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { namesOf, type PublishedName } from '../config/names';
import { type ConfiguredGateway, gatewaysOf, namespacesOf } from '../config/region';
import { scheduledBounds } from '../config/schedule';
import type { Journal } from '../core/gateway';
import type { Propose } from '../core/limits';
import { type Instant, isoTime, MINUTE, SECOND } from '../core/time';
import { isDryRun } from '../event';
import type { ExpectCommand } from '../event/command';
import type { ObjectEvents } from '../ports';
import {
  type BalancingLookResult,
  balanceGateways,
  type GatewayToBalance,
  type StageGoals,
} from '../run/balance-gateways';
import type { JournalCommand } from '../run/command';
import { createPublications } from '../run/publications';
import { balanced, summary } from './balancing-answer';
import { newsOf, newsOfUnattended, wellIn } from './balancing-news';
import { checkAttachClb } from './check/attach-clb';
import { type FrontPorts, openFronts } from './cluster';
import { type Kept, nothingKept } from './kept';
import type { Networked } from './network';
import { type Told, tellPeople } from './notices';
import { chosen, obey } from './obey';
import { applyPlan, createProposals } from './proposals';
import { frozen } from './scaling-answer';
import type { Answer, Handler, Invocation } from './serve';
import { serveLooks } from './serve-looks';
import type { Surroundings } from './surroundings';
import { uninstallFronts } from './uninstall-fronts';
import { type NotedApi, noted } from './write-requests';

/** Keeps as many CLBs in front of every gateway of the invocation's region as its load asks for. */
export function attachClbHandler(surroundings: Surroundings<Networked>): Handler {
  const kept = nothingKept();
  return serveLooks('attach-clb', surroundings, (invocation) => attachClb(invocation, kept), checkAttachClb);
}

type Extra = NonNullable<ConfiguredGateway['policy']['loadBalancers']>;
type Balanced = ConfiguredGateway & { readonly loadBalancers: Extra };

/** One invocation's view of the region that it runs in. */
interface RegionLook {
  readonly invocation: Invocation<Networked>;
  readonly configuration: Configuration;
  readonly region: RegionConfiguration;
  readonly gateways: readonly GatewayToBalance[];
  readonly at: Instant;
  readonly dryRun: boolean;
  /** Opened at the first use; what fails then is a failed reading. */
  readonly fronts: () => Promise<FrontPorts>;
  readonly calls: NotedApi;
  readonly told: Told;
  readonly propose: (gateway: string) => Propose;
}

async function attachClb(invocation: Invocation<Networked>, { proposed, told }: Kept): Promise<Answer> {
  const { connections, context, surroundings, trigger } = invocation;
  const configuration = surroundings.configuration();
  const command = trigger.kind === 'command' ? trigger.command : undefined;
  const region = configuration.regions[context.region];
  const at = surroundings.clock.now();
  const configured = gatewaysOf(configuration, context.region);
  if (command?.action === 'uninstall' && region !== undefined) {
    return uninstallFronts(invocation, configuration, region, command);
  }
  const gateways = chosen(configured, command).flatMap(withLoadBalancers);
  if (region === undefined || gateways.length === 0) {
    const message = `No policy of a gateway in ${context.region} has loadBalancers; nothing was looked at.`;
    invocation.log.warn('nothing-configured', { configured: Object.keys(configuration.regions), message });
    return { message };
  }
  const namespaces = namespacesOf(gateways);
  let opened: Promise<FrontPorts> | undefined;
  const look: RegionLook = {
    invocation,
    configuration,
    region,
    gateways: gateways.map((gateway) => toBalance(invocation, configuration, gateway, at)),
    at,
    dryRun: isDryRun(command),
    fronts: () => {
      opened ??= openFronts(connections.clusters, context.region, region, namespaces);
      return opened;
    },
    calls: noted(connections.openApi),
    told,
    propose: createProposals({
      function: 'attach-clb',
      of: 'gateway',
      before: proposed,
      command: command?.action === 'apply' ? command : undefined,
    }),
  };
  if (command === undefined) return lookAround(look);
  switch (command.action) {
    case 'look':
      return lookAround(look);
    case 'apply':
      return applyPlan(command, invocation.log, () => lookAround(look));
    case 'expect':
      return expect(look, configured, command);
    default:
      return carryOut(look, configured, command);
  }
}

async function carryOut(
  look: RegionLook,
  configured: readonly ConfiguredGateway[],
  command: JournalCommand,
): Promise<Answer> {
  const obeyed = await obey(command, {
    ...look,
    function: 'attach-clb',
    gateways: configured,
    journal: async () => (await look.fronts()).journal(),
    record: async (journal) => (await look.fronts()).record(journal),
  });
  if (!obeyed.accepted) return { outcome: 'refused', message: obeyed.message };
  return {
    command: obeyed.message,
    ...(await lookAround(look, { pretended: look.dryRun ? obeyed.journal : undefined })),
  };
}

/**
 * What the load needs that is to come, by what is seen now: it is asked for by number, since the load itself is part of what is
 * seen once it is here. What people asked for stands.
 */
async function expect(
  look: RegionLook,
  configured: readonly ConfiguredGateway[],
  command: ExpectCommand,
): Promise<Answer> {
  const { action: _, times, ...asked } = command;
  const gateways = look.gateways.filter(({ names }) => names.gateway === command.gateway);
  // Whoever it is about, the end is judged like any other.
  if (gateways.length === 0) return carryOut(look, configured, { ...asked, action: 'attach', extra: 1 });
  const { mode } = gateways[0]?.policy ?? {};
  if (mode === 'propose')
    return { message: `${command.gateway}: a person approves the number of its extra CLBs; nothing was asked for` };
  const result = await balance({ ...look, dryRun: true, gateways }, { times });
  const decision = result.gateways[0]?.decision;
  const withheld = result.gateways[0]?.withheld;
  const want = withheld ?? decision?.want ?? 0;
  const have = decision?.have ?? 0;
  if (decision === undefined || want <= have || decision.clamps.some(({ reason }) => reason === 'Override')) {
    const message = `${command.gateway}: nothing more is asked for than the ${have} extra CLBs that there are: ${decision?.message ?? ''}`;
    look.invocation.log.info('expected', { gateway: command.gateway, times, want, have, message });
    return { message };
  }
  return carryOut(look, configured, { ...asked, action: 'attach', extra: want });
}

function withLoadBalancers(gateway: ConfiguredGateway): readonly Balanced[] {
  const { loadBalancers } = gateway.policy;
  return loadBalancers === undefined ? [] : [{ ...gateway, loadBalancers }];
}

/** Also those that this look was not asked for. */
function attendedIn(configuration: Configuration, region: string): readonly string[] {
  return gatewaysOf(configuration, region)
    .flatMap(withLoadBalancers)
    .map(({ names }) => names.gateway);
}

function toBalance(
  { connections: { nameServers, openApi, resolver }, surroundings }: Invocation<Networked>,
  configuration: Configuration,
  { loadBalancers, names, policy }: Balanced,
  at: Instant,
): GatewayToBalance {
  // Whoever publishes them: an address is looked for under every name that there is.
  const published = namesOf(configuration);
  const ofGateway = published.filter(({ gateway }) => gateway === names.gateway);
  return {
    names,
    policy: { ...loadBalancers, metricMaxAge: policy.metricMaxAge },
    stages: goalsOf(loadBalancers, ofGateway),
    schedule: scheduledBounds(loadBalancers.schedules, configuration.calendars, at),
    publications: createPublications({
      clock: surroundings.clock,
      everyZone: [...new Set(published.map(({ zone }) => zone))],
      names: ofGateway,
      zones: createZones(openApi),
      resolver,
      nameServers,
    }),
  };
}

/** Resolvers of clients may keep an address for that long after its record is gone, where nobody says what its TTL is. */
const UNKNOWN_TTL = 10 * MINUTE;

function goalsOf(policy: Extra, names: readonly PublishedName[]): StageGoals {
  const { backends, drainDeadline, fewConnections, purchasesPerDay } = policy;
  const bought = { backends, purchasesPerDay };
  const ttl = Math.max(...names.map((name) => name.ttl * SECOND), 0);
  if (names.length > 0 && names.every(({ publish }) => publish === 'auto')) {
    return { ...bought, fewConnections, drainDeadline, ttl };
  }
  // Nobody knows whether others still publish the address but by its connections: it goes when there are none.
  return { ...bought, fewConnections: 0, drainDeadline: undefined, ttl: Math.max(ttl, UNKNOWN_TTL) };
}

/** What is taken for granted in a look. */
interface Supposed {
  /** The journal as a command would have left it, had it not been a dry run. */
  readonly pretended?: Journal | undefined;
  /** Times the present load. */
  readonly times?: number;
}

async function balance(look: RegionLook, { pretended, times }: Supposed): Promise<BalancingLookResult> {
  const { at, calls, configuration, dryRun, gateways, invocation, region } = look;
  const { connections, context, log, surroundings } = invocation;
  const { openApi } = calls;
  const writes = !dryRun && gateways.some(({ policy }) => policy.mode !== 'observe');
  return balanceGateways({
    clock: surroundings.clock,
    region: context.region,
    clusterId: region.cluster.id,
    gateways,
    attended: attendedIn(configuration, context.region),
    market: { vSwitch: undefined, resourceGroup: undefined, ...region.loadBalancers },
    services: {
      list: async () => (await look.fronts()).services.list(),
      read: async (namespace, name) => (await look.fronts()).services.read(namespace, name),
    },
    loadBalancers: createLoadBalancers(openApi, context.region),
    metrics: createMetrics(openApi),
    dialler: connections.dialler,
    journal: async () => pretended ?? (await look.fronts()).journal(),
    writers: writes
      ? async () => {
          const { record, servicesWriter } = await look.fronts();
          return {
            services: servicesWriter,
            loadBalancers: createLoadBalancerWriter(openApi, context.region),
            zones: createZoneWriter(openApi),
            record,
          };
        }
      : undefined,
    dryRun,
    propose: look.propose,
    times,
    maintenance: maintenanceAt(configuration.maintenance, at),
    log,
  });
}

async function lookAround(look: RegionLook, supposed: Supposed = {}) {
  const { at, calls, configuration, dryRun, gateways, invocation, told } = look;
  const { context, log } = invocation;
  const maintenance = maintenanceAt(configuration.maintenance, at);
  const result = await balance(look, supposed);
  for (const report of result.gateways) log.info('balancing', balanced(report));
  const news = [
    ...result.gateways.flatMap((report) => newsOf(report, gateways)),
    ...newsOfUnattended(context.region, at, result),
  ];
  const objects: ObjectEvents = { say: async (event) => (await look.fronts()).events.say(event) };
  const tidings = { news, well: result.gateways.flatMap(wellIn), requestIds: calls.requestIds(), objects };
  const telling = dryRun ? {} : await tellPeople(invocation, configuration, told, tidings);
  return {
    message: summary(context.region, result),
    retry: result.retry,
    dryRun,
    freeze: frozen(result.freeze),
    ...(maintenance === undefined ? {} : { maintenance: { ...maintenance, until: isoTime(maintenance.until) } }),
    gateways: result.gateways.map(balanced),
    ...(result.unattended.length === 0 ? {} : { unattended: result.unattended }),
    ...telling,
  };
}
