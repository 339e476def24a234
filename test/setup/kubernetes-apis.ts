import { z } from 'zod';
import { createCloud } from '../../rehearsal/cloud';
import { POD } from '../../shared/cloud/kinds';
import { createKube, type OpenKube } from '../../shared/cloud/kube';
import { fetchKubeconfig } from '../../shared/cloud/kube-connector';
import { readKubeconfig } from '../../shared/cloud/kubeconfig';
import type { Kube } from '../../shared/cloud/seams';
import { MINUTE, SECOND } from '../../shared/core/time';
import { type Answer, type Asked, askServer } from '../kube-apiserver/ask';
import { blockPod, placeGateway } from '../kube-apiserver/gateway';
import { RULES } from '../kube-apiserver/objects';
import { findKubeApiserver, type KubeUser, startKubeApiserver } from '../kube-apiserver/start';
import {
  CLUSTER,
  DEADLINE,
  FACES,
  type Face,
  MESH,
  NAMESPACE,
  type OpenFace,
  openCluster,
  openMesh,
  REGION,
  START,
} from '../rehearsal/cloud/faces';

/** One cluster with one gateway: three replicas, an HPA of 2 to 10, an IstioGateway that leaves the count to us. */
export interface Estate {
  /** With the rights that a deployment grants. */
  readonly kube: Kube;
  readonly istioKube: Kube;
  /** With all rights: somebody else who writes at the same time. */
  readonly operator: Kube;
  /** Makes one of the three pods wait for a node, ten seconds before `START`. */
  blockPod(): Promise<void>;
}

/** An estate behind a socket, whose answers can be seen as they are. */
export interface ServedEstate extends Estate {
  readonly ask: Ask;
}

/** One request of the operator's, or of the autopilot's own user; a PATCH is a JSON merge patch unless told. */
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  options?: { readonly as?: KubeUser; readonly contentType?: string },
) => Promise<Answer>;

/** A Kubernetes API that estates can be had of, one after the other. */
export interface KubernetesApi<E extends Estate = Estate> {
  /** A fresh estate; the one before it is gone. */
  furnish(): Promise<E>;
  close(): Promise<void>;
}

/** What an API is called, and how one is started. */
type Choice<E extends Estate> = readonly [title: string, start: () => Promise<KubernetesApi<E>>];

interface Furnished extends Estate {
  readonly users: Readonly<Record<KubeUser, Asked>>;
  close(): Promise<void>;
}

const Named = z.object({ metadata: z.object({ name: z.string() }) });

async function furnishCloud(open: OpenFace): Promise<Furnished> {
  const cloud = createCloud({ at: START - 10 * SECOND, seed: 1 });
  cloud.addCluster({ region: REGION, id: CLUSTER });
  cloud.addMesh({ region: REGION, id: MESH, clusterIds: [CLUSTER], dataPlaneApi: true });
  cloud.addGateway({
    region: REGION,
    clusterId: CLUSTER,
    meshId: MESH,
    name: 'ingressgateway',
    replicas: 3,
    owner: 'asm-left-to-us-hpa',
    hpa: { min: 2, max: 10, targetUtilization: 50 },
    loadBalancerIds: ['lb-1', 'lb-2'],
    capacityPerReplica: 100,
  });
  const operatorFace = await open(cloud);
  const operator = await openCluster(operatorFace);
  const admin = await accessBy(operatorFace);
  for (const id of [CLUSTER, MESH]) cloud.grant(id, { namespace: NAMESPACE, rules: RULES });
  const ownFace = await open(cloud);
  return {
    kube: await openCluster(ownFace),
    istioKube: await openMesh(ownFace),
    operator,
    users: { admin, autopilot: await accessBy(ownFace) },
    async close() {
      await ownFace.close();
      await operatorFace.close();
    },
    async blockPod() {
      cloud.faults.nodesFull({ region: REGION, from: START - MINUTE, to: Number.POSITIVE_INFINITY });
      const [pod] = await operator.list(POD, NAMESPACE);
      await operator.delete(POD, NAMESPACE, Named.parse(pod).metadata.name);
      // Short of the next sync of the HPA.
      cloud.step(5 * SECOND);
    },
  };
}

function emulated<E extends Estate>(
  open: OpenFace,
  finish: (furnished: Furnished) => E,
): () => Promise<KubernetesApi<E>> {
  return async () => {
    let furnished: Furnished | undefined;

    async function close(): Promise<void> {
      await furnished?.close();
      furnished = undefined;
    }

    return {
      async furnish() {
        await close();
        furnished = await furnishCloud(open);
        return finish(furnished);
      },
      close,
    };
  };
}

function served(furnished: Furnished): ServedEstate {
  return { ...furnished, ask: askAs(furnished.users) };
}

async function accessBy({ openApi }: Face): Promise<Asked> {
  const api = { of: 'ack', region: REGION, id: CLUSTER, privateApi: false } as const;
  const clock = { now: () => START, sleep: () => Promise.resolve() };
  const { server, token } = readKubeconfig((await fetchKubeconfig(openApi, api, clock)).kubeconfig);
  return { url: server, token: token ?? '' };
}

function askAs(users: Readonly<Record<KubeUser, Asked>>): Ask {
  return (method, path, body, { as = 'admin', contentType } = {}) =>
    askServer(users[as], method, path, body, contentType);
}

async function real(): Promise<KubernetesApi<ServedEstate>> {
  const server = await startKubeApiserver();
  // A new custom kind sleeps two seconds on its first create (apiextensions-apiserver, customresource_handler.go): not in a test.
  await placeGateway(server);
  const opened: OpenKube[] = [];

  function open(user: KubeUser): OpenKube {
    const kube = createKube({ kubeconfig: server.kubeconfig(user), deadline: DEADLINE });
    opened.push(kube);
    return kube;
  }

  function accessOf(user: KubeUser): Asked {
    return { url: server.url, ca: server.ca, token: server.token(user) };
  }

  const [kube, operator] = [open('autopilot'), open('admin')];
  return {
    async furnish() {
      await placeGateway(server);
      const ask = askAs({ admin: accessOf('admin'), autopilot: accessOf('autopilot') });
      return { kube, istioKube: kube, operator, ask, blockPod: () => blockPod(server) };
    },
    async close() {
      for (const one of opened.splice(0)) one.close();
      await server.stop();
    },
  };
}

/** None where there is no binary of it, which test/kube-apiserver/start.test.ts says, once for all. */
function realOnes(): readonly Choice<ServedEstate>[] {
  return 'binary' in findKubeApiserver() ? [['on a real kube-apiserver', real]] : [];
}

const [[, overHttp], [, inProcess]] = FACES;

/** For `describe.each`: those that a client reaches through a socket. */
export const KUBERNETES_SERVERS: readonly Choice<ServedEstate>[] = [
  ['on the emulated API over HTTP', emulated(overHttp, served)],
  ...realOnes(),
];

/** For `describe.each`: every one that our adapters run on. */
export const KUBERNETES_APIS: readonly Choice<Estate>[] = [
  ['on the emulated API in the process', emulated(inProcess, (furnished) => furnished)],
  ...KUBERNETES_SERVERS,
];

/** Starting one, in milliseconds, where builds and other tests run beside it. */
export const START_LIMIT = 60_000;
