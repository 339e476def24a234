import { formatDuration } from '../core/duration';
import type { Finding } from './finding';
import { type GatewayParts, type Parts, repeated } from './parts';
import { quoted } from './positions';
import { DEFAULT_TIMEOUT, FIELDS_OF } from './probe-schema';

export function duplicatePoint({ probes }: Parts): readonly Finding[] {
  return repeated(probes?.points ?? [], (point) => point).map(({ index, value }) => ({
    path: ['probes', 'points', index],
    spot: 'value',
    message: `${quoted(value)} is there already`,
  }));
}

/** Votes for a quorum, so that no single vantage point can have a region withdrawn. */
const FEWEST_OUTSIDE = 2;

/** A region is judged only from outside: what is in it may be cut off together with it, or reach what nobody else does. */
export function tooFewPoints({ gateways, names, probes }: Parts): readonly Finding[] {
  if (probes === undefined) return [];
  const points = [...new Set(probes.points.map(({ value }) => value))];
  const led = names.flatMap(({ gateway, lines, publish }) => {
    const found = gateways.find(({ name }) => name === gateway);
    if (found === undefined || publish === undefined || publish === 'none') return [];
    return (lines?.flatMap(({ regions }) => regions) ?? found.regions).map(({ value }) => value);
  });
  return [...new Set(led)].flatMap((region) => {
    const outside = points.filter((point) => point !== region);
    if (outside.length >= FEWEST_OUTSIDE) return [];
    const there = outside.length === 0 ? 'there is none' : `there is only ${outside.join()}`;
    const missing = FEWEST_OUTSIDE - outside.length;
    const message = `${region} is judged from outside it, by at least ${FEWEST_OUTSIDE} vantage points, and ${there}; add ${missing === 1 ? 'another region' : `${missing} other regions`}`;
    return [{ path: ['probes', 'points'], spot: 'value', message }];
  });
}

export function timeoutNotUnderEvery({ probes }: Parts): readonly Finding[] {
  const { every, timeout } = probes ?? {};
  if (every === undefined || timeout === undefined || timeout < every) return [];
  const message = `${formatDuration(timeout)} is not shorter than the ${formatDuration(every)} of every`;
  return [{ path: ['probes', 'timeout'], spot: 'value', message }];
}

export function slowOverTimeout({ gateways, probes }: Parts): readonly Finding[] {
  const timeout = probes === undefined ? DEFAULT_TIMEOUT : probes.timeout;
  return gateways.flatMap(({ name, probe }) => {
    if (probe.slow === undefined || timeout === undefined || probe.slow <= timeout) return [];
    const message = `${formatDuration(probe.slow)} is over the timeout of ${formatDuration(timeout)}, so that nothing could be that slow`;
    return [{ path: ['gateways', name, 'probe', 'slow'], spot: 'value', message }];
  });
}

const EVERY_FIELD: readonly string[] = [...new Set(Object.values(FIELDS_OF).flat())];

export function fieldOfOtherProtocol({ gateways }: Parts): readonly Finding[] {
  return gateways.flatMap(({ name, probe: { protocol, written } }) => {
    if (protocol === undefined) return [];
    const own: readonly string[] = FIELDS_OF[protocol];
    return written
      .filter((key) => EVERY_FIELD.includes(key) && !own.includes(key))
      .map((key) => ({
        path: ['gateways', name, 'probe', key],
        spot: 'key',
        message: `a probe over ${protocol} has no ${key}; it is for ${protocolsWith(key).join(', ')}`,
      }));
  });
}

function protocolsWith(key: string): readonly string[] {
  return Object.entries(FIELDS_OF).flatMap(([protocol, keys]) => (keys.some((each) => each === key) ? [protocol] : []));
}

/** Without a host the certificate would have to be for the address itself, which no authority that is trusted issues for a CLB. */
export function certificateWithoutHost({ gateways, names }: Parts): readonly Finding[] {
  return gateways.flatMap((gateway) => {
    const { protocol, verifyCertificate, written } = gateway.probe;
    const isTls = protocol === 'tls' || protocol === 'https';
    if (!isTls || verifyCertificate !== true || written.includes('host')) return [];
    const message = `needs the host that the certificate is for${exampleOf(gateway, names)}, or verifyCertificate: false`;
    return [{ path: ['gateways', gateway.name, 'probe'], spot: 'key', message }];
  });
}

function exampleOf({ name }: GatewayParts, names: Parts['names']): string {
  const leading = names.find(({ gateway, name: each }) => gateway === name && !each.startsWith('*'));
  return leading === undefined ? '' : `, for example ${leading.name}`;
}

export function statusFromOverTo({ gateways }: Parts): readonly Finding[] {
  return gateways.flatMap(({ name, probe }) =>
    probe.status
      .filter(({ value: { from, to } }) => from > to)
      .map(({ index }) => ({
        path: ['gateways', name, 'probe', 'status', index],
        spot: 'value',
        message: 'begins after its end',
      })),
  );
}
