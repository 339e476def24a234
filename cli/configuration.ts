import { type Configuration, loadConfiguration } from '../shared/config/load';
import { InvalidInput } from '../shared/errors';
import { type Options, textOf } from './options';
import type { World } from './world';

const USUAL = 'autopilot.yaml';

/** Where the configuration is: what was named, what the functions' own variable names, or the usual file of this folder. */
export function configurationFile(options: Options, { environment }: World): string {
  // One that is set to nothing is not set, as for the build.
  return textOf(options, 'config') ?? (environment['AUTOPILOT_CONFIG'] || USUAL);
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
    throw new InvalidInput(`${file} cannot be read: ${whyUnread(file, error)}`);
  }
}

const BEGIN = 'begin with a copy of autopilot.example.yaml, or name yours with --config';

/** What the file system says, in words of people where they are known. */
function whyUnread(file: string, error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  switch (isCoded ? error.code : undefined) {
    case 'ENOENT':
      return file === USUAL ? `there is no such file here; ${BEGIN}` : 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'you may not read it';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
