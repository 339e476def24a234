import { parseArgs } from 'node:util';
import { parseDuration } from '../shared/core/duration';
import { HOUR, type Millis, SECOND } from '../shared/core/time';
import { InvalidInput } from '../shared/errors';

const LONGEST: Millis = HOUR;

export interface RehearsalArguments {
  readonly config: string | undefined;
  readonly region: string | undefined;
  readonly gateway: string | undefined;
  readonly trace: string | undefined;
  /** Replicas that serve the trace's peak when saturated; half of the policy's maximum unless told. */
  readonly peakReplicas: number | undefined;
  readonly metricDelay: Millis;
  readonly startUp: Millis;
  /** What the policy's targets are of a replica's capacity, 0.7 for 70 %. */
  readonly targetShare: number;
  readonly seed: number;
  readonly fast: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `npm start -- [options]

Rehearses a day at a gateway of your configuration and, but for a recorded one, a promotion and the loss of a region
in an emulated cloud, through the handlers and SDKs that Function Compute runs. Nothing outside this machine is reached.

  --config FILE    your file (default: autopilot.yaml here, else autopilot.example.yaml)
  --region ID      region to rehearse (default: the first one in the file)
  --gateway NAME   gateway to put under load (default: the first one of the region)
  --trace FILE     replay a recorded request rate, CSV with columns timestamp,value, instead of a made-up day,
                   scaled so that its peak is what half of the policy's maximum can serve
  --peak-replicas P
                   scale the trace so that P replicas can just serve its peak instead
  --metric-delay D until CloudMonitor shows a minute that has ended (default: 90s)
  --start-up D     until a new replica is ready (default: 45s)
  --target-share S how much of what a replica can serve its targets are (default: 70%)
  --seed N         another made-up day (default: 1)
  --fast           in one process with virtual time, without HTTP: about half the time
  --json           print the figures as JSON and nothing else
  --help           this text`;

/** @throws InvalidInput for an unknown option or a value that is none */
export function parseArguments(args: readonly string[]): RehearsalArguments {
  const { values } = parsed(args);
  const seed = values.seed === undefined ? 1 : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new InvalidInput(`--seed takes a whole number from 0 to 4294967295, not "${values.seed}"`);
  }
  if (values['peak-replicas'] !== undefined && values.trace === undefined) {
    throw new InvalidInput('--peak-replicas scales a --trace; the made-up day follows from the policy');
  }
  return {
    config: values.config,
    region: values.region,
    gateway: values.gateway,
    trace: values.trace,
    peakReplicas: peakReplicas(values['peak-replicas']),
    metricDelay: duration('--metric-delay', values['metric-delay'] ?? '90s'),
    startUp: duration('--start-up', values['start-up'] ?? '45s'),
    targetShare: targetShare(values['target-share'] ?? '70%'),
    seed,
    fast: values.fast ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function peakReplicas(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidInput(`--peak-replicas takes a number above 0, not "${text}"`);
}

function targetShare(text: string): number {
  const percent = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]);
  if (percent > 0 && percent <= 100) return percent / 100;
  throw new InvalidInput(`--target-share takes a share up to 100%, such as 70%, not "${text}"`);
}

/** Time passes in slices of 5 s. */
function duration(option: string, text: string): Millis {
  const value = parseDuration(text);
  if (value !== undefined && value <= LONGEST && value % (5 * SECOND) === 0) return value;
  throw new InvalidInput(`${option} takes a duration such as 90s or 2m, a multiple of 5s up to 1h, not "${text}"`);
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
        'peak-replicas': { type: 'string' },
        'metric-delay': { type: 'string' },
        'start-up': { type: 'string' },
        'target-share': { type: 'string' },
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
