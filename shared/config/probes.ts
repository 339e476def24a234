import type { ControlTarget, ProbeSpec } from '../core/probe';
import { DEFAULT_TIMEOUT, type Probes, type WrittenControl } from './probe-schema';
import type { Configuration } from './schema';

/** How the entry of a gateway is probed: over TCP unless it says otherwise. `undefined` for a gateway that is not there. */
export function probeSpecOf(
  { gateways, probes }: Pick<Configuration, 'gateways' | 'probes'>,
  gateway: string,
): ProbeSpec | undefined {
  const found = Object.hasOwn(gateways, gateway) ? gateways[gateway] : undefined;
  if (found === undefined) return undefined;
  const { port, slow, ...probe } = found.probe;
  return {
    ...probe,
    host: probe.host,
    contains: probe.contains,
    port: port ?? (probe.protocol === 'http' ? 80 : 443),
    slow: slow ?? probes?.timeout ?? DEFAULT_TIMEOUT,
  };
}

/** What answers over TCP, or with any status at all over HTTPS, is reached. */
export function controlTargetsOf({
  controls,
  timeout,
}: Pick<Probes, 'timeout'> & { readonly controls: readonly WrittenControl[] }): readonly ControlTarget[] {
  return controls.map(({ host, name, path, port, protocol }) => ({
    name,
    address: host,
    spec: {
      protocol,
      port,
      host,
      path,
      status: [{ from: 100, to: 599 }],
      contains: undefined,
      slow: timeout,
      verifyCertificate: true,
      redirects: 0,
    },
  }));
}
