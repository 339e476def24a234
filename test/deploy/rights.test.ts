import { clusterRbac } from '../../deploy/cluster-rbac';
import { ramPolicy } from '../../deploy/ram-policies';
import { loadConfiguration } from '../../shared/config/load';
import type { FunctionName } from '../../shared/core/function-name';
import { A, ACCOUNT, EVERYTHING } from './everything';

function statements(role: FunctionName, text = EVERYTHING, failures?: string) {
  return ramPolicy(loadConfiguration(text, 'autopilot.yaml'), ACCOUNT, role, failures)?.Statement ?? [];
}

/** The rules of one object, as `verb group/resource`. */
function ruled(text: string, kind: string, name: string): readonly string[] {
  const manifests = clusterRbac(loadConfiguration(text, 'autopilot.yaml'), A, {
    'scale-gateway': '1',
    'attach-clb': '2',
    'audit-gateway': '3',
  }) as readonly { kind: string; metadata: { name: string }; rules?: readonly Record<string, readonly string[]>[] }[];
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  return (found?.rules ?? []).flatMap(({ apiGroups = [], resources = [], verbs = [] }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${apiGroups[0]}/${resource}`)),
  );
}

it('attach-clb reads every zone before it releases a CLB, also where nothing is published, and deletes nothing there', () => {
  const about = (action: string): readonly string[] =>
    statements('attach-clb').flatMap(({ Action, Resource }) => (Action.includes(action) ? Resource : []));
  const zones = ['example.com', 'other.org'].map((zone) => `acs:alidns:*:${ACCOUNT}:domain/${zone}`);
  expect(about('alidns:DescribeDomainRecords')).toEqual(zones);
  expect(about('alidns:DeleteDomainRecord')).toEqual(zones.slice(0, 1));
});

it('what failed is published in the name of those whose looks are worth it, to the topic that is named', () => {
  const topics = (role: FunctionName): readonly string[] =>
    statements(role, EVERYTHING, 'lost').flatMap(({ Action, Resource }) =>
      Action.includes('mns:PublishMessage') ? Resource : [],
    );
  expect(topics('scale-gateway')).toEqual([
    `acs:mns:cn-hangzhou:${ACCOUNT}:/topics/lost/messages`,
    `acs:mns:cn-shanghai:${ACCOUNT}:/topics/lost/messages`,
  ]);
  expect([topics('receive-alarm'), topics('probe-region')]).toEqual([[], []]);
});

it('where the mesh is read through the cluster, its rights are granted there', () => {
  const own = ['get', 'list', 'patch'].map((verb) => `${verb} istio.alibabacloud.com/istiogateways`);
  const routes = ['gateways', 'virtualservices', 'destinationrules'].map((kind) => `list networking.istio.io/${kind}`);
  const scaling = (text: string) => ruled(text, 'Role', 'gateway-autopilot-scale-gateway');
  const auditing = (text: string) => ruled(text, 'ClusterRole', 'gateway-autopilot-audit-gateway');
  expect(scaling(EVERYTHING)).not.toContain(own[2]);
  expect(auditing(EVERYTHING)).not.toContain(routes[0]);
  const through = EVERYTHING.replace('id: m1', 'id: m1, istioGateways: dataPlane');
  expect(scaling(through)).toEqual(expect.arrayContaining(own));
  expect(auditing(through)).toEqual(expect.arrayContaining([own[1], ...routes]));
});
