import { counted, listed, tally } from '../words';
import type { Source } from './finding';
import { byHand, call, deploymentPatch, printed, reshaped } from './fixes';
import type { AuditSnapshot, MeshSeen, NodeSeen, NodeTypeSeen } from './snapshot';
import { type Check, fail, NO_MESH, notApplicable, pass, unknown, unread, type Verdict } from './verdict';

const MULTI_BUFFER: Source = {
  page: 'https://www.alibabacloud.com/help/doc-detail/349282.htm',
  date: '2024-02-22',
};

const TLS_PORT = 443;

export const MULTI_BUFFER_CHECKS: readonly Check[] = [
  {
    id: 'multi-buffer-mesh',
    title: 'TLS Multi-Buffer is on',
    severity: 'advice',
    about: 'pods',
    why: "Multi-Buffer does several TLS handshakes at once: 80 % more requests a second by the vendor's measurement.",
    source: MULTI_BUFFER,
    examine: (snapshot) => {
      const { mesh, region } = snapshot;
      if (mesh === undefined) return NO_MESH;
      if (!mesh.ok) return unread(mesh);
      if (endsNoTls(snapshot)) return notApplicable(`no listener on ${TLS_PORT}`);
      const evidence = `mesh ${mesh.value.id}: ${mesh.value.edition} edition, version ${mesh.value.version?.text ?? 'not told'}, Multi-Buffer ${mesh.value.multiBuffer ? 'on' : 'off'}`;
      const lacking = lacks(mesh.value);
      if (lacking !== undefined) return fail([evidence], printed(lacking, byHand(lacking)));
      if (mesh.value.multiBuffer === undefined)
        return unknown(`mesh ${mesh.value.id} does not say whether Multi-Buffer is on`);
      if (mesh.value.multiBuffer) return pass(evidence);
      const parameters = { ServiceMeshId: mesh.value.id, MultiBufferEnabled: 'true' };
      return fail(
        [evidence],
        printed('Switch it on for the mesh.', call('servicemesh', 'UpdateMeshFeature', region, parameters)),
      );
    },
  },
  {
    id: 'multi-buffer-nodes',
    title: 'Nodes that can do Multi-Buffer are there, and labelled',
    severity: 'advice',
    about: 'pods',
    why: 'Only nodes with Ice Lake processors can do it, and only those with the label are used for it.',
    source: MULTI_BUFFER,
    examine: (snapshot) =>
      accelerated(snapshot, ({ capable, labelled, nodes }, { id }) => {
        const evidence = `${capable.length} of ${counted(nodes.length, 'node')} are of a capable type, ${labelled.length} of them labelled`;
        if (capable.length === 0) {
          return fail(
            [
              evidence,
              `types: ${tally(
                nodes.map(({ type }) => type || 'none told'),
                'of',
              )}`,
            ],
            printed(
              'Run the gateway on nodes of a capable family.',
              byHand('add a node pool of the family g7, c7 or r7 (the page lists all)'),
            ),
          );
        }
        if (labelled.length > 0) return pass(evidence);
        return fail(
          [evidence],
          printed(
            'Let node feature discovery label them.',
            call('servicemesh', 'UpdateMeshFeature', snapshot.region, { ServiceMeshId: id, NFDEnabled: 'true' }),
          ),
        );
      }),
  },
  {
    id: 'multi-buffer-placement',
    title: 'The gateway runs on nodes that do Multi-Buffer',
    severity: 'advice',
    about: 'pods',
    why: 'A pod elsewhere does TLS as before, and the load of two kinds of pods is not alike.',
    source: MULTI_BUFFER,
    examine: (snapshot) =>
      accelerated(snapshot, ({ label, labelled }) => {
        const { pods } = snapshot;
        if (!pods.ok) return unread(pods);
        if (label === undefined || labelled.length === 0) return notApplicable('no node is labelled for it');
        const running = pods.value.flatMap(({ node }) => (node === undefined ? [] : [node]));
        if (running.length === 0) return unknown('no pod of the gateway runs');
        const names = new Set(labelled.map(({ name }) => name));
        const there = running.filter((node) => names.has(node));
        const evidence = `${there.length} of ${counted(running.length, 'pod')} run on the ${counted(labelled.length, 'node')} with ${label.key}=${label.value}`;
        if (there.length === running.length) return pass(evidence);
        const nodeSelector = { [label.key]: label.value };
        const own = deploymentPatch(snapshot, { spec: { template: { spec: { nodeSelector } } } });
        return fail(
          [evidence, `elsewhere: ${listed([...new Set(running.filter((node) => !names.has(node)))])}`],
          printed(
            'Keep the gateway on them; see first that they have room for all its pods. The pods are restarted.',
            reshaped(snapshot, { nodeSelector }, own),
          ),
        );
      }),
  },
];

function endsNoTls({ services }: AuditSnapshot): boolean {
  return services.ok && services.value.length > 0 && !services.value.some(({ ports }) => ports.some(isTls));
}

function isTls(port: object): boolean {
  return 'port' in port && port.port === TLS_PORT;
}

function lacks({ edition, version }: MeshSeen): string | undefined {
  if (edition === 'standard') return 'Upgrade the mesh to the Enterprise or Ultimate edition.';
  if (version !== undefined && version.major === 1 && version.minor < 10) return 'Upgrade the mesh to 1.10 or later.';
  return undefined;
}

interface Capacity {
  readonly nodes: readonly NodeSeen[];
  readonly capable: readonly NodeSeen[];
  readonly labelled: readonly NodeSeen[];
  readonly label: NodeTypeSeen['label'];
}

function accelerated(snapshot: AuditSnapshot, judge: (capacity: Capacity, mesh: MeshSeen) => Verdict): Verdict {
  const { cluster, mesh, nodes, nodeTypes } = snapshot;
  if (mesh === undefined || nodeTypes === undefined) return NO_MESH;
  if (!mesh.ok) return unread(mesh);
  if (endsNoTls(snapshot)) return notApplicable(`no listener on ${TLS_PORT}`);
  if (lacks(mesh.value) !== undefined) return notApplicable('the mesh cannot do Multi-Buffer');
  if (!cluster.ok) return unread(cluster);
  if (cluster.value.serverless) return notApplicable('pods run on ECI, not on nodes');
  if (!nodeTypes.ok) return unread(nodeTypes);
  if (!nodes.ok) return unread(nodes);
  const able = new Set(nodeTypes.value.filter(({ multiBuffer }) => multiBuffer).map(({ type }) => type));
  const label = nodeTypes.value.find((each) => each.multiBuffer && each.label !== undefined)?.label;
  const capable = nodes.value.filter(({ type }) => able.has(type));
  const labelled = label === undefined ? [] : capable.filter(({ labels }) => labels[label.key] === label.value);
  return judge({ nodes: nodes.value, capable, labelled, label }, mesh.value);
}
