import type { Cluster } from './api-server';
import type { Endpoints } from './binding';
import type { DeploymentController } from './deployments';
import type { Deployment } from './objects';
import type { RunningPod } from './pods';

type Labels = Readonly<Record<string, string>>;

/** The ready pods of a cluster by the Service that selects them; looked for again only when the cluster has changed. */
export function createEndpoints(cluster: Cluster, deployments: DeploymentController): Endpoints {
  let version = '';
  let found = new Map<string, readonly RunningPod[]>();

  function select(namespace: string, name: string): readonly RunningPod[] {
    const selector = cluster.services.find(namespace, name)?.spec.selector;
    if (selector === undefined || Object.keys(selector).length === 0) return [];
    return cluster.deployments
      .list(namespace)
      .filter((deployment) => isSelected(deployment, selector))
      .flatMap((deployment) => deployments.podsOf(namespace, deployment.metadata.name))
      .filter(({ ready }) => ready);
  }

  return (namespace, name) => {
    if (cluster.version() !== version) {
      version = cluster.version();
      found = new Map();
    }
    const key = `${namespace}/${name}`;
    const pods = found.get(key) ?? select(namespace, name);
    found.set(key, pods);
    return pods;
  };
}

function isSelected({ spec }: Deployment, selector: Labels): boolean {
  const { labels } = spec.template.metadata;
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
