/** Patterns of RAM policies: `*` stands for any characters, `?` for one. */

/** Whether everything that `other` matches is matched by `pattern`, too. `other` may be a pattern itself. */
export function covers(pattern: string, other: string): boolean {
  // A star of the other one is any character but no known one: only a star takes it.
  const expression = pattern
    .split('')
    .map((mark) => (mark === '*' ? '.*' : mark === '?' ? '[^*]' : mark.replace(/[.+^${}()|[\]\\]/, '\\$&')))
    .join('');
  return new RegExp(`^${expression}$`, 's').test(other);
}

/** Whether there is anything that both match. */
export function overlaps(one: string, other: string): boolean {
  const known = new Map<string, boolean>();
  function from(i: number, j: number): boolean {
    const key = `${i} ${j}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const result = walk(i, j);
    known.set(key, result);
    return result;
  }
  function walk(i: number, j: number): boolean {
    const [a, b] = [one[i], other[j]];
    if (a === undefined && b === undefined) return true;
    if (a === '*') return from(i + 1, j) || (b !== undefined && from(i, j + 1));
    if (b === '*') return from(i, j + 1) || (a !== undefined && from(i + 1, j));
    if (a === undefined || b === undefined) return false;
    return (a === b || a === '?' || b === '?') && from(i + 1, j + 1);
  }
  return from(0, 0);
}
