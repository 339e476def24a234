import { counted, listed } from '../words';
import { byHand, printed, reshaped, servicePatch } from './fixes';
import { BEST_PRACTICE } from './regions';
import type { AuditSnapshot } from './snapshot';
import { type Check, fail, notApplicable, pass, unknown, unread } from './verdict';

const BACKEND_TYPE = 'service.beta.kubernetes.io/backend-type';
const CONTROLLER = {
  page: 'kubernetes/cloud-provider-alibaba-cloud service_utils.go IsENIBackendType',
  date: '2026-04-10',
} as const;

export const NETWORK_CHECKS: readonly Check[] = [
  {
    id: 'network-plugin',
    title: 'The cluster runs Terway',
    severity: 'advice',
    about: 'pods',
    why: 'With Terway a CLB reaches pods directly; with Flannel every connection takes one more hop through a node.',
    source: BEST_PRACTICE,
    examine: ({ addons }) => {
      if (!addons.ok) return unread(addons);
      const plugin = pluginIn(addons.value);
      if (plugin === undefined) return unknown('neither Terway nor Flannel is among the components of the cluster');
      if (plugin.startsWith('terway')) return pass(`network plug-in ${plugin}`);
      return fail(
        [`network plug-in ${plugin}`],
        printed(
          'A cluster keeps its plug-in: move the gateway to a cluster with Terway when you next make one.',
          byHand('make a cluster with terway-eniip, run the gateway there, and lead its clients over'),
        ),
      );
    },
  },
  {
    id: 'backend-type',
    title: 'CLBs reach the pods themselves',
    severity: 'warning',
    about: 'pods',
    why: 'A Terway cluster can still send traffic through node ports, which costs a hop and breaks connections when nodes go.',
    source: CONTROLLER,
    examine: (snapshot) => {
      const { addons, loadBalancers } = snapshot;
      if (!addons.ok) return unread(addons);
      if (pluginIn(addons.value)?.startsWith('terway') !== true) {
        return notApplicable('only Terway gives pods addresses that a CLB reaches');
      }
      if (!loadBalancers.ok) return unread(loadBalancers);
      const problems = loadBalancers.value.flatMap(({ backends }) => (backends.ok ? [] : [backends.problem]));
      if (problems.length > 0) return unknown(...problems);
      const seen = loadBalancers.value.map(({ backends, id }) => ({ id, ...(backends.ok ? backends.value : NONE) }));
      if (seen.every(({ ecs, eni }) => ecs + eni === 0)) return unknown('no CLB of the gateway has a backend');
      const evidence = seen.map(
        ({ ecs, eni, id }) => `${id}: ${counted(eni, 'backend')} by pod (eni), ${ecs} by node port (ecs)`,
      );
      const through = seen.filter(({ ecs }) => ecs > 0);
      if (through.length === 0) return pass(...evidence);
      return fail(
        [...evidence, `through node ports: ${listed(through.map(({ id }) => id))}`],
        printed('Say eni on the Service; the cloud controller exchanges the backends.', direct(snapshot)),
      );
    },
  },
];

const NONE = { eni: 0, ecs: 0 } as const;

function direct(snapshot: AuditSnapshot) {
  const annotations = { [BACKEND_TYPE]: 'eni' };
  return reshaped(snapshot, { serviceAnnotations: annotations }, servicePatch(snapshot, annotations));
}

/** Components as the cluster lists them: `terway-eniip`, `flannel` (SDK cs-20151215 CreateClusterRequest.ts). */
function pluginIn(addons: readonly string[]): string | undefined {
  return addons.find((name) => name.startsWith('terway')) ?? addons.find((name) => name === 'flannel');
}
