/** What a behaviour of the emulated cloud rests on. */
export type Basis =
  | { readonly on: 'documentation'; readonly source: string }
  /** The request and response types of an official SDK. */
  | { readonly on: 'sdk'; readonly source: string }
  /** Published source code of the real component. */
  | { readonly on: 'code'; readonly source: string }
  /** No source was found; to be checked against a live account. */
  | { readonly on: 'assumed' };

/** One line of the page that says what is imitated, and on what ground. */
export interface Behaviour {
  readonly part: string;
  readonly what: string;
  readonly basis: Basis;
}

export const ASSUMED: Basis = { on: 'assumed' };

export function documented(source: string): Basis {
  return { on: 'documentation', source };
}

export function typed(source: string): Basis {
  return { on: 'sdk', source };
}

export function coded(source: string): Basis {
  return { on: 'code', source };
}
