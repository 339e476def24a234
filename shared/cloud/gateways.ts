import type { IstioGatewayFound, Journal, Reading } from '../core/gateway';
import { NO_JOURNAL } from '../core/journal';
import { CloudError } from '../errors';
import type { Gateways } from '../ports';
import {
  readAutoscalers,
  readDeployments,
  readIstioGateways,
  readServices,
  readUnschedulablePods,
} from './gateway-objects';
import { createIstioGateways, type IstioGateways } from './istio-gateways';
import { JOURNAL_NAME, readJournal } from './journal';
import { AUTOSCALER, CONFIG_MAP, DEPLOYMENT, POD, SERVICE } from './kinds';
import { reading } from './reading';
import { readField } from './scale-field';
import type { Kube, ResourceKind } from './seams';
import { together } from './together';

export { createGatewayWriter } from './gateway-writer';

/** How a cluster's gateways are reached. */
export interface GatewayAccess {
  /** The ACK cluster. */
  readonly kube: Kube;
  /** The mesh's own API, or why it cannot be reached; `undefined` when the region has no mesh configured. */
  readonly istioKube?: Reading<Kube> | undefined;
  /** Namespace of the ConfigMap `gateway-autopilot`. */
  readonly journalNamespace: string;
}

export interface GatewaysOptions extends GatewayAccess {
  /** Namespaces that hold gateways. */
  readonly namespaces: readonly string[];
}

/**
 * Looks at a cluster's gateways: one list per kind and namespace and the journal, all side by side. What every
 * decision needs throws CloudError when it cannot be read, once all calls have ended; IstioGateways and the journal
 * become a problem instead.
 */
export function createGateways(access: GatewaysOptions): Gateways {
  const { kube, namespaces, journalNamespace } = access;
  const istio = createIstioGateways(access.istioKube);

  async function listAll(kind: ResourceKind): Promise<readonly unknown[]> {
    const lists = await together(namespaces.map((namespace) => kube.list(kind, namespace)));
    return lists.flat();
  }

  return {
    async observe() {
      const [deployments, autoscalers, services, istioGateways, journal] = await together([
        listAll(DEPLOYMENT),
        listAll(AUTOSCALER),
        listAll(SERVICE),
        access.istioKube?.ok === true ? reading(listIstioGateways(istio, namespaces)) : access.istioKube,
        reading(lookUpJournal(kube, journalNamespace)),
      ]);
      return {
        deployments: readDeployments(DEPLOYMENT, deployments),
        autoscalers: readAutoscalers(AUTOSCALER, autoscalers),
        services: readServices(SERVICE, services),
        istioGateways,
        journal,
      };
    },
    async unschedulablePods(namespace) {
      return readUnschedulablePods(await kube.list(POD, namespace, { fields: 'status.phase=Pending' }));
    },
    journal: () => lookUpJournal(kube, journalNamespace),
    read: async (target) => (await readField(kube, istio, target)).value,
  };
}

async function listIstioGateways(
  istio: IstioGateways,
  namespaces: readonly string[],
): Promise<readonly IstioGatewayFound[]> {
  const { kind, items } = await istio.listAll(namespaces);
  return readIstioGateways(kind, items);
}

async function lookUpJournal(kube: Kube, namespace: string): Promise<Journal> {
  try {
    return readJournal(await kube.get(CONFIG_MAP, namespace, JOURNAL_NAME));
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'not-found') return NO_JOURNAL;
    throw error;
  }
}
