import { type RoutingSeen, routesOf } from '../core/audit/routes';
import type {
  AuditedName,
  AuditedService,
  AuditSnapshot,
  CertificateSeen,
  RouteSeen,
  WorkloadSeen,
} from '../core/audit/snapshot';
import type { Reading } from '../core/gateway';
import type { ProbeSpec } from '../core/probe';
import { type Millis, SECOND } from '../core/time';
import type { AuditLook, GatewayToAudit, RegionReadings } from './audit';
import { reading } from './reading';

/** A handshake with a gateway near by takes a tenth of it. */
const HANDSHAKE: Millis = 3 * SECOND;
/** Namespaces behind one gateway that are read: a list of Deployments and one of Services each. */
const MOST_NAMESPACES = 20;

/** One gateway with everything that is read of it. */
export async function viewOf(
  look: AuditLook,
  gateway: GatewayToAudit,
  readings: RegionReadings,
): Promise<AuditSnapshot> {
  const { namespace } = gateway;
  const [region, deployments, autoscalers, services, istioGateways, routing, names] = await Promise.all([
    readings.region(),
    readings.deployments(namespace),
    readings.autoscalers(namespace),
    readings.services(namespace),
    readings.istioGateways?.(namespace),
    readings.routing?.(),
    Promise.all(gateway.names.map((name) => withRecords(name, look))),
  ]);
  const deployment = found(deployments, ({ name }) => name === gateway.deployment);
  const fronts = mapped(services, (all) => frontsOf(gateway, all));
  const routes = routing === undefined ? undefined : routesBy(routing, deployment);
  const [pods, loadBalancers, workloads] = await Promise.all([
    podsOf(look, namespace, deployment),
    loadBalancersOf(look, gateway, fronts),
    routes === undefined ? undefined : workloadsOf(routes, readings),
  ]);
  return {
    at: look.at,
    region: look.region,
    clusterId: look.clusterId,
    contexts: look.contexts,
    gateway,
    ...region,
    istioGateway: istioGateways === undefined ? undefined : found(istioGateways, ({ name }) => name === gateway.name),
    routes,
    workloads,
    deployment,
    autoscaler: found(autoscalers, ({ scales }) => scales.kind === 'Deployment' && scales.name === gateway.deployment),
    pods,
    services: fronts,
    loadBalancers,
    names,
    certificates: await certificatesOf(look, gateway, loadBalancers),
  };
}

function mapped<T, U>(read: Reading<T>, map: (value: T) => U): Reading<U> {
  return read.ok ? { ok: true, value: map(read.value) } : read;
}

function found<T>(read: Reading<readonly T[]>, isIt: (item: T) => boolean): Reading<T | undefined> {
  return mapped(read, (items) => items.find(isIt));
}

async function withRecords(name: GatewayToAudit['names'][number], { zones }: AuditLook): Promise<AuditedName> {
  const read = await reading(zones.recordsOf(name.zone, name.rr));
  return { ...name, records: mapped(read, ({ records }) => records) };
}

/** The gateway's own Service, then those that have a CLB and lead to the same pods. */
function frontsOf({ service }: GatewayToAudit, all: readonly AuditedService[]): readonly AuditedService[] {
  const own = all.find(({ name }) => name === service);
  if (own === undefined) return [];
  const text = selectorText(own);
  const others = all.filter(
    (each) => each.name !== service && each.loadBalancerId !== undefined && selectorText(each) === text,
  );
  return [own, ...others];
}

function selectorText({ selector }: AuditedService): string {
  return JSON.stringify(Object.entries(selector).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function podsOf(
  { cluster }: AuditLook,
  namespace: string,
  deployment: AuditSnapshot['deployment'],
): Promise<AuditSnapshot['pods']> {
  if (!deployment.ok) return Promise.resolve(deployment);
  if (deployment.value === undefined) return Promise.resolve({ ok: true, value: [] });
  return reading(cluster.pods(namespace, deployment.value.labels));
}

/** Those of its Services, and those that the configuration says are its own. */
async function loadBalancersOf(
  { loadBalancers }: AuditLook,
  { loadBalancerIds }: GatewayToAudit,
  fronts: AuditSnapshot['services'],
): Promise<AuditSnapshot['loadBalancers']> {
  if (!fronts.ok) return fronts;
  const bound = fronts.value.flatMap(({ loadBalancerId }) => loadBalancerId ?? []);
  const read = await Promise.all(
    [...new Set([...bound, ...loadBalancerIds])].map((id) => reading(loadBalancers.read(id))),
  );
  const failed = read.find((each) => !each.ok);
  if (failed?.ok === false) return failed;
  return { ok: true, value: read.flatMap((each) => (each.ok && each.value !== 'gone' ? [each.value] : [])) };
}

function routesBy(
  routing: Reading<RoutingSeen>,
  deployment: AuditSnapshot['deployment'],
): Reading<readonly RouteSeen[]> {
  if (!deployment.ok) return deployment;
  const labels = deployment.value?.labels;
  if (labels === undefined) return { ok: true, value: [] };
  return mapped(routing, (seen) => routesOf(seen, labels));
}

/** The Deployments that the Services behind select. */
async function workloadsOf(
  routes: Reading<readonly RouteSeen[]>,
  { deployments, services }: RegionReadings,
): Promise<Reading<readonly WorkloadSeen[]>> {
  if (!routes.ok) return routes;
  const namespaces = [...new Set(routes.value.map(({ namespace }) => namespace))];
  if (namespaces.length > MOST_NAMESPACES) {
    return {
      ok: false,
      problem: `routes lead to ${namespaces.length} namespaces, more than the ${MOST_NAMESPACES} that are read`,
    };
  }
  const selected: WorkloadSeen[] = [];
  for (const namespace of namespaces) {
    const [here, those] = await Promise.all([deployments(namespace), services(namespace)]);
    if (!here.ok) return here;
    if (!those.ok) return those;
    const wanted = routes.value.filter((route) => route.namespace === namespace).map(({ service }) => service);
    const selectors = those.value.filter(({ name }) => wanted.includes(name)).map(({ selector }) => selector);
    selected.push(...here.value.filter(({ labels }) => selectors.some((selector) => isSelected(labels, selector))));
  }
  return { ok: true, value: selected };
}

type Labels = Readonly<Record<string, string>>;

/** A Service without a selector selects nothing. */
function isSelected(labels: Labels, selector: Labels): boolean {
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
}

/** What each address with a listener for TLS shows, for each host. */
async function certificatesOf(
  { prober }: AuditLook,
  { tls }: GatewayToAudit,
  loadBalancers: AuditSnapshot['loadBalancers'],
): Promise<readonly CertificateSeen[]> {
  if (!loadBalancers.ok) return [unseen('its CLBs', loadBalancers.problem)];
  const speaking = loadBalancers.value.filter(
    (clb) => clb.listeners.ok && clb.listeners.value.some(({ port }) => port === tls.port),
  );
  const hidden = loadBalancers.value.flatMap((clb) =>
    clb.listeners.ok ? [] : [unseen(clb.address, clb.listeners.problem)],
  );
  const asked = speaking.flatMap((clb) =>
    (tls.hosts.length === 0 ? [undefined] : tls.hosts).map((host) => ({ clb, host })),
  );
  const seen = asked.map(async ({ clb: { address }, host }): Promise<CertificateSeen> => {
    const spec = handshake(tls.port, host);
    const { certificateEnds, failure, message } = await prober.probe({ address, spec }, HANDSHAKE);
    return { address, host, ends: certificateEnds, failure, message };
  });
  return [...(await Promise.all(seen)), ...hidden];
}

function unseen(address: string, message: string): CertificateSeen {
  return { address, host: undefined, ends: undefined, failure: undefined, message };
}

/** Without a name nothing can be said of whom the certificate is for. */
function handshake(port: number, host: string | undefined): ProbeSpec {
  return {
    protocol: 'tls',
    port,
    host,
    path: '/',
    status: [],
    contains: undefined,
    slow: HANDSHAKE,
    verifyCertificate: host !== undefined,
    redirects: 0,
  };
}
