/** Moves of many lines and names of one gateway together. Pure. */
import type { Moves } from './publication-model';

/** The largest share on any line counts for all of the load, which is not known by line. */
export function mergedMoves(all: readonly Moves[]): Moves {
  const leaving = new Map<string, Map<string, number>>();
  const arriving = new Map<string, number>();
  const answers = new Map<string, number>();
  for (const moves of all) {
    for (const [region, shares] of moves.leaving) {
      const known = leaving.get(region) ?? new Map<string, number>();
      for (const [to, share] of shares) known.set(to, Math.max(share, known.get(to) ?? 0));
      leaving.set(region, known);
    }
    for (const [region, share] of moves.arriving) arriving.set(region, Math.max(share, arriving.get(region) ?? 0));
    for (const [region, count] of moves.answers) answers.set(region, count + (answers.get(region) ?? 0));
  }
  return { leaving, arriving, away: [...new Set(all.flatMap(({ away }) => away))], answers };
}
