import { createKube, type OpenKube } from '../../shared/cloud/kube';
import type { Kube } from '../../shared/cloud/seams';
import { placeGateway } from '../kube-apiserver/gateway';
import { findKubeApiserver, startKubeApiserver } from '../kube-apiserver/start';
import { DEADLINE, FACES, type Face, openCluster, openMesh, smallCloud } from '../rehearsal/cloud/faces';

/** One cluster with one gateway: three replicas, an HPA of 2 to 10, an IstioGateway that leaves the count to us. */
export interface Estate {
  /** With the rights that a deployment grants. */
  readonly kube: Kube;
  readonly istioKube: Kube;
  /** With all rights: somebody else who writes at the same time. */
  readonly operator: Kube;
}

/** A Kubernetes API that estates can be had of, one after the other. */
export interface KubernetesApi {
  /** A fresh estate; the one before it is gone. */
  furnish(): Promise<Estate>;
  close(): Promise<void>;
}

async function emulated(): Promise<KubernetesApi> {
  let face: Face | undefined;
  const [[, overHttp]] = FACES;
  return {
    async furnish() {
      await face?.close();
      const hpa = { min: 2, max: 10, targetUtilization: 50 };
      face = await overHttp(smallCloud({ owner: 'asm-left-to-us-hpa', hpa }));
      const kube = await openCluster(face);
      return { kube, istioKube: await openMesh(face), operator: kube };
    },
    close: async () => face?.close(),
  };
}

async function real(): Promise<KubernetesApi> {
  const server = await startKubeApiserver();
  // A new custom kind sleeps two seconds on its first create (apiextensions-apiserver, customresource_handler.go): not in a test.
  await placeGateway(server);
  const opened: OpenKube[] = [];

  function open(kubeconfig: string): OpenKube {
    const kube = createKube({ kubeconfig, deadline: DEADLINE });
    opened.push(kube);
    return kube;
  }

  return {
    async furnish() {
      await placeGateway(server);
      const kube = open(server.kubeconfig('autopilot'));
      return { kube, istioKube: kube, operator: open(server.kubeconfig('admin')) };
    },
    async close() {
      for (const kube of opened.splice(0)) kube.close();
      await server.stop();
    },
  };
}

/** What an API is called, how one is started, and whether it is the vendor's own code. */
export type KubernetesApiChoice = readonly [
  title: string,
  start: () => Promise<KubernetesApi>,
  traits: { readonly isReal: boolean },
];

/** None, and a line that says so, where there is no binary of the real one. */
function realOnes(): readonly KubernetesApiChoice[] {
  const found = findKubeApiserver();
  if ('binary' in found) return [['on a real kube-apiserver', real, { isReal: true }]];
  process.stderr.write(`left out, the tests on a real kube-apiserver: ${found.missing}\n`);
  return [];
}

/** For `describe.each`. */
export const KUBERNETES_APIS: readonly KubernetesApiChoice[] = [
  ['on the emulated API', emulated, { isReal: false }],
  ...realOnes(),
];

/** Starting one, in milliseconds, where builds and other tests run beside it. */
export const START_LIMIT = 60_000;
