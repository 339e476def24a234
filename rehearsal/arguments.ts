import { parseArgs } from 'node:util';
import { InvalidInput } from '../shared/errors';

export interface RehearsalArguments {
  readonly config: string | undefined;
  readonly region: string | undefined;
  readonly gateway: string | undefined;
  readonly trace: string | undefined;
  readonly seed: number;
  readonly fast: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm start -- [options]

Replays a day against a gateway of your configuration in an emulated cloud, through the handlers and SDKs that
Function Compute runs. Nothing outside this machine is reached.

  --config FILE    your file (default: autopilot.yaml here, else autopilot.example.yaml)
  --region ID      region to rehearse (default: the first one in the file)
  --gateway NAME   gateway to put under load (default: the first one of the region)
  --trace FILE     replay a recorded request rate, CSV with columns timestamp,value, instead of a made-up day,
                   scaled so that its peak is what half of the policy's maximum can serve
  --seed N         another made-up day (default: 1)
  --fast           in one process with virtual time, without HTTP: seconds instead of a minute
  --json           print the figures as JSON and nothing else
  --help           this text`;

/** @throws InvalidInput for an unknown option or a value that is none */
export function parseArguments(args: readonly string[]): RehearsalArguments {
  const { values } = parsed(args);
  const seed = values.seed === undefined ? 1 : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new InvalidInput(`--seed takes a whole number from 0 to 4294967295, not "${values.seed}"`);
  }
  return {
    config: values.config,
    region: values.region,
    gateway: values.gateway,
    trace: values.trace,
    seed,
    fast: values.fast ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        config: { type: 'string' },
        region: { type: 'string' },
        gateway: { type: 'string' },
        trace: { type: 'string' },
        seed: { type: 'string' },
        fast: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new InvalidInput(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}
