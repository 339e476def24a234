import {
  array,
  boolean,
  literal,
  number,
  enum as oneOf,
  type output,
  record,
  strictObject,
  string,
  type ZodType,
} from 'zod';
import type { RatePolicy, ScalingPolicy } from '../core/policy';
import { DAY, HOUR, MINUTE, SECOND } from '../core/time';
import { Alarms } from './alarm-schema';
import { CronExpression, TimeZone } from './calendar';
import { Calendars } from './exception-days';
import { Failover } from './failover-schema';
import { FunctionNames } from './functions-schema';
import { ExtraLoadBalancers, OwnLoadBalancers, RegionLoadBalancers } from './load-balancer-schema';
import { Names } from './name-schema';
import { Notify } from './notify-schema';
import { GatewayProbe, Probes } from './probe-schema';
import { type Schedule, Schedules } from './schedule-schema';
import { Signal } from './signal-schema';
import { Count, duration, Name, Percentage, RegionId } from './units';

const CloudId = string().regex(/^[a-z0-9-]{1,128}$/, { error: 'must be an id of small letters, digits and hyphens' });

/** Made by CloudMonitor or by whoever made the rule. */
const RuleId = string().regex(/^[A-Za-z0-9_-]{1,128}$/, { error: 'is not the id of a rule of CloudMonitor' });

const Signals = array(Signal).min(1).describe('Load signals; the one that asks for most replicas wins.');

const ReplicaBounds = strictObject({
  min: Count.describe('Never fewer replicas than this.'),
  max: Count.describe('Never more replicas than this.'),
}).describe('The bounds that hold whatever the load is.');

/** Limits of periods and windows: HPA v2 API (`periodSeconds` at most 1800, `stabilizationWindowSeconds` at most 3600). */
const Rate = strictObject({
  type: oneOf(['Pods', 'Percent']),
  value: Count.describe('Pods, or percent of the replicas at the start of the period (a plain number).'),
  period: duration({ atLeast: SECOND, atMost: 30 * MINUTE }),
}).describe('At most this many pods, or percent, in any period.');

interface BehaviorDefaults {
  readonly stabilizationWindow: string;
  readonly cooldown: string;
  readonly rates: readonly (Pick<RatePolicy, 'type' | 'value'> & { readonly period: string })[];
}

function behavior(defaults: BehaviorDefaults) {
  return strictObject({
    tolerance: Percentage.prefault('10%').describe('How far the load may stray from its target before anything moves.'),
    stabilizationWindow: duration({ atLeast: 0, atMost: HOUR })
      .prefault(defaults.stabilizationWindow)
      .describe('The most cautious recommendation of this window counts; at most 1h.'),
    // The journal of scale events reaches half an hour back; a longer cooldown would be forgotten.
    cooldown: duration({ atLeast: 0, atMost: 30 * MINUTE })
      .prefault(defaults.cooldown)
      .describe('Least time after the last change before the next in this direction; at most 30m.'),
    selectPolicy: oneOf(['Max', 'Min', 'Disabled'])
      .default('Max')
      .describe(
        'Which of the policies counts: the one that allows most, the one that allows least, or no change at all.',
      ),
    policies: array(Rate)
      .min(1)
      .prefault([...defaults.rates])
      .describe('How fast the replicas may change.'),
  }).prefault({});
}

/** The defaults follow the HPA v2, slowed down to CloudMonitor's one-minute metrics; it looks every 15 s. */
const ScaleUp = behavior({
  stabilizationWindow: '0s',
  cooldown: '0s',
  rates: [
    { type: 'Percent', value: 100, period: '1m' },
    { type: 'Pods', value: 4, period: '1m' },
  ],
});

const ScaleDown = behavior({
  stabilizationWindow: '15m',
  cooldown: '5m',
  rates: [
    { type: 'Percent', value: 25, period: '1m' },
    { type: 'Pods', value: 1, period: '1m' },
  ],
});

const MetricMaxAge = duration({ atLeast: MINUTE, atMost: HOUR })
  .prefault('5m')
  .describe(
    'A metric whose newest minute is older than this is missing, and missing data never scales in; at least 3m.',
  );

const Budget = strictObject({
  replicasPerHour: Count.optional().describe('Replicas added within any hour.'),
  replicaHoursPerDay: number().positive().optional().describe('Replica-hours of a day, UTC; an estimate.'),
  whenExceeded: oneOf(['alarm', 'hold'])
    .default('alarm')
    .describe(
      'alarm: tell a person and go on. hold: tell a person and add no more, but for what a person, the minimum or a schedule asks for.',
    ),
})
  .refine(({ replicaHoursPerDay, replicasPerHour }) => (replicaHoursPerDay ?? replicasPerHour) !== undefined, {
    error: 'needs replicasPerHour, replicaHoursPerDay or both',
  })
  .transform(({ replicaHoursPerDay, replicasPerHour, whenExceeded }) => ({
    replicaHoursPerDay,
    replicasPerHour,
    whenExceeded,
  }));

export const Policy = strictObject({
  mode: oneOf(['observe', 'propose', 'auto'])
    .default('observe')
    .describe('observe: decide and report, write nothing. propose: a person approves each change. auto: act.'),
  replicas: ReplicaBounds,
  signals: Signals,
  metricMaxAge: MetricMaxAge,
  scaleUp: ScaleUp.describe('How fast replicas may be added.'),
  scaleDown: ScaleDown.describe('How fast replicas may be removed.'),
  connectionDrain: duration({ atLeast: 0, atMost: 15 * MINUTE })
    .optional()
    .describe(
      'How long the connections of a removed pod need to end; by default as long as the load balancers wait. No scale-in where pods are killed sooner.',
    ),
  budget: Budget.optional().describe('What may be spent before a person is told.'),
  schedules: Schedules,
  loadBalancers: ExtraLoadBalancers.optional().describe(
    "The CLBs beside each gateway's own; without this section their number is left alone.",
  ),
});

/** A policy with the schedules that bound it; `shared/config/schedule.ts` says what they ask for at an instant. */
export interface ConfiguredPolicy extends ScalingPolicy {
  readonly schedules: readonly Schedule[];
  readonly loadBalancers?: ExtraLoadBalancers | undefined;
}

const Policies = someOf(record(Name, Policy), 'policy')
  .transform(
    (policies): Readonly<Record<string, ConfiguredPolicy>> =>
      Object.fromEntries(Object.entries(policies).map(([name, policy]) => [name, { name, ...policy }])),
  )
  .describe('What is wanted of the gateways that name the policy.');

const GatewayRegions = array(RegionId).min(1).describe('Regions in which the gateway runs.');

export const Gateway = strictObject({
  regions: GatewayRegions,
  namespace: Name.default('istio-system'),
  deployment: Name.optional().describe('Name of the Deployment; istio-<name of the gateway> by default.'),
  service: Name.optional().describe('Name of the Service; istio-<name of the gateway> by default.'),
  policy: Name.describe('Name of a policy under policies.'),
  loadBalancers: OwnLoadBalancers,
  alarms: record(string(), array(RuleId).min(1))
    .default({})
    .describe(
      "Ids of CloudMonitor's rules that ring when the gateway's entry in a region is not well, by region: nobody is led back there while they ring. They take nothing away, since they may ring for load.",
    ),
  probe: GatewayProbe.prefault({}).describe(
    'What a healthy entry of the gateway does; that it accepts connections by default.',
  ),
});

/** ASM's name for the Deployment and the Service that it makes from an IstioGateway. */
export function objectName(gateway: string): string {
  return `istio-${gateway}`;
}

const Gateways = someOf(record(Name, Gateway), 'gateway')
  .transform((gateways) =>
    Object.fromEntries(
      Object.entries(gateways).map(
        ([name, { deployment = objectName(name), service = objectName(name), ...gateway }]) => [
          name,
          { ...gateway, deployment, service },
        ],
      ),
    ),
  )
  .describe('The gateways to look after, by the name of their IstioGateway.');

const PrivateApi = boolean()
  .default(true)
  .describe('Whether its API server is reached at its private address, from inside the VPC.');

export const Cluster = strictObject({
  id: CloudId.describe('Id of the ACK cluster, for example c0123456789abcdef.'),
  privateApi: PrivateApi,
});

export const Region = strictObject({
  cluster: Cluster,
  mesh: strictObject({
    id: CloudId.describe('Id of the ASM instance.'),
    privateApi: PrivateApi,
    istioGateways: oneOf(['controlPlane', 'dataPlane'])
      .default('controlPlane')
      .describe(
        "Where the IstioGateway objects are read and written: the mesh's own API, or the cluster's (data-plane KubeAPI access).",
      ),
  })
    .optional()
    .describe('The ASM instance that runs the gateways, if there is one.'),
  loadBalancers: RegionLoadBalancers,
});

const Regions = someOf(record(RegionId, Region), 'region').describe(
  'The regions in which the functions are deployed. An id that is not known is used, with a warning: the vendor opens new regions.',
);

export const Cadence = strictObject({
  scaleGateway: duration({ atLeast: MINUTE, atMost: HOUR })
    .prefault('1m')
    .describe('How often the timer of scale-gateway looks, from 1m to 1h; must agree with s.yaml.'),
  attachClb: duration({ atLeast: MINUTE, atMost: HOUR })
    .prefault('1m')
    .describe('How often the timer of attach-clb looks, from 1m to 1h; must agree with s.yaml.'),
  failoverDns: duration({ atLeast: MINUTE, atMost: HOUR })
    .prefault('1m')
    .describe('How often the timer of failover-dns looks, from 1m to 1h; must agree with s.yaml.'),
})
  .prefault({})
  .describe('How often the functions look; what the metric queries of a month are counted by.');

export const CloudMonitor = strictObject({
  paidMetrics: boolean()
    .default(false)
    .describe(
      'Whether the account pays for metric queries past the free million a month, after which they are blocked.',
    ),
  customMetrics: oneOf(['off', 'on'])
    .default('off')
    .describe(
      'on: each look reports a heartbeat, what it did and held, errors and how long it took as custom metrics.',
    ),
}).prefault({});

export const MaintenanceWindow = strictObject({
  starts: CronExpression,
  timeZone: TimeZone,
  lasts: duration({ atLeast: MINUTE, atMost: 7 * DAY }).describe('How long it lasts, from 1m to 7d.'),
  reason: string().min(1).describe('Shown with every change that is held.'),
});
export type MaintenanceWindow = output<typeof MaintenanceWindow>;

/** The written form and, as its output, the used form: milliseconds, fractions, every default filled in. */
export const Configuration = strictObject({
  version: literal(1).describe('Version of this format.'),
  cadence: Cadence,
  cloudMonitor: CloudMonitor,
  notify: Notify,
  regions: Regions,
  gateways: Gateways,
  policies: Policies,
  functions: FunctionNames,
  alarms: Alarms.describe('Who may wake the functions by alarms, and which of them look.'),
  names: Names,
  failover: Failover.describe('How regions are moved away from and back.'),
  probes: Probes.optional().describe(
    'The vantage points that say whether the addresses of gateways answer; without them none is asked.',
  ),
  calendars: Calendars,
  maintenance: array(MaintenanceWindow).default([]).describe('Times in which the functions write nothing.'),
});
export type Configuration = DeepReadonly<output<typeof Configuration>>;
export type RegionConfiguration = DeepReadonly<output<typeof Region>>;

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** An empty section is a mistake: nothing would be looked after, and nobody would notice. */
function someOf<Entries extends ZodType<object, object>>(entries: Entries, what: string) {
  return entries
    .refine((value) => Object.keys(value).length > 0, { error: `needs at least one ${what}` })
    .meta({ minProperties: 1 });
}
