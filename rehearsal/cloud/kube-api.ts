import type { Exchange, Gate } from './gate';
import type { ApiServer } from './kubernetes/api-server';
import { answerKube, type KubeRequest, kubeOperation } from './kubernetes/rest';
import { KubeRefusal, NotServed, statusObject } from './kubernetes/status';
import type { Regions } from './regions';
import { jsonReply, type Reply, rawReply } from './reply';

/** Requests to the API servers of clusters and meshes, behind the gate. */
export function createKubeApi(
  servers: (id: string) => ApiServer | undefined,
  gate: Gate,
  regions: Regions,
): (serverId: string, request: KubeRequest) => Promise<Exchange> {
  return (serverId, request) => {
    const server = servers(serverId);
    return gate.pass({
      face: 'kube',
      operation: kubeOperation(request),
      silent: () => server !== undefined && !regions.hasControl(server.region),
      carryOut: async () => answer(server, request),
      refuse: (status, code, message) => refusalReply(new KubeRefusal(status, code, message)),
    });
  };
}

function answer(server: ApiServer | undefined, request: KubeRequest): Reply {
  try {
    if (server === undefined) throw new NotServed();
    const { status, body } = answerKube(server, request);
    return jsonReply(status, body);
  } catch (thrown) {
    if (thrown instanceof NotServed) return rawReply(404, 'text/plain', Buffer.from('404 page not found\n'));
    if (thrown instanceof KubeRefusal) return refusalReply(thrown);
    throw thrown;
  }
}

function refusalReply(refusal: KubeRefusal): Reply {
  const reply = jsonReply(refusal.status, statusObject(refusal));
  return refusal.reason === undefined ? reply : { ...reply, code: refusal.reason };
}
