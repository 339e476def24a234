import type { GatewayJournal, ScaleEvent } from './gateway';
import { recentEvents } from './journal';
import { type Instant, isoTime, MINUTE, type Millis } from './time';

/** A value set back twice within this time is somebody else's work, not chance. */
const REMEMBERED: Millis = 30 * MINUTE;
const TOLERATED = 1;

/**
 * Whether somebody else keeps undoing changes such as this one: changes of ours in the same direction, after which a value on the
 * way back was found, twice. Two writers must not fight, so we stop; after half an hour, or once a person pins a count, we try
 * again. A scale-in that was undone never stops a scale-out: it may have been ours, made while nothing could be recorded.
 *
 * @returns what was found, in words
 */
export function conflictingWriter(
  { events, override }: GatewayJournal,
  { from: current, to }: { readonly from: number; readonly to: number },
  at: Instant,
): string | undefined {
  const since = Math.max(at - REMEMBERED, override?.from ?? 0);
  const undone = undoneOf(recentEvents(events, at), current).filter(
    (event) => event.at >= since && Math.sign(event.to - event.from) === Math.sign(to - current),
  );
  const last = undone.at(-1);
  if (last === undefined || undone.length <= TOLERATED) return undefined;
  const times = undone.map((event) => isoTime(event.at)).join(' and ');
  return `somebody else sets this value: we set it at ${times}, and each time found another afterwards (set ${last.to}, found ${last.found})`;
}

/** Whether another value was found after a change of ours, as far as the record says without looking. */
export function wasUndone(events: readonly ScaleEvent[]): boolean {
  return undoneOf(events, undefined).length > 0;
}

function undoneOf(events: readonly ScaleEvent[], current: number | undefined) {
  return events.flatMap((event, index) => {
    const found = events[index + 1]?.from ?? current;
    // Whoever went further the same way did not undo anything.
    const undone =
      found !== undefined && found !== event.to && Math.sign(found - event.to) === Math.sign(event.from - event.to);
    return event.written && undone ? [{ ...event, found }] : [];
  });
}
