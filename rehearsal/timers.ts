import { type Instant, isoTime, MINUTE, SECOND } from '../shared/core/time';
import { CloudError } from '../shared/errors';
import type { Cloud, Invocation } from './cloud';

/** A timer of s.yaml, which invokes a function once a minute. */
export interface Timer {
  readonly region: string;
  readonly function: string;
  /** Seconds into each minute. */
  readonly second: number;
}

/** What a timer's function answered; `dead` when nothing of its region runs. */
export type Played = Invocation | 'dead';

/**
 * Lets one minute of the cloud's time pass, with the timers that fall into it, one after the other, and what their functions
 * told each other meanwhile. A function that waits lets time pass by itself, and those after it are as late as that makes them.
 */
export async function playMinute(
  cloud: Cloud,
  timers: readonly Timer[],
  minute: Instant,
  onPlayed: (timer: Timer, played: Played) => void,
): Promise<void> {
  for (const timer of [...timers].sort((a, b) => a.second - b.second)) {
    passUntil(cloud, minute + timer.second * SECOND);
    onPlayed(timer, await play(cloud, timer));
    await cloud.functions.drain();
  }
  passUntil(cloud, minute + MINUTE);
}

/** The JSON that a function answered. Throws when it failed. */
export function answerOf(timer: Timer, played: Played): unknown {
  if (played === 'dead') throw new Error(`${timer.function} in ${timer.region} does not run`);
  const { body, code, errorType, status } = played;
  if (errorType !== undefined || status !== 200)
    throw new Error(`${timer.function} failed: ${code ?? errorType}: ${body}`);
  return JSON.parse(body);
}

function passUntil(cloud: Cloud, at: Instant): void {
  cloud.step(Math.max(0, at - cloud.clock.now()));
}

async function play(cloud: Cloud, timer: Timer): Promise<Played> {
  const event = { triggerTime: isoTime(cloud.clock.now()), triggerName: 'every-minute', payload: '' };
  try {
    return await cloud.functions.invoke(timer.region, timer.function, JSON.stringify(event));
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'timeout') return 'dead';
    throw error;
  }
}
