import type { ApiCall, CommandLine, ConsoleStep, Contexts, Fix, ObjectPatch, Patch, PatchedObject } from './finding';
import type { AuditSnapshot, IstioGatewayFields } from './snapshot';

/** A fix that is only ever printed. */
export function printed(text: string, ...patches: readonly Patch[]): Fix {
  return { text, patches, safe: false };
}

export function byHand(step: string): ConsoleStep {
  return { kind: 'console', step };
}

export function commandLine(line: string): CommandLine {
  return { kind: 'command', line };
}

/**
 * Builds and deploys again in a region: with the configuration of the folder that it is typed in.
 *
 * @param name of the function in s.yaml; all of them unless told
 * @param variables `NAME=value`, set for this deployment
 */
export function deployCommand(region: string, name?: string, variables: readonly string[] = []): string {
  return [
    'npm run build &&',
    `FC_REGION=${region}`,
    ...variables,
    's',
    ...(name === undefined ? [] : [name]),
    'deploy -y',
  ].join(' ');
}

export function merged(
  { contexts }: { readonly contexts: Contexts },
  on: ObjectPatch['on'],
  object: PatchedObject,
  patch: object,
): ObjectPatch {
  return { kind: 'merge', on, context: contexts[on], object, patch };
}

export function call(
  product: ApiCall['product'],
  action: string,
  region: string,
  parameters: ApiCall['parameters'],
): ApiCall {
  return { kind: 'call', product, action, region, parameters };
}

/**
 * A change of the gateway's objects where it lasts: what ASM makes is changed through the IstioGateway, since ASM puts
 * everything else back.
 *
 * @param fields of the IstioGateway's spec
 * @param own of the object itself, where nobody else owns it
 */
export function reshaped(snapshot: AuditSnapshot, fields: object, own: ObjectPatch): Patch {
  const { istioGateway } = snapshot;
  if (istioGateway === undefined) return own;
  if (!istioGateway.ok) {
    return byHand(
      `find out whether ASM owns ${own.object.kind} ${own.object.namespace}/${own.object.name} (${istioGateway.problem}), and change what owns it`,
    );
  }
  return istioGateway.value === undefined ? own : gatewayPatch(snapshot, istioGateway.value, fields);
}

/** Fields of an IstioGateway, for this cluster alone where it serves several. */
export function gatewayPatch(
  { clusterId, contexts }: Pick<AuditSnapshot, 'clusterId' | 'contexts'>,
  { clusterIds, name, namespace, overridden }: IstioGatewayFields,
  fields: object,
): ObjectPatch {
  const isShared = overridden || clusterIds.length > 1;
  const spec = isShared ? { overrides: { [clusterId]: fields } } : fields;
  return merged({ contexts }, 'mesh', { kind: 'IstioGateway', namespace, name }, { spec });
}

export function deploymentPatch({ contexts, gateway }: AuditSnapshot, patch: object): ObjectPatch {
  return merged(
    { contexts },
    'cluster',
    { kind: 'Deployment', namespace: gateway.namespace, name: gateway.deployment },
    patch,
  );
}

export function servicePatch(
  { contexts, gateway }: AuditSnapshot,
  annotations: Readonly<Record<string, string>>,
): ObjectPatch {
  const object = { kind: 'Service', namespace: gateway.namespace, name: gateway.service } as const;
  return merged({ contexts }, 'cluster', object, { metadata: { annotations } });
}
