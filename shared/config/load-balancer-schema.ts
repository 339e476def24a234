import { array, enum as oneOf, type output, record, strictObject, string } from 'zod';
import type { Mode } from '../core/decision';
import { DAY, MINUTE } from '../core/time';
import type { Schedule } from './schedule-schema';
import { Schedules } from './schedule-schema';
import { Count, duration, Percentage } from './units';

/** Vendors' limits aside: somebody who needs more does not need this. */
const MOST_EXTRA = 10;

/** What an operator wants of the CLBs beside a gateway's own; absent from a policy, their number is nobody's business. */
export interface ExtraLoadBalancers {
  readonly mode: Mode;
  readonly maxExtra: number;
  readonly purchasesPerDay: number;
  /** Shares of an instance's capacity. */
  readonly target: number;
  readonly releaseBelow: number;
  readonly releaseWindow: number;
  readonly backends: number;
  readonly fewConnections: number;
  readonly drainDeadline: number;
  /** Their floors and ceilings count extra CLBs. */
  readonly schedules: readonly Schedule[];
}

export const ExtraLoadBalancers = strictObject({
  mode: oneOf(['observe', 'propose', 'auto'])
    .default('observe')
    .describe('observe: decide and report, buy nothing. propose: a person approves each number. auto: act.'),
  maxExtra: Count.max(MOST_EXTRA)
    .default(1)
    .describe("CLBs beside the gateway's own; a person is told when more are wanted."),
  purchasesPerDay: Count.default(4).describe('CLBs bought within 24 hours; a person is told when that is not enough.'),
  target: Percentage.prefault('70%').describe('Share of its capacity that one CLB should carry.'),
  releaseBelow: Percentage.prefault('45%').describe('What the fullest may carry after a release; at most the target.'),
  releaseWindow: duration({ atLeast: 10 * MINUTE, atMost: DAY })
    .prefault('1h')
    .describe('The highest load of this window decides about a release; hours are paid in full.'),
  backends: Count.default(1).describe('Healthy backends on each listener before a CLB serves.'),
  fewConnections: Count.default(100).describe('Open connections at which a CLB counts as drained.'),
  drainDeadline: duration({ atLeast: 5 * MINUTE, atMost: DAY })
    .prefault('2h')
    .describe('After this long without being published open connections are cut.'),
  schedules: Schedules.describe('Windows of time with bounds on the number of extra CLBs, as for replicas.'),
});

const ZoneId = string().regex(/^[a-z]{2}-[a-z0-9-]*[a-z0-9]$/, { error: 'is not a zone id such as cn-hangzhou-h' });

export const RegionLoadBalancers = strictObject({
  zones: array(ZoneId).default([]).describe('Zones to buy CLBs in, in order of preference; by default all that sell.'),
  vSwitch: string()
    .regex(/^vsw-[a-z0-9]+$/, { error: 'is not the id of a vSwitch' })
    .optional()
    .describe('VSwitch of private CLBs.'),
  resourceGroup: string()
    .regex(/^rg-[a-z0-9]+$/, { error: 'is not the id of a resource group' })
    .optional()
    .describe('Resource group of CLBs that are bought.'),
})
  .prefault({})
  .describe('Where and how CLBs are bought.');
export type RegionLoadBalancers = output<typeof RegionLoadBalancers>;

const LoadBalancerId = string().regex(/^lb-[a-z0-9]+$/, { error: 'is not the id of a CLB' });

/** By region. */
export const OwnLoadBalancers = record(string(), array(LoadBalancerId).min(1))
  .default({})
  .describe("The gateway's own CLBs by region, to which the names under names lead.");
