import { createMetrics } from '../cloud/metrics';
import { calendarEnds } from '../config/exception-days';
import type { Configuration, RegionConfiguration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { gatewaysOf, namespacesOf } from '../config/region';
import { scheduledBounds } from '../config/schedule';
import type { Journal } from '../core/gateway';
import type { Propose } from '../core/limits';
import { type Instant, isoTime } from '../core/time';
import { isDryRun } from '../event';
import type { ObjectEvents } from '../ports';
import { type GatewayToScale, scaleGateways } from '../run/scale-gateways';
import { checkScaleGateway } from './check/scale-gateway';
import { type ClusterPorts, openCluster } from './cluster';
import { type Kept, nothingKept } from './kept';
import { type Told, tellPeople } from './notices';
import { chosen, obey } from './obey';
import { applyPlan, createProposals } from './proposals';
import { frozen, logged, reported, summary } from './scaling-answer';
import { newsOf, wellIn } from './scaling-news';
import type { Answer, Handler, Invocation } from './serve';
import { serveLooks } from './serve-looks';
import type { Surroundings } from './surroundings';
import { uninstallGateways } from './uninstall-gateways';

/** Keeps the replicas of every gateway of the invocation's region the right size. */
export function scaleGatewayHandler(surroundings: Surroundings): Handler {
  const kept = nothingKept();
  return serveLooks('scale-gateway', surroundings, (invocation) => scaleGateway(invocation, kept), checkScaleGateway);
}

/** One invocation's view of the region that it runs in. */
interface RegionLook {
  readonly invocation: Invocation;
  readonly configuration: Configuration;
  readonly region: RegionConfiguration;
  readonly gateways: readonly GatewayToScale[];
  readonly at: Instant;
  readonly dryRun: boolean;
  /** Opened at the first use; what fails then is a failed reading. */
  readonly cluster: () => Promise<ClusterPorts>;
  readonly told: Told;
  readonly propose: (gateway: string) => Propose;
}

async function scaleGateway(invocation: Invocation, { proposed, told }: Kept): Promise<Answer> {
  const { connections, context, surroundings, trigger } = invocation;
  const configuration = surroundings.configuration();
  const command = trigger.kind === 'command' ? trigger.command : undefined;
  const region = configuration.regions[context.region];
  const at = surroundings.clock.now();
  const gateways = chosen(gatewaysOf(configuration, context.region), command).map((gateway) => ({
    ...gateway,
    schedule: scheduledBounds(gateway.policy.schedules, configuration.calendars, at),
  }));
  if (region === undefined || gateways.length === 0) {
    const message = `No gateway is configured in ${context.region}; nothing was looked at.`;
    invocation.log.warn('nothing-configured', { configured: Object.keys(configuration.regions), message });
    return { message };
  }
  if (command?.action === 'uninstall') return uninstallGateways(invocation, configuration, region, command);
  const namespaces = namespacesOf(gateways);
  let opened: Promise<ClusterPorts> | undefined;
  const look: RegionLook = {
    invocation,
    configuration,
    region,
    gateways,
    at,
    dryRun: isDryRun(command),
    cluster: () => {
      opened ??= openCluster(connections.clusters, context.region, region, namespaces);
      return opened;
    },
    told,
    propose: createProposals({
      function: 'scale-gateway',
      of: 'gateway',
      before: proposed,
      command: command?.action === 'apply' ? command : undefined,
    }),
  };
  if (command === undefined || command.action === 'look') return lookAround(look);
  if (command.action === 'apply') return applyPlan(command, invocation.log, () => lookAround(look));
  const obeyed = await obey(command, {
    ...look,
    function: 'scale-gateway',
    journal: async () => (await look.cluster()).gateways.journal(),
    record: async (journal) => (await look.cluster()).writer.record(journal),
  });
  if (!obeyed.accepted) return { outcome: 'refused', message: obeyed.message };
  return { command: obeyed.message, ...(await lookAround(look, look.dryRun ? obeyed.journal : undefined)) };
}

/** @param pretended the journal as a command would have left it, had it not been a dry run */
async function lookAround(look: RegionLook, pretended?: Journal) {
  const { at, configuration, dryRun, gateways, invocation, region, told } = look;
  const { connections, context, log } = invocation;
  const maintenance = maintenanceAt(configuration.maintenance, at);
  const writes = !dryRun && gateways.some(({ policy }) => policy.mode !== 'observe');
  const result = await scaleGateways({
    at,
    region: context.region,
    clusterId: region.cluster.id,
    gateways,
    observe: async () => {
      const seen = await (await look.cluster()).gateways.observe();
      return pretended === undefined ? seen : { ...seen, journal: { ok: true, value: pretended } };
    },
    reader: {
      read: async (target) => (await look.cluster()).gateways.read(target),
      unschedulablePods: async (namespace) => (await look.cluster()).gateways.unschedulablePods(namespace),
    },
    metrics: createMetrics(connections.openApi),
    writer: writes
      ? {
          scale: async (target, replicas) => (await look.cluster()).writer.scale(target, replicas),
          record: async (journal) => (await look.cluster()).writer.record(journal),
        }
      : undefined,
    dryRun,
    propose: look.propose,
    maintenance,
    log,
  });
  for (const decision of result.decisions) log.info('decision', logged(decision));
  const news = result.decisions.flatMap((decision) => newsOf(decision, gateways));
  const objects: ObjectEvents = { say: async (event) => (await look.cluster()).events.say(event) };
  const tidings = { news, well: wellIn(result.decisions), requestIds: [], objects };
  const telling = dryRun ? {} : await tellPeople(invocation, configuration, told, tidings);
  return {
    message: summary(context.region, result),
    retry: result.retry,
    dryRun,
    freeze: frozen(result.freeze),
    ...outdated(invocation, configuration, at),
    ...(maintenance === undefined ? {} : { maintenance: { ...maintenance, until: isoTime(maintenance.until) } }),
    gateways: result.decisions.map(reported),
    ...telling,
  };
}

/** A calendar whose last day is past was forgotten: its holidays are working days from now on. */
function outdated({ log }: Invocation, { calendars }: Configuration, at: Instant): { warnings?: readonly string[] } {
  const today = isoTime(at).slice(0, 10);
  const ended = calendarEnds(calendars).filter(({ lastDay }) => lastDay !== undefined && lastDay < today);
  if (ended.length === 0) return {};
  const warnings = ended.map(
    ({ calendar, lastDay }) => `calendar ${calendar} ended on ${lastDay}; add this year's days`,
  );
  log.warn('calendar-ended', { warnings });
  return { warnings };
}
