import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { startFunction } from './function-process';
import { CERTIFICATE, closeServers, httpServer, httpsServer, KEY } from './loopback-servers';

const ROOT = path.resolve(__dirname, '../..');
const STAND_INS = path.join(__dirname, 'functions');

let out: string;

/** The example, told apart by its first line. */
const CONFIGURATION = `# built by a test\n${readFileSync(path.join(ROOT, 'autopilot.example.yaml'), 'utf8')}`;

function build(...options: readonly string[]): string {
  const args = ['scripts/build.mjs', '--out', out, ...options];
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
}

/** Names of the packages whose code a bundle holds, from its source map. */
function packagesIn(sourceMap: string): readonly string[] {
  const { sources } = JSON.parse(readFileSync(sourceMap, 'utf8')) as { readonly sources: readonly string[] };
  const names = sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

function kubeconfig(cluster: object, user: object): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  });
}

/** Invokes the stand-in once in a process of its own. */
async function askOnce(request: object, environment: Record<string, string> = {}) {
  const running = await startFunction(path.join(out, 'ask-cluster'), environment);
  const outcome = await running.invoke(JSON.stringify(request));
  return { outcome, ...(await running.end()) };
}

beforeAll(() => {
  out = mkdtempSync(path.join(tmpdir(), 'gateway-autopilot-build-'));
  const config = path.join(out, 'some.yaml');
  writeFileSync(config, CONFIGURATION);
  build('--functions', STAND_INS, '--config', config, '--source-maps');
}, 180_000);

afterEach(closeServers);

afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('what the build writes', () => {
  it('is one file of code and the configuration, nothing else', () => {
    expect(readdirSync(path.join(out, 'ask-cluster')).sort()).toEqual(['autopilot.yaml', 'index.js']);
    expect(readFileSync(path.join(out, 'ask-cluster/autopilot.yaml'), 'utf8')).toBe(CONFIGURATION);
  });

  it('keeps the source map apart from what is deployed', () => {
    expect(readdirSync(path.join(out, 'source-maps')).sort()).toEqual([
      'ask-cluster.js.map',
      'ask-service.fc2.js.map',
      'ask-service.js.map',
    ]);
    expect(readFileSync(path.join(out, 'ask-cluster/index.js'), 'utf8')).not.toContain('sourceMappingURL');
  });

  it('holds Kubernetes client, OpenAPI client, zod and yaml in less than 500 KB', () => {
    expect(statSync(path.join(out, 'ask-cluster/index.js')).size).toBeLessThan(500_000);
  });

  it('holds these packages and no others', () => {
    expect(packagesIn(path.join(out, 'source-maps/ask-cluster.js.map'))).toEqual([
      '@alicloud/credentials',
      '@alicloud/gateway-spi',
      '@alicloud/openapi-client',
      '@alicloud/openapi-util',
      '@alicloud/tea-typescript',
      '@alicloud/tea-util',
      '@alicloud/tea-xml',
      '@darabonba/typescript',
      '@kubernetes/client-node',
      'httpx',
      'js-yaml',
      'kitx',
      'node-fetch',
      'yaml',
      'zod',
    ]);
  });

  it.each([
    ['no folder', ['--functions', 'no-such-folder'], 'there is no folder'],
    ['a function without index.ts', ['--functions', 'test', '--config', 'autopilot.example.yaml'], 'has no index.ts'],
    [
      'no configuration',
      ['--functions', 'test/build/functions', '--config', 'absent.yaml'],
      'There is no configuration',
    ],
    [
      'a configuration that the functions would refuse',
      ['--functions', 'test/build/functions', '--config', 'package.json'],
      'package.json:1:1 regions: is missing',
    ],
    ['an option that it does not have', ['--no-such-option'], '--no-such-option'],
  ])('is nothing, with the reason, for %s', (_, options, reason) => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', '--out', out, ...options], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
  });
});

describe('a package that is read when it is needed', () => {
  const CALL = { service: 'gateways/watch' };

  async function asked(folder: string, request: object, environment: Record<string, string> = {}) {
    const port = await httpServer(({ method, url, headers }) => ({
      body: { asked: `${method} ${url}`, by: headers.authorization, token: headers['x-fc-security-token'] },
    }));
    const running = await startFunction(folder, environment);
    const outcome = await running.invoke(JSON.stringify({ endpoint: `http://127.0.0.1:${port}`, ...request }));
    return { outcome, ...(await running.end()) };
  }

  it('is a file of its own, and holds what invoking takes and nothing else', () => {
    expect(readdirSync(path.join(out, 'ask-service')).sort()).toEqual(['autopilot.yaml', 'fc2.js', 'index.js']);
    expect(statSync(path.join(out, 'ask-service/fc2.js')).size).toBeLessThan(30_000);
    expect(packagesIn(path.join(out, 'source-maps/ask-service.fc2.js.map'))).toEqual([
      '@alicloud/fc2',
      'httpx',
      'kitx',
    ]);
    expect(packagesIn(path.join(out, 'source-maps/ask-service.js.map'))).toEqual(['zod']);
  });

  it('is found when it is needed, and signs with the credentials that it was given', async () => {
    const { outcome, code } = await asked(path.join(out, 'ask-service'), CALL);
    if (!('result' in outcome)) throw new Error(JSON.stringify(outcome));
    expect(JSON.parse(String(outcome.result))).toEqual({
      asked: 'POST /2016-08-15/services/gateways/functions/watch/invocations',
      by: expect.stringMatching(/^FC STS\.an-id:[A-Za-z0-9+/]{43}=$/),
      token: 'a-token',
    });
    expect(code).toBe(0);
  });

  it('is not read at the start', async () => {
    const without = path.join(out, 'ask-service-alone');
    mkdirSync(without);
    for (const file of ['index.js', 'autopilot.yaml']) {
      cpSync(path.join(out, 'ask-service', file), path.join(without, file));
    }
    expect((await asked(without, {})).outcome).toEqual({ result: 'nobody was asked' });
    expect((await asked(without, CALL)).outcome).toMatchObject({
      error: { message: expect.stringContaining('fc2.js') },
    });
  });

  it('prints nothing of what it sends, even with the variable DEBUG set', async () => {
    const { outcome, printed } = await asked(path.join(out, 'ask-service'), CALL, { DEBUG: '*' });
    expect(outcome).toMatchObject({ result: expect.stringContaining('a-token') });
    expect(printed).toBe('');
  });

  it('cannot be read at the start by mistake', () => {
    const folder = path.join(out, 'mistaken');
    mkdirSync(path.join(folder, 'f'), { recursive: true });
    writeFileSync(
      path.join(folder, 'f/index.ts'),
      "import Client from '@alicloud/fc2';\nexport const handler = Client;\n",
    );
    const args = ['scripts/build.mjs', '--out', out, '--functions', folder, '--config', 'autopilot.example.yaml'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('must load @alicloud/fc2 by import()');
  });
});

describe('a bundle talking to a cluster', () => {
  it('sends the token of the kubeconfig', async () => {
    const port = await httpServer(({ url, headers }) => ({ body: [url, headers.authorization] }));
    const config = kubeconfig(
      { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
      { token: 'a-token' },
    );
    const { outcome, code } = await askOnce({ of: 'cluster', kubeconfig: config, path: '/api/v1/pods' });
    expect(outcome).toEqual({ result: '200 ["/api/v1/pods","Bearer a-token"]' });
    expect(code).toBe(0);
  });

  it('shows the client certificate of the kubeconfig to a server that the kubeconfig trusts', async () => {
    const port = await httpsServer(({ socket }) => ({ body: (socket as TLSSocket).getPeerCertificate().subject.CN }));
    const config = kubeconfig(
      { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': CERTIFICATE.toString('base64') },
      { 'client-certificate-data': CERTIFICATE.toString('base64'), 'client-key-data': KEY.toString('base64') },
    );
    const { outcome } = await askOnce({ of: 'cluster', kubeconfig: config, path: '/' });
    expect(outcome).toEqual({ result: '200 "loopback tests only"' });
  });

  it('does not trust a server that the kubeconfig does not', async () => {
    const port = await httpsServer(() => ({ body: 'answered' }));
    const config = kubeconfig({ server: `https://127.0.0.1:${port}` }, { token: 'a-token' });
    const { outcome } = await askOnce({ of: 'cluster', kubeconfig: config, path: '/' });
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining('self-signed certificate') } });
  });

  it.each([
    [
      'runs a command',
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: ['touched'] } },
    ],
    ['reads a file', { 'auth-provider': { name: 'tokenFile', config: { tokenFile: 'invoke.cjs' } } }],
    ['logs in to OpenID', { 'auth-provider': { name: 'oidc', config: { 'id-token': 'x' } } }],
    ['logs in to Google', { 'auth-provider': { name: 'gcp', config: { 'cmd-path': 'touch', 'cmd-args': 'touched' } } }],
    ['logs in to Azure', { 'auth-provider': { name: 'azure', config: { 'access-token': 'x' } } }],
  ])('refuses a kubeconfig that %s', async (_, user) => {
    const requests: unknown[] = [];
    const port = await httpServer(({ url }) => ({ body: requests.push(url) }));
    const config = kubeconfig({ server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }, user);
    const { outcome } = await askOnce({ of: 'cluster', kubeconfig: config, path: '/' });
    expect(outcome).toEqual({
      error: {
        name: 'Error',
        message: 'the kubeconfig asks for exec or auth-provider; only certificates and tokens are supported',
      },
    });
    expect(requests).toEqual([]);
  });

  it.each(['http://127.0.0.1:9', 'socks5://127.0.0.1:9'])('refuses a kubeconfig with the proxy %s', async (proxy) => {
    const cluster = { server: 'https://127.0.0.1:9', 'proxy-url': proxy };
    const { outcome } = await askOnce({
      of: 'cluster',
      kubeconfig: kubeconfig(cluster, { token: 'a-token' }),
      path: '/',
    });
    expect(outcome).toEqual({
      error: { name: 'Error', message: 'the kubeconfig has a proxy-url; clusters are reached without a proxy' },
    });
  });
});

describe('a bundle calling the cloud', () => {
  it('signs with the credentials that it was given', async () => {
    const port = await httpServer(({ headers }) => ({
      body: { action: headers['x-acs-action'], token: headers['x-acs-security-token'], by: headers.authorization },
    }));
    const { outcome } = await askOnce({ of: 'cloud', endpoint: `127.0.0.1:${port}`, credentials: 'context' });
    expect(outcome).toEqual({ result: expect.stringContaining('"token":"a-token"') });
    expect(outcome).toEqual({ result: expect.stringContaining('ACS3-HMAC-SHA256 Credential=an-id,SignedHeaders=') });
    expect(outcome).toEqual({ result: expect.stringContaining('"action":"DescribeLoadBalancers"') });
  });

  it('takes an error in XML like any other that is no JSON object, without a parser for it', async () => {
    const xml = { status: 503, type: 'text/xml;charset=utf-8', body: '<Error><Code>Busy</Code></Error>' };
    const port = await httpServer(() => xml);
    const { outcome } = await askOnce({ of: 'cloud', endpoint: `127.0.0.1:${port}`, credentials: 'context' });
    expect(outcome).toEqual({ error: { name: 'Error', message: 'The value is not a object' } });
  });

  it('refuses credentials from elsewhere', async () => {
    const { outcome } = await askOnce({ of: 'cloud', endpoint: '127.0.0.1:9', credentials: 'elsewhere' });
    expect(outcome).toEqual({
      error: {
        name: 'Error',
        message: 'credentials come from the context of the invocation; no other source is supported',
      },
    });
  });

  it('prints nothing of what it sends, even with the variable DEBUG set', async () => {
    const port = await httpServer(() => ({ body: { RequestId: 'r' } }));
    const request = { of: 'cloud', endpoint: `127.0.0.1:${port}`, credentials: 'context' };
    const { outcome, printed } = await askOnce(request, { DEBUG: '*' });
    expect(outcome).toMatchObject({ result: expect.stringContaining('"RequestId":"r"') });
    expect(printed).toBe('');
  });
});

it('goes on after it was frozen between two calls', async () => {
  let calls = 0;
  const port = await httpServer(() => {
    calls += 1;
    return { body: calls };
  });
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
  const event = JSON.stringify({ of: 'cluster', kubeconfig: kubeconfig(cluster, { token: 'a-token' }), path: '/' });
  const running = await startFunction(path.join(out, 'ask-cluster'));
  expect(await running.invoke(event)).toEqual({ result: '200 1' });
  await running.freeze(300);
  expect(await running.invoke(event)).toEqual({ result: '200 2' });
  expect(await running.end()).toEqual({ code: 0, printed: '' });
});

it('says in English what is wrong with an event', async () => {
  const { outcome } = await askOnce({ of: 'cluster', kubeconfig: 7, path: '/' });
  expect(outcome).toMatchObject({ error: { message: expect.stringContaining('expected string, received number') } });
});
