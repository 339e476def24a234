import { createAlarmRules } from '../cloud/alarm-rules';
import { createLoadBalancers } from '../cloud/load-balancers';
import { createRegionalGateways } from '../cloud/regional-gateways';
import type { OpenApi } from '../cloud/seams';
import { createVantagePoints } from '../cloud/vantage-points';
import { createZones, createZoneWriter } from '../cloud/zones';
import type { Configuration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { publishedNames } from '../config/names';
import type { NameToPublish } from '../core/publication-model';
import { isoTime, type Millis } from '../core/time';
import { InvalidInput } from '../errors';
import { type Command, isDryRun, overrideEnd } from '../event';
import type { Log } from '../ports';
import { lookAndWatch } from '../run/failover-look';
import { type PublishingResult, publishNames } from '../run/publish';
import type { FailoverSources, PublishingLook, PublishingMemory } from '../run/publish-run';
import type { RememberedLoads } from '../run/regional-room';
import { type Steered, steer, unsteer } from '../run/steer-command';
import { createVantageWatch } from '../run/vantage-watch';
import { checkFailoverDns } from './check/failover-dns';
import { freezeEverywhere } from './freeze-everywhere';
import { type Kept, nothingKept } from './kept';
import type { Networked } from './network';
import { tellPeople } from './notices';
import { applied, createProposals } from './proposals';
import { changesOf, notYet, type ReportedName, reportedZone, summary } from './publish-answer';
import { newsOf, wellIn } from './publish-news';
import { reportedRooms } from './room-answer';
import type { Answer, Handler, Invocation } from './serve';
import { serveLooks } from './serve-looks';
import type { Surroundings } from './surroundings';
import { tellAlong } from './tell-along';
import { uninstallNames } from './uninstall-names';
import { noted } from './write-requests';

/** Keeps the records of every configured name the addresses that serve. */
export function failoverDnsHandler(surroundings: Surroundings<Networked>): Handler {
  const kept: KeptOfNames = { zones: new Map(), loads: new Map(), ...nothingKept() };
  return serveLooks('failover-dns', surroundings, (invocation) => failoverDns(invocation, kept), checkFailoverDns);
}

interface KeptOfNames extends Kept {
  readonly zones: PublishingMemory;
  readonly loads: RememberedLoads;
}

/** The APIs of a region that fails are not waited for: clients and our own remarks say enough. */
const REGIONAL_READ: Millis = 2_500;

async function failoverDns(invocation: Invocation<Networked>, kept: KeptOfNames): Promise<Answer> {
  const { connections, context, deadline, log, surroundings, trigger } = invocation;
  const { openApi, requestIds } = noted(connections.openApi);
  const configuration = surroundings.configuration();
  const command = trigger.kind === 'command' ? trigger.command : undefined;
  if (command?.action === 'freeze' || command?.action === 'unfreeze') return freezeEverywhere(invocation, command);
  if (command?.action === 'uninstall') return uninstallNames(invocation, configuration, command);
  const names = chosen(configuration, command);
  if (names.length === 0) {
    const message = 'No name is configured that is published; nothing was looked at.';
    log.warn('nothing-configured', { message });
    return { message };
  }
  if (command?.action === 'adopt' || command?.action === 'apply') log.info('command', { ...command });
  const dryRun = isDryRun(command);
  const applying = command?.action === 'apply' ? command : undefined;
  const writes = !dryRun && names.some(({ publish }) => publish !== 'observe');
  const maintenance = maintenanceAt(configuration.maintenance, surroundings.clock.now());
  const look: PublishingLook = {
    clock: surroundings.clock,
    deadline,
    elapsed: () => surroundings.elapsed(),
    names,
    adopt: new Set(command?.action === 'adopt' ? [command.name] : []),
    clusters: Object.fromEntries(
      Object.entries(configuration.regions).map(([region, { cluster }]) => [region, cluster.id]),
    ),
    loadBalancers: (region) => createLoadBalancers(hasty(openApi), region),
    zones: createZones(openApi),
    writer: writes ? createZoneWriter(openApi) : undefined,
    resolver: connections.resolver,
    nameServers: connections.nameServers,
    delegations: connections.delegations,
    dryRun,
    propose: createProposals({ function: 'failover-dns', of: 'name', before: kept.proposed, command: applying }),
    maintenance,
    memory: kept.zones,
    failover: failoverSources(invocation, configuration, kept.loads),
    log,
  };
  const steered = await steeredBy(command, look);
  if (steered?.accepted === false) return { outcome: 'refused', message: steered.message };
  const people = tellAlong((tidings) => tellPeople(invocation, configuration, kept.told, tidings));
  const ended = (each: PublishingResult): void => {
    logNames(log, each, ({ outcome }) => outcome !== 'steady');
    if (dryRun) return;
    const news = newsOf(each, context.region, surroundings.clock.now());
    people.tell({ news, well: wellIn(each, context.region), requestIds: requestIds() });
  };
  // A person is answered at once; a timer or an alarm watches on, and people hear of each look when it ends.
  const asked = steered?.pretended === undefined ? look : { ...look, pretended: [steered.pretended] };
  const looks = command === undefined ? await lookAndWatch(look, ended) : [await publishNames(asked)];
  if (command !== undefined) looks.forEach(ended);
  const result = looks.at(-1) ?? { zones: [], rooms: new Map(), retry: true };
  logNames(log, result, ({ outcome }) => outcome === 'steady');
  const zones = result.zones.map(reportedZone);
  const telling = await people.told();
  return {
    message: summary(result),
    ...(steered === undefined ? {} : { command: `${steered.message}${notYet(result)}` }),
    ...(looks.length === 1 ? {} : { before: looks.slice(0, -1).flatMap(changesOf) }),
    retry: result.retry,
    dryRun,
    ...(maintenance === undefined ? {} : { maintenance: { ...maintenance, until: isoTime(maintenance.until) } }),
    zones,
    ...reportedRooms(result, configuration.failover),
    ...telling,
    ...(applying === undefined ? {} : applied(applying, doneIn(result))),
  };
}

/** What became of the plan of the only name. */
function doneIn({ zones }: Pick<PublishingResult, 'zones'>): { readonly isDone: boolean; readonly message: string } {
  const [name] = zones.flatMap(({ names }) => names);
  return { isDone: (name?.done.length ?? 0) > 0, message: name?.message ?? 'the name was not looked at' };
}

function logNames(log: Log, { zones }: Pick<PublishingResult, 'zones'>, which: (name: ReportedName) => boolean): void {
  for (const { names, ...zone } of zones.map(reportedZone)) {
    for (const name of names.filter(which)) log.info('publication', { ...zone, ...name });
  }
}

/** What a person asks for regions, carried out. Throws InvalidInput for an end that cannot be. */
async function steeredBy(command: Command | undefined, look: PublishingLook): Promise<Steered | undefined> {
  switch (command?.action) {
    case 'drain':
    case 'pin': {
      const end = overrideEnd(command, look.clock.now());
      if (!end.ok || end.value === undefined) throw new InvalidInput(end.ok ? 'it needs an end' : end.problem);
      const { action, gateway, owner, reason, region } = command;
      const until = isoTime(end.value);
      look.log.info('command', { action, gateway, targetRegion: region, owner, reason, until });
      return steer(look, command, end.value);
    }
    case 'resume': {
      const { action, gateway, owner, reason } = command;
      look.log.info('command', { action, gateway, owner, reason });
      return unsteer(look, command);
    }
    default:
      return undefined;
  }
}

function failoverSources(
  { connections, context, deadline, log, surroundings: { clock } }: Invocation,
  { failover, functions: named, gateways, policies, probes }: Configuration,
  loads: RememberedLoads,
): FailoverSources {
  const { functions, openApi } = connections;
  return {
    policy: failover,
    watch:
      probes === undefined
        ? undefined
        : createVantageWatch({
            clock,
            deadline,
            vantage: createVantagePoints(functions, named.probeRegion),
            points: probes.points,
            log,
          }),
    alarms: {
      rules: createAlarmRules(hasty(openApi), context.region),
      watched: Object.entries(gateways).flatMap(([gateway, { alarms }]) =>
        Object.entries(alarms).map(([region, ruleIds]) => ({ gateway, region, ruleIds })),
      ),
    },
    regional: createRegionalGateways(functions, named),
    balanced: new Set(
      Object.entries(gateways).flatMap(([gateway, { policy }]) =>
        policies[policy]?.loadBalancers?.mode === 'auto' ? [gateway] : [],
      ),
    ),
    loads,
  };
}

function hasty(openApi: OpenApi): OpenApi {
  return { call: (call) => openApi.call({ ...call, limit: REGIONAL_READ }) };
}

/** The names that the look is about. Throws InvalidInput for a gateway or a name that is not there. */
function chosen(configuration: Configuration, command: Command | undefined): readonly NameToPublish[] {
  const names = publishedNames(configuration);
  switch (command?.action) {
    case undefined:
      return names;
    case 'look':
    case 'drain':
    case 'pin':
    case 'resume': {
      const { gateway } = command;
      const known = names.map((name) => name.gateway);
      if (gateway !== undefined) check(known, gateway, `no published name leads to a gateway "${gateway}"`);
      return names.filter((name) => gateway === undefined || name.gateway === gateway);
    }
    case 'apply':
    case 'adopt': {
      if (command.name === undefined)
        throw new InvalidInput('a plan of a gateway is for its own function; one of failover-dns is of a name');
      const known = names.map(({ name }) => name);
      check(known, command.name, `no name "${command.name}" is published`);
      return names.filter(({ name }) => name === command.name);
    }
    default:
      throw new InvalidInput(
        `failover-dns does not take the command ${command?.action}; it takes look, apply, drain, pin, resume, adopt, freeze, unfreeze, uninstall and check`,
      );
  }
}

function check(known: readonly string[], wanted: string, problem: string): void {
  if (known.includes(wanted)) return;
  throw new InvalidInput(`${problem}; there is: ${[...new Set(known)].join(', ') || 'none'}`);
}
