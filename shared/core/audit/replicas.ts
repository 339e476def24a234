import { counted } from '../words';
import type { Patch, Source } from './finding';
import { deploymentPatch, gatewayPatch, merged, printed, reshaped } from './fixes';
import type { AuditSnapshot } from './snapshot';
import { type Check, fail, notApplicable, pass, unknown, unread } from './verdict';

const AVAILABILITY: Source = {
  page: 'https://alibabacloud.com/help/en/asm/user-guide/improve-availability-for-the-ingress-gateway-service-of-an-asm-instance',
  date: '2026-03-11',
};

const LEAST = 2;

export const REPLICA_CHECKS: readonly Check[] = [
  {
    id: 'replicas',
    title: 'At least two replicas are wanted and ready',
    severity: 'critical',
    about: 'pods',
    why: 'A gateway of one pod is gone with its node, and for a while at every restart.',
    source: AVAILABILITY,
    examine: (snapshot) => {
      const { deployment } = snapshot;
      if (!deployment.ok) return unread(deployment);
      if (deployment.value === undefined) return unknown(`there is no Deployment ${snapshot.gateway.deployment}`);
      const { readyReplicas, replicas } = deployment.value;
      const evidence = `${counted(replicas, 'replica')} wanted, ${readyReplicas} ready`;
      if (replicas >= LEAST && readyReplicas >= LEAST) return pass(evidence);
      if (replicas >= LEAST) {
        return fail(
          [evidence],
          printed('Look at the pods that are not ready.', {
            kind: 'console',
            step: `kubectl --context ${snapshot.contexts.cluster} -n ${snapshot.gateway.namespace} describe pods of ${snapshot.gateway.deployment}`,
          }),
        );
      }
      return fail(
        [evidence],
        printed('Have two replicas; scale-gateway keeps that minimum by its policy.', atLeast(snapshot)),
      );
    },
  },
  {
    id: 'autoscaler-bounds',
    title: 'An autoscaler has room, and a minimum of two',
    severity: 'warning',
    about: 'pods',
    why: 'A maximum that is the minimum scales nothing, and a minimum of one ends in one pod at night.',
    source: AVAILABILITY,
    examine: (snapshot) => {
      const { autoscaler } = snapshot;
      if (!autoscaler.ok) return unread(autoscaler);
      if (autoscaler.value === undefined) return notApplicable('no HPA scales the gateway');
      const { maxReplicas, minReplicas, name } = autoscaler.value;
      const evidence = `HPA ${name}: ${minReplicas} to ${maxReplicas} replicas`;
      if (minReplicas >= LEAST && maxReplicas > minReplicas) return pass(evidence);
      const min = Math.max(LEAST, minReplicas);
      const bounds = { minReplicas: min, maxReplicas: Math.max(maxReplicas, 2 * min) };
      return fail([evidence], printed('Set bounds that leave room for the peak.', bounded(snapshot, name, bounds)));
    },
  },
];

/** Where the number lasts: the IstioGateway, unless it leaves the number to others; then an HPA, or the Deployment. */
function atLeast(snapshot: AuditSnapshot): Patch {
  const { autoscaler, istioGateway } = snapshot;
  const hpa = autoscaler.ok ? autoscaler.value : undefined;
  const asm = istioGateway?.ok === true ? istioGateway.value : undefined;
  if (asm !== undefined && !asm.replicasLeftToUs) {
    return gatewayPatch(snapshot, asm, asm.autoscales ? { minReplicas: LEAST } : { replicaCount: LEAST });
  }
  if (hpa !== undefined) return bounded(snapshot, hpa.name, { minReplicas: LEAST });
  const own = deploymentPatch(snapshot, { spec: { replicas: LEAST } });
  return asm === undefined ? reshaped(snapshot, { replicaCount: LEAST }, own) : own;
}

function bounded(snapshot: AuditSnapshot, name: string, bounds: object): Patch {
  const { gateway, istioGateway } = snapshot;
  const object = { kind: 'HorizontalPodAutoscaler', namespace: gateway.namespace, name } as const;
  const own = merged(snapshot, 'cluster', object, { spec: bounds });
  // With the count left to others, an HPA in the cluster is theirs.
  return istioGateway?.ok === true && istioGateway.value?.replicasLeftToUs === true
    ? own
    : reshaped(snapshot, bounds, own);
}
