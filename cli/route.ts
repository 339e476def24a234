import type { Configuration } from '../shared/config/load';
import { namesOf } from '../shared/config/names';
import { regionsOf } from '../shared/config/region';
import { nearest } from '../shared/config/suggest';
import { COMMANDED, type CommandedFunction } from '../shared/core/function-name';
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
  const at = (name: CommandedFunction, gateway?: string): Target =>
    targetOf(name, regionsOf(configuration, name, gateway));
  switch (command.action) {
    case 'look':
      return [
        at('scale-gateway', command.gateway),
        at('attach-clb', command.gateway),
        at('failover-dns', command.gateway),
      ];
    case 'apply':
      return command.gateway === undefined
        ? [at('failover-dns')]
        : [at('scale-gateway', command.gateway), at('attach-clb', command.gateway)];
    case 'scale':
    case 'hold':
    case 'protect':
      return [at('scale-gateway', command.gateway)];
    case 'attach':
    case 'release':
    case 'expect':
      return [at('attach-clb', command.gateway)];
    case 'drain':
    case 'pin': {
      // One that is to be left may be sick: it is asked last.
      const { action, region } = command;
      const regions = Object.keys(configuration.regions);
      const sick = (each: string): boolean => (action === 'drain') === (each === region);
      const ordered = [...regions.filter((each) => !sick(each)), ...regions.filter(sick)];
      return [targetOf('failover-dns', ordered)];
    }
    case 'adopt':
      return [anywhere('failover-dns', configuration)];
    case 'resume':
      return [at('scale-gateway', command.gateway), at('failover-dns', command.gateway)];
    case 'freeze':
    case 'unfreeze': {
      // failover-dns hands it on to every zone and cluster; the journal of a cluster is the same for both of its functions.
      const all = at('failover-dns');
      return [region === undefined && all.regions.length > 0 ? all : at('scale-gateway')];
    }
    case 'uninstall':
      return [
        at('attach-clb'),
        // A name that others publish by now may be one that we have left marks at.
        ...(namesOf(configuration).length === 0 ? [] : [anywhere('failover-dns', configuration)]),
        at('scale-gateway'),
      ];
    case 'audit':
      return [at('audit-gateway', command.gateway)];
    case 'check':
      // Each is asked in each of its regions: what it says is true of that role, network and clock alone.
      return COMMANDED.map((name) => ({ ...at(name), ask: 'each' }));
    case 'probe':
      return [at('probe-region')];
  }
}

/** Every region in which a function may have been deployed, for what it was asked to do before or by an event that says nothing of it. */
export function anywhere(name: CommandedFunction, configuration: Configuration): Target {
  const isPoint = name === 'probe-region';
  return targetOf(name, isPoint ? regionsOf(configuration, name) : Object.keys(configuration.regions));
}

function targetOf(name: CommandedFunction, regions: readonly string[]): Target {
  return { function: name, regions, ask: name === 'failover-dns' ? 'first' : 'each' };
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
