/** What holds whatever the load is: the policy's own bounds, the schedules and the failovers that lean on the gateway. */
import type { Candidate, Reason } from './decision';
import type { Protection } from './gateway';
import type { ScalingSnapshot } from './scaling';
import { isoTime } from './time';

/** A bound with the reason for which a count at it is left there, and who asks for it in words. */
export interface Bound {
  readonly replicas: number;
  readonly reason: Reason;
  readonly because: string;
}

export interface Bounds {
  readonly floor: Bound & Pick<Candidate, 'by'>;
  readonly ceiling: Bound;
  /** Everything that asked for a floor. */
  readonly candidates: readonly Candidate[];
}

/**
 * The highest floor and the lowest ceiling. The maximum of the policy is absolute; a floor is stronger than a scheduled
 * ceiling, since too many replicas cost less than too few.
 */
export function boundsOf(snapshot: ScalingSnapshot): Bounds {
  const { policy, schedule } = snapshot;
  const { max, min } = policy.replicas;
  const protection = activeProtection(snapshot);
  const floors: readonly (Bound & Candidate)[] = [
    { replicas: min, by: 'minimum', reason: 'TooFewReplicas', because: `the minimum is ${min}` },
    ...(schedule.floor === undefined
      ? []
      : [
          {
            replicas: schedule.floor.replicas,
            by: 'schedule' as const,
            reason: 'ScheduledFloor' as const,
            because: `schedule ${schedule.floor.schedule} asks for ${schedule.floor.replicas} until ${isoTime(schedule.floor.until)}`,
          },
        ]),
    ...(protection === undefined
      ? []
      : [
          {
            replicas: protection.floor,
            by: 'protection' as const,
            reason: 'Protected' as const,
            because: `${protection.owner} protects ${protection.floor} until ${isoTime(protection.until)}: ${protection.reason}`,
          },
        ]),
  ];
  const highest = floors.reduce((best, floor) => (floor.replicas > best.replicas ? floor : best));
  const floor = { ...highest, replicas: Math.min(highest.replicas, max) };
  return {
    floor,
    ceiling: ceilingOf(snapshot, floor.replicas),
    candidates: floors.map(({ because, by, replicas }) => ({ by, replicas, because })),
  };
}

function ceilingOf({ policy, schedule }: ScalingSnapshot, floor: number): Bound {
  const { max } = policy.replicas;
  const { ceiling } = schedule;
  if (ceiling === undefined || ceiling.replicas >= max) {
    return { replicas: max, reason: 'TooManyReplicas', because: `the maximum is ${max}` };
  }
  return {
    replicas: Math.max(ceiling.replicas, floor),
    reason: 'ScheduledCeiling',
    because: `schedule ${ceiling.schedule} allows ${ceiling.replicas} until ${isoTime(ceiling.until)}`,
  };
}

/** The protection that stands, whoever else wants what. */
export function activeProtection({ at, journal }: ScalingSnapshot): Protection | undefined {
  const protection = journal.ok ? journal.value.protection : undefined;
  return protection !== undefined && at < protection.until ? protection : undefined;
}
