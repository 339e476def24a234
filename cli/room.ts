import { z } from 'zod';
import { shown } from './paint';

const Survivor = z.object({
  region: z.string(),
  unknown: z.string().optional(),
  ready: z.number().optional(),
  max: z.number().optional(),
  load: z.number().optional(),
  more: z.number().optional(),
  needs: z.number().optional(),
  raisedTo: z.number().optional(),
  kept: z.object({ replicas: z.number(), message: z.string() }).optional(),
});

/** What a move asks of the other regions, as `failover-dns` reports it; loads are in replicas that carry exactly their targets. */
export const Room = z.object({
  gateway: z.string(),
  leaving: z.string(),
  load: z.number().optional(),
  withMargin: z.number().optional(),
  margin: z.string(),
  fits: z.string(),
  survivors: z.array(Survivor),
});
type Room = z.infer<typeof Room>;

/** One line for the region that is left, and one for each that its clients go to. */
export function roomLines(room: readonly Room[], isDry: boolean): readonly string[] {
  return room.flatMap(({ fits, leaving, load, margin, survivors, withMargin }) => {
    const moved = load === undefined ? 'load not known' : `load ${load}, ${withMargin} at ${margin}`;
    return [
      `room    ${leaving}  ${moved}, of which ${fits} fits elsewhere now`,
      ...survivors.map((each) => `        ${each.region}  ${survivorText(each, isDry)}`),
    ].map(shown);
  });
}

function survivorText(
  { kept, load, max, more, needs, raisedTo, ready, unknown }: z.infer<typeof Survivor>,
  isDry: boolean,
): string {
  if (unknown !== undefined) return unknown;
  const own = `${ready} of at most ${max} replicas ready, load ${load ?? 'not known'}`;
  const coming = more === undefined ? '' : `, ${more} more`;
  const need = needs === undefined ? '' : ` need ${needs}`;
  const floor = raisedTo === undefined ? '' : `: ${isDry ? 'would be' : 'is'} asked to have ${raisedTo}`;
  const stays = kept === undefined ? '' : `${floor === '' ? ': ' : ', but '}kept at ${kept.replicas}: ${kept.message}`;
  return `${own}${coming}${need}${floor}${stays}`;
}
