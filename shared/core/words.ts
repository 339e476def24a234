/** `1 pod`, `2 pods`. */
export function counted(count: number, what: string, several = `${what}s`): string {
  return `${count} ${count === 1 ? what : several}`;
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
