import { createClusterUndoing } from '../../../shared/cloud/cluster-undoing';
import type { Original } from '../../../shared/core/gateway';
import { CloudError } from '../../../shared/errors';
import { failureOf } from './failure';
import { type ScriptedKube, scriptedKube } from './scripted-kube';

const GET = 'get istio.alibabacloud.com/v1beta1/istiogateways n/web';
const PATCH = 'patch istio.alibabacloud.com/v1beta1/istiogateways n/web';
const JOURNAL = 'get v1/configmaps n/gateway-autopilot';

const ABSENT: Original = {
  kind: 'IstioGateway',
  namespace: 'n',
  name: 'web',
  field: ['spec', 'overrides', 'c1', 'minReplicas'],
  value: undefined,
  ours: [5],
};

function undoing(kube: ScriptedKube) {
  return createClusterUndoing({ kube, istioKube: { ok: true, value: kube }, journalNamespace: 'n' });
}

function gateway(spec: object): object {
  return { metadata: { name: 'web', resourceVersion: '10' }, spec };
}

async function patched(spec: object, original = ABSENT): Promise<unknown> {
  const kube = scriptedKube({ [GET]: [gateway(spec)], [PATCH]: [gateway({})] });
  const { field, giveBack } = undoing(kube);
  const seen = await field(original);
  if (seen === 'gone') throw new Error('it is there');
  await giveBack(original, seen);
  return kube.calls.find(({ verb }) => verb === 'patch')?.body;
}

it.each<[what: string, spec: object, change: object]>([
  ['alone', { overrides: { c1: { minReplicas: 5 } }, maxReplicas: 9 }, { overrides: null }],
  ['beside another cluster', { overrides: { c1: { minReplicas: 5 }, c2: {} } }, { overrides: { c1: null } }],
  [
    'beside another field',
    { overrides: { c1: { minReplicas: 5, x: 1 } } },
    { overrides: { c1: { minReplicas: null } } },
  ],
])('takes away a field that was not there, %s, and leaves nothing empty', async (_, spec, change) => {
  expect(await patched(spec)).toEqual({ metadata: { resourceVersion: '10' }, spec: change });
});

it('sets a field to what it held', async () => {
  const original = { ...ABSENT, field: ['spec', 'minReplicas'], value: 2 };
  expect(await patched({ minReplicas: 5 }, original)).toEqual({
    metadata: { resourceVersion: '10' },
    spec: { minReplicas: 2 },
  });
});

it('an object that is gone is gone', async () => {
  const gone = new CloudError('gone', { kind: 'not-found', operation: 'kube x' });
  const v1 = GET.replace('v1beta1', 'v1');
  expect(await undoing(scriptedKube({ [GET]: [gone], [v1]: [gone] })).field(ABSENT)).toBe('gone');
});

it('deletes no journal that was changed since it was read', async () => {
  const kube = scriptedKube({ [JOURNAL]: [{ metadata: { uid: 'u', resourceVersion: '8' }, data: {} }] });
  const deleting = undoing(kube).deleteJournal({ resourceVersion: '7', freeze: undefined, gateways: {} });
  expect(await failureOf(deleting)).toMatchObject({ kind: 'conflict' });
  expect(kube.calls.map(({ verb }) => verb)).toEqual(['get']);
});
