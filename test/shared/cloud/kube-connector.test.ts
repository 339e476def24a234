import { SERVICE } from '../../../shared/cloud/kinds';
import { createKubeConnector, type KubeconfigCache } from '../../../shared/cloud/kube-connector';
import type { ClusterApi, OpenApi } from '../../../shared/cloud/seams';
import { CloudError } from '../../../shared/errors';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';
import { json, RESETS, type Reply, type ScriptedServer, SILENCES, serve } from './scripted-server';
import { timeLeft, virtualClock } from './virtual-clock';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const ACK: ClusterApi = { of: 'ack', region: 'cn-hangzhou', id: 'c1', privateApi: true };
const ASM: ClusterApi = { of: 'asm', region: 'cn-hangzhou', id: 'm1', privateApi: false };

let server: ScriptedServer;
let closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing) close();
  closing = [];
  await server.close();
});

function kubeconfig(token: string): string {
  return JSON.stringify({
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: server.url } }],
    users: [{ name: 'u', user: { token } }],
  });
}

function connecting(openApi: OpenApi, clock = virtualClock(NOW), cache: KubeconfigCache = new Map()) {
  const connector = createKubeConnector({ openApi, clock, deadline: timeLeft(5_000), cache });
  closing.push(connector.close);
  return connector;
}

/** Accepts one token only. */
function knowing(token: string): Reply {
  return (res, seen) => {
    const known = seen.headers.authorization === `Bearer ${token}`;
    json(known ? { items: [token] } : { reason: 'Unauthorized' }, known ? 200 : 401)(res, seen);
  };
}

it('asks CS for a private kubeconfig of an hour and calls the cluster with it', async () => {
  server = await serve(knowing('t1'));
  const api = scriptedApi({ config: kubeconfig('t1'), expiration: '2026-11-22T13:00:00Z' });
  const kube = await connecting(api).open(ACK);
  expect(await kube.list(SERVICE, 'n')).toEqual(['t1']);
  expect(api.calls).toEqual([
    {
      product: 'cs',
      region: 'cn-hangzhou',
      action: 'DescribeClusterUserKubeconfig',
      roa: { method: 'GET', path: '/k8s/c1/user_config' },
      query: { PrivateIpAddress: true, TemporaryDurationMinutes: 60 },
      effect: 'read',
    },
  ]);
});

it('asks ASM', async () => {
  server = await serve(knowing('t1'));
  const api = scriptedApi({ Kubeconfig: kubeconfig('t1'), ExpireTime: '2027-01-01 00:00:00' });
  const kube = await connecting(api).open(ASM);
  expect(await kube.list(SERVICE, 'n')).toEqual(['t1']);
  expect(api.calls).toEqual([
    {
      product: 'servicemesh',
      region: 'cn-hangzhou',
      action: 'DescribeServiceMeshKubeconfig',
      query: { ServiceMeshId: 'm1', PrivateIpAddress: false },
      effect: 'read',
    },
  ]);
});

describe('how long a kubeconfig is kept', () => {
  it.each([
    ['ACK, 60 minutes', ACK, { expiration: '2026-11-22T13:00:00Z' }, 55],
    ['ACK, 20 minutes', ACK, { expiration: '2026-11-22T12:20:00Z' }, 15],
    ['ACK, three years: an hour all the same', ACK, { expiration: '2029-11-22T12:00:00Z' }, 55],
    ['ACK, with an offset', ACK, { expiration: '2026-11-22T20:20:00+08:00' }, 15],
    ['ASM, read as UTC+8', ASM, { ExpireTime: '2026-11-22 20:30:00' }, 25],
    ['ASM, far away', ASM, { ExpireTime: '2036-11-22 20:30:00' }, 55],
  ])('%s', async (_, cluster, end, minutes) => {
    server = await serve(json({ items: [] }));
    const clock = virtualClock(NOW);
    const text = kubeconfig('t');
    const api = scriptedApi({ config: text, Kubeconfig: text, ...end });
    const cache: KubeconfigCache = new Map();
    await connecting(api, clock, cache).open(cluster);
    clock.advance(minutes * MINUTE - 1);
    await connecting(api, clock, cache).open(cluster);
    expect(api.calls).toHaveLength(1);
    clock.advance(1);
    await connecting(api, clock, cache).open(cluster);
    expect(api.calls).toHaveLength(2);
  });

  it.each([
    ['missing', undefined],
    ['not a time', 'soon'],
    ['over', '2026-11-22T11:00:00Z'],
    ['a number', 17],
  ])('uses it once when its end is %s', async (_, expiration) => {
    server = await serve(json({ items: [] }));
    const api = scriptedApi({ config: kubeconfig('t'), expiration });
    const connector = connecting(api);
    await (await connector.open(ACK)).list(SERVICE, 'n');
    await connector.open(ACK);
    expect(api.calls).toHaveLength(2);
  });

  it('keeps clusters, regions, kinds and the private address apart', async () => {
    server = await serve(json({ items: [] }));
    const text = kubeconfig('t');
    const api = scriptedApi({ config: text, Kubeconfig: text, expiration: '2026-11-22T13:00:00Z' });
    const connector = connecting(api);
    const others: readonly ClusterApi[] = [
      ACK,
      { ...ACK, id: 'c2' },
      { ...ACK, region: 'cn-beijing' },
      { ...ACK, privateApi: false },
      { ...ACK, of: 'asm' },
    ];
    for (const other of others) await connector.open(other);
    expect(api.calls).toHaveLength(5);
  });

  it('lets openers at the same time share one fetch', async () => {
    server = await serve(knowing('t1'));
    const api = scriptedApi({ config: kubeconfig('t1'), expiration: '2026-11-22T13:00:00Z' });
    const connector = connecting(api);
    await Promise.all([connector.open(ACK), connector.open(ACK), connector.open(ACK)]);
    expect(api.calls).toHaveLength(1);
  });

  it('does not remember a fetch that failed', async () => {
    server = await serve(knowing('t1'));
    const api = scriptedApi(new CloudError('no', { kind: 'unavailable', operation: 'cs.X' }), {
      config: kubeconfig('t1'),
      expiration: '2026-11-22T13:00:00Z',
    });
    const connector = connecting(api);
    expect((await failureOf(connector.open(ACK))).kind).toBe('unavailable');
    expect(await (await connector.open(ACK)).list(SERVICE, 'n')).toEqual(['t1']);
  });
});

describe('a kubeconfig that is of no use', () => {
  const END = { expiration: '2026-11-22T13:00:00Z' };

  it('is not kept when it cannot be read', async () => {
    server = await serve(knowing('t1'));
    const api = scriptedApi({ config: '{}', ...END }, { config: kubeconfig('t1'), ...END });
    const cache: KubeconfigCache = new Map();
    const connector = connecting(api, virtualClock(NOW), cache);
    expect((await failureOf(connector.open(ACK))).kind).toBe('unreadable');
    expect([...cache.keys()]).toEqual([]);
    expect(await (await connector.open(ACK)).list(SERVICE, 'n')).toEqual(['t1']);
    expect([...cache.keys()]).toEqual(['ack/cn-hangzhou/c1/private']);
  });

  it.each([
    ['nobody listens', undefined, 'unavailable'],
    ['the connection is cut', RESETS['a reset before the answer'], 'unavailable'],
    ['nothing comes', SILENCES['no headers'], 'timeout'],
  ])('is dropped when %s, so that the next invocation fetches another', async (_, reply, kind) => {
    server = await serve(reply ?? json({}));
    const api = scriptedApi({ config: kubeconfig('t1'), ...END });
    const cache: KubeconfigCache = new Map();
    const first = createKubeConnector({ openApi: api, clock: virtualClock(NOW), deadline: timeLeft(300), cache });
    closing.push(first.close);
    const kube = await first.open(ACK);
    expect([...cache.keys()]).toEqual(['ack/cn-hangzhou/c1/private']);
    if (reply === undefined) await server.close();
    expect((await failureOf(kube.list(SERVICE, 'n'))).kind).toBe(kind);
    expect([...cache.keys()]).toEqual([]);
    await connecting(api, virtualClock(NOW), cache).open(ACK);
    expect(api.calls).toHaveLength(2);
    if (reply === undefined) server = await serve(json({}));
  });

  it.each([403, 404, 409, 500])('is kept when the cluster answers %i', async (status) => {
    server = await serve(json({ reason: 'No' }, status));
    const cache: KubeconfigCache = new Map();
    const kube = await connecting(scriptedApi({ config: kubeconfig('t1'), ...END }), virtualClock(NOW), cache).open(
      ACK,
    );
    expect((await failureOf(kube.list(SERVICE, 'n'))).status).toBe(status);
    expect([...cache.keys()]).toEqual(['ack/cn-hangzhou/c1/private']);
  });
});

describe('after closing', () => {
  const fresh = () => ({ config: kubeconfig('new'), expiration: '2026-11-22T13:00:00Z' });

  it('nothing is opened', async () => {
    server = await serve(knowing('new'));
    const api = scriptedApi(fresh());
    const connector = connecting(api);
    connector.close();
    expect(await failureOf(connector.open(ACK))).toMatchObject({
      kind: 'deadline',
      message: 'kube open: the invocation is over, nothing was sent',
    });
    expect(api.calls).toHaveLength(0);
  });

  it('an opening that waits for its kubeconfig is refused when it comes', async () => {
    server = await serve(knowing('new'));
    const connector = connecting(scriptedApi(new Promise((resolve) => setImmediate(() => resolve(fresh())))));
    const failed = failureOf(connector.open(ACK));
    connector.close();
    expect((await failed).kind).toBe('deadline');
  });

  it('what was opened makes no call', async () => {
    server = await serve(knowing('new'));
    const connector = connecting(scriptedApi(fresh()));
    const kube = await connector.open(ACK);
    connector.close();
    expect((await failureOf(kube.list(SERVICE, 'n'))).kind).toBe('deadline');
    expect(server.seen).toHaveLength(0);
  });

  it('a call that was refused with 401 is not made once more', async () => {
    server = await serve(knowing('new'));
    const stale = { config: kubeconfig('old'), expiration: '2026-11-22T13:00:00Z' };
    const api = scriptedApi(stale, fresh());
    const connector = connecting({
      call: async (call) => {
        if (api.calls.length === 1) connector.close();
        return await api.call(call);
      },
    });
    const kube = await connector.open(ACK);
    expect((await failureOf(kube.patch(SERVICE, 'n', 'gw', {}))).kind).toBe('deadline');
    expect(server.seen).toHaveLength(1);
  });
});

describe('401 from the cluster', () => {
  const fresh = () => ({ config: kubeconfig('new'), expiration: '2026-11-22T13:00:00Z' });
  const stale = () => ({ config: kubeconfig('old'), expiration: '2026-11-22T13:00:00Z' });

  it('fetches another kubeconfig and makes a read and a write once more', async () => {
    server = await serve(knowing('new'));
    const api = scriptedApi(stale(), fresh());
    const cache: KubeconfigCache = new Map();
    const kube = await connecting(api, virtualClock(NOW), cache).open(ACK);
    expect(await kube.patch(SERVICE, 'n', 'gw', { a: 1 })).toEqual({ items: ['new'] });
    expect(await kube.list(SERVICE, 'n')).toEqual(['new']);
    expect(server.seen.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ['PATCH', 'Bearer old'],
      ['PATCH', 'Bearer new'],
      ['GET', 'Bearer new'],
    ]);
    expect(api.calls).toHaveLength(2);
    expect([...cache.keys()]).toEqual(['ack/cn-hangzhou/c1/private']);
    expect(cache.get('ack/cn-hangzhou/c1/private')?.kubeconfig).toContain('new');
  });

  it('fetches once for calls side by side', async () => {
    server = await serve(knowing('new'));
    const api = scriptedApi(stale(), fresh());
    const kube = await connecting(api).open(ACK);
    const lists = await Promise.all([1, 2, 3, 4].map(() => kube.list(SERVICE, 'n')));
    expect(lists).toEqual([['new'], ['new'], ['new'], ['new']]);
    expect(api.calls).toHaveLength(2);
  });

  it('gives up when the other one is refused too', async () => {
    server = await serve(knowing('never'));
    const api = scriptedApi(stale(), fresh());
    const kube = await connecting(api).open(ACK);
    expect(await failureOf(kube.list(SERVICE, 'n'))).toMatchObject({ kind: 'permission', status: 401 });
    expect(server.seen).toHaveLength(2);
    expect(api.calls).toHaveLength(2);
  });

  it('does not do so for 403', async () => {
    server = await serve(json({ reason: 'Forbidden' }, 403));
    const api = scriptedApi(stale());
    const kube = await connecting(api).open(ACK);
    expect((await failureOf(kube.list(SERVICE, 'n'))).status).toBe(403);
    expect(api.calls).toHaveLength(1);
  });
});

it.each([
  [ACK, {}, 'cs.DescribeClusterUserKubeconfig: the answer cannot be read: config: '],
  [ACK, { config: '' }, 'cs.DescribeClusterUserKubeconfig: the answer cannot be read: config: '],
  [ASM, { Kubeconfig: 3 }, 'servicemesh.DescribeServiceMeshKubeconfig: the answer cannot be read: Kubeconfig: '],
  [ACK, { config: '{}' }, 'kubeconfig: the kubeconfig cannot be read: current-context: '],
])('refuses %p answering %p', async (cluster, answer, message) => {
  server = await serve(json({}));
  const failure = await failureOf(connecting(scriptedApi(answer)).open(cluster));
  expect(failure.kind).toBe('unreadable');
  expect(failure.message).toContain(message);
});
