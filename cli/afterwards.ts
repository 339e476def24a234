import { rbacName } from '../deploy/cluster-rbac';
import type { Configuration } from '../shared/config/load';
import { gatewaysOf, namespacesOf } from '../shared/config/region';
import { FUNCTIONS, type FunctionName } from '../shared/core/function-name';
import { KUBE_RIGHTS, KUBE_ROLES, namespacesOfRights } from '../shared/core/kube-rights';

/** What the functions cannot take back, since it is what they run by: in the order in which it goes, to be pasted. */
export function afterwards(configuration: Configuration): readonly string[] {
  const regions = Object.keys(configuration.regions);
  const deployed = [...new Set([...regions, ...(configuration.probes?.points ?? [])])];
  return [
    'npx gateway-autopilot alarms --remove --yes',
    ...deployed.map((region) => `FC_REGION=${region} s remove`),
    ...regions.flatMap((region) => inCluster(configuration, region)),
    // Whatever the configuration is by now: with the one that was deployed before it had a policy.
    ...FUNCTIONS.flatMap((role) => roleGone(role, role !== 'probe-region')),
  ];
}

const OF_CLUSTER = KUBE_ROLES.filter((role) => KUBE_RIGHTS[role].cluster.length > 0);

function inCluster(configuration: Configuration, region: string): readonly string[] {
  const namespaces = namespacesOf(gatewaysOf(configuration, region));
  const cluster = `kubectl --context ${configuration.regions[region]?.cluster.id}`;
  return [
    ...namespacesOfRights(namespaces).map(
      (namespace) =>
        `${cluster} -n ${namespace} delete role,rolebinding ${KUBE_ROLES.map(rbacName).join(' ')} --ignore-not-found`,
    ),
    `${cluster} delete clusterrole,clusterrolebinding ${OF_CLUSTER.map(rbacName).join(' ')} --ignore-not-found`,
  ];
}

/**
 * A policy is detached before it can be deleted, and a role has none any more when it is. One that was renewed has several versions,
 * which go with it only where that is asked for (DeletePolicy of RAM 2015-05-01, help.aliyun.com/document_detail/28718, read 2026-11).
 */
function roleGone(role: FunctionName, hasPolicy: boolean): readonly string[] {
  const name = `gateway-autopilot-${role}`;
  const policy = [
    `aliyun ram DetachPolicyFromRole --PolicyType Custom --PolicyName ${name} --RoleName ${name}`,
    `aliyun ram DeletePolicy --PolicyName ${name} --CascadingDelete true`,
  ];
  return [...(hasPolicy ? policy : []), `aliyun ram DeleteRole --RoleName ${name}`];
}
