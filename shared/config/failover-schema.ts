import { enum as oneOf, type output, strictObject } from 'zod';
import type { FailoverPolicy } from '../core/failover';
import { DAY, HOUR, MINUTE, SECOND } from '../core/time';
import { Count, duration, PercentageOver } from './units';

/** How regions are moved away from and back; every field has a default. */
export const Failover = strictObject({
  target: PercentageOver.prefault('100%').describe(
    'Share of what its ready replicas should carry (by the targets of its signals) that a region may carry after a move.',
  ),
  margin: PercentageOver.prefault('130%').describe('What the moved load is counted as, since it comes with retries.'),
  deadline: duration({ atLeast: 0, atMost: HOUR })
    .prefault('2m')
    .describe('How long a move waits for the other regions to be raised.'),
  atDeadline: oneOf(['all', 'share'])
    .default('all')
    .describe('all: move everything. share: what fits, by weights, where a name has them; everything elsewhere.'),
  recovery: duration({ atLeast: 0, atMost: DAY })
    .prefault('10m')
    .describe('How long a region must be healthy before clients are led to it again.'),
  regionsOut: Count.default(1).describe('Regions that may be out at a time without a person.'),
  latchAfter: Count.default(2).describe(
    'A region that goes down for this many times stays out until a person says so.',
  ),
  latchWindow: duration({ atLeast: MINUTE, atMost: 7 * DAY })
    .prefault('6h')
    .describe('Times further apart than this are not counted together.'),
  rampStep: duration({ atLeast: 10 * SECOND, atMost: HOUR })
    .prefault('2m')
    .describe('Least time between two steps of weight on the way back; never less than a TTL and a minute.'),
}).prefault({});
export type Failover = output<typeof Failover> & FailoverPolicy;
