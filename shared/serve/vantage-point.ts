import { createProber } from '../cloud/prober';
import type { Prober } from '../ports';
import { functionRuntime } from './function-runtime';
import type { Closing } from './serve';
import type { Surroundings } from './surroundings';

/** What a vantage point reaches: addresses, and no API. */
export interface VantagePoint extends Closing {
  readonly prober: Prober;
}

/** The real thing for a function that only probes. */
export function vantagePoint(directory: string): Surroundings<VantagePoint> {
  return { ...functionRuntime(directory), connect: () => ({ ...probing(), close: () => undefined }) };
}

/** Addresses, as they are. */
export function probing(): Pick<VantagePoint, 'prober'> {
  return { prober: createProber() };
}
