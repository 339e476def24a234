import { z } from 'zod';
import type { AuditedCluster, AuditedRouting } from '../ports';
import { readAnswer } from './answer';
import {
  DestinationRule,
  Gateway,
  istioGatewayFields,
  Node,
  Pod,
  Service,
  VirtualService,
  Workload,
} from './audit-objects';
import { readAutoscalers } from './gateway-objects';
import { createIstioGateways } from './istio-gateways';
import { AUTOSCALER, DEPLOYMENT, DESTINATION_RULE, GATEWAY, NODE, POD, SERVICE, VIRTUAL_SERVICE } from './kinds';
import type { Kube, OpenApi, ResourceKind } from './seams';
import { together } from './together';

const Detail = z.object({ profile: z.string().nullish(), cluster_type: z.string().nullish() });
const Addons = z.object({ addons: z.array(z.object({ name: z.string() })).nullish() });

/** Of clusters whose pods run on ECI (CS documentation of `profile` and `cluster_type`, 2026). */
const SERVERLESS = { profiles: new Set(['Serverless']), types: new Set(['Ask']) } as const;

/** What audits read of an ACK cluster: of the cloud's API, and of its own. Every call throws CloudError. */
export function createAuditedCluster(
  openApi: OpenApi,
  { region, id }: { readonly region: string; readonly id: string },
  kube: () => Promise<Kube>,
): AuditedCluster {
  async function ask(action: string, path: string): Promise<unknown> {
    const roa = { method: 'GET', path } as const;
    return (await openApi.call({ product: 'cs', region, action, roa, effect: 'read' })).body;
  }

  return {
    profile: async () => {
      const body = await ask('DescribeClusterDetail', `/clusters/${encodeURIComponent(id)}`);
      const { cluster_type: type, profile } = readAnswer(Detail, body, 'cs.DescribeClusterDetail');
      return { serverless: SERVERLESS.profiles.has(profile ?? '') || SERVERLESS.types.has(type ?? '') };
    },
    addons: async () => {
      const body = await ask('ListClusterAddonInstances', `/clusters/${encodeURIComponent(id)}/addon_instances`);
      return (readAnswer(Addons, body, 'cs.ListClusterAddonInstances').addons ?? []).map(({ name }) => name);
    },
    nodes: async () => listOf(await kube(), NODE, undefined, Node),
    deployments: async (namespace) => listOf(await kube(), DEPLOYMENT, namespace, Workload),
    services: async (namespace) => listOf(await kube(), SERVICE, namespace, Service),
    autoscalers: async (namespace) => readAutoscalers(AUTOSCALER, await (await kube()).list(AUTOSCALER, namespace)),
    pods: async (namespace, labels) => listOf(await kube(), POD, namespace, Pod, labels),
  };
}

/** What routes from the gateways of a mesh, and the IstioGateways themselves. Every call throws CloudError. */
export function createAuditedRouting(kube: () => Promise<Kube>, clusterId: string): AuditedRouting {
  return {
    istioGateways: async (namespace) => {
      const { items } = await createIstioGateways({ ok: true, value: await kube() }).listAll([namespace]);
      return items.map((item) => readAnswer(istioGatewayFields(clusterId), item, 'kube list istiogateways'));
    },
    routing: async () => {
      const mesh = await kube();
      const [gateways, virtualServices, destinationRules] = await together([
        listOf(mesh, GATEWAY, undefined, Gateway),
        listOf(mesh, VIRTUAL_SERVICE, undefined, VirtualService),
        listOf(mesh, DESTINATION_RULE, undefined, DestinationRule),
      ]);
      return { gateways, virtualServices, destinationRules };
    },
  };
}

async function listOf<T>(
  kube: Kube,
  kind: ResourceKind,
  namespace: string | undefined,
  schema: z.ZodType<T>,
  labels?: Readonly<Record<string, string>>,
): Promise<readonly T[]> {
  const selector =
    labels === undefined
      ? undefined
      : Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(',');
  const items = await kube.list(kind, namespace, selector === undefined ? undefined : { labels: selector });
  return items.map((item, index) =>
    readAnswer(schema, item, `kube list ${kind.plural}`, `${kind.kind} ${index + 1} of the list`),
  );
}
