import type { Cloud } from '../../../rehearsal/cloud';
import { createCloud, type GatewaySetup } from '../../../rehearsal/cloud';
import { createKubeConnector } from '../../../shared/cloud/kube-connector';
import { createOpenApi } from '../../../shared/cloud/open-api';
import type { Kube, KubeConnector, OpenApi, ResourceKind } from '../../../shared/cloud/seams';
import { MINUTE } from '../../../shared/core/time';
import type { CloudError } from '../../../shared/errors';
import type { Deadline } from '../../../shared/ports';

/** The two seams of one cloud, reached by one of its faces. */
export interface Face {
  readonly openApi: OpenApi;
  readonly connector: KubeConnector;
  close(): Promise<void>;
}

/** Time does not pass in these tests, so neither does the time that is left. */
export const DEADLINE: Deadline = { left: () => MINUTE };

async function overHttp(cloud: Cloud): Promise<Face> {
  const server = await cloud.listen();
  const openApi = createOpenApi({ credentials: cloud.credentials(), deadline: DEADLINE, endpoint: server.url });
  const connector = createKubeConnector({ openApi, clock: cloud.clock, deadline: DEADLINE });
  return {
    openApi,
    connector,
    close: async () => {
      connector.close();
      await server.close();
    },
  };
}

async function inProcess(cloud: Cloud): Promise<Face> {
  return { openApi: cloud.openApi(), connector: cloud.kubeConnector(), close: async () => undefined };
}

/** For `describe.each`. */
export const FACES = [
  ['over HTTP through the SDKs', overHttp],
  ['in the process', inProcess],
] as const;

export type OpenFace = (cloud: Cloud) => Promise<Face>;

export const REGION = 'cn-hangzhou';
export const NAMESPACE = 'istio-system';
export const CLUSTER = 'c-test';
export const MESH = 'mesh-test';
/** 2026-11-22T00:00:00Z */
export const START = 1_795_305_600_000;

export const DEPLOYMENTS: ResourceKind = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
export const AUTOSCALERS: ResourceKind = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
};
export const CONFIG_MAPS: ResourceKind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
export const SERVICES: ResourceKind = { group: '', version: 'v1', plural: 'services', kind: 'Service' };
export const PODS: ResourceKind = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };
export const ISTIO_GATEWAYS: ResourceKind = {
  group: 'istio.alibabacloud.com',
  version: 'v1beta1',
  plural: 'istiogateways',
  kind: 'IstioGateway',
};

/** One cluster with one mesh and, unless told otherwise, one gateway of three replicas that nobody else scales. */
export function smallCloud(gateway: Partial<GatewaySetup> = {}, seed = 1): Cloud {
  const cloud = createCloud({ at: START, seed });
  cloud.addCluster({ region: REGION, id: CLUSTER });
  cloud.addMesh({ region: REGION, id: MESH, clusterIds: [CLUSTER] });
  cloud.addGateway({
    region: REGION,
    clusterId: CLUSTER,
    meshId: MESH,
    name: 'ingressgateway',
    replicas: 3,
    owner: 'deployment',
    loadBalancerIds: ['lb-1', 'lb-2'],
    capacityPerReplica: 100,
    ...gateway,
  });
  return cloud;
}

export function openCluster(face: Face): Promise<Kube> {
  return face.connector.open({ of: 'ack', region: REGION, id: CLUSTER, privateApi: false });
}

export function openMesh(face: Face): Promise<Kube> {
  return face.connector.open({ of: 'asm', region: REGION, id: MESH, privateApi: false });
}

/** The error that a promise ends with; a test that gets none fails. */
export async function errorOf(promise: Promise<unknown>): Promise<CloudError> {
  try {
    await promise;
  } catch (error) {
    return error as CloudError;
  }
  throw new Error('it was expected to be refused');
}

/** The same load at all times. */
export function steady(requests: number) {
  return () => ({
    requests,
    newConnections: requests * 2,
    activeConnections: requests * 10,
    trafficIn: requests * 1_000,
    trafficOut: requests * 8_000,
  });
}
