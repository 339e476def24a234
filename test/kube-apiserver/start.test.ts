import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEPLOYMENT } from '../../shared/cloud/kinds';
import { createKube } from '../../shared/cloud/kube';
import { DEADLINE, NAMESPACE } from '../rehearsal/cloud/faces';
import { START_LIMIT } from '../setup/kubernetes-apis';
import { findKubeApiserver, type KubeApiserver, type KubeCredential, startKubeApiserver } from './start';

const BUILD = path.join(__dirname, 'build.mjs');
const found = findKubeApiserver();

async function until(done: () => boolean): Promise<void> {
  for (let attempt = 0; !done(); attempt += 1) {
    if (attempt === 200) throw new Error('it did not happen in 10 s');
    await sleep(50);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

describe('build.mjs', () => {
  it.each([
    [
      'Go is not installed',
      { PATH: '' },
      3,
      /^a real kube-apiserver needs Go on the PATH, or AUTOPILOT_KUBE_APISERVER set to a binary\n$/,
    ],
    [
      'the named binary does not exist',
      { AUTOPILOT_KUBE_APISERVER: '/nowhere' },
      2,
      /^AUTOPILOT_KUBE_APISERVER names \/nowhere, which does not exist\n$/,
    ],
  ])('says in one line that %s', (_name, env, code, line) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BUILD], { env, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toMatch(line);
  });

  it('takes the named binary as it is', () => {
    const env = { AUTOPILOT_KUBE_APISERVER: __filename };
    const { status, stdout } = spawnSync(process.execPath, [BUILD], { env, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${__filename}\n` });
  });
});

if ('binary' in found) {
  describe('a real kube-apiserver', () => {
    let server: KubeApiserver;
    beforeAll(async () => {
      server = await startKubeApiserver();
    }, START_LIMIT);
    afterAll(() => server.stop());

    function list(credential: KubeCredential): Promise<readonly unknown[]> {
      const kube = createKube({ kubeconfig: server.kubeconfig('autopilot', credential), deadline: DEADLINE });
      return kube.list(DEPLOYMENT, NAMESPACE).finally(() => kube.close());
    }

    it.each(['token', 'certificate'] as const)('knows a user by %s', async (credential) => {
      expect(await list(credential)).toEqual([]);
    });

    it.each(['expired-certificate', 'unknown-token'] as const)('does not know a user by %s', async (credential) => {
      await expect(list(credential)).rejects.toMatchObject({ kind: 'permission', status: 401, code: 'Unauthorized' });
    });
  });

  it(
    'leaves no port behind when it is stopped, and may be stopped twice',
    async () => {
      const { url, stop } = await startKubeApiserver();
      await stop();
      await stop();
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      const [error] = await once(socket, 'error', { signal: AbortSignal.timeout(5_000) }).catch((failure) => [failure]);
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    },
    START_LIMIT,
  );

  it(
    'ends, and removes its files, when whoever started it is killed',
    async () => {
      const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.argv[1], { stdio: ['pipe', 'inherit', 'ignore'] });
      console.log(child.pid);`;
      const parent = spawn(process.execPath, ['-e', script, found.binary], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
      const pid = Number((await lines.next()).value);
      const { directory } = JSON.parse((await lines.next()).value ?? '');
      expect([isRunning(pid), existsSync(directory)]).toEqual([true, true]);
      parent.kill('SIGKILL');
      await until(() => !isRunning(pid));
      expect(existsSync(directory)).toBe(false);
    },
    START_LIMIT,
  );
} else {
  process.stderr.write(`left out, the tests on a real kube-apiserver: ${found.missing}\n`);
}
