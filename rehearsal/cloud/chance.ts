/** Numbers that look random and are the same for the same seed. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** `length` characters drawn from `alphabet`. */
  text(length: number, alphabet: string): string;
}

export const HEX = '0123456789abcdef';
/** The alphabet of generated names in Kubernetes (apimachinery `rand.go`): no vowels, so that no words appear. */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for names. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  function text(length: number, alphabet: string): string {
    let drawn = '';
    while (drawn.length < length) drawn += alphabet.charAt(Math.floor(next() * alphabet.length));
    return drawn;
  }
  return { next, text };
}

/** An identifier in the form of a UUID. */
export function uuid(chance: Chance): string {
  return [8, 4, 4, 4, 12].map((length) => chance.text(length, HEX)).join('-');
}
