import { readMark } from '../core/record-mark';
import type { Instant } from '../core/time';
import type { Removed } from './publish-remove';
import type { ZoneWork } from './publish-work';

/** When a look that changed what a name answers came to each phase of it. */
export interface MoveTimes {
  /** When enough votes were there for the last address that was taken away by votes; absent where none was. */
  detected?: Instant;
  /** When the other regions were seen to carry what would come; absent where nobody was asked, or they could not. */
  survivorsReady?: Instant;
  readonly decided: Instant;
  /** Of the last answer that was changed. */
  written?: Instant;
  /** When the name servers were seen to answer every line as its zone has it. */
  visible?: Instant | undefined;
}

/** What a removal that was carried out adds to the times of its name. */
export function noteRemoval({ run: { look }, world }: ZoneWork, times: MoveTimes, { candidate }: Removed): void {
  const { name, removal } = candidate;
  const { clb, reason, record, until } = removal;
  if (until !== undefined) {
    // Where an earlier invocation saw it, that stands on the record, to the minute.
    const { absence } = readMark(record.remark);
    const noted = absence?.state === 'down' ? absence.since : undefined;
    const detected = noted ?? look.failover?.watch?.downSince(record.value);
    if (detected !== undefined) times.detected = Math.max(times.detected ?? 0, detected);
  }
  const room = world.rooms.get(name.gateway);
  const isRegion = reason === 'RegionUnhealthy' || reason === 'RegionDrained' || reason === 'RegionStandby';
  const plan = clb === undefined || !isRegion ? undefined : room?.leaving.get(clb.region);
  if (room !== undefined && plan !== undefined && plan.fits >= 1) times.survivorsReady = room.askedAt;
}
