import { fingerprint } from '../cloud/digests';
import type { Configuration } from '../config/load';

/** What is deployed, so that it can be compared with other regions and with the operator's file. */
export interface Deployed {
  /** Twelve digits of the configuration as it is understood: comments and the order of its keys make no difference to them. */
  readonly configuration: string;
  /** Twelve digits of the function's own code, the same in every region; `undefined` where it is not bundled. */
  readonly code: string | undefined;
}

export function configurationDigest(configuration: Configuration): string {
  return fingerprint(JSON.stringify(configuration, (_, value: unknown) => ordered(value)));
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
