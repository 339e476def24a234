import type { Instant } from './time';

/** What the schedules of a policy ask for at one instant: of several windows the highest floor and the lowest ceiling. */
export interface ScheduledBounds {
  readonly floor: ScheduledBound | undefined;
  readonly ceiling: ScheduledBound | undefined;
}

export interface ScheduledBound {
  readonly replicas: number;
  /** Name of the schedule that asks for it. */
  readonly schedule: string;
  /** When its window ends; exclusive. */
  readonly until: Instant;
}
