import { createGatewayWriter } from '../../../shared/cloud/gateway-writer';
import type { Journal, ScaleTarget } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import { CloudError, type CloudErrorKind } from '../../../shared/errors';
import { failureOf } from './failure';
import { type ScriptedKube, scriptedKube } from './scripted-kube';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const PATCH = 'patch apps/v1/deployments n/x';
const GET = 'get apps/v1/deployments n/x';

const DEPLOYMENT: ScaleTarget = {
  kind: 'Deployment',
  namespace: 'n',
  name: 'x',
  resourceVersion: '10',
  field: ['spec', 'replicas'],
  current: 2,
  ceiling: undefined,
};

function failing(kind: CloudErrorKind, status?: number): CloudError {
  return new CloudError(`${kind}!`, { kind, operation: 'kube x', status });
}

function object(resourceVersion: string, spec: object): object {
  return { metadata: { name: 'x', resourceVersion }, spec };
}

function writing(kube: ScriptedKube) {
  return createGatewayWriter({ kube, istioKube: { ok: true, value: kube }, journalNamespace: 'n' });
}

describe('scaling', () => {
  it('patches the scale of a Deployment', async () => {
    const kube = scriptedKube({ [PATCH]: [object('11', { replicas: 5 })] });
    expect(await writing(kube).scale(DEPLOYMENT, 5)).toEqual({ resourceVersion: '11', value: 5 });
    expect(kube.calls).toEqual([
      {
        verb: 'patch',
        what: PATCH,
        body: { metadata: { resourceVersion: '10' }, spec: { replicas: 5 } },
        options: { subresource: 'scale' },
      },
    ]);
  });

  it('a scale that leaves its count out, as the API server does for 0, is 0', async () => {
    const scale = { kind: 'Scale', ...object('11', {}) };
    const kube = scriptedKube({ [PATCH]: [scale] });
    expect(await writing(kube).scale(DEPLOYMENT, 0)).toEqual({ resourceVersion: '11', value: 0 });
  });

  it('patches the minimum of an HPA', async () => {
    const what = 'patch autoscaling/v2/horizontalpodautoscalers n/x';
    const kube = scriptedKube({ [what]: [object('11', { minReplicas: 5 })] });
    const target: ScaleTarget = { ...DEPLOYMENT, kind: 'HorizontalPodAutoscaler', field: ['spec', 'minReplicas'] };
    expect(await writing(kube).scale(target, 5)).toEqual({ resourceVersion: '11', value: 5 });
    expect(kube.calls).toEqual([
      { verb: 'patch', what, body: { metadata: { resourceVersion: '10' }, spec: { minReplicas: 5 } } },
    ]);
  });

  it('patches what a cluster sets for itself in an IstioGateway, in the version that is served', async () => {
    const beta = 'patch istio.alibabacloud.com/v1beta1/istiogateways n/x';
    const stable = 'patch istio.alibabacloud.com/v1/istiogateways n/x';
    const kube = scriptedKube({
      [beta]: [failing('not-found', 404)],
      [stable]: [object('11', { overrides: { c1: { replicaCount: 5 } } })],
    });
    const target: ScaleTarget = {
      ...DEPLOYMENT,
      kind: 'IstioGateway',
      field: ['spec', 'overrides', 'c1', 'replicaCount'],
    };
    expect(await writing(kube).scale(target, 5)).toEqual({ resourceVersion: '11', value: 5 });
    expect(kube.calls.map(({ what }) => what)).toEqual([beta, stable]);
    expect(kube.calls[1]?.body).toEqual({
      metadata: { resourceVersion: '10' },
      spec: { overrides: { c1: { replicaCount: 5 } } },
    });
  });

  it('says what was stored, also when that is something else', async () => {
    const kube = scriptedKube({ [PATCH]: [object('11', { replicas: 4 })] });
    expect(await writing(kube).scale(DEPLOYMENT, 5)).toEqual({ resourceVersion: '11', value: 4 });
  });

  it('patches once more after a conflict that left the field alone', async () => {
    const kube = scriptedKube({
      [PATCH]: [failing('conflict', 409), object('13', { replicas: 5 })],
      [GET]: [object('12', { replicas: 2 })],
    });
    expect(await writing(kube).scale(DEPLOYMENT, 5)).toEqual({ resourceVersion: '13', value: 5 });
    expect(kube.calls.map(({ what }) => what)).toEqual([PATCH, GET, PATCH]);
    expect(kube.calls[2]?.body).toEqual({ metadata: { resourceVersion: '12' }, spec: { replicas: 5 } });
  });

  it('does the same for an HPA, whose status changes too', async () => {
    const what = 'autoscaling/v2/horizontalpodautoscalers n/x';
    const kube = scriptedKube({
      [`patch ${what}`]: [failing('conflict', 409), object('13', { minReplicas: 5 })],
      [`get ${what}`]: [object('12', { minReplicas: 2 })],
    });
    const target: ScaleTarget = { ...DEPLOYMENT, kind: 'HorizontalPodAutoscaler', field: ['spec', 'minReplicas'] };
    expect(await writing(kube).scale(target, 5)).toEqual({ resourceVersion: '13', value: 5 });
  });

  it('never repeats a patch of an IstioGateway that has changed', async () => {
    const what = 'patch istio.alibabacloud.com/v1beta1/istiogateways n/x';
    const kube = scriptedKube({
      [what]: [failing('conflict', 409), object('13', { replicaCount: 5 })],
      'get istio.alibabacloud.com/v1beta1/istiogateways n/x': [object('12', { replicaCount: 2 })],
    });
    const target: ScaleTarget = { ...DEPLOYMENT, kind: 'IstioGateway', field: ['spec', 'replicaCount'] };
    expect((await failureOf(writing(kube).scale(target, 5))).kind).toBe('conflict');
    expect(kube.calls.map((call) => call.what)).toEqual([what]);
  });

  it.each([
    ['the field was changed', [failing('conflict', 409)], 3, [PATCH, GET]],
    ['somebody set the very value', [failing('conflict', 409)], 5, [PATCH, GET]],
    ['it conflicts again', [failing('conflict', 409)], 2, [PATCH, GET, PATCH]],
  ])('throws the conflict when %s', async (_, patches, now, calls) => {
    const kube = scriptedKube({ [PATCH]: patches, [GET]: [object('12', { replicas: now })] });
    expect((await failureOf(writing(kube).scale(DEPLOYMENT, 5))).kind).toBe('conflict');
    expect(kube.calls.map(({ what }) => what)).toEqual(calls);
  });

  it.each([
    ['no answer', failing('unknown-outcome')],
    ['status 500', failing('unavailable', 500)],
  ])('reads back after %s and finds it done', async (_, failure) => {
    const kube = scriptedKube({ [PATCH]: [failure], [GET]: [object('12', { replicas: 5 })] });
    expect(await writing(kube).scale(DEPLOYMENT, 5)).toEqual({ resourceVersion: '12', value: 5 });
    expect(kube.calls.map(({ what }) => what)).toEqual([PATCH, GET]);
  });

  it.each([
    ['it was not done', object('10', { replicas: 2 })],
    ['that fails too', failing('deadline')],
  ])('reads back, never writes again, and throws the first failure when %s', async (_, look) => {
    const failure = failing('unknown-outcome');
    const kube = scriptedKube({ [PATCH]: [failure], [GET]: [look] });
    expect(await failureOf(writing(kube).scale(DEPLOYMENT, 5))).toBe(failure);
    expect(kube.calls.map(({ what }) => what)).toEqual([PATCH, GET]);
  });

  it.each([
    ['permission', 403],
    ['rejected', 422],
    ['not-found', 404],
    ['unavailable', undefined],
    ['deadline', undefined],
  ] as const)('throws %s at once', async (kind, status) => {
    const kube = scriptedKube({ [PATCH]: [failing(kind, status)] });
    expect((await failureOf(writing(kube).scale(DEPLOYMENT, 5))).kind).toBe(kind);
    expect(kube.calls).toHaveLength(1);
  });
});

describe('the journal', () => {
  const LOOK = 'get v1/configmaps n/gateway-autopilot';
  const CHANGE = 'patch v1/configmaps n/gateway-autopilot';
  const CREATE = 'create v1/configmaps n';
  const LABELS = { 'app.kubernetes.io/managed-by': 'gateway-autopilot' };
  const EVENT = '{"events":[{"at":"2026-11-22T12:00:00.000Z","from":2,"to":4}]}';
  const JOURNAL: Journal = {
    resourceVersion: undefined,
    freeze: undefined,
    gateways: {
      edge: {
        ok: true,
        value: { ...EMPTY_JOURNAL, events: [{ at: NOON, from: 2, to: 4, written: false, completedAt: undefined }] },
      },
    },
  };

  function stored(resourceVersion: string, data: object): object {
    return { metadata: { name: 'gateway-autopilot', resourceVersion }, data };
  }

  it('is created when there was none', async () => {
    const kube = scriptedKube({ [CREATE]: [stored('1', { 'edge.json': EVENT })] });
    expect(await writing(kube).record(JOURNAL)).toEqual({ ...JOURNAL, resourceVersion: '1' });
    expect(kube.calls).toEqual([
      {
        verb: 'create',
        what: CREATE,
        body: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'gateway-autopilot', namespace: 'n', labels: LABELS },
          data: { 'edge.json': EVENT },
        },
      },
    ]);
  });

  it('is a conflict when somebody created it meanwhile', async () => {
    const kube = scriptedKube({ [CREATE]: [failing('conflict', 409)] });
    expect((await failureOf(writing(kube).record(JOURNAL))).kind).toBe('conflict');
    expect(kube.calls).toHaveLength(1);
  });

  it('is patched where it differs, and entries of others stay', async () => {
    const before = {
      freeze: 'hands off, Kim',
      'edge.json': '{"events":[]}',
      'gone.json': '{"events":[]}',
      'same.json': '{ "events": [] }',
      'notes.txt': 'by somebody',
    };
    const kube = scriptedKube({
      [LOOK]: [stored('7', before)],
      [CHANGE]: [stored('8', { 'edge.json': EVENT })],
    });
    const journal: Journal = {
      resourceVersion: '7',
      freeze: { owner: 'unknown', reason: 'hands off, Kim', until: undefined },
      gateways: { ...JOURNAL.gateways, same: { ok: true, value: EMPTY_JOURNAL } },
    };
    expect((await writing(kube).record(journal)).resourceVersion).toBe('8');
    expect(kube.calls[1]).toEqual({
      verb: 'patch',
      what: CHANGE,
      body: {
        metadata: { resourceVersion: '7', labels: LABELS },
        data: { 'gone.json': null, 'edge.json': EVENT },
      },
    });
  });

  it('leaves an entry that is not understood as it is', async () => {
    const before = { 'hurt.json': 'replicas: 5', 'edge.json': '{"events":[]}' };
    const kube = scriptedKube({
      [LOOK]: [stored('7', before)],
      [CHANGE]: [stored('8', { ...before, 'edge.json': EVENT })],
    });
    const hurt = {
      ok: false,
      problem: expect.stringContaining('hurt.json in ConfigMap gateway-autopilot cannot be read: '),
      needsPerson: true,
    } as const;
    const journal: Journal = { ...JOURNAL, resourceVersion: '7', gateways: { ...JOURNAL.gateways, hurt } };
    expect(await writing(kube).record(journal)).toEqual({ ...journal, resourceVersion: '8' });
    expect(kube.calls[1]?.body).toEqual({
      metadata: { resourceVersion: '7', labels: LABELS },
      data: { 'edge.json': EVENT },
    });
  });

  it('takes a freeze away and puts one in', async () => {
    const freeze = { owner: 'kim', reason: 'audit', until: NOON };
    const frozen = '{"owner":"kim","reason":"audit","until":"2026-11-22T12:00:00.000Z"}';
    const kube = scriptedKube({ [LOOK]: [stored('7', { freeze: 'x' }), stored('7', {})], [CHANGE]: [stored('8', {})] });
    const empty = { resourceVersion: '7', freeze: undefined, gateways: {} };
    await writing(kube).record(empty);
    await writing(kube).record({ ...empty, freeze });
    expect(kube.calls.filter(({ verb }) => verb === 'patch').map(({ body }) => body)).toEqual([
      { metadata: { resourceVersion: '7', labels: LABELS }, data: { freeze: null } },
      { metadata: { resourceVersion: '7', labels: LABELS }, data: { freeze: frozen } },
    ]);
  });

  it('is not touched when it is no longer as it was seen', async () => {
    const kube = scriptedKube({ [LOOK]: [stored('9', {})] });
    const failure = await failureOf(writing(kube).record({ ...JOURNAL, resourceVersion: '7' }));
    expect(failure).toMatchObject({
      kind: 'conflict',
      message: 'kube patch configmaps: the journal is at 9, not at 7 as it was seen',
    });
    expect(kube.calls).toHaveLength(1);
  });

  it.each([
    ['created', undefined],
    ['changed', '7'],
  ])('is read back when it may have been %s', async (_, resourceVersion) => {
    const before = resourceVersion === undefined ? [] : [stored('7', {})];
    const kube = scriptedKube({
      [CREATE]: [failing('unknown-outcome')],
      [CHANGE]: [failing('unknown-outcome')],
      [LOOK]: [...before, stored('8', { 'edge.json': EVENT })],
    });
    expect(await writing(kube).record({ ...JOURNAL, resourceVersion })).toEqual({ ...JOURNAL, resourceVersion: '8' });
  });

  it('throws the failure when reading back shows that it was not written', async () => {
    const failure = failing('unknown-outcome');
    const kube = scriptedKube({ [CREATE]: [failure], [LOOK]: [failing('not-found', 404)] });
    expect(await failureOf(writing(kube).record(JOURNAL))).toBe(failure);
  });
});
