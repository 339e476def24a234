import { readFileSync } from 'node:fs';
import path from 'node:path';
import { elapsed, systemClock } from '../cloud/system-clock';
import { postJson } from '../cloud/webhook';
import { type Configuration, loadConfiguration } from '../config/load';
import { InvalidInput } from '../errors';
import type { Closing } from './serve';
import type { Surroundings } from './surroundings';

/**
 * Function Compute's environment and the configuration beside the bundle: what every function has, whatever it reaches. It
 * is apart from what they reach so that a bundle holds no SDK that its function does not use.
 */
export function functionRuntime(directory: string): Omit<Surroundings<Closing>, 'connect'> {
  let configuration: Configuration | undefined;
  return {
    clock: systemClock(),
    elapsed,
    random: Math.random,
    environment: (name) => process.env[name],
    configuration: () => {
      configuration ??= readConfiguration(directory);
      return configuration;
    },
    writeLine: (line) => {
      process.stdout.write(`${line}\n`);
    },
    post: postJson,
  };
}

function readConfiguration(directory: string): Configuration {
  const file = path.resolve(directory, process.env['AUTOPILOT_CONFIG'] ?? 'autopilot.yaml');
  return loadConfiguration(readText(file), path.basename(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidInput(`the configuration cannot be read: ${why}; AUTOPILOT_CONFIG names the file`);
  }
}
