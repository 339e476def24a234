import type { ClusterApi, Kube, ResourceKind } from '../../shared/cloud/seams';
import type { KubeRights, Rule } from '../../shared/core/kube-rights';
import { CloudError } from '../../shared/errors';

/** What Kubernetes would say to each call of each function, and what of their rights was used. */
export interface RbacGate {
  through(role: string, kube: Kube, api: ClusterApi): Kube;
  /** Calls that were refused, as `role where verb resource`, with the name of the object where it counts. */
  readonly missing: readonly string[];
  /** Rights that nobody used, in the same form. */
  unused(): readonly string[];
}

type Where = keyof KubeRights;

interface Named {
  readonly name?: string;
  readonly subresource?: string | undefined;
}

export function createRbacGate(rights: Readonly<Record<string, KubeRights>>, namespace: string): RbacGate {
  const missing: string[] = [];
  const used = new Set<string>();

  function through(role: string, kube: Kube, { of }: ClusterApi): Kube {
    const check = (
      verb: string,
      kind: ResourceKind,
      inNamespace: string | undefined,
      { name, subresource }: Named = {},
    ): void => {
      const resource = `${kind.plural}${subresource === undefined ? '' : `/${subresource}`}`;
      const places: readonly Where[] =
        of === 'asm' ? ['mesh'] : inNamespace === namespace ? ['namespaced', 'cluster'] : ['cluster'];
      const right = (place: Where, of?: string): string => rightText(role, place, verb, resource, kind.group, of);
      for (const place of places) {
        const rule = rights[role]?.[place].find((each) => grants(each, kind.group, resource, verb, name));
        if (rule === undefined) continue;
        used.add(right(place, rule.resourceNames === undefined ? undefined : name));
        return;
      }
      missing.push(right(places[0] ?? 'cluster', name));
      throw new CloudError('Forbidden', { kind: 'permission', operation: `kube ${verb} ${resource}`, status: 403 });
    };
    return {
      list: async (kind, inNamespace, selector) => {
        check('list', kind, inNamespace);
        return await kube.list(kind, inNamespace, selector);
      },
      get: async (kind, inNamespace, name) => {
        check('get', kind, inNamespace, { name });
        return await kube.get(kind, inNamespace, name);
      },
      patch: async (kind, inNamespace, name, patch, options) => {
        check('patch', kind, inNamespace, { name, subresource: options?.subresource });
        return await kube.patch(kind, inNamespace, name, patch, options);
      },
      create: async (kind, inNamespace, object, options) => {
        check('create', kind, inNamespace, { subresource: options?.subresource });
        return await kube.create(kind, inNamespace, object, options);
      },
      delete: async (kind, inNamespace, name, preconditions) => {
        check('delete', kind, inNamespace, { name });
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

function grants(
  { apiGroups, resourceNames, resources, verbs }: Rule,
  group: string,
  resource: string,
  verb: string,
  name: string | undefined,
): boolean {
  const isNamed = resourceNames === undefined || (name !== undefined && resourceNames.includes(name));
  return apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb) && isNamed;
}

const PLACES: readonly Where[] = ['namespaced', 'cluster', 'mesh'];

function granted(role: string, rights: KubeRights): readonly string[] {
  return PLACES.flatMap((place) =>
    rights[place].flatMap(({ apiGroups, resourceNames = [undefined], resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) => resourceNames.map((name) => rightText(role, place, verb, resource, group, name))),
        ),
      ),
    ),
  );
}

function rightText(
  role: string,
  place: Where,
  verb: string,
  resource: string,
  group: string,
  name: string | undefined,
): string {
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return [role, place, verb, qualified, ...(name === undefined ? [] : [name])].join(' ');
}
