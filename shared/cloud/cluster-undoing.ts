import { z } from 'zod';
import type { Journal, Original } from '../core/gateway';
import { MANAGED_BY } from '../core/object-labels';
import type { FieldSeen } from '../core/uninstall/cluster';
import { CloudError } from '../errors';
import type { ClusterUndoing } from '../ports';
import { readAnswer } from './answer';
import type { GatewayAccess } from './gateways';
import { createIstioGateways, type IstioGateways } from './istio-gateways';
import { isJournalKey, JOURNAL_NAME } from './journal';
import { AUTOSCALER, CONFIG_MAP, nameOf } from './kinds';
import type { Kube } from './seams';
import { fieldOf } from './untyped';

const AnyObject = z.looseObject({ metadata: z.object({ resourceVersion: z.string().min(1) }) });
const JournalObject = z.object({
  metadata: z.object({ uid: z.string().min(1), resourceVersion: z.string().min(1) }),
  data: z.record(z.string(), z.string()).nullish(),
});

/** Each write is conditional on the object as it was seen. One whose outcome is not known is found done, or not, by the next run. */
export function createClusterUndoing({ istioKube, journalNamespace, kube }: GatewayAccess): ClusterUndoing {
  const istio = createIstioGateways(istioKube);
  return {
    field: async (original) => {
      const object = await unlessGone(() => getObject(kube, istio, original));
      return object === 'gone' ? 'gone' : fieldSeen(object, original);
    },
    giveBack: async (original, { resourceVersion, whole }) => {
      const { field, value } = original;
      const change = value === undefined ? nested(whole, null) : nested(field, value);
      const patch = { metadata: { resourceVersion }, ...change };
      await patchObject(kube, istio, original, patch);
    },
    othersInJournal: async () => {
      const stored = await readStored(kube, journalNamespace);
      return stored === 'gone' ? [] : Object.keys(stored.data ?? {}).filter((key) => !isJournalKey(key));
    },
    deleteJournal: (journal) => deleteJournal(kube, journalNamespace, journal),
  };
}

function fieldSeen(object: unknown, original: Original): FieldSeen {
  const operation = `kube read ${nameOf(original)}`;
  const { metadata } = readAnswer(AnyObject, object, operation);
  const value = original.field.reduce<unknown>((at, key) => fieldOf(at, key), object) ?? undefined;
  if (value !== undefined && typeof value !== 'number') {
    throw new CloudError(`${original.field.join('.')} is not a number`, { kind: 'unreadable', operation });
  }
  return { value, whole: wholeOf(object, original.field), resourceVersion: metadata.resourceVersion };
}

/** Not above the first level, which is all of the object's content. */
function wholeOf(object: unknown, field: readonly string[]): readonly string[] {
  const parent = field.slice(0, -1);
  const held = parent.reduce<unknown>((at, key) => fieldOf(at, key), object);
  const isAlone = typeof held === 'object' && held !== null && Object.keys(held).length === 1;
  return parent.length > 1 && isAlone ? wholeOf(object, parent) : field;
}

/** As a merge patch has it: `null` takes the field away. */
function nested([key, ...rest]: readonly string[], value: number | null): object {
  if (key === undefined) throw new Error('an original names no field');
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}

function getObject(kube: Kube, istio: IstioGateways, { kind, name, namespace }: Original): Promise<unknown> {
  switch (kind) {
    case 'HorizontalPodAutoscaler':
      return kube.get(AUTOSCALER, namespace, name);
    case 'IstioGateway':
      return istio.get(namespace, name);
  }
}

function patchObject(
  kube: Kube,
  istio: IstioGateways,
  { kind, name, namespace }: Original,
  patch: object,
): Promise<unknown> {
  switch (kind) {
    case 'HorizontalPodAutoscaler':
      return kube.patch(AUTOSCALER, namespace, name, patch);
    case 'IstioGateway':
      return istio.patch(namespace, name, patch);
  }
}

async function readStored(kube: Kube, namespace: string): Promise<z.infer<typeof JournalObject> | 'gone'> {
  const stored = await unlessGone(() => kube.get(CONFIG_MAP, namespace, JOURNAL_NAME));
  return stored === 'gone' ? 'gone' : readAnswer(JournalObject, stored, 'kube get configmaps');
}

async function deleteJournal(kube: Kube, namespace: string, journal: Journal): Promise<void> {
  const stored = await readStored(kube, namespace);
  if (stored === 'gone') return;
  const { data } = stored;
  const { resourceVersion, uid } = stored.metadata;
  if (resourceVersion !== journal.resourceVersion) {
    throw new CloudError('the journal was changed since it was read', {
      kind: 'conflict',
      operation: 'kube delete configmaps',
    });
  }
  const ours = Object.keys(data ?? {}).filter(isJournalKey);
  if (ours.length === Object.keys(data ?? {}).length) {
    await unlessGone(() => kube.delete(CONFIG_MAP, namespace, JOURNAL_NAME, { uid, resourceVersion }));
    return;
  }
  await kube.patch(CONFIG_MAP, namespace, JOURNAL_NAME, {
    metadata: { resourceVersion, labels: { [MANAGED_BY]: null } },
    data: Object.fromEntries(ours.map((key) => [key, null])),
  });
}

async function unlessGone<T>(work: () => Promise<T>): Promise<T | 'gone'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'not-found') return 'gone';
    throw error;
  }
}
