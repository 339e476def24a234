import type { Configuration } from '../shared/config/schema';
import type { FunctionName } from '../shared/core/function-name';

/** How a function is deployed. `s.yaml` says the same; a test holds both together. */
export interface Deployment {
  /** Seconds. */
  readonly timeout: number;
  /** MB. */
  readonly memory: number;
  readonly cpu: number;
  /** Of its timer, in the first region. */
  readonly schedule: string | undefined;
  /** What of `cadence` its timer must agree with. */
  readonly cadence: keyof Configuration['cadence'] | undefined;
  /** Whether it reaches clusters at their private addresses. */
  readonly isInVpc: boolean;
  /** Whether the others do their work without it. */
  readonly isOptional: boolean;
}

const BASE = { timeout: 60, memory: 512, cpu: 0.35, cadence: undefined, isInVpc: false, isOptional: false } as const;

export const DEPLOYMENTS: Readonly<Record<FunctionName, Deployment>> = {
  'scale-gateway': { ...BASE, schedule: '35 * * * * *', cadence: 'scaleGateway', isInVpc: true },
  'attach-clb': { ...BASE, schedule: '45 * * * * *', cadence: 'attachClb', isInVpc: true },
  'failover-dns': { ...BASE, timeout: 90, schedule: '55 * * * * *', cadence: 'failoverDns' },
  'receive-alarm': { ...BASE, timeout: 5, schedule: undefined, isOptional: true },
  'probe-region': { ...BASE, memory: 256, cpu: 0.2, schedule: undefined },
  'audit-gateway': { ...BASE, schedule: '0 10 2 * * *', isInVpc: true, isOptional: true },
};

export const RUNTIME = 'nodejs20';
export const ASYNC_SETTINGS = { retries: 1, eventAge: 60, isTask: true } as const;

/** Of the functions' roles. */
export const PREFIX = 'gateway-autopilot';

/** The MNS topic of each region that events which failed are published to, unless `s.yaml` is told of another one. */
export const FAILURES_TOPIC = `${PREFIX}-failures`;

/** By the variable that `s.yaml` reads, too. */
export function failuresTopic(environment: Readonly<Record<string, string | undefined>>): string {
  return environment['AUTOPILOT_FAILURES_TOPIC'] || FAILURES_TOPIC;
}

/** Whether a function of a region needs the cluster's network. */
export function needsVpc({ regions }: Pick<Configuration, 'regions'>, region: string, name: FunctionName): boolean {
  const described = regions[region];
  const isPrivate =
    described?.cluster.privateApi === true ||
    (described?.mesh?.privateApi === true && described.mesh.istioGateways === 'controlPlane');
  return DEPLOYMENTS[name].isInVpc && isPrivate;
}
