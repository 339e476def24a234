import { createAddressGuard } from '../cloud/address-guard';
import type { Configuration } from '../config/load';
import { controlTargetsOf, probeSpecOf } from '../config/probes';
import { type AddressVerdict, LONGEST_WATCH, type ProbeTarget } from '../core/probe';
import { isoTime } from '../core/time';
import { InvalidInput } from '../errors';
import { COMMANDS, commandHelp, type ProbeCommand } from '../event';
import type { StateChange } from '../run/sightings';
import { type Watched, watchTargets } from '../run/watch-targets';
import { asksForCheck } from './check/answer';
import { checkProbeRegion } from './check/probe-region';
import { type Answer, type Handler, type Invocation, serve } from './serve';
import type { Surroundings } from './surroundings';
import type { VantagePoint } from './vantage-point';

/** Probes addresses of gateways from the region that it runs in, and says what it saw. It changes nothing anywhere. */
export function probeRegionHandler(surroundings: Surroundings<VantagePoint>): Handler {
  return serve('probe-region', surroundings, (invocation) =>
    asksForCheck(invocation.trigger) ? checkProbeRegion(invocation) : probeRegion(invocation),
  );
}

type Asked = NonNullable<ProbeCommand['targets']>[number];

/** What is not probed, and why. */
interface Refused extends Asked {
  readonly why: string;
}

async function probeRegion(invocation: Invocation<VantagePoint>): Promise<Answer> {
  const { surroundings, trigger } = invocation;
  if (trigger.kind !== 'command') {
    const message = 'Nothing was probed: a vantage point probes only what a command names';
    return { outcome: 'nothing-done', message, help: commandHelp() };
  }
  const { command } = trigger;
  if (command.action !== 'probe') {
    const { by } = COMMANDS[command.action];
    const problem = `probe-region takes the commands probe and check only; "${command.action}" is for ${by.join(' or ')}`;
    throw new InvalidInput(problem);
  }
  const configuration = surroundings.configuration();
  const { probes } = configuration;
  if (probes === undefined) throw new InvalidInput('the configuration has no vantage points (probes)');
  const { refused, targets } = targetsOf(command.targets ?? [], configuration, probes.allow);
  const watched = await watchTargets({
    clock: surroundings.clock,
    prober: invocation.connections.prober,
    random: surroundings.random,
    deadline: invocation.deadline,
    targets,
    controls: controlTargetsOf(probes),
    known: new Map(Object.entries(command.known ?? {})),
    failed: new Map(Object.entries(command.failed ?? {})),
    since: new Map(Object.entries(command.since ?? {})),
    duration: command.for ?? LONGEST_WATCH,
    rules: probes,
  });
  return answerOf(watched, refused, invocation);
}

function answerOf(watched: Watched, refused: readonly Refused[], { context, log }: Invocation<VantagePoint>): Answer {
  const { changed, isolation, verdicts } = watched;
  const message = summary(context.region, watched, refused.length);
  for (const each of refused) log.warn('target-refused', { ...each });
  for (const change of changed) if (isNews(change)) log.info('verdict-changed', { ...change });
  log.info('probed', { message, isolated: isolation.isolated, targets: verdicts.length, refused: refused.length });
  return { message, point: context.region, isolation, verdicts: verdicts.map(reported), changed, refused };
}

/** That what was not known yet is well is said for each address once, by its verdict. */
function isNews({ from, to }: StateChange): boolean {
  return from !== 'unknown' || to !== 'up';
}

/** Probes are aimed only at public addresses, at the port and in the way of a gateway that is configured. */
function targetsOf(
  asked: readonly Asked[],
  configuration: Configuration,
  allow: readonly string[],
): { readonly targets: readonly ProbeTarget[]; readonly refused: readonly Refused[] } {
  const guard = createAddressGuard(allow);
  const targets = new Map<string, ProbeTarget & Asked>();
  const refused: Refused[] = [];
  for (const { address, gateway } of asked) {
    const spec = probeSpecOf(configuration, gateway);
    const first = targets.get(address);
    const why =
      spec === undefined
        ? 'no such gateway is configured'
        : (guard(address) ?? (first === undefined ? undefined : `is probed for ${first.gateway} already`));
    if (spec === undefined || why !== undefined) refused.push({ gateway, address, why: why ?? '' });
    else targets.set(address, { gateway, address, spec });
  }
  return { targets: [...targets.values()], refused };
}

function reported({ certificateEnds, probedAt, ...verdict }: AddressVerdict) {
  return {
    ...verdict,
    ...(probedAt === undefined ? {} : { probedAt: isoTime(probedAt) }),
    ...(certificateEnds === undefined ? {} : { certificateEnds: isoTime(certificateEnds) }),
  };
}

function summary(region: string, { changed, isolation, verdicts }: Watched, refused: number): string {
  const count = (state: string): number => verdicts.filter((verdict) => verdict.state === state).length;
  const states = ['up', 'down', 'unknown'].flatMap((state) => (count(state) === 0 ? [] : `${count(state)} ${state}`));
  const seen = isolation.isolated
    ? `is isolated and judges nobody`
    : `sees ${states.join(', ') || 'nothing that it was asked for'}, ${changed.length} changed`;
  return `${region} ${seen}; ${isolation.message}${refused === 0 ? '' : `; ${refused} refused`}`;
}
