import http from 'node:http';
import net from 'node:net';
import OpenApiClient, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { parse } from 'yaml';
import { type Cloud, createCloud, type Listening } from '../../../rehearsal/cloud';
import { at } from '../../../rehearsal/cloud/json';
import { MINUTE } from '../../../shared/core/time';
import { CLUSTER, errorOf, NAMESPACE, REGION, START, smallCloud } from './faces';

let server: Listening;
afterEach(() => server.close());

interface SdkCall {
  readonly version?: string;
  readonly action?: string;
  readonly roa?: { readonly method: string; readonly path: string };
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly bytes?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call by the vendor's generic client. */
async function sdk(cloud: Cloud, call: SdkCall, url = server.url): Promise<unknown> {
  const endpoint = url.replace('http://', '');
  const client = new OpenApiClient(new Config({ ...cloud.credentials(), endpoint, protocol: 'HTTP' }));
  const params = new Params({
    action: call.action ?? 'DescribeMetricList',
    version: call.version ?? '2019-01-01',
    protocol: 'HTTP',
    method: call.roa?.method ?? 'POST',
    authType: 'AK',
    style: call.roa === undefined ? 'RPC' : 'ROA',
    pathname: call.roa?.path ?? '/',
    reqBodyType: call.bytes === undefined ? 'formData' : 'byte',
    bodyType: call.bytes === undefined ? 'json' : 'string',
  });
  const body = call.bytes === undefined ? call.form : Buffer.from(call.bytes);
  const request = new OpenApiRequest({
    query: call.query ?? {},
    headers: { connection: 'close', ...call.headers },
    ...(body === undefined ? {} : { body }),
  });
  return client.callApi(params, request, new RuntimeOptions({}));
}

const METRIC = { Namespace: 'acs_slb_dashboard', MetricName: 'InstanceNewConnection' };

describe('OpenAPI over HTTP', () => {
  it.each([
    ['an unknown action', { action: 'DescribeHappiness' }, 404, 'InvalidAction.NotFound'],
    ['a name from the prototype', { action: 'constructor' }, 404, 'InvalidAction.NotFound'],
    ['the version of another product', { version: '2020-01-11' }, 404, 'InvalidAction.NotFound'],
    ['a version that no product has', { version: '2018-01-01' }, 400, 'InvalidVersion'],
    [
      'a path of another operation',
      { version: '2015-12-15', action: 'DescribeClusterUserKubeconfig', roa: { method: 'GET', path: '/clusters/c' } },
      404,
      'InvalidAction.NotFound',
    ],
    [
      'another method',
      {
        version: '2015-12-15',
        action: 'DescribeClusterUserKubeconfig',
        roa: { method: 'PUT', path: '/k8s/c/user_config' },
      },
      404,
      'InvalidAction.NotFound',
    ],
  ])('refuses %s', async (_, call, statusCode, code) => {
    const cloud = smallCloud();
    server = await cloud.listen();
    expect(await errorOf(sdk(cloud, call))).toMatchObject({ statusCode, code });
  });

  it('takes parameters from a form as from the query', async () => {
    const cloud = smallCloud();
    server = await cloud.listen();
    const answer = await sdk(cloud, {
      query: { Namespace: METRIC.Namespace },
      form: { MetricName: METRIC.MetricName },
    });
    expect(answer).toMatchObject({ statusCode: 200, body: { Success: true } });
  });

  it('refuses in the shape that the vendor has', async () => {
    const cloud = smallCloud();
    server = await cloud.listen();
    const rpc = await errorOf(sdk(cloud, {}));
    expect(at(rpc, 'data')).toEqual({
      statusCode: 400,
      RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      HostId: 'rehearsal',
      Code: 'MissingParameter',
      Message: 'The input parameter "Namespace" that is mandatory for processing this request is not supplied.',
    });
    const roa = {
      version: '2015-12-15',
      action: 'DescribeClusterUserKubeconfig',
      roa: { method: 'GET', path: '/k8s/c-x/user_config' },
    };
    expect(at(await errorOf(sdk(cloud, roa)), 'data')).toEqual({
      statusCode: 404,
      requestId: expect.stringMatching(/^[0-9A-F-]{36}$/),
      code: 'ErrorClusterNotFound',
      message: 'cluster (c-x) not found in our records',
    });
  });

  it('refuses a call that is not signed', async () => {
    const cloud = smallCloud();
    server = await cloud.listen();
    const headers = { 'x-acs-version': '2019-01-01', 'x-acs-action': 'DescribeMetricList' };
    const answer = await fetch(server.url, { method: 'POST', headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ Code: 'IncompleteSignature' });
    expect(cloud.calls()).toEqual([
      { at: START, face: 'openapi', operation: 'cms.DescribeMetricList', status: 400, code: 'IncompleteSignature' },
    ]);
  });

  it('compares the date of a signature with the wall clock that it was given', async () => {
    const cloud = createCloud({ at: START, seed: 1, wallClock: () => Date.now() + 16 * MINUTE });
    server = await cloud.listen();
    expect(await errorOf(sdk(cloud, { query: METRIC }))).toMatchObject({ code: 'InvalidTimeStamp.Expired' });
  });

  it('can be the endpoint of one region', async () => {
    const cloud = smallCloud();
    cloud.step(5 * MINUTE);
    server = await cloud.listen({ region: 'cn-beijing' });
    const elsewhere = await sdk(cloud, { query: METRIC });
    expect(elsewhere).toMatchObject({ body: { Datapoints: '[]' } });
    const roa = {
      version: '2015-12-15',
      action: 'DescribeClusterUserKubeconfig',
      roa: { method: 'GET', path: `/k8s/${CLUSTER}/user_config` },
    };
    expect(await errorOf(sdk(cloud, roa))).toMatchObject({ code: 'ErrorClusterNotFound' });
  });

  it('invokes functions, and says in a header that a handler failed', async () => {
    const cloud = smallCloud();
    cloud.functions.deploy({
      region: REGION,
      name: 'echo',
      timeout: 1,
      memory: 128,
      handler: (event) => `got ${event}`,
    });
    cloud.functions.deploy({
      region: REGION,
      name: 'fail',
      timeout: 1,
      memory: 128,
      handler: () => Promise.reject(new TypeError('no')),
    });
    server = await cloud.listen();
    function invoke(name: string, headers = {}) {
      const roa = { method: 'POST', path: `/2023-03-30/functions/${name}/invocations` };
      return sdk(cloud, { version: '2023-03-30', action: 'InvokeFunction', roa, bytes: '{"a":1}', headers });
    }
    expect(await invoke('echo')).toMatchObject({ statusCode: 200, body: 'got {"a":1}' });
    const failed = await invoke('fail');
    expect(failed).toMatchObject({ statusCode: 200, headers: { 'x-fc-error-type': 'UnhandledInvocationError' } });
    expect(JSON.parse(String(at(failed, 'body')))).toMatchObject({ errorMessage: 'no', errorType: 'TypeError' });
    expect(await invoke('echo', { 'x-fc-invocation-type': 'Async' })).toMatchObject({ statusCode: 202, body: '' });
    expect(await cloud.functions.drain()).toMatchObject([
      { name: 'echo', tries: [{ status: 200, body: 'got {"a":1}' }] },
    ]);
    expect(await errorOf(invoke('none'))).toMatchObject({ statusCode: 404, code: 'FunctionNotFound' });
    cloud.functions.deploy({ region: 'cn-beijing', name: 'echo', timeout: 1, memory: 128, handler: () => 'other' });
    expect(await errorOf(invoke('echo'))).toMatchObject({ statusCode: 400, code: 'InvalidArgument' });
  });
});

describe('Kubernetes API over HTTP', () => {
  let token: string;

  async function start(cloud: Cloud): Promise<Cloud> {
    server = await cloud.listen();
    const roa = { method: 'GET', path: `/k8s/${CLUSTER}/user_config` };
    const answer = await sdk(cloud, { version: '2015-12-15', action: 'DescribeClusterUserKubeconfig', roa });
    const config = parse(String(at(answer, 'body', 'config')));
    expect(config.clusters[0].cluster.server).toBe(`${server.url}/kube/${CLUSTER}`);
    token = config.users[0].user.token;
    return cloud;
  }

  async function kube(method: string, path: string, contentType?: string, body?: string, bearer = token) {
    const headers = {
      authorization: `Bearer ${bearer}`,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
    const answer = await fetch(`${server.url}/kube/${CLUSTER}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: answer.status, body: isJson ? JSON.parse(text) : text };
  }

  const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/istio-ingressgateway`;
  const MERGE = 'application/merge-patch+json';
  const LIST = `/api/v1/namespaces/${NAMESPACE}/services`;

  it.each([
    ['no content type', undefined, '{"spec":{"replicas":4}}', 415],
    ['plain JSON', 'application/json', '{"spec":{"replicas":4}}', 415],
    ['a strategic merge patch', 'application/strategic-merge-patch+json', '{"spec":{"replicas":4}}', 415],
    ['what is not JSON', MERGE, '{"spec":', 400],
  ])('refuses to patch with %s', async (_, contentType, body, status) => {
    await start(smallCloud());
    expect(await kube('PATCH', DEPLOYMENT, contentType, body)).toMatchObject({
      status,
      body: { kind: 'Status', code: status },
    });
    expect(await kube('GET', DEPLOYMENT)).toMatchObject({ body: { spec: { replicas: 3 } } });
  });

  it('takes merge patches and JSON patches', async () => {
    await start(smallCloud());
    expect(await kube('PATCH', DEPLOYMENT, `${MERGE}; charset=utf-8`, '{"spec":{"replicas":4}}')).toMatchObject({
      status: 200,
      body: { spec: { replicas: 4 } },
    });
    const patch =
      '[{"op":"test","path":"/spec/replicas","value":4},{"op":"replace","path":"/spec/replicas","value":5}]';
    expect(await kube('PATCH', DEPLOYMENT, 'application/json-patch+json', patch)).toMatchObject({
      status: 200,
      body: { spec: { replicas: 5 } },
    });
  });

  it.each([
    ['PUT', DEPLOYMENT, 405],
    ['DELETE', `${DEPLOYMENT}/scale`, 405],
    ['POST', `/api/v1/namespaces/${NAMESPACE}/pods`, 405],
    ['DELETE', LIST, 405],
    ['GET', `${LIST}?watch=true`, 400],
    ['GET', '/healthz', 404],
  ])('refuses %s %s', async (method, path, status) => {
    await start(smallCloud());
    const body = method === 'PATCH' ? '{"spec":{"replicas":4}}' : undefined;
    expect(await kube(method, path, MERGE, body)).toMatchObject({ status });
  });

  it('refuses other tokens, and those of other clusters', async () => {
    const cloud = smallCloud();
    cloud.addCluster({ region: REGION, id: 'c-other' });
    await start(cloud);
    expect(await kube('GET', DEPLOYMENT, undefined, undefined, 'made-up')).toMatchObject({
      status: 401,
      body: { reason: 'Unauthorized' },
    });
    const other = await fetch(`${server.url}/kube/c-other${LIST}`, { headers: { authorization: `Bearer ${token}` } });
    expect(other.status).toBe(401);
    const nowhere = await fetch(`${server.url}/kube/c-nowhere${LIST}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(nowhere.status).toBe(404);
  });

  it('finds one object by its name, in one namespace or in all', async () => {
    await start(smallCloud());
    const query = '?fieldSelector=metadata.name=istio-ingressgateway-clb-2';
    expect((await kube('GET', `${LIST}${query}`)).body.items).toHaveLength(1);
    expect((await kube('GET', `/api/v1/services${query}`)).body.items).toHaveLength(1);
  });

  it('deletes only what the preconditions name', async () => {
    await start(smallCloud());
    const wrong = '{"preconditions":{"resourceVersion":"0"}}';
    expect(await kube('DELETE', DEPLOYMENT, 'application/json', wrong)).toMatchObject({ status: 409 });
    const { body } = await kube('GET', DEPLOYMENT);
    const right = JSON.stringify({ preconditions: { uid: body.metadata.uid } });
    expect(await kube('DELETE', `${DEPLOYMENT}?dryRun=All`, 'application/json', right)).toMatchObject({ status: 200 });
    expect(await kube('DELETE', DEPLOYMENT, 'application/json', right)).toMatchObject({
      status: 200,
      body: { status: 'Success' },
    });
    expect(await kube('GET', DEPLOYMENT)).toMatchObject({ status: 404 });
  });
});

describe('the server', () => {
  it('listens on loopback and leaves no port and no connection behind', async () => {
    server = await smallCloud().listen();
    const { hostname, port } = new URL(server.url);
    expect(hostname).toBe('127.0.0.1');
    const agent = new http.Agent({ keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      const request = http.get(`${server.url}/kube/c/version`, { agent }, (response) =>
        response.resume().on('end', resolve),
      );
      request.on('error', reject);
    });
    const [idle] = Object.values(agent.freeSockets).flat();
    const ended = new Promise((resolve) => idle?.once('close', () => resolve('closed')));
    await server.close();
    expect(await ended).toBe('closed');
    const refused = await new Promise((resolve) => {
      net.connect(Number(port), hostname).once('error', (error) => resolve((error as NodeJS.ErrnoException).code));
    });
    expect(refused).toBe('ECONNREFUSED');
    server = await smallCloud().listen();
  });

  it('closes while an answer is being held back', async () => {
    const cloud = smallCloud();
    server = await cloud.listen();
    cloud.faults.delay({ operation: /./, by: 60_000 });
    const waiting = errorOf(fetch(`${server.url}/kube/c/version`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    expect((await waiting).message).toBe('fetch failed');
    server = await cloud.listen();
  });
});
