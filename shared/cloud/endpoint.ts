import { InvalidInput } from '../errors';
import { isLoopback } from './loopback';

/** Where an API is asked instead of at its own address. */
export interface Endpoint {
  /** With the port, if it is not the usual one. */
  readonly host: string;
  readonly protocol: 'HTTP' | 'HTTPS';
}

/** @throws InvalidInput for what is no URL, and for plain HTTP to another machine */
export function readEndpoint(endpoint: string): Endpoint {
  if (!URL.canParse(endpoint)) throw new InvalidInput(`the API endpoint is not a URL: ${endpoint}`);
  const { host, hostname, protocol } = new URL(endpoint);
  if (protocol === 'https:') return { host, protocol: 'HTTPS' };
  if (protocol === 'http:' && isLoopback(hostname)) return { host, protocol: 'HTTP' };
  throw new InvalidInput(`the API endpoint must be https (http on loopback only): ${endpoint}`);
}

/** Function Compute tells regions apart by its own endpoints alone; one that is asked instead of them all has to be told. */
export function regionHeader(region: string, endpoint: Endpoint | undefined): Readonly<Record<string, string>> {
  return endpoint === undefined ? {} : { 'x-acs-region-id': region };
}
