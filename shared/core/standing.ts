/** What people and failovers have asked for and what still stands, in words, whether or not it matters to this look. */
import type { Freeze, GatewayJournal, Hold, Override } from './gateway';
import { HOUR, type Instant, isoTime, type Millis } from './time';

/** A pin that outlives the weekend that it was made for is an incident to come. Longer needs belong in the schedule. */
export const LONGEST_WISH: Millis = 72 * HOUR;

export function standing(
  { extra: { asked }, hold, override, protection }: GatewayJournal,
  at: Instant,
): readonly string[] {
  return [
    ...(override !== undefined && at < override.until ? [pinText(override)] : []),
    ...(hold !== undefined && at < hold.until ? [holdText(hold)] : []),
    ...(protection !== undefined && at < protection.until
      ? [`at least ${protection.floor} until ${isoTime(protection.until)} by ${protection.owner}: ${protection.reason}`]
      : []),
    ...(asked !== undefined && at < asked.until
      ? [
          `at ${asked.bound === 'floor' ? 'least' : 'most'} ${asked.count} extra CLBs until ${isoTime(asked.until)} by ${asked.owner}: ${asked.reason}`,
        ]
      : []),
  ];
}

export function pinText({ owner, reason, replicas, until }: Override): string {
  return `pinned to ${replicas} until ${isoTime(until)} by ${owner}: ${reason}`;
}

export function holdText({ direction, owner, reason, until }: Hold): string {
  const what = { all: 'changes are', in: 'scale-in is', out: 'scale-out is' }[direction];
  return `${what} on hold until ${isoTime(until)} by ${owner}: ${reason}`;
}

/** A freeze may have no end at all. */
export function freezeEnd({ until }: Freeze): Instant {
  return until ?? Number.POSITIVE_INFINITY;
}

export function freezeEndText({ until }: Freeze): string {
  return until === undefined ? 'until it is lifted' : `until ${isoTime(until)}`;
}

/** For example `frozen by li.wei until 2026-11-28T20:00:00Z: migration`. */
export function freezeInWords(freeze: Freeze): string {
  return `frozen by ${freeze.owner} ${freezeEndText(freeze)}: ${freeze.reason}`;
}

/** @param maintenance the window that is on, with its end */
export function maintenanceText({ reason, until }: { readonly reason: string; readonly until: Instant }): string {
  return `maintenance until ${isoTime(until)}: ${reason}`;
}
