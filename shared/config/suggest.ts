import { distance } from 'fastest-levenshtein';

/** Nobody misspells a name of this length; comparing longer ones only takes time. */
const LONGEST_NAME = 64;

/**
 * The candidate that somebody who wrote `text` most likely meant, if one is near enough: equal but for capitals, `_`
 * and `-`; or one edit away, for longer words up to two in five letters; or begun with `text`.
 *
 * @param by what of a candidate to compare; the whole by default
 */
export function nearest(
  text: string,
  candidates: readonly string[],
  by: (candidate: string) => string = (candidate) => candidate,
): string | undefined {
  if (text.length === 0 || text.length > LONGEST_NAME) return undefined;
  const wanted = plain(text);
  const near = candidates
    .map((candidate) => ({ candidate, edits: edits(wanted, plain(by(candidate))) }))
    .filter(({ edits }) => edits <= Math.max(1, Math.floor(wanted.length * 0.4)))
    .sort((a, b) => a.edits - b.edits)[0];
  return (
    near?.candidate ?? candidates.find((candidate) => wanted.length >= 3 && plain(by(candidate)).startsWith(wanted))
  );
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** Two letters swapped are one slip of the fingers, which Levenshtein counts as two. */
function edits(from: string, to: string): number {
  const plainEdits = distance(from, to);
  return plainEdits === 2 && isSwap(from, to) ? 1 : plainEdits;
}

function isSwap(from: string, to: string): boolean {
  const at = [...from].findIndex((letter, index) => letter !== to[index]);
  return to === from.slice(0, at) + from.charAt(at + 1) + from.charAt(at) + from.slice(at + 2);
}
