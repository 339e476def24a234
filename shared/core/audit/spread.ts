import { counted, listed, tally } from '../words';
import type { Fix, Patch, Source } from './finding';
import { byHand, deploymentPatch, printed, reshaped } from './fixes';
import type { AuditSnapshot, NodeSeen } from './snapshot';
import { type Check, fail, notApplicable, pass, unknown, unread, type Verdict } from './verdict';

const AVAILABILITY: Source = {
  page: 'https://alibabacloud.com/help/en/asm/user-guide/improve-availability-for-the-ingress-gateway-service-of-an-asm-instance',
  date: '2026-03-11',
};

const HOST_KEY = 'kubernetes.io/hostname';
const ZONE_KEY = 'topology.kubernetes.io/zone';
/** Several vSwitches, and so zones, for pods on ECI. */
const ECI_VSWITCH = 'k8s.aliyun.com/eci-vswitch';

export const SPREAD_CHECKS: readonly Check[] = [
  {
    id: 'spread-asked-for',
    title: 'The gateway asks to be spread over nodes and zones',
    severity: 'warning',
    about: 'pods',
    why: 'Without anti-affinity or spread constraints the scheduler may put all pods on one node.',
    source: AVAILABILITY,
    examine: (snapshot) => {
      const { cluster, deployment } = snapshot;
      if (!deployment.ok) return unread(deployment);
      if (!cluster.ok) return unread(cluster);
      if (deployment.value === undefined) return unknown(`there is no Deployment ${snapshot.gateway.deployment}`);
      if (cluster.value.serverless) return onVSwitches(snapshot, deployment.value.annotations[ECI_VSWITCH] ?? '');
      const { spreadOver } = deployment.value;
      const evidence = `spread over: ${listed(spreadOver)}`;
      if (spreadOver.includes(HOST_KEY) && spreadOver.includes(ZONE_KEY)) return pass(evidence);
      return fail([evidence], printed('Ask for both; the pods are restarted by it.', spreading(snapshot)));
    },
  },
  {
    id: 'spread-over-nodes',
    title: 'Its pods run on several nodes',
    severity: 'critical',
    about: 'pods',
    why: 'Pods on one node are gone with it, and with its restart.',
    source: AVAILABILITY,
    examine: (snapshot) =>
      placed(snapshot, (nodes, all) => {
        const used = new Set(nodes.map(({ name }) => name));
        const evidence = tally(
          nodes.map(({ name }) => name),
          'on',
        );
        if (used.size > 1) return pass(evidence);
        return fail([evidence], respread(snapshot, all.length > 1 ? undefined : 'of another zone'));
      }),
  },
  {
    id: 'spread-over-zones',
    title: 'Its pods run in several zones',
    severity: 'warning',
    about: 'pods',
    why: 'A zone that fails takes all pods that run in it.',
    source: AVAILABILITY,
    examine: (snapshot) =>
      placed(snapshot, (nodes, all) => {
        const bare = nodes.filter(({ zone }) => zone === '');
        if (bare.length > 0) return unknown(`the nodes ${listed(bare.map(({ name }) => name))} say no zone`);
        const evidence = tally(
          nodes.map(({ zone }) => zone),
          'in',
        );
        if (new Set(nodes.map(({ zone }) => zone)).size > 1) return pass(evidence);
        const zones = new Set(all.map(({ zone }) => zone));
        return fail([evidence], respread(snapshot, zones.size > 1 ? undefined : 'in another zone'));
      }),
  },
];

function onVSwitches(snapshot: AuditSnapshot, annotation: string): Verdict {
  const switches = annotation.split(',').filter((each) => each.trim() !== '');
  const evidence = `${counted(switches.length, 'vSwitch', 'vSwitches')} for its ECI pods: ${listed(switches)}`;
  if (switches.length > 1) return pass(evidence);
  const annotations = { [ECI_VSWITCH]: [...switches, '…'].join(',') };
  const own = deploymentPatch(snapshot, { spec: { template: { metadata: { annotations } } } });
  return fail(
    [evidence],
    printed(
      'Name vSwitches of several zones; on ECI there are no nodes to spread over.',
      reshaped(snapshot, { podAnnotations: annotations }, own),
    ),
  );
}

/** @param judge gets the node of each pod that has one, and all nodes */
function placed(
  { cluster, nodes, pods }: AuditSnapshot,
  judge: (nodes: readonly NodeSeen[], all: readonly NodeSeen[]) => Verdict,
): Verdict {
  if (!cluster.ok) return unread(cluster);
  if (cluster.value.serverless) return notApplicable('pods run on ECI, not on nodes');
  if (!pods.ok) return unread(pods);
  if (!nodes.ok) return unread(nodes);
  const names = pods.value.flatMap(({ node }) => (node === undefined ? [] : [node]));
  if (names.length === 0) return unknown('no pod of the gateway runs');
  if (names.length === 1) return notApplicable('one pod runs, which cannot be spread');
  const found = names.flatMap((name) => nodes.value.find((node) => node.name === name) ?? []);
  if (found.length < names.length)
    return unknown(
      `${names.length - found.length} of ${counted(names.length, 'pod')} run on nodes that are not listed`,
    );
  return judge(found, nodes.value);
}

/** Soft, so that a cluster with too few nodes still runs all pods: as the vendor's page has it, over nodes and zones. */
function spreading(snapshot: AuditSnapshot): Patch {
  const { deployment, gateway } = snapshot;
  const labels = deployment.ok ? (deployment.value?.labels ?? {}) : {};
  const app = labels['app'] ?? gateway.deployment;
  const labelSelector = { matchLabels: { app } };
  const terms = [HOST_KEY, ZONE_KEY].map((topologyKey) => ({
    weight: 100,
    podAffinityTerm: { labelSelector, topologyKey },
  }));
  const affinity = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } };
  const topologySpreadConstraints = [HOST_KEY, ZONE_KEY].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector,
  }));
  const own = deploymentPatch(snapshot, { spec: { template: { spec: { topologySpreadConstraints } } } });
  return reshaped(snapshot, { affinity }, own);
}

/** @param lacking where a node is missing, so that there is nothing to spread over */
function respread(snapshot: AuditSnapshot, lacking: string | undefined): Fix {
  const { contexts, deployment, gateway } = snapshot;
  const asked = deployment.ok ? (deployment.value?.spreadOver ?? []) : [];
  const isAsked = asked.includes(HOST_KEY) && asked.includes(ZONE_KEY);
  const nodes = lacking === undefined ? [] : [byHand(`add a node ${lacking} to the cluster`)];
  const restart = `kubectl --context ${contexts.cluster} -n ${gateway.namespace} rollout restart deployment ${gateway.deployment}`;
  return isAsked
    ? printed(
        'It asks to be spread already: pods that run stay where they are until they are restarted.',
        ...nodes,
        byHand(restart),
      )
    : printed('Spread the pods; the restart that comes with it places them anew.', ...nodes, spreading(snapshot));
}
