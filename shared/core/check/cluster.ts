/** What functions that use a cluster say of it and of its mesh. Pure. */
import type { Fix } from '../audit/finding';
import { byHand, commandLine, printed } from '../audit/fixes';
import { fail, type Judged, NO_MESH, notApplicable, pass, unknown, unread } from '../audit/verdict';
import { counted, listed } from '../words';
import type { SelfCheck, Tried, Whose } from './self-check';

export interface ClusterReached {
  /** Of the cluster, or of the mesh. */
  readonly id: string;
  /** Whether it is asked at its address inside the VPC. */
  readonly privateApi: boolean;
  /** Its kubeconfig, from the vendor's API. */
  readonly opened: Tried<unknown>;
  /** Rights as the API server itself judges them; empty where it was not opened. */
  readonly rights: readonly RightTried[];
}

export interface MeshReached extends ClusterReached {
  /** What gives the role its rights in the mesh. */
  readonly granting: Fix;
}

/** A right in a cluster, as the server judges it. */
export interface RightTried {
  /** For example `patch deployments/scale in istio-system`. */
  readonly right: string;
  readonly allowed: Tried<boolean>;
}

export interface ClusterSnapshot extends Whose {
  readonly cluster: ClusterReached;
  /** `undefined` where no mesh is configured, or IstioGateways are read in the cluster. */
  readonly mesh: MeshReached | undefined;
  /** What gives the role its rights in the cluster. */
  readonly granting: Fix;
}

export const CLUSTER_CHECKS: readonly SelfCheck<ClusterSnapshot>[] = [
  {
    id: 'cluster-reach',
    title: "The cluster's API is reached",
    severity: 'critical',
    why: 'Without it nothing of the gateways is seen, and nothing is changed.',
    examine: ({ cluster }) => reach('cluster', cluster),
  },
  {
    id: 'cluster-rights',
    title: 'The cluster lets it do what it is for',
    severity: 'critical',
    why: 'RAM opens the API of the cluster; what the role may do there is RBAC.',
    examine: ({ cluster, granting }) => rights(cluster, granting),
  },
  {
    id: 'mesh-reach',
    title: "The mesh's API is reached",
    severity: 'critical',
    why: 'Who owns the replicas is written in the IstioGateway; unread, nothing is scaled.',
    examine: ({ mesh }) => (mesh === undefined ? NO_OWN_API : reach('mesh', mesh)),
  },
  {
    id: 'mesh-rights',
    title: 'The mesh lets it do what it is for',
    severity: 'critical',
    why: 'RAM opens the API of the mesh; what the role may do there is a role of ASM.',
    examine: ({ mesh }) => (mesh === undefined ? NO_OWN_API : rights(mesh, mesh.granting)),
  },
];

const NO_OWN_API = notApplicable('no mesh is configured for the region, or IstioGateways are read in the cluster');

function reach(what: 'cluster' | 'mesh', { id, opened, privateApi, rights: seen }: ClusterReached): Judged {
  const place = `${what} ${id}, ${privateApi ? 'at its private address' : 'at its public address'}`;
  if (!opened.ok) {
    const facts = [place, `no kubeconfig: ${opened.problem}`];
    if (opened.why === 'absent') {
      return fail(
        facts,
        printed(
          `Put the id of a ${what} of this region into the configuration.`,
          byHand(`look it up in the console of ${what === 'cluster' ? 'ACK' : 'ASM'}`),
        ),
      );
    }
    return unknown(...facts);
  }
  const answered = seen.find(({ allowed }) => allowed.ok || allowed.why !== 'silent');
  const silent = seen.find(({ allowed }) => !allowed.ok);
  if (answered !== undefined) return pass(place, 'it answers');
  if (silent?.allowed.ok !== false) return unknown(place, 'it was not asked for anything');
  return fail([place, silent.allowed.problem], printed(wayIn(what, privateApi), byHand(wayIn(what, privateApi))));
}

function wayIn(what: string, privateApi: boolean): string {
  return privateApi
    ? `Run the function in the VPC of the ${what} (vpcConfig in s.yaml) and let its security group reach port 6443, or set privateApi: false.`
    : `Give the ${what} a public endpoint that lets the function in, or set privateApi: true and run the function in its VPC.`;
}

function rights({ opened, rights: seen }: ClusterReached, granting: Fix): Judged {
  if (!opened.ok) return unread(opened);
  const missing = seen.filter(({ allowed }) => allowed.ok && !allowed.value);
  const unclear = seen.filter(({ allowed }) => !allowed.ok);
  const granted = seen.length - missing.length - unclear.length;
  const facts = [
    ...(missing.length === 0 ? [] : [`missing: ${missing.map(({ right }) => right).join(', ')}`]),
    ...problems(unclear),
    `granted: ${granted} of ${seen.length}`,
  ];
  if (missing.length > 0) return fail(facts, granting);
  return unclear.length > 0 ? unknown(...facts) : pass(...facts);
}

/** Many rights that nobody could be asked about have one reason. */
function problems(unclear: readonly RightTried[]): readonly string[] {
  const [first] = unclear;
  if (first?.allowed.ok !== false) return [];
  return [`${counted(unclear.length, 'right')} could not be asked about: ${first.allowed.problem}`];
}

/** What a function may do in its region's cluster. The id of its RAM role is what ACK alone shows. */
export function grantingRole({ account, function: name, region }: Whose, clusterId: string): Fix {
  return printed(
    'Bind the rights that this prints to the RAM role, by its id as the authorizations of the cluster show it.',
    commandLine(
      `npx gateway-autopilot policy rbac --region ${region} --account ${account ?? 'ACCOUNT_ID'} --users ${name}=ID_OF_ITS_ROLE | kubectl --context ${clusterId} apply -f -`,
    ),
  );
}

/** For whoever changes IstioGateways. */
export function grantingAdministrator({ function: name }: Whose, meshId: string): Fix {
  return printed(
    "Make the RAM role an administrator of the mesh: ASM's Istio resource administrator covers everything but gateways.",
    byHand(`give the RAM role of ${name} the role ASM administrator in the mesh ${meshId}`),
  );
}

/** For whoever only reads. */
export function grantingReader({ function: name }: Whose, meshId: string): Fix {
  return printed(
    'Let the RAM role read the mesh, and no more. Where istio-readonly does not cover gateways, ASM administrator does.',
    byHand(`give the RAM role of ${name} the role istio-readonly in the mesh ${meshId}`),
  );
}

/** Which mesh a cluster is in, as somebody says who may know. */
export interface MeshMembership {
  readonly region: string;
  readonly clusterId: string;
  readonly meshId: string;
  readonly members: Tried<readonly { readonly id: string; readonly region: string | undefined }[]>;
}

export const MEMBERSHIP = {
  id: 'mesh-region',
  title: 'The cluster is in the mesh, and in the region',
  severity: 'critical',
  why: 'An IstioGateway of another mesh says nothing of the gateway that runs in this cluster.',
} as const;

export function membership(seen: MeshMembership | undefined): Judged {
  if (seen === undefined) return NO_MESH;
  const { clusterId, members, meshId, region } = seen;
  if (!members.ok) return unread(members);
  const found = members.value.find(({ id }) => id === clusterId);
  const fact = `mesh ${meshId} has the clusters ${listed(members.value.map(({ id }) => id))}`;
  if (found === undefined) {
    return fail(
      [fact, `not ${clusterId}`],
      printed(
        `Add the cluster to the mesh, or correct regions.${region} in autopilot.yaml.`,
        byHand(`add the cluster ${clusterId} to the mesh ${meshId} in the console of ASM`),
      ),
    );
  }
  if (found.region === undefined || found.region === region) return pass(fact);
  return fail(
    [fact, `${clusterId} is in ${found.region}, not in ${region}`],
    printed(`Correct regions.${region} in autopilot.yaml.`, {
      kind: 'configuration',
      patch: { regions: { [region]: { cluster: { id: '…' } } } },
    }),
  );
}
