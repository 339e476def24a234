import { apiVersionOf } from './admission';
import type { KubeObject, ServedKind } from './objects';

/** How the objects of a collection look at one of the paths that serve them, and what is written there. */
export interface View {
  readonly apiVersion: string;
  readonly kind: string;
  show(object: KubeObject): object;
  /**
   * The object as its collection takes it, from what was written at this path. Throws KubeRefusal.
   *
   * @param old the object that is written over; undefined for a new one
   */
  restore(old: KubeObject | undefined, written: unknown): unknown;
}

/** Objects as they are stored. */
export function plainView(kind: ServedKind): View {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    show: (object) => object,
    restore: (_old, written) => written,
  };
}
