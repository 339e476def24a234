import { z } from 'zod';
import { instantOf, kept, keptUnlessAbsent } from './fields';
import type { TimerTrigger } from './trigger';

/** fc-docs 129: `{"triggerTime":"2023-12-26T07:49:00Z","triggerName":"timer-trigger","payload":"awesome-fc"}`. */
const TimerEvent = z.object({
  triggerTime: z.string(),
  triggerName: z.string(),
  payload: z.string().optional().catch(undefined),
});

/** A time trigger of Function Compute. */
export function recogniseTimer(value: unknown): TimerTrigger | undefined {
  const event = TimerEvent.safeParse(value);
  if (!event.success) return undefined;
  const { triggerTime, triggerName, payload } = event.data;
  return {
    kind: 'timer',
    firedAt: instantOf(triggerTime),
    name: kept(triggerName),
    payload: keptUnlessAbsent(payload),
  };
}
