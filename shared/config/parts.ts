import { type output, string, type ZodType } from 'zod';
import type { ScalingPolicy, Signal as SignalUsed } from '../core/policy';
import type { Millis } from '../core/time';
import { Calendar, ExceptionDay } from './exception-days';
import { ExtraLoadBalancers } from './load-balancer-schema';
import type { LocalDay } from './local-day';
import { DnsName, PublishedName } from './name-schema';
import { GatewayProbe, Probes } from './probe-schema';
import { type Schedule, ScheduleEntry, WrittenSchedule } from './schedule-schema';
import * as schema from './schema';

/**
 * What of a configuration is valid, part by part, so that a rule between two parts is checked although a third is
 * wrong. `undefined` stands for a part that is missing or invalid; the schema reports it.
 */
export interface Parts {
  readonly scaleGateway: Millis | undefined;
  readonly attachClb: Millis | undefined;
  readonly paidMetrics: boolean | undefined;
  readonly regions: readonly RegionParts[];
  readonly gateways: readonly GatewayParts[];
  readonly policies: readonly PolicyParts[];
  readonly names: readonly NameParts[];
  /** `undefined` where the file has no such section. */
  readonly probes: ProbesParts | undefined;
  readonly alarmRoutes: readonly AlarmRouteParts[];
  readonly calendars: readonly CalendarParts[];
  readonly maintenance: readonly Item<schema.MaintenanceWindow>[];
}

export interface AlarmRouteParts {
  readonly rule: string;
  readonly gateway: string | undefined;
  readonly regions: readonly Item<string>[];
}

/** An entry of a list with its place there. */
export interface Item<T> {
  readonly index: number;
  readonly value: T;
}

export interface RegionParts {
  readonly id: string;
  readonly clusterId: string | undefined;
  readonly zones: readonly Item<string>[];
}

export interface GatewayParts {
  readonly name: string;
  readonly regions: readonly Item<string>[];
  readonly namespace: string | undefined;
  readonly deployment: string | undefined;
  readonly service: string | undefined;
  readonly policy: string | undefined;
  readonly loadBalancers: readonly { readonly region: string; readonly ids: readonly Item<string>[] }[];
  /** Regions that have alarms. */
  readonly alarms: readonly string[];
  readonly probe: ProbeParts;
}

export interface ProbeParts {
  /** Its keys, whatever stands there. */
  readonly written: readonly string[];
  readonly protocol: GatewayProbe['protocol'] | undefined;
  readonly verifyCertificate: boolean | undefined;
  readonly slow: Millis | undefined;
  readonly status: readonly Item<GatewayProbe['status'][number]>[];
}

export interface ProbesParts {
  readonly points: readonly Item<string>[];
  readonly every: Millis | undefined;
  readonly timeout: Millis | undefined;
}

export interface PolicyParts {
  readonly name: string;
  readonly replicas: ScalingPolicy['replicas'] | undefined;
  readonly signals: readonly Item<SignalUsed>[];
  readonly metricMaxAge: Millis | undefined;
  readonly scaleUp: ScalingPolicy['scaleUp'] | undefined;
  readonly scaleDown: ScalingPolicy['scaleDown'] | undefined;
  readonly schedules: readonly ScheduleParts[];
  /** `undefined` where the policy has no such section. */
  readonly loadBalancers: LoadBalancersParts | undefined;
}

export interface LoadBalancersParts {
  readonly maxExtra: number | undefined;
  readonly target: number | undefined;
  readonly releaseBelow: number | undefined;
  readonly schedules: readonly ScheduleParts[];
}

export interface NameParts {
  readonly name: string;
  readonly zone: string | undefined;
  readonly gateway: string | undefined;
  readonly publish: PublishedName['publish'] | undefined;
  /** `undefined` where none is written. */
  readonly lines: readonly { readonly line: string; readonly regions: readonly Item<string>[] }[] | undefined;
  /** Lines that have a client network. */
  readonly subnets: readonly string[];
}

export interface ScheduleParts {
  readonly name: string;
  readonly firstDay: LocalDay | undefined;
  readonly lastDay: LocalDay | undefined;
  readonly only: readonly Item<string>[];
  readonly except: readonly Item<string>[];
  readonly floor: number | undefined;
  readonly ceiling: number | undefined;
  readonly exact: number | undefined;
  /** `undefined` when anything in it is invalid. */
  readonly whole: Schedule | undefined;
}

export interface CalendarParts {
  readonly name: string;
  readonly days: readonly Item<ExceptionDay>[];
  /** `undefined` when any of its days is invalid. */
  readonly whole: Calendar | undefined;
}

/** @param file the whole file as plain data, whatever it holds */
export function partsOf(file: unknown): Parts {
  return {
    scaleGateway: valid(schema.Cadence, member(file, 'cadence'))?.scaleGateway,
    attachClb: valid(schema.Cadence, member(file, 'cadence'))?.attachClb,
    paidMetrics: valid(schema.CloudMonitor, member(file, 'cloudMonitor'))?.paidMetrics,
    regions: entries(member(file, 'regions')).map(([id, region]) => ({
      id,
      clusterId: valid(schema.Cluster.shape.id, member(member(region, 'cluster'), 'id')),
      zones: items(string(), member(member(region, 'loadBalancers'), 'zones')),
    })),
    gateways: entries(member(file, 'gateways')).map(([name, gateway]) => gatewayParts(name, gateway)),
    policies: entries(member(file, 'policies')).map(([name, policy]) => policyParts(name, policy)),
    names: entries(member(file, 'names')).map(([name, published]) => nameParts(name, published)),
    probes: probesParts(member(file, 'probes')),
    alarmRoutes: entries(member(member(file, 'alarms'), 'rules')).map(([rule, route]) => ({
      rule,
      gateway: valid(schema.Gateway.shape.policy, member(route, 'gateway')),
      regions: items(string(), member(route, 'regions')),
    })),
    calendars: entries(member(file, 'calendars')).map(([name, days]) => ({
      name,
      days: items(ExceptionDay, days),
      whole: valid(Calendar, days),
    })),
    maintenance: items(schema.MaintenanceWindow, member(file, 'maintenance')),
  };
}

/** The items whose key an earlier one has. */
export function repeated<T>(items: readonly Item<T>[], keyOf: (value: T) => string): readonly Item<T>[] {
  const keys = items.map(({ value }) => keyOf(value));
  return items.filter((_, place) => keys.indexOf(keys[place] ?? '') < place);
}

function gatewayParts(name: string, gateway: unknown): GatewayParts {
  const { deployment, namespace, policy, regions, service } = schema.Gateway.shape;
  return {
    name,
    regions: items(regions.element, member(gateway, 'regions')),
    namespace: valid(namespace, member(gateway, 'namespace')),
    // A name that is written but invalid is not the default.
    deployment: valid(deployment.default(schema.objectName(name)), member(gateway, 'deployment')),
    service: valid(service.default(schema.objectName(name)), member(gateway, 'service')),
    policy: valid(policy, member(gateway, 'policy')),
    loadBalancers: entries(member(gateway, 'loadBalancers')).map(([region, ids]) => ({
      region,
      ids: items(string(), ids),
    })),
    alarms: entries(member(gateway, 'alarms')).map(([region]) => region),
    probe: probeParts(member(gateway, 'probe')),
  };
}

function probeParts(probe: unknown): ProbeParts {
  const { protocol, slow, status, verifyCertificate } = GatewayProbe.shape;
  return {
    written: entries(probe).map(([key]) => key),
    protocol: valid(protocol, member(probe, 'protocol')),
    verifyCertificate: valid(verifyCertificate, member(probe, 'verifyCertificate')),
    slow: valid(slow, member(probe, 'slow')),
    status: items(status.unwrap().element, member(probe, 'status')),
  };
}

function probesParts(section: unknown): ProbesParts | undefined {
  if (!isMapping(section)) return undefined;
  const { every, points, timeout } = Probes.shape;
  return {
    points: items(points.element, member(section, 'points')),
    every: valid(every, member(section, 'every')),
    timeout: valid(timeout, member(section, 'timeout')),
  };
}

function policyParts(name: string, policy: unknown): PolicyParts {
  const { metricMaxAge, replicas, scaleDown, scaleUp, signals } = schema.Policy.shape;
  return {
    name,
    replicas: valid(replicas, member(policy, 'replicas')),
    signals: items(signals.element, member(policy, 'signals')),
    metricMaxAge: valid(metricMaxAge, member(policy, 'metricMaxAge')),
    scaleUp: valid(scaleUp, member(policy, 'scaleUp')),
    scaleDown: valid(scaleDown, member(policy, 'scaleDown')),
    schedules: schedulesOf(policy),
    loadBalancers: loadBalancersParts(member(policy, 'loadBalancers')),
  };
}

function loadBalancersParts(section: unknown): LoadBalancersParts | undefined {
  if (!isMapping(section)) return undefined;
  const { maxExtra, releaseBelow, target } = ExtraLoadBalancers.shape;
  return {
    maxExtra: valid(maxExtra, member(section, 'maxExtra')),
    target: valid(target, member(section, 'target')),
    releaseBelow: valid(releaseBelow, member(section, 'releaseBelow')),
    schedules: schedulesOf(section),
  };
}

function nameParts(name: string, published: unknown): NameParts {
  const { gateway, publish, zone } = PublishedName.shape;
  const lines = member(published, 'lines');
  return {
    name,
    // A name that is none is one problem, not two.
    zone: valid(DnsName, name) && valid(zone, member(published, 'zone')),
    gateway: valid(gateway, member(published, 'gateway')),
    publish: valid(publish, member(published, 'publish')),
    lines:
      lines === undefined
        ? undefined
        : entries(lines).map(([line, regions]) => ({ line, regions: items(string(), regions) })),
    subnets: entries(member(published, 'subnets')).map(([line]) => line),
  };
}

function schedulesOf(owner: unknown): readonly ScheduleParts[] {
  return entries(member(owner, 'schedules')).map(([key, schedule]) => scheduleParts(key, schedule));
}

function scheduleParts(name: string, schedule: unknown): ScheduleParts {
  const { ceiling, exact, except, firstDay, floor, lastDay, only } = WrittenSchedule.shape;
  const whole = valid(ScheduleEntry, schedule);
  return {
    name,
    firstDay: valid(firstDay, member(schedule, 'firstDay')),
    lastDay: valid(lastDay, member(schedule, 'lastDay')),
    only: items(only.unwrap().element, member(schedule, 'only')),
    except: items(except.unwrap().element, member(schedule, 'except')),
    floor: valid(floor, member(schedule, 'floor')),
    ceiling: valid(ceiling, member(schedule, 'ceiling')),
    exact: valid(exact, member(schedule, 'exact')),
    whole: whole === undefined ? undefined : { name, ...whole },
  };
}

function valid<Schema extends ZodType>(part: Schema, value: unknown): output<Schema> | undefined {
  const result = part.safeParse(value);
  return result.success ? result.data : undefined;
}

function items<Schema extends ZodType>(element: Schema, value: unknown): readonly Item<output<Schema>>[] {
  return (Array.isArray(value) ? value : []).flatMap((item: unknown, index) => {
    const result = element.safeParse(item);
    return result.success ? [{ index, value: result.data }] : [];
  });
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isMapping(value) ? Object.entries(value) : [];
}

function member(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
