import { createMetrics } from '../cloud/metrics';
import { calendarEnds } from '../config/exception-days';
import type { Configuration, RegionConfiguration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { type ConfiguredGateway, gatewaysOf } from '../config/region';
import { scheduledBounds } from '../config/schedule';
import type { Journal } from '../core/gateway';
import { type Instant, isoTime } from '../core/time';
import { CloudError, InvalidInput } from '../errors';
import { type Command, overrideEnd } from '../event';
import { type JournalCommand, judgeCommand } from '../run/command';
import { type GatewayToScale, scaleGateways } from '../run/scale-gateways';
import { type ClusterPorts, openCluster } from './cluster';
import { tellPeople } from './notices';
import { frozen, logged, reported, summary } from './scaling-answer';
import { type Answer, type Handler, type Invocation, serve } from './serve';
import type { Surroundings } from './surroundings';

/** Keeps the replicas of every gateway of the invocation's region the right size. */
export function scaleGatewayHandler(surroundings: Surroundings): Handler {
  return serve('scale-gateway', surroundings, scaleGateway);
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
}

async function scaleGateway(invocation: Invocation): Promise<Answer> {
  const { connections, context, surroundings, trigger } = invocation;
  const configuration = surroundings.configuration();
  const command = trigger.kind === 'command' ? trigger.command : undefined;
  const region = configuration.regions[context.region];
  const at = surroundings.clock.now();
  const chosen = chosenGateways(gatewaysOf(configuration, context.region), command);
  const gateways = chosen.map((gateway) => ({
    ...gateway,
    schedule: scheduledBounds(gateway.policy.schedules, configuration.calendars, at),
  }));
  if (region === undefined || gateways.length === 0) {
    const message = `No gateway is configured in ${context.region}; nothing was looked at.`;
    invocation.log.warn('nothing-configured', { configured: Object.keys(configuration.regions), message });
    return { message };
  }
  const namespaces = [...new Set(gateways.map(({ names }) => names.namespace))];
  let opened: Promise<ClusterPorts> | undefined;
  const look: RegionLook = {
    invocation,
    configuration,
    region,
    gateways,
    at,
    dryRun: command !== undefined && 'dryRun' in command && command.dryRun === true,
    cluster: () => {
      opened ??= openCluster(connections.clusters, context.region, region, namespaces);
      return opened;
    },
  };
  if (command === undefined || command.action === 'look') return lookAround(look);
  const obeyed = impossible(command, look) ?? (await obey(command, look));
  if (!obeyed.accepted) return { outcome: 'refused', message: obeyed.message };
  return { command: obeyed.message, ...(await lookAround(look, look.dryRun ? obeyed.journal : undefined)) };
}

function chosenGateways(
  configured: readonly ConfiguredGateway[],
  command: Command | undefined,
): readonly ConfiguredGateway[] {
  if (command?.action !== 'look' || command.gateway === undefined) return configured;
  const found = configured.filter(({ names }) => names.gateway === command.gateway);
  if (found.length > 0) return found;
  const known = configured.map(({ names }) => names.gateway).join(', ');
  throw new InvalidInput(`no gateway "${command.gateway}" is configured in this region; there is: ${known || 'none'}`);
}

type Obeyed =
  | { readonly accepted: true; readonly message: string; readonly journal: Journal }
  | { readonly accepted: false; readonly message: string };

const BLANK: Journal = { resourceVersion: undefined, freeze: undefined, gateways: {} };

/** What is wrong with a command whatever the cluster says, so that nobody waits for the network to hear of a typing error. */
function impossible(command: JournalCommand, look: RegionLook): Obeyed | undefined {
  if (!('gateway' in command) || command.action === 'resume') return undefined;
  const verdict = judge(command, look, BLANK);
  return verdict.accepted ? undefined : verdict;
}

function judge(command: JournalCommand, { at, gateways }: RegionLook, journal: Journal): Obeyed {
  const verdict = judgeCommand(command, { at, gateways, journal, end: (asked) => overrideEnd(asked, at) });
  return verdict.accepted ? verdict : { accepted: false, message: `Nothing was changed: ${verdict.message}` };
}

/** A person is not sent away because timers and alarms write the journal at the same moment. */
const ATTEMPTS = 4;

/** Writes a command down; the look that follows acts on it. Needs the journal alone, so that a freeze is never in the way. */
async function obey(command: JournalCommand, look: RegionLook, attempt = 1): Promise<Obeyed> {
  const { dryRun, invocation } = look;
  try {
    const cluster = await look.cluster();
    const verdict = judge(command, look, await cluster.gateways.journal());
    if (!verdict.accepted) return verdict;
    const journal = dryRun ? verdict.journal : await cluster.writer.record(verdict.journal);
    invocation.log.info('command', { action: command.action, dryRun, message: verdict.message });
    return { accepted: true, message: verdict.message, journal };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.kind === 'conflict' && attempt < ATTEMPTS) return obey(command, look, attempt + 1);
    invocation.log.error('command-failed', { action: command.action, kind: error.kind, error: error.message });
    return { accepted: false, message: `${disobeyed(error)}: ${error.message}` };
  }
}

function disobeyed({ kind }: CloudError): string {
  return kind === 'unknown-outcome'
    ? 'It is not known whether the command was recorded; look, and say it again if it was not'
    : 'Nothing was changed';
}

/** @param pretended the journal as a command would have left it, had it not been a dry run */
async function lookAround(look: RegionLook, pretended?: Journal): Promise<Answer> {
  const { at, configuration, dryRun, gateways, invocation, region } = look;
  const { connections, context, log } = invocation;
  const maintenance = maintenanceAt(configuration.maintenance, at);
  const writes = !dryRun && gateways.some(({ policy }) => policy.mode === 'auto');
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
    maintenance,
    log,
  });
  for (const decision of result.decisions) log.info('decision', logged(decision));
  const notices = dryRun ? {} : await tellPeople(invocation, configuration, result.decisions);
  return {
    message: summary(context.region, result),
    retry: result.retry,
    dryRun,
    freeze: frozen(result.freeze),
    ...outdated(invocation, configuration, at),
    ...(maintenance === undefined ? {} : { maintenance: { ...maintenance, until: isoTime(maintenance.until) } }),
    gateways: result.decisions.map(reported),
    ...notices,
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
