import { readKubeconfig } from '../../../shared/cloud/kubeconfig';
import { CloudError } from '../../../shared/errors';

const CA = Buffer.from('CA-PEM').toString('base64');
const CERT = Buffer.from('CERT-PEM').toString('base64');
const KEY = Buffer.from('KEY-PEM').toString('base64');

/** As DescribeClusterUserKubeconfig documents its `config`. */
const ACK = `apiVersion: v1
clusters:
- cluster:
    server: https://10.0.0.1:6443
    certificate-authority-data: ${CA}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: "2000"
  name: 2000-c1
current-context: 2000-c1
kind: Config
preferences: {}
users:
- name: "2000"
  user:
    client-certificate-data: ${CERT}
    client-key-data: ${KEY}
`;

function kubeconfig(cluster: object, user: object): string {
  return JSON.stringify({
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  });
}

const HTTPS = { server: 'https://10.0.0.1:6443' };
const TOKEN = { token: 'secret-token' };

it('reads what CS hands out', () => {
  expect(readKubeconfig(ACK)).toEqual({
    server: 'https://10.0.0.1:6443',
    ca: 'CA-PEM',
    client: { cert: 'CERT-PEM', key: 'KEY-PEM' },
    token: undefined,
    serverName: undefined,
  });
});

it('reads a token, a server name and JSON, and takes the slash off the server', () => {
  const text = kubeconfig({ server: 'https://10.0.0.1:6443/', 'tls-server-name': 'kubernetes' }, TOKEN);
  expect(readKubeconfig(text)).toEqual({
    server: 'https://10.0.0.1:6443',
    ca: undefined,
    client: undefined,
    token: 'secret-token',
    serverName: 'kubernetes',
  });
});

it.each([{ server: 'http://127.0.0.1:8080', 'insecure-skip-tls-verify': true }, { server: 'http://localhost:1' }])(
  'takes plain HTTP on loopback: %p',
  (cluster) => {
    expect(readKubeconfig(kubeconfig(cluster, TOKEN)).token).toBe('secret-token');
  },
);

describe('what the YAML parser says', () => {
  const warnings: unknown[] = [];
  beforeEach(() => {
    warnings.length = 0;
    for (const print of [
      jest.spyOn(process, 'emitWarning'),
      jest.spyOn(console, 'warn'),
      jest.spyOn(process.stderr, 'write'),
    ]) {
      print.mockImplementation((...said: unknown[]) => {
        warnings.push(said);
        return true;
      });
    }
  });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['an unknown tag', ACK.replace('kind: Config', 'kind: !secret-token Config')],
    ['a key that is a list', `${ACK}? [secret-token]\n: 1\n`],
  ])('is not printed: %s', (_, text) => {
    expect(readKubeconfig(text).server).toBe('https://10.0.0.1:6443');
    expect(warnings).toEqual([]);
  });

  it('is not passed on', () => {
    const read = () => readKubeconfig('users: [\n  secret-token: }');
    expect(read).toThrow('kubeconfig: the kubeconfig cannot be used: it is not YAML');
    expect(read).not.toThrow('secret-token');
    expect(warnings).toEqual([]);
  });
});

it.each([
  ['nothing', '', 'expected object'],
  ['an empty object', '{}', 'current-context'],
  ['no current context', ACK.replace('current-context: 2000-c1', ''), 'current-context'],
  [
    'a context that is not there',
    ACK.replace('current-context: 2000-c1', 'current-context: other'),
    'no context other',
  ],
  ['a cluster that is not there', ACK.replace('cluster: kubernetes', 'cluster: other'), 'no cluster other'],
  ['a user that is not there', ACK.replace('user: "2000"', 'user: "3000"'), 'no user 3000'],
  ['broken YAML', 'a: [1, 2\nb: }', 'not YAML'],
  ['HTML', '<html>no</html>', 'expected object'],
  ['a server that is no URL', kubeconfig({ server: 'over there' }, TOKEN), 'server: is not a URL'],
  ['plain HTTP elsewhere', kubeconfig({ server: 'http://10.0.0.1' }, TOKEN), 'must be https'],
  ['another protocol', kubeconfig({ server: 'ftp://127.0.0.1' }, TOKEN), 'must be https'],
  ['no verification', kubeconfig({ ...HTTPS, 'insecure-skip-tls-verify': true }, TOKEN), 'nobody verified'],
  ['a proxy', kubeconfig({ ...HTTPS, 'proxy-url': 'http://p' }, TOKEN), 'proxy-url: is not supported'],
  ['a CA file', kubeconfig({ ...HTTPS, 'certificate-authority': '/ca' }, TOKEN), 'certificate-authority: is not'],
  ['a program', kubeconfig(HTTPS, { exec: { command: 'sh' } }), 'exec: is not supported'],
  ['an auth provider', kubeconfig(HTTPS, { 'auth-provider': { name: 'gcp' } }), 'auth-provider: is not supported'],
  ['a token file', kubeconfig(HTTPS, { tokenFile: '/t' }), 'tokenFile: is not supported'],
  ['a key file', kubeconfig(HTTPS, { 'client-key': '/k' }), 'client-key: is not supported'],
  ['another identity', kubeconfig(HTTPS, { ...TOKEN, as: 'root' }), 'as: is not supported'],
  ['a password', kubeconfig(HTTPS, { username: 'u', password: 'secret-token' }), 'username: is not supported'],
  ['nobody', kubeconfig(HTTPS, {}), 'no client certificate and no token'],
  ['a certificate without a key', kubeconfig(HTTPS, { 'client-certificate-data': CERT }), 'come together'],
  ['a CA that is not base64', kubeconfig({ ...HTTPS, 'certificate-authority-data': '***' }, TOKEN), 'base64'],
])('refuses %s', (_, text, message) => {
  const read = () => readKubeconfig(text);
  expect(read).toThrow(CloudError);
  expect(read).toThrow(message);
  expect(read).toThrow(expect.objectContaining({ kind: 'unreadable', operation: 'kubeconfig' }));
  expect(read).not.toThrow('secret-token');
});
