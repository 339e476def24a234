import type { Kube, KubeWriteOptions, ResourceKind } from '../../../shared/cloud/seams';

export interface KubeCall {
  readonly verb: keyof Kube;
  readonly what: string;
  readonly body?: object;
  readonly options?: KubeWriteOptions;
}

export interface ScriptedKube extends Kube {
  readonly calls: KubeCall[];
}

/**
 * Answers by what is asked, for example `list v1/services n` or `patch apps/v1/deployments n/gw`: the next of the
 * answers, the last one repeated. An Error is thrown, a promise is waited for.
 */
export function scriptedKube(script: Readonly<Record<string, readonly unknown[]>>): ScriptedKube {
  const calls: KubeCall[] = [];

  async function answer(verb: keyof Kube, kind: ResourceKind, rest: string, more: Partial<KubeCall>): Promise<unknown> {
    const what = `${verb} ${kind.group === '' ? '' : `${kind.group}/`}${kind.version}/${kind.plural} ${rest}`;
    const before = calls.filter((call) => call.what === what).length;
    calls.push({ verb, what, ...more });
    const answers = script[what] ?? [];
    const next = await answers[Math.min(before, answers.length - 1)];
    if (next === undefined) throw new Error(`not in the script: ${what}`);
    if (next instanceof Error) throw next;
    return next;
  }

  return {
    calls,
    list: async (kind, namespace) => (await answer('list', kind, namespace ?? '*', {})) as readonly unknown[],
    get: (kind, namespace, name) => answer('get', kind, `${namespace}/${name}`, {}),
    patch: (kind, namespace, name, body, options) =>
      answer('patch', kind, `${namespace}/${name}`, { body, ...(options === undefined ? {} : { options }) }),
    create: (kind, namespace, body) => answer('create', kind, namespace, { body }),
    allows: () => Promise.reject(new Error('not in the script: a review of rights')),
    delete: async (kind, namespace, name) => {
      await answer('delete', kind, `${namespace}/${name}`, {});
    },
  };
}
