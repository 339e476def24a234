import { type Configuration, loadConfiguration } from '../shared/config/load';
import { InvalidInput } from '../shared/errors';
import { type Options, textOf } from './options';
import type { World } from './world';

/** Where the configuration is: what was named, what the functions' own variable names, or the usual file of this folder. */
export function configurationFile(options: Options, { environment }: World): string {
  return textOf(options, 'config') ?? environment['AUTOPILOT_CONFIG'] ?? 'autopilot.yaml';
}

/** @throws InvalidInput */
export function readConfiguration(options: Options, world: World): Configuration {
  const file = configurationFile(options, world);
  return loadConfiguration(readText(file, world), file);
}

/** @throws InvalidInput */
export function readText(file: string, { read }: Pick<World, 'read'>): string {
  try {
    return read(file);
  } catch (error) {
    throw new InvalidInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
