/** `1 pod`, `2 pods`. */
export function counted(count: number, what: string, several = `${what}s`): string {
  return `${count} ${count === 1 ? what : several}`;
}

/** `30 %` of 0.3. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** How often each of some words occurs, the most frequent first: `2 in a, 1 in b`. */
export function tally(words: readonly string[], joint: string): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([word, count]) => `${count} ${joint} ${word}`)
    .join(', ');
}

export function listed(words: readonly string[]): string {
  return words.join(', ') || 'none';
}

/** Control characters, line separators and direction marks: what can forge a line or hide part of one. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The text on one line, with a space for each character that does not print. Texts of vendors and people may hold anything. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}

/** The text with at most so many UTF-16 units, an ellipsis where it was cut; no half of a pair is left over. */
export function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
