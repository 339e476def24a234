import type { FrontService, ServicePort, ServiceShape } from '../core/front-service';
import { OUR_LABEL } from '../core/object-labels';
import { type Instant, isoTime } from '../core/time';
import { CloudError } from '../errors';
import type { FrontServices, FrontServiceWriter, IntentNotes, NewIntent } from '../ports';
import { GATEWAY_LABEL, NAMED_ID, NOTES, OVERRIDE, readFrontServices } from './front-services';
import { SERVICE } from './kinds';
import type { Kube } from './seams';
import { together } from './together';

/** Looks at the Services of the namespaces that hold gateways: one list each. */
export function createFrontServices(kube: Kube, namespaces: readonly string[]): FrontServices {
  return {
    list: async () => {
      const lists = await together(namespaces.map((namespace) => kube.list(SERVICE, namespace)));
      return readFrontServices(lists.flat());
    },
    read: (namespace, name) => readOne(kube, namespace, name),
  };
}

async function readOne(kube: Kube, namespace: string, name: string): Promise<FrontService | 'gone'> {
  try {
    return single(await kube.get(SERVICE, namespace, name));
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'not-found') return 'gone';
    throw error;
  }
}

function single(object: unknown): FrontService {
  const [service] = readFrontServices([object]);
  if (service === undefined) throw new Error('a list of one without an item');
  return service;
}

interface ServicePatch {
  readonly metadata: { readonly annotations: Readonly<Record<string, string | null>> };
  readonly spec?: object;
}

/**
 * Writes the Services that extra CLBs are kept in, always on condition of what was seen. Whoever does not know whether a
 * write was done reads the Service again before the next one.
 */
export function createFrontServiceWriter(kube: Kube): FrontServiceWriter {
  async function change(service: FrontService, patch: ServicePatch): Promise<FrontService> {
    const { name, namespace, resourceVersion } = service;
    const metadata = { ...patch.metadata, resourceVersion };
    return single(await kube.patch(SERVICE, namespace, name, { ...patch, metadata }));
  }

  return {
    create: async ({ at, gateway, name, namespace, ordinal, shape }: NewIntent) => {
      const notes = annotationsOf({ stage: 'intent', since: at, attempt: 1 });
      try {
        return single(
          await kube.create(SERVICE, namespace, {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: {
              name,
              namespace,
              labels: { ...OUR_LABEL, [GATEWAY_LABEL]: gateway },
              annotations: { [NOTES.ordinal]: String(ordinal), ...notes },
            },
            spec: { type: 'ClusterIP', selector: shape.selector, ports: shape.ports.map(portOf) },
          }),
        );
      } catch (error) {
        if (error instanceof CloudError && error.kind === 'conflict') return 'taken';
        throw error;
      }
    },
    note: (service, notes) => change(service, { metadata: { annotations: annotationsOf(notes) } }),
    bind: (service, clbId, shape, at) =>
      change(service, {
        metadata: {
          annotations: {
            ...shapingPatch(service.shape, shape),
            [NAMED_ID]: clbId,
            [OVERRIDE]: 'true',
            ...annotationsOf({ stage: 'binding', since: at }),
          },
        },
        spec: { type: 'LoadBalancer', ...specOf(service.shape, shape) },
      }),
    follow: (service, shape) =>
      change(service, {
        metadata: { annotations: shapingPatch(service.shape, shape) },
        spec: specOf(service.shape, shape),
      }),
    // The annotation that names the instance stays: without it the cloud controller would let go of nothing.
    unbind: (service, at) =>
      change(service, {
        metadata: { annotations: annotationsOf({ stage: 'unbound', since: at }) },
        spec: { type: 'ClusterIP', externalTrafficPolicy: null },
      }),
    remove: async ({ name, namespace, resourceVersion, uid }) => {
      try {
        await kube.delete(SERVICE, namespace, name, { uid, resourceVersion });
      } catch (error) {
        if (!(error instanceof CloudError) || error.kind !== 'not-found') throw error;
      }
    },
  };
}

/** Keys with `undefined` are removed, those that are not named stay. */
function annotationsOf(notes: IntentNotes): Readonly<Record<string, string | null>> {
  const written: Record<string, string | null> = {};
  if (notes.stage !== undefined) written[NOTES.stage] = notes.stage;
  if (notes.since !== undefined) written[NOTES.since] = isoTime(notes.since);
  if (notes.attempt !== undefined) written[NOTES.attempt] = String(notes.attempt);
  if (notes.refusedZones !== undefined) written[NOTES.refusedZones] = notes.refusedZones.join(',');
  if ('zone' in notes) written[NOTES.zone] = notes.zone ?? null;
  if ('taking' in notes) written[NOTES.taking] = notes.taking ?? null;
  if ('nothingSeenAt' in notes) written[NOTES.nothingSeenAt] = timeOrNull(notes.nothingSeenAt);
  if ('withdrawnAt' in notes) written[NOTES.withdrawnAt] = timeOrNull(notes.withdrawnAt);
  if (notes.everServed === true) written[NOTES.everServed] = 'true';
  if (notes.clb !== undefined) {
    written[NOTES.clb] = notes.clb.id;
    written[NOTES.address] = notes.clb.address;
  }
  return written;
}

function timeOrNull(at: Instant | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}

function shapingPatch(old: ServiceShape, wanted: ServiceShape): Readonly<Record<string, string | null>> {
  return replaced(old.annotations, wanted.annotations);
}

/** A merge patch that leaves only what is wanted. */
function replaced(
  old: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): Readonly<Record<string, string | null>> {
  const vanished = Object.keys(old).filter((key) => wanted[key] === undefined);
  return { ...Object.fromEntries(vanished.map((key) => [key, null])), ...wanted };
}

function specOf(old: ServiceShape, { externalTrafficPolicy, ports, selector }: ServiceShape) {
  return {
    selector: replaced(old.selector, selector),
    ports: ports.map(portOf),
    ...(externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy }),
  };
}

function portOf({ appProtocol, name, port, protocol, targetPort }: ServicePort) {
  return {
    ...(name === undefined ? {} : { name }),
    protocol,
    port,
    targetPort,
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}
