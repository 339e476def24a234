import type { KubeAccess } from '../../../shared/cloud/seams';
import type { KubeRequest, Target } from './rest';
import { detailsOf, KubeRefusal, qualified } from './status';

/** A rule of a Role, in the form that `rbac.authorization.k8s.io/v1` gives it. Wildcards are not imitated. */
export interface Rule {
  readonly apiGroups: readonly string[];
  /** Plural, with the subresource where there is one: `deployments/scale`. */
  readonly resources: readonly string[];
  /** Only objects of these names; of requests that name none, such as a list, it grants nothing. */
  readonly resourceNames?: readonly string[] | undefined;
  readonly verbs: readonly string[];
}

/** What the holder of a token may do: everything, or what a Role in one namespace and a ClusterRole grant. */
export type Rights =
  | 'everything'
  | {
      readonly namespace: string;
      readonly rules: readonly Rule[];
      /** Of a ClusterRole: in every namespace, and for what is in none. */
      readonly clusterRules?: readonly Rule[];
    };

/** Name of the user that every kubeconfig speaks for. */
const USER = 'user';

/** Whether the rights cover something. A namespace that is not named stands for all of them. */
export function isAllowed(rights: Rights, { group, name, namespace, resource, verb }: KubeAccess): boolean {
  if (rights === 'everything') return true;
  const grants = ({ apiGroups, resourceNames, resources, verbs }: Rule): boolean =>
    apiGroups.includes(group) &&
    resources.includes(resource) &&
    verbs.includes(verb) &&
    (resourceNames === undefined || (name !== undefined && resourceNames.includes(name)));
  if (namespace === rights.namespace && rights.rules.some(grants)) return true;
  return rights.clusterRules?.some(grants) === true;
}

/**
 * Refuses what the rights do not cover with 403, before it is known whether the object, the kind or the namespace
 * exists: the real server authorises by the path alone.
 */
export function authorise(rights: Rights, target: Target | undefined, verb: string, { path }: KubeRequest): void {
  if (rights === 'everything') return;
  if (target === undefined) {
    throw new KubeRefusal(403, 'Forbidden', `forbidden: User "${USER}" cannot get path "${path}"`, {});
  }
  const { group, plural, namespace, name, subresource } = target;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  if (isAllowed(rights, { verb, group, resource, namespace, name })) return;
  const what = name === undefined ? qualified(plural, group) : `${qualified(plural, group)} "${name}"`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  throw new KubeRefusal(
    403,
    'Forbidden',
    `${what} is forbidden: User "${USER}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    detailsOf({ group, plural }, name),
  );
}
