import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fingerprint } from '../cloud/digests';
import { elapsed, systemClock } from '../cloud/system-clock';
import { postJson } from '../cloud/webhook';
import { type Configuration, loadConfiguration } from '../config/load';
import { InvalidInput } from '../errors';
import { configurationDigest } from './deployed';
import type { Closing } from './serve';
import type { Surroundings } from './surroundings';

/**
 * Function Compute's environment and the configuration beside the bundle: what every function has, whatever it reaches. It
 * is apart from what they reach so that a bundle holds no SDK that its function does not use.
 */
export function functionRuntime(directory: string): Omit<Surroundings<Closing>, 'connect'> {
  let read: Configuration | undefined;
  const configuration = (): Configuration => {
    read ??= readConfiguration(directory);
    return read;
  };
  return {
    clock: systemClock(),
    elapsed,
    random: Math.random,
    environment: (name) => process.env[name],
    configuration,
    deployed: () => ({ configuration: configurationDigest(configuration()), code: codeDigest(directory) }),
    writeLine: (line) => {
      process.stdout.write(`${line}\n`);
    },
    post: postJson,
  };
}

/** Sources that run as they are have no bundle. */
function codeDigest(directory: string): string | undefined {
  const bundle = path.join(directory, 'index.js');
  return existsSync(bundle) ? fingerprint(readText(bundle)) : undefined;
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
