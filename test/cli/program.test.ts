import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasColour } from '../../cli/process-world';
import { emulatedAccount } from '../../rehearsal/emulated-account';
import { loadConfiguration } from '../../shared/config/load';
import { EXAMPLE, type Ran } from './a-world';

/** Starting it, with the SDKs from source, takes seconds on a busy machine. */
jest.setTimeout(180_000);

const PROGRAM = path.resolve(__dirname, '../../cli/gateway-autopilot.mjs');
/** Another configuration than that of other tests has another memory. */
const CONFIGURATION = EXAMPLE.replace('scaleInBelow: 240', 'scaleInBelow: 241');
const SECRET = 'a-secret-that-nobody-may-see';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gateway-autopilot-cli-'));
  writeFileSync(path.join(folder, 'autopilot.yaml'), CONFIGURATION);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The program as a shell without a terminal starts it. */
async function start(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const [code] = await once(child, 'close');
  return { code: Number(code), out, errors };
}

it('is started from any folder, and reads the configuration there', async () => {
  const usable = await start(['validate']);
  expect([usable.code, usable.errors]).toEqual([0, '']);
  // By the real clock days of the example are over at some time, which it says.
  expect(usable.out).toMatch(/^autopilot\.yaml can be used: 2 regions, 2 gateways, 2 policies, 1 name$/m);
  writeFileSync(path.join(folder, 'broken.yaml'), 'version: 1\nregoins: {}\n');
  const broken = await start(['validate'], { AUTOPILOT_CONFIG: 'broken.yaml' });
  expect([broken.code, broken.errors]).toEqual([1, '']);
  expect(broken.out).toContain('broken.yaml:2:1 regoins: unknown key; did you mean "regions"?');
});

it('remembers in the emulated cloud what it did, without a terminal or colours', async () => {
  const plan = await start(['plan', '--emulated', '--fresh', '--json']);
  expect(plan.code).toBe(2);
  expect(JSON.parse(plan.out)).toMatchObject({
    command: 'plan',
    outcome: 'changes',
    exitCode: 2,
    changes: 3,
    errors: [],
  });
  const applied = await start(['apply', '--emulated', '--yes'], { FORCE_COLOR: '1' });
  expect(applied.code).toBe(0);
  expect(applied.out).toContain('change  cn-hangzhou  scale-gateway  ingressgateway  LoadAboveTarget  7 → 11 replicas');
  expect(applied.out + applied.errors).not.toContain('\u001b');
  const again = await start(['plan', '--emulated']);
  expect(again.code).toBe(0);
  expect(again.errors).toContain('2026-11-24T10:03:00Z, after 1 earlier command (--fresh forgets them)');
});

it('asks nobody without a terminal', async () => {
  const { code, errors, out } = await start(['apply', '--emulated']);
  expect([code, out, errors]).toEqual([64, '', 'Error: there is no terminal to ask on; say --yes\n']);
});

it('hands the options of a rehearsal on, and what is wrong with them back', async () => {
  const help = await start(['rehearse', '--help']);
  expect([help.code, help.errors]).toEqual([0, '']);
  expect(help.out).toContain('--peak-replicas P');
  expect(help.out).toContain('a promotion and the loss of a region');
  expect(help.out).toMatch(/--fast .*: about half the time$/m);
  const wrong = await start(['rehearse', '--sped']);
  expect(wrong).toEqual({
    code: 64,
    out: '',
    errors: "Error: Unknown option '--sped'; rehearse --help lists its options\n",
  });
  expect((await start(['rehearse', '--config', 'none.yaml'])).code).toBe(1);
});

it.each([
  ['on a terminal', true, {}, true],
  ['where there is none', undefined, { FORCE_COLOR: '1' }, false],
  ['with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['on a terminal that has none', true, { TERM: 'dumb' }, false],
])('colours %s: as the environment says', (_, isTerminal, environment, expected) => {
  expect(hasColour(isTerminal, environment)).toBe(expected);
});

describe('with an account', () => {
  const account = emulatedAccount(loadConfiguration(CONFIGURATION, 'autopilot.yaml'), 1);

  /** What the vendor's chain finds first. */
  function credentials(): Record<string, string> {
    const { accessKeyId, accessKeySecret, securityToken } = account.cloud.credentials();
    return {
      ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
      ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
    };
  }

  async function listening(work: (endpoint: Record<string, string>) => Promise<void>): Promise<void> {
    const server = await account.cloud.listen();
    try {
      await work({ AUTOPILOT_ENDPOINT: server.url });
    } finally {
      await server.close();
    }
  }

  it('signs with the credentials of the chain, over HTTP through the real SDK', async () => {
    await listening(async (endpoint) => {
      const ran = await start(['status', '--gateway', 'api-gateway', '--json'], {
        ...endpoint,
        ...credentials(),
        DEBUG: '*',
      });
      expect([ran.code, ran.errors]).toEqual([0, '']);
      expect(JSON.parse(ran.out)).toMatchObject({
        gateways: [{ gateway: 'api-gateway', region: 'cn-hangzhou', ready: 4, wanted: 6 }],
      });
    });
  });

  it('shows what the API says of wrong ones, and never the secret', async () => {
    await listening(async (endpoint) => {
      const wrong = { ...credentials(), ALIBABA_CLOUD_ACCESS_KEY_SECRET: SECRET };
      const { code, errors, out } = await start(['status', '--gateway', 'api-gateway'], { ...endpoint, ...wrong });
      expect([code, out]).toEqual([1, '']);
      expect(errors).toMatch(/^Error: scale-gateway in cn-hangzhou: fc\.InvokeFunction: .*SignatureDoesNotMatch/m);
      expect(errors).not.toContain(SECRET);
    });
  });

  it('says where it looked for credentials, and nothing of what it found there', async () => {
    mkdirSync(path.join(folder, '.aliyun'));
    writeFileSync(path.join(folder, '.aliyun/config.json'), `{"current": "x", "access_key_secret": "${SECRET}"`);
    const { code, errors, out } = await start(['status'], { ALIBABA_CLOUD_ACCESS_KEY_SECRET: SECRET });
    expect([code, out]).toEqual([1, '']);
    expect(errors.split('\n').slice(0, 2)).toEqual([
      'Error: no credentials of Alibaba Cloud were found; tried, in this order',
      '  the environment: ALIBABA_CLOUD_ACCESS_KEY_ID (not set), ALIBABA_CLOUD_ACCESS_KEY_SECRET (set)',
    ]);
    expect(errors).toContain('.aliyun/config.json (there, but without a usable profile)');
    expect(errors).toContain('switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED');
    expect(errors).not.toContain(SECRET);
  });
});
