import type { Exchange, Gate } from './gate';
import type { ApiServer } from './kubernetes/api-server';
import { answerKube, type KubeRequest, kubeOperation } from './kubernetes/rest';
import { KubeRefusal, notServed, statusObject } from './kubernetes/status';
import { jsonReply, type Reply, rawReply } from './reply';

/** Requests to the API servers of clusters and meshes, behind the gate. */
export function createKubeApi(
  servers: (id: string) => ApiServer | undefined,
  gate: Gate,
): (serverId: string, request: KubeRequest) => Promise<Exchange> {
  return (serverId, request) =>
    gate.pass({
      face: 'kube',
      operation: kubeOperation(request),
      carryOut: async () => answer(servers(serverId), request),
      refuse: (status, code, message) => refusalReply(new KubeRefusal(status, code, message)),
    });
}

function answer(server: ApiServer | undefined, request: KubeRequest): Reply {
  try {
    if (server === undefined) throw notServed();
    const { status, body } = answerKube(server, request);
    return jsonReply(status, body);
  } catch (thrown) {
    if (!(thrown instanceof KubeRefusal)) throw thrown;
    // For a path that no API group serves the real server answers in plain text.
    if (thrown.reason === 'NotServed')
      return { ...rawReply(404, 'text/plain', Buffer.from('404 page not found\n')), code: 'NotServed' };
    return refusalReply(thrown);
  }
}

function refusalReply(refusal: KubeRefusal): Reply {
  return { ...jsonReply(refusal.status, statusObject(refusal)), code: refusal.reason };
}
