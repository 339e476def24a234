import type { ClusterApi, Kube, ResourceKind } from '../../shared/cloud/seams';
import type { KubeRights, Rule } from '../../shared/core/kube-rights';
import { CloudError } from '../../shared/errors';

/** What Kubernetes would say to each call of each function, and what of their rights was used. */
export interface RbacGate {
  through(role: string, kube: Kube, api: ClusterApi): Kube;
  /** Calls that were refused, as `role where verb resource`. */
  readonly missing: readonly string[];
  /** Rights that nobody used, in the same form. */
  unused(): readonly string[];
}

type Where = keyof KubeRights;

export function createRbacGate(rights: Readonly<Record<string, KubeRights>>, namespace: string): RbacGate {
  const missing: string[] = [];
  const used = new Set<string>();

  function through(role: string, kube: Kube, { of }: ClusterApi): Kube {
    const check = (verb: string, kind: ResourceKind, inNamespace: string | undefined, subresource?: string): void => {
      const resource = `${kind.plural}${subresource === undefined ? '' : `/${subresource}`}`;
      const places: readonly Where[] =
        of === 'asm' ? ['mesh'] : inNamespace === namespace ? ['namespaced', 'cluster'] : ['cluster'];
      const where = places.find((place) =>
        rights[role]?.[place].some((rule) => grants(rule, kind.group, resource, verb)),
      );
      const right = (place: Where): string => `${role} ${place} ${verb} ${qualified(resource, kind.group)}`;
      if (where !== undefined) {
        used.add(right(where));
        return;
      }
      missing.push(right(places[0] ?? 'cluster'));
      throw new CloudError('Forbidden', { kind: 'permission', operation: `kube ${verb} ${resource}`, status: 403 });
    };
    return {
      list: async (kind, inNamespace, selector) => {
        check('list', kind, inNamespace);
        return await kube.list(kind, inNamespace, selector);
      },
      get: async (kind, inNamespace, name) => {
        check('get', kind, inNamespace);
        return await kube.get(kind, inNamespace, name);
      },
      patch: async (kind, inNamespace, name, patch, options) => {
        check('patch', kind, inNamespace, options?.subresource);
        return await kube.patch(kind, inNamespace, name, patch, options);
      },
      create: async (kind, inNamespace, object, options) => {
        check('create', kind, inNamespace, options?.subresource);
        return await kube.create(kind, inNamespace, object, options);
      },
      delete: async (kind, inNamespace, name, preconditions) => {
        check('delete', kind, inNamespace);
        await kube.delete(kind, inNamespace, name, preconditions);
      },
      // Everybody may ask for that.
      allows: async (access) => await kube.allows(access),
    };
  }

  return {
    through,
    missing,
    unused: () =>
      Object.entries(rights)
        .flatMap(([role, each]) => granted(role, each))
        .filter((right) => !used.has(right)),
  };
}

function grants({ apiGroups, resources, verbs }: Rule, group: string, resource: string, verb: string): boolean {
  return apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb);
}

const PLACES: readonly Where[] = ['namespaced', 'cluster', 'mesh'];

function granted(role: string, rights: KubeRights): readonly string[] {
  return PLACES.flatMap((place) =>
    rights[place].flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${role} ${place} ${verb} ${qualified(resource, group)}`)),
      ),
    ),
  );
}

function qualified(resource: string, group: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}
