/** Who owns the replicas of each gateway, and whether our writes would be fought. Pure. */
import type { Contexts } from '../audit/finding';
import { byHand, merged, printed } from '../audit/fixes';
import { fail, type Judged, notApplicable, pass, unknown, unread } from '../audit/verdict';
import type { AutoscalerSeen, ClusterSeen, GatewayNames, IstioGatewaySeen } from '../gateway';
import { REPLICAS_MANAGED_BY_ASM } from '../object-labels';
import { type Located, locate, servicesInFront } from '../scale-target';
import { listed } from '../words';
import { joined, type SelfCheck, type Tried } from './self-check';

export interface OwnersSnapshot {
  readonly region: string;
  readonly clusterId: string;
  readonly contexts: Contexts;
  /** `undefined` where no mesh is configured. */
  readonly meshId: string | undefined;
  readonly gateways: readonly { readonly names: GatewayNames; readonly range: Range }[];
  readonly cluster: Tried<ClusterSeen>;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

const ASM_PAGE = {
  page: 'https://www.alibabacloud.com/help/en/asm/user-guide/customize-the-scaling-policy-of-asm-gateway',
  date: '2026-03-10',
} as const;

export const OWNER_CHECKS: readonly SelfCheck<OwnersSnapshot>[] = [
  {
    id: 'replicas-owner',
    title: 'One owner of the replicas of each gateway is known, and nobody fights it',
    severity: 'critical',
    why: 'Two writers of one number set it back by turns; who of ASM, an HPA and the Deployment decides is written in the IstioGateway.',
    source: ASM_PAGE,
    examine: (snapshot) => each(snapshot, (names, cluster) => owner(snapshot, names, cluster)),
  },
  {
    id: 'replicas-range',
    title: "The policy's range fits into the autoscaler's",
    severity: 'warning',
    why: 'The maximum of an autoscaler is never raised: what is wanted beyond it is held as AutoscalerMaximum.',
    examine: (snapshot) => each(snapshot, (names, cluster, range) => fits(snapshot, names, cluster, range)),
  },
  {
    id: 'mesh-region',
    title: 'The IstioGateways are for this cluster',
    severity: 'critical',
    why: 'An IstioGateway of another cluster says nothing of the gateway that runs in this one.',
    examine: (snapshot) =>
      snapshot.meshId === undefined
        ? notApplicable('no mesh is configured for the region')
        : each(snapshot, (names, cluster) => ofThisCluster(snapshot, names, cluster)),
  },
];

function each(
  { cluster, gateways }: OwnersSnapshot,
  examine: (names: GatewayNames, cluster: ClusterSeen, range: Range) => Judged,
): Judged {
  if (!cluster.ok) return unread(cluster);
  return joined(
    gateways.map(({ names, range }) => [names.gateway, examine(names, cluster.value, range)] as const),
    'no gateway is configured in the region',
  );
}

function owner(snapshot: OwnersSnapshot, names: GatewayNames, cluster: ClusterSeen): Judged {
  const { clusterId } = snapshot;
  const found = locate(names, cluster, clusterId);
  if ('refused' in found) {
    switch (found.refused) {
      case 'ServerlessGateway':
        return notApplicable(found.message);
      case 'ReadFailed':
        return unknown(found.message);
      case 'AmbiguousScaleTarget':
        return fail(
          [found.message],
          printed('Leave one autoscaler.', byHand('delete the other HorizontalPodAutoscalers')),
        );
      default:
        return fail([found.message], printed(`Correct gateways.${names.gateway} in autopilot.yaml.`, renamed(names)));
    }
  }
  if (servicesInFront(names, cluster.services).length === 0) {
    return fail(
      [ownerText(found), `no Service ${names.namespace}/${names.service}`],
      printed(`Correct gateways.${names.gateway}.service in autopilot.yaml.`, renamed(names)),
    );
  }
  const istioGateway = istioGatewayOf(names, cluster);
  const fought = foughtBy(names, cluster, istioGateway);
  if (fought !== undefined && istioGateway !== undefined) {
    return fail(
      [ownerText(found), fought],
      printed(
        'Let one of them decide: leave the replicas to us and to that HPA, or delete the HPA.',
        merged(
          snapshot,
          'mesh',
          { kind: 'IstioGateway', ...placeOf(istioGateway) },
          {
            metadata: { annotations: { [REPLICAS_MANAGED_BY_ASM]: 'false' } },
          },
        ),
      ),
    );
  }
  return pass(ownerText(found), ...(istioGateway === undefined ? [] : [annotationText(istioGateway)]));
}

function placeOf({ name, namespace }: IstioGatewaySeen) {
  return { namespace, name };
}

function ownerText({ deployment, target }: Located): string {
  const { current, field, kind, name, namespace } = target;
  return `${field.join('.')} of ${kind} ${namespace}/${name} is written, now ${current}; ${deployment.readyReplicas} of ${deployment.replicas} pods are ready`;
}

function annotationText({ replicasLeftToUs }: IstioGatewaySeen): string {
  return `${REPLICAS_MANAGED_BY_ASM} is ${replicasLeftToUs ? '"false"' : 'not "false"'}`;
}

function istioGatewayOf({ gateway, namespace }: GatewayNames, cluster: ClusterSeen): IstioGatewaySeen | undefined {
  const all = cluster.istioGateways?.ok === true ? cluster.istioGateways.value : [];
  const found = all.find((each) => each.namespace === namespace && each.name === gateway);
  return found?.seen.ok === true ? found.seen.value : undefined;
}

function autoscalerOf({ deployment, namespace }: GatewayNames, cluster: ClusterSeen): AutoscalerSeen | undefined {
  return cluster.autoscalers.find(
    (each) => each.namespace === namespace && each.scales.kind === 'Deployment' && each.scales.name === deployment,
  );
}

/** ASM sets replicas from an IstioGateway that does not autoscale; an HPA on the same Deployment sets others. */
function foughtBy(
  names: GatewayNames,
  cluster: ClusterSeen,
  istioGateway: IstioGatewaySeen | undefined,
): string | undefined {
  const autoscaler = autoscalerOf(names, cluster);
  if (autoscaler === undefined || istioGateway === undefined || istioGateway.replicasLeftToUs) return undefined;
  return istioGateway.fields.autoscaleEnabled === false
    ? `HorizontalPodAutoscaler ${autoscaler.name} scales ${names.deployment}, and the IstioGateway does not autoscale: ASM and it set each other back`
    : undefined;
}

function renamed({ gateway }: GatewayNames) {
  const patch = { gateways: { [gateway]: { namespace: '…', deployment: '…', service: '…' } } };
  return { kind: 'configuration', patch } as const;
}

function fits(snapshot: OwnersSnapshot, names: GatewayNames, cluster: ClusterSeen, { max, min }: Range): Judged {
  const { clusterId } = snapshot;
  const found = locate(names, cluster, clusterId);
  if ('refused' in found) return notApplicable(found.message);
  const { ceiling, kind, name, namespace } = found.target;
  if (ceiling === undefined) return notApplicable(`${kind} ${namespace}/${name} has no maximum`);
  const fact = `policy ${min} to ${max}, maximum of ${kind} ${namespace}/${name} ${ceiling}`;
  if (ceiling >= max) return pass(fact);
  const spec = { maxReplicas: max };
  const object = { namespace, name };
  const patch =
    kind === 'IstioGateway'
      ? merged(snapshot, 'mesh', { kind, ...object }, { spec })
      : merged(snapshot, 'cluster', { kind, ...object }, { spec });
  return fail([fact], printed("Raise the autoscaler's maximum, or lower the policy's.", patch));
}

function ofThisCluster(
  { clusterId, meshId, region }: OwnersSnapshot,
  names: GatewayNames,
  cluster: ClusterSeen,
): Judged {
  if (cluster.istioGateways?.ok === false) return unknown(cluster.istioGateways.problem);
  const istioGateway = istioGatewayOf(names, cluster);
  if (istioGateway === undefined) return unknown(`no IstioGateway ${names.namespace}/${names.gateway} can be read`);
  const { clusterIds } = istioGateway;
  if (clusterIds.length === 0) return unknown('its IstioGateway names no cluster');
  const fact = `IstioGateway ${istioGateway.name} of mesh ${meshId ?? ''} is for ${listed(clusterIds)}`;
  if (clusterIds.includes(clusterId)) return pass(fact);
  return fail(
    [fact, `not for ${clusterId}`],
    printed(`Correct regions.${region} in autopilot.yaml, or add the cluster to the IstioGateway.`, {
      kind: 'configuration',
      patch: { regions: { [region]: { cluster: { id: '…' }, mesh: { id: '…' } } } },
    }),
  );
}
