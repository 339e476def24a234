import { ASSUMED, type Behaviour } from '../behaviour';
import { at, isObject } from '../json';
import type { Served } from './collection';
import { NODES } from './kinds';
import type { KubeObject } from './objects';
import { methodNotAllowed, notFound } from './status';
import { plainView, type View } from './views';

const part = 'Nodes';

export const NODE_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'Pods whose template asks for anti-affinity or spread constraints run on the nodes in turn, zone by zone; others all on the first node that its nodeSelector allows.',
    basis: ASSUMED,
  },
  { part, what: 'A change of the template places its pods anew, without a restart.', basis: ASSUMED },
];

export interface NodeSetup {
  readonly name: string;
  readonly zone: string;
  /** For example `ecs.g7.xlarge`. */
  readonly type: string;
}

export interface EmulatedNode extends NodeSetup {
  /** Beside those of its name, zone and type. */
  labels: Readonly<Record<string, string>>;
}

/** Nodes as objects: in no namespace, and nobody makes them by request. */
export function createNodes(nodes: readonly EmulatedNode[], startedAt: string): Served {
  function list(): readonly KubeObject[] {
    return nodes
      .map((node) => nodeObject(node, startedAt))
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  function refuse(): never {
    throw methodNotAllowed();
  }

  return {
    kind: NODES,
    list,
    get: (_, name) => {
      const found = list().find(({ metadata }) => metadata.name === name);
      if (found === undefined) throw notFound(NODES, name);
      return found;
    },
    create: refuse,
    update: refuse,
    remove: refuse,
  };
}

export const NODE_VIEW: View = {
  ...plainView(NODES),
  show: ({ metadata: { namespace: _, ...metadata }, ...node }) => ({ ...node, metadata }),
};

function nodeObject(node: EmulatedNode, startedAt: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      namespace: '',
      uid: node.name,
      resourceVersion: '1',
      creationTimestamp: startedAt,
      labels: labelsOf(node),
    },
    spec: {},
    status: {},
  };
}

function labelsOf({ labels, name, type, zone }: EmulatedNode): Readonly<Record<string, string>> {
  const known = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone };
  return { ...known, 'node.kubernetes.io/instance-type': type, ...labels };
}

/** The node that takes a pod, by its number among those of its Deployment; undefined when none may. */
export function placeOf(nodes: readonly EmulatedNode[], podSpec: unknown, index: number): string | undefined {
  const selector = at(podSpec, 'nodeSelector');
  const wanted = isObject(selector) ? Object.entries(selector) : [];
  const fitting = nodes.filter((node) => {
    const labels = labelsOf(node);
    return wanted.every(([key, value]) => labels[key] === value);
  });
  const order = isSpread(podSpec) ? zoneByZone(fitting) : fitting.slice(0, 1);
  return order[index % Math.max(1, order.length)]?.name;
}

function isSpread(podSpec: unknown): boolean {
  const constraints = at(podSpec, 'topologySpreadConstraints');
  return (
    at(podSpec, 'affinity', 'podAntiAffinity') !== undefined || (Array.isArray(constraints) && constraints.length > 0)
  );
}

/** The first node of each zone, then the second of each, and so on. */
function zoneByZone(nodes: readonly EmulatedNode[]): readonly EmulatedNode[] {
  const rank = (node: EmulatedNode): number => nodes.filter(({ zone }) => zone === node.zone).indexOf(node);
  return nodes.toSorted((a, b) => rank(a) - rank(b));
}
