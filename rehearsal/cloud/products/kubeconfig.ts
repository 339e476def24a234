import { stringify } from 'yaml';

/** A kubeconfig with one cluster and a bearer token. The real ones hold a client certificate. */
export function kubeconfig(id: string, server: string, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: id, cluster: { server } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: `user@${id}`, context: { cluster: id, user: 'user' } }],
    'current-context': `user@${id}`,
    preferences: {},
  });
}
