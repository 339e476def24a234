import type { Configuration } from '../config/load';
import { namesOf } from '../config/names';
import { probeSpecOf } from '../config/probes';
import { gatewaysOf } from '../config/region';
import type { GatewayToAudit } from '../run/audit';

const TLS_PORT = 443;
/** Certificates that one gateway is asked for, at each of its addresses. */
const MOST_HOSTS = 5;

/** The gateways of a region with what an audit needs of the configuration. */
export function gatewaysToAudit(configuration: Configuration, region: string): readonly GatewayToAudit[] {
  const published = namesOf(configuration);
  return gatewaysOf(configuration, region).map(({ names: { deployment, gateway, namespace, service } }) => {
    const own = configuration.gateways[gateway];
    const names = published.filter((name) => name.gateway === gateway);
    const spec = probeSpecOf(configuration, gateway);
    const speaksTls = spec !== undefined && (spec.protocol === 'tls' || spec.protocol === 'https');
    const hosts = [...(spec?.host === undefined ? [] : [spec.host]), ...names.map(({ name }) => name)];
    return {
      name: gateway,
      namespace,
      deployment,
      service,
      regions: own?.regions ?? [],
      names: names.map(({ lines, name, rr, ttl, zone }) => ({ lines, name, rr, ttl, zone })),
      loadBalancerIds: own?.loadBalancers[region] ?? [],
      tls: {
        port: speaksTls ? spec.port : TLS_PORT,
        // A wildcard is no name that can be asked for.
        hosts: [...new Set(hosts)].filter((host) => !host.includes('*')).slice(0, MOST_HOSTS),
      },
    };
  });
}
