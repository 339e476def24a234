import type { Configuration } from '../shared/config/load';
import { namesOf } from '../shared/config/names';
import { gatewaysOf } from '../shared/config/region';
import { nearest } from '../shared/config/suggest';
import type { CommandedFunction } from '../shared/core/function-name';
import type { Command } from '../shared/event';
import { WrongUsage } from './result';

/** A function that is to be asked, and where. */
export interface Target {
  readonly function: CommandedFunction;
  readonly regions: readonly string[];
  /** `each`: it looks after its own region. `first`: any one of them looks after all, and the next is asked where one is silent. */
  readonly ask: 'each' | 'first';
}

/**
 * The functions that a command is for, in every region that it concerns. Pure.
 *
 * @param region only this one
 * @throws WrongUsage where nobody is left to ask
 */
export function targetsOf(
  command: Command,
  configuration: Configuration,
  region: string | undefined,
): readonly Target[] {
  if (region !== undefined) checkRegion(configuration, region);
  const targets = everywhere(command, configuration, region).map((target) => ({
    ...target,
    regions: target.regions.filter((each) => region === undefined || each === region),
  }));
  const left = targets.filter(({ regions }) => regions.length > 0);
  if (left.length > 0) return left;
  const what = 'gateway' in command && command.gateway !== undefined ? command.gateway : 'this';
  throw new WrongUsage(`no function in ${region ?? 'any region of the configuration'} looks after ${what}`);
}

function everywhere(command: Command, configuration: Configuration, region: string | undefined): readonly Target[] {
  switch (command.action) {
    case 'look':
      return [
        scaling(configuration, command.gateway),
        balancing(configuration, command.gateway),
        ...publishing(configuration, command.gateway),
      ];
    case 'apply':
      return command.gateway === undefined
        ? publishing(configuration, undefined)
        : [scaling(configuration, command.gateway), balancing(configuration, command.gateway)];
    case 'scale':
    case 'hold':
    case 'protect':
      return [scaling(configuration, command.gateway)];
    case 'attach':
    case 'release':
    case 'expect':
      return [balancing(configuration, command.gateway)];
    case 'drain':
    case 'pin': {
      // One that is to be left may be sick: it is asked last.
      const { action, region } = command;
      const regions = Object.keys(configuration.regions);
      const sick = (each: string): boolean => (action === 'drain') === (each === region);
      const ordered = [...regions.filter((each) => !sick(each)), ...regions.filter(sick)];
      return [{ function: 'failover-dns', regions: ordered, ask: 'first' }];
    }
    case 'adopt':
      return [{ function: 'failover-dns', regions: Object.keys(configuration.regions), ask: 'first' }];
    case 'resume':
      return [scaling(configuration, command.gateway), ...publishing(configuration, command.gateway)];
    case 'freeze':
    case 'unfreeze': {
      // failover-dns hands it on to every zone and cluster; the journal of a cluster is the same for both of its functions.
      const all = region === undefined ? publishing(configuration, undefined) : [];
      return all.length > 0 ? all : [scaling(configuration, undefined)];
    }
    case 'uninstall':
      return [
        balancing(configuration, undefined),
        // A name that others publish by now may be one that we have left marks at.
        ...(namesOf(configuration).length === 0 ? [] : [regionsOf('failover-dns', configuration)]),
        scaling(configuration, undefined),
      ];
    case 'audit':
      return [
        { function: 'audit-gateway', regions: regionsWith(configuration, command.gateway, () => true), ask: 'each' },
      ];
    case 'check':
      // Each is asked in each of its regions: what it says is true of that role, network and clock alone.
      return [
        scaling(configuration, undefined),
        balancing(configuration, undefined),
        ...publishing(configuration, undefined).map((target): Target => ({ ...target, ask: 'each' })),
        regionsOf('probe-region', configuration),
        { function: 'audit-gateway', regions: regionsWith(configuration, undefined, () => true), ask: 'each' },
      ];
    case 'probe':
      return [{ function: 'probe-region', regions: configuration.probes?.points ?? [], ask: 'each' }];
  }
}

/** Where a function is deployed, for an event that says nothing of it. */
export function regionsOf(name: CommandedFunction, configuration: Configuration): Target {
  if (name === 'probe-region') return { function: name, regions: configuration.probes?.points ?? [], ask: 'each' };
  const regions = Object.keys(configuration.regions);
  return { function: name, regions, ask: name === 'failover-dns' ? 'first' : 'each' };
}

function scaling(configuration: Configuration, gateway: string | undefined): Target {
  return { function: 'scale-gateway', regions: regionsWith(configuration, gateway, () => true), ask: 'each' };
}

function balancing(configuration: Configuration, gateway: string | undefined): Target {
  const { policies } = configuration;
  const regions = regionsWith(configuration, gateway, (policy) => policies[policy]?.loadBalancers !== undefined);
  return { function: 'attach-clb', regions, ask: 'each' };
}

/** Only where a name of the gateway is published. */
function publishing(configuration: Configuration, gateway: string | undefined): readonly Target[] {
  const names = namesOf(configuration).filter((name) => gateway === undefined || name.gateway === gateway);
  if (names.every(({ publish }) => publish === 'none')) return [];
  return [{ function: 'failover-dns', regions: Object.keys(configuration.regions), ask: 'first' }];
}

function regionsWith(
  configuration: Configuration,
  gateway: string | undefined,
  isMeant: (policy: string) => boolean,
): readonly string[] {
  return Object.keys(configuration.regions).filter((region) =>
    gatewaysOf(configuration, region).some(
      ({ names, policy }) => (gateway === undefined || names.gateway === gateway) && isMeant(policy.name),
    ),
  );
}

/** Throws WrongUsage. */
export function checkRegion({ probes, regions }: Configuration, region: string): void {
  const known = [...new Set([...Object.keys(regions), ...(probes?.points ?? [])])];
  if (!known.includes(region)) throw notThere('region', region, known);
}

/** The gateway that was named, or the only one. Throws WrongUsage. */
export function gatewayOf({ gateways }: Configuration, named: string | undefined): string {
  const known = Object.keys(gateways);
  const [only, ...others] = known;
  if (named === undefined && only !== undefined && others.length === 0) return only;
  if (named === undefined) throw new WrongUsage(`--gateway is needed; there is: ${known.join(', ')}`);
  if (!known.includes(named)) throw notThere('gateway', named, known);
  return named;
}

function notThere(what: string, word: string, known: readonly string[]): WrongUsage {
  const near = nearest(word, known);
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  return new WrongUsage(`there is no ${what} "${word}" in the configuration${meant}; there is: ${known.join(', ')}`);
}
