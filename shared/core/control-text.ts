/** What stands in the TXT records by which people steer: `key=value` parts with semicolons between them. Pure. */

export function readControl(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(';').flatMap((part): [string, string][] => {
      const [key, ...rest] = part.split('=');
      return rest.length === 0 || key === undefined ? [] : [[key.trim(), rest.join('=').trim()]];
    }),
  );
}

/** Semicolons, quotes and backslashes would end a part or the text. */
export function controlText(parts: readonly (readonly [key: string, value: string])[]): string {
  return parts.map(([key, value]) => `${key}=${value.replaceAll(/[;"\\\s]+/g, ' ').trim()}`).join(';');
}
