import type { RouteSeen } from './snapshot';

type Labels = Readonly<Record<string, string>>;

/** What Istio's objects say of who leads where. */
export interface RoutingSeen {
  readonly gateways: readonly { readonly namespace: string; readonly name: string; readonly selector: Labels }[];
  readonly virtualServices: readonly {
    readonly namespace: string;
    /** As they are written: `name`, or `namespace/name`. */
    readonly gateways: readonly string[];
    /** Hosts that it leads to, as they are written. */
    readonly hosts: readonly string[];
  }[];
  readonly destinationRules: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly host: string;
    readonly outlierDetection: boolean;
  }[];
}

/**
 * Services that requests to a gateway may be led to, each once.
 *
 * @param labels of the gateway's pods, by which Istio's Gateways choose it
 */
export function routesOf(
  { destinationRules, gateways, virtualServices }: RoutingSeen,
  labels: Labels,
): readonly RouteSeen[] {
  const own = new Set(
    gateways.filter(({ selector }) => isChosen(selector, labels)).map(({ name, namespace }) => `${namespace}/${name}`),
  );
  const rules = destinationRules.map((rule) => ({ rule, service: serviceOf(rule.host, rule.namespace) }));
  const found = new Map<string, RouteSeen>();
  for (const { gateways: named, hosts, namespace } of virtualServices) {
    if (!named.some((name) => own.has(name.includes('/') ? name : `${namespace}/${name}`))) continue;
    for (const host of hosts) {
      const service = serviceOf(host, namespace);
      if (service === undefined) continue;
      const rule = rules.find((each) => each.service?.key === service.key)?.rule;
      found.set(service.key, { namespace: service.namespace, service: service.name, rule });
    }
  }
  return [...found.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ namespace, service }: RouteSeen): string {
  return `${namespace}/${service}`;
}

function isChosen(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** Names of Services and namespaces (RFC 1123); people write hosts by hand. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** `reviews`, `reviews.shop` or `reviews.shop.svc.cluster.local`; anything else is no Service of one of the clusters. */
function serviceOf(host: string, namespace: string) {
  const short = host.replace(/\.svc(\.cluster\.local)?$/, '');
  const [name = '', own = namespace, ...more] = short.split('.');
  if (more.length > 0 || !LABEL.test(name) || !LABEL.test(own)) return undefined;
  return { name, namespace: own, key: `${own}/${name}` };
}
