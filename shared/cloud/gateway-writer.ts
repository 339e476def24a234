import { isDeepStrictEqual } from 'node:util';
import type { Journal, ScaleTarget } from '../core/gateway';
import { OUR_LABEL } from '../core/object-labels';
import { CloudError } from '../errors';
import type { GatewayWriter, Written } from '../ports';
import type { GatewayAccess } from './gateways';
import { createIstioGateways, type IstioGateways } from './istio-gateways';
import { JOURNAL_NAME, journalChanges, readJournal, writeJournal } from './journal';
import { AUTOSCALER, CONFIG_MAP, DEPLOYMENT } from './kinds';
import { fieldIn, readField } from './scale-field';
import type { Kube } from './seams';

/**
 * Writes replicas and the journal, always on condition of a `resourceVersion`. A write whose outcome is not known is
 * read back and never sent again. Throws CloudError; `conflict` means that somebody else changed what was seen.
 */
export function createGatewayWriter(access: GatewayAccess): GatewayWriter {
  const { kube, journalNamespace } = access;
  const istio = createIstioGateways(access.istioKube);

  async function scale(target: ScaleTarget, replicas: number): Promise<Written> {
    try {
      return await patchField(kube, istio, target, replicas);
    } catch (error) {
      // An IstioGateway has several fields that matter together: what was decided on the old object may be wrong now.
      if (!isConflict(error) || target.kind === 'IstioGateway') throw error;
      // Every status update gives the object a new resourceVersion: what counts is whether the field was changed.
      const now = await readField(kube, istio, target);
      if (now.value !== target.current) throw error;
      return await patchField(kube, istio, { ...target, resourceVersion: now.resourceVersion }, replicas);
    }
  }

  return { scale, record: (journal) => recordJournal(kube, journalNamespace, journal) };
}

async function patchField(kube: Kube, istio: IstioGateways, target: ScaleTarget, replicas: number): Promise<Written> {
  const patch = { metadata: { resourceVersion: target.resourceVersion }, ...nested(target.field, replicas) };
  try {
    return fieldIn(await sendPatch(kube, istio, target, patch), target);
  } catch (error) {
    return await settle(
      error,
      () => readField(kube, istio, target),
      ({ value }) => value === replicas,
    );
  }
}

function nested(path: readonly string[], value: number): object {
  const [key, ...rest] = path;
  if (key === undefined) throw new Error('a scale target names no field');
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}

function sendPatch(kube: Kube, istio: IstioGateways, target: ScaleTarget, patch: object): Promise<unknown> {
  const { kind, namespace, name } = target;
  switch (kind) {
    case 'Deployment':
      return kube.patch(DEPLOYMENT, namespace, name, patch, { subresource: 'scale' });
    case 'HorizontalPodAutoscaler':
      return kube.patch(AUTOSCALER, namespace, name, patch);
    case 'IstioGateway':
      return istio.patch(namespace, name, patch);
  }
}

async function recordJournal(kube: Kube, namespace: string, journal: Journal): Promise<Journal> {
  try {
    const stored =
      journal.resourceVersion === undefined
        ? await createJournal(kube, namespace, journal)
        : await patchJournal(kube, namespace, journal, journal.resourceVersion);
    return readJournal(stored);
  } catch (error) {
    return await settle(
      error,
      async () => readJournal(await kube.get(CONFIG_MAP, namespace, JOURNAL_NAME)),
      (now) => isDeepStrictEqual(writeJournal(now), writeJournal(journal)),
    );
  }
}

function createJournal(kube: Kube, namespace: string, journal: Journal): Promise<unknown> {
  return kube.create(CONFIG_MAP, namespace, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: JOURNAL_NAME, namespace, labels: OUR_LABEL },
    data: writeJournal(journal),
  });
}

/** Reads first, because a merge patch removes only the keys that it names. */
async function patchJournal(
  kube: Kube,
  namespace: string,
  journal: Journal,
  resourceVersion: string,
): Promise<unknown> {
  const stored = await kube.get(CONFIG_MAP, namespace, JOURNAL_NAME);
  const before = readJournal(stored);
  if (before.resourceVersion !== resourceVersion) {
    throw new CloudError(`the journal is at ${before.resourceVersion}, not at ${resourceVersion} as it was seen`, {
      kind: 'conflict',
      operation: 'kube patch configmaps',
    });
  }
  return await kube.patch(CONFIG_MAP, namespace, JOURNAL_NAME, {
    metadata: { resourceVersion, labels: OUR_LABEL },
    data: journalChanges(before, journal),
  });
}

/**
 * Ends a failed write whose outcome is not known by looking whether it was done after all. When even that cannot be
 * seen, the write's own failure is thrown: it is the one that says that something may have been written.
 */
async function settle<T>(failure: unknown, look: () => Promise<T>, done: (now: T) => boolean): Promise<T> {
  if (!isUncertain(failure)) throw failure;
  const now = await look().catch((error: unknown) => {
    throw error instanceof CloudError ? failure : error;
  });
  if (done(now)) return now;
  throw failure;
}

function isConflict(error: unknown): boolean {
  return error instanceof CloudError && error.kind === 'conflict';
}

/** A 5xx answer does not say that nothing was done either. */
function isUncertain(error: unknown): boolean {
  if (!(error instanceof CloudError)) return false;
  return error.kind === 'unknown-outcome' || (error.kind === 'unavailable' && error.status !== undefined);
}
