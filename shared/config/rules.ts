import { formatDuration } from '../core/duration';
import { HOUR, MINUTE, type Millis } from '../core/time';
import { alarmOutsideGateway, alarmRouteOutsideGateway, unknownGatewayOfAlarm } from './alarm-rules';
import { type MetricReader, MOST_FREE_QUERIES, queriesOf } from './budget';
import type { DatedRule, Finding, Rule } from './finding';
import {
  duplicateRegion,
  sharedCluster,
  sharedDeployment,
  sharedService,
  unknownPolicy,
  unknownRegion,
  unlistedRegion,
  unusedPolicy,
  unusedRegion,
} from './gateway-rules';
import { isEndless } from './maintenance';
import {
  lineOutsideGateway,
  lineWithoutSubnet,
  loadBalancerOutsideGateway,
  nameOutsideZone,
  noDefaultLine,
  ownLoadBalancersUnknown,
  releaseOverTarget,
  repeatedRegionOfLine,
  sharedLoadBalancer,
  unknownGateway,
  zoneOutsideRegion,
} from './name-rules';
import type { Parts } from './parts';
import {
  duplicateSignal,
  floorOverCeiling,
  metricMaxAgeUnderDelay,
  scaleDownWindowUnderPeriod,
  scaleInOverTarget,
  stepsApart,
  stepsOfTotals,
} from './policy-rules';
import {
  certificateWithoutHost,
  duplicatePoint,
  fieldOfOtherProtocol,
  slowOverTimeout,
  statusFromOverTo,
  timeoutNotUnderEvery,
  tooFewPoints,
} from './probe-rules';
import {
  calendarOver,
  contradictingSchedules,
  lastDayBeforeFirst,
  repeatedDay,
  scheduleFloorOverCeiling,
  scheduleNeverComes,
  scheduleOutsideBounds,
  scheduleOver,
  unknownCalendar,
  unusedCalendar,
} from './schedule-rules';

interface NamedRule {
  readonly name: string;
  readonly check: Rule;
}

/** A configuration that breaks one of these is refused. */
export const ERRORS = [
  { name: 'floorOverCeiling', check: floorOverCeiling },
  { name: 'scaleInOverTarget', check: scaleInOverTarget },
  { name: 'duplicateSignal', check: duplicateSignal },
  { name: 'stepsApart', check: stepsApart },
  { name: 'metricMaxAgeUnderDelay', check: metricMaxAgeUnderDelay },
  { name: 'repeatedDay', check: repeatedDay },
  { name: 'unknownCalendar', check: unknownCalendar },
  { name: 'lastDayBeforeFirst', check: lastDayBeforeFirst },
  { name: 'scheduleOutsideBounds', check: scheduleOutsideBounds },
  { name: 'scheduleFloorOverCeiling', check: scheduleFloorOverCeiling },
  { name: 'scheduleNeverComes', check: scheduleNeverComes },
  { name: 'contradictingSchedules', check: contradictingSchedules },
  { name: 'unknownPolicy', check: unknownPolicy },
  { name: 'unknownRegion', check: unknownRegion },
  { name: 'duplicateRegion', check: duplicateRegion },
  { name: 'sharedDeployment', check: sharedDeployment },
  { name: 'sharedService', check: sharedService },
  { name: 'sharedCluster', check: sharedCluster },
  { name: 'zoneOutsideRegion', check: zoneOutsideRegion },
  { name: 'loadBalancerOutsideGateway', check: loadBalancerOutsideGateway },
  { name: 'alarmOutsideGateway', check: alarmOutsideGateway },
  { name: 'unknownGatewayOfAlarm', check: unknownGatewayOfAlarm },
  { name: 'alarmRouteOutsideGateway', check: alarmRouteOutsideGateway },
  { name: 'sharedLoadBalancer', check: sharedLoadBalancer },
  { name: 'releaseOverTarget', check: releaseOverTarget },
  { name: 'nameOutsideZone', check: nameOutsideZone },
  { name: 'unknownGateway', check: unknownGateway },
  { name: 'noDefaultLine', check: noDefaultLine },
  { name: 'lineOutsideGateway', check: lineOutsideGateway },
  { name: 'repeatedRegionOfLine', check: repeatedRegionOfLine },
  { name: 'ownLoadBalancersUnknown', check: ownLoadBalancersUnknown },
  { name: 'duplicatePoint', check: duplicatePoint },
  { name: 'tooFewPoints', check: tooFewPoints },
  { name: 'timeoutNotUnderEvery', check: timeoutNotUnderEvery },
  { name: 'slowOverTimeout', check: slowOverTimeout },
  { name: 'fieldOfOtherProtocol', check: fieldOfOtherProtocol },
  { name: 'certificateWithoutHost', check: certificateWithoutHost },
  { name: 'statusFromOverTo', check: statusFromOverTo },
  { name: 'endlessMaintenance', check: endlessMaintenance },
  { name: 'queriesOverBudget', check: queriesOverBudget },
] as const satisfies readonly NamedRule[];

/** A configuration that breaks one of these is used, and somebody should look at it. */
export const WARNINGS = [
  { name: 'unusedPolicy', check: unusedPolicy },
  { name: 'unusedRegion', check: unusedRegion },
  { name: 'unlistedRegion', check: unlistedRegion },
  { name: 'unusedCalendar', check: unusedCalendar },
  { name: 'scaleDownWindowUnderPeriod', check: scaleDownWindowUnderPeriod },
  { name: 'stepsOfTotals', check: stepsOfTotals },
  { name: 'lineWithoutSubnet', check: lineWithoutSubnet },
] as const satisfies readonly NamedRule[];

/** The same, of what was right when it was written. */
export const DATED_WARNINGS = [
  { name: 'calendarOver', check: calendarOver },
  { name: 'scheduleOver', check: scheduleOver },
] as const satisfies readonly (Pick<NamedRule, 'name'> & { readonly check: DatedRule })[];

function endlessMaintenance({ maintenance }: Parts): readonly Finding[] {
  return maintenance
    .filter(({ value }) => isEndless(value))
    .map(({ index, value }) => ({
      path: ['maintenance', index, 'lasts'],
      spot: 'value',
      message: `${formatDuration(value.lasts)} reaches to the next start each time, so that the functions would never write`,
    }));
}

/** Counts the gateways that are valid; where they alone are too many, all of them are. */
function queriesOverBudget(parts: Parts): readonly Finding[] {
  const { attachClb, paidMetrics, scaleGateway } = parts;
  if (scaleGateway === undefined || attachClb === undefined || paidMetrics !== false) return [];
  const readers = metricReaders(parts);
  const { items, total } = queriesOf(readers, { scaleGateway, attachClb });
  if (total <= MOST_FREE_QUERIES) return [];
  const numbers = items.map(
    ({ function: name, metrics, queriesPerLook, queriesPerMonth, region }) =>
      `${name} in ${region}: ${count(queriesPerMonth)} (${queriesPerLook} a look for ${metrics.join(', ')})`,
  );
  const change = ['use fewer signals', ...slower(readers), 'or say cloudMonitor.paidMetrics: true if the account pays'];
  const message = `${count(total)} CloudMonitor queries a month, over ${count(MOST_FREE_QUERIES)} of the free 1,000,000 after which reads are blocked: ${numbers.join('; ')}. To change it, ${change.join(', ')}`;
  return [{ path: ['cadence', 'scaleGateway'], spot: 'value', message }];
}

function slower(readers: readonly MetricReader[]): readonly string[] {
  const balanced = readers.some(({ policy }) => policy.loadBalancers !== undefined);
  const keys = balanced ? 'cadence.scaleGateway and cadence.attachClb' : 'cadence.scaleGateway';
  for (let cadence: Millis = 2 * MINUTE; cadence <= HOUR; cadence += MINUTE) {
    const { total } = queriesOf(readers, { scaleGateway: cadence, attachClb: cadence });
    if (total <= MOST_FREE_QUERIES) {
      return [`look less often (${keys}: ${formatDuration(cadence)} makes it ${count(total)})`];
    }
  }
  return [];
}

function metricReaders({ gateways, policies }: Parts): readonly MetricReader[] {
  return gateways.flatMap((gateway) => {
    const policy = policies.find(({ name }) => name === gateway.policy);
    if (policy?.scaleUp === undefined || policy.scaleDown === undefined || policy.metricMaxAge === undefined) return [];
    const { loadBalancers, metricMaxAge, scaleDown, scaleUp } = policy;
    const signals = policy.signals.map(({ value }) => value);
    return [
      {
        regions: gateway.regions.map(({ value }) => value),
        policy: { loadBalancers, metricMaxAge, scaleDown, scaleUp, signals },
      },
    ];
  });
}

function count(queries: number): string {
  return queries.toLocaleString('en-US');
}
