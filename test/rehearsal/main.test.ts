import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { show } from '../../rehearsal/shown';

/** Loading the SDKs from source takes seconds on a busy machine. */
jest.setTimeout(180_000);

const ROOT = path.resolve(__dirname, '../..');

interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** What `npm start` runs, without npm in between. */
function start(args: readonly string[]): ChildProcess {
  const command = ['--import', 'tsx', 'rehearsal/main.ts', ...args];
  return spawn(process.execPath, command, { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } });
}

async function finish(child: ChildProcess): Promise<Finished> {
  let out = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  show('output', out + errors);
  return { code, out, errors };
}

function file(name: string, text: string): string {
  const created = path.join(mkdtempSync(path.join(tmpdir(), 'rehearsal-')), name);
  writeFileSync(created, text);
  return created;
}

/** An hour of demand that doubles. */
const TRACE = `timestamp,value\n${Array.from(
  { length: 13 },
  (_, index) => `2026-11-23 10:${String(index * 5).padStart(2, '0')}:00,${index < 4 ? 50 : 100}`,
)
  .slice(0, 12)
  .join('\n')}\n`;

async function answers(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The port that the rehearsal says it listens on. */
async function listening(child: ChildProcess): Promise<number> {
  let out = '';
  for await (const [chunk] of on(child.stdout ?? child, 'data')) {
    out += chunk;
    const port = /listens at http:\/\/127\.0\.0\.1:(\d+)/.exec(out)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('it never listened');
}

describe('npm start', () => {
  it('prints what happened and why, and how others would have done', async () => {
    const { code, errors, out } = await finish(start(['--fast', '--trace', file('hour.csv', TRACE)]));
    expect([code, errors]).toEqual([0, '']);
    expect(out).toContain('Rehearsal of ingressgateway in cn-hangzhou (autopilot.example.yaml): hour.csv');
    expect(out).toContain('The policy only observes; the rehearsal acts as if its mode were auto.');
    expect(out).toMatch(/→ \d+ {2}LoadAboveTarget {2}newConnections \d+ connections\/s is 1\d\d % of \d+ × 300/);
    expect(out).toMatch(/^ +lost % +replica-h +charged +changes\/d +turns\/d +θU % +θO % +τU % +τO % +υ %$/m);
    const compared = [...out.matchAll(/^(\S.*?)(?: {2,}[\d.,]+){10}$/gm)].map(([, name]) => name);
    expect(compared).toEqual([
      'gateway-autopilot',
      'HPA 70 %, 300 s',
      'HPA 70 %, 900 s',
      'HPA 70 %, 300 s + CronHPA',
      'step alarms',
    ]);
    expect(out).toContain('\nCronHPA changed nothing here: a job acts once, and whenever one ran');
    expect(out).not.toContain('Gaps taken as linear');
    expect(out).not.toContain('\u001b[');
  });

  it('gives the same figures over HTTP and inside the process, as JSON', async () => {
    const trace = file('hour.csv', TRACE);
    const [fast, real] = await Promise.all([
      finish(start(['--json', '--fast', '--trace', trace])),
      finish(start(['--json', '--trace', trace])),
    ]);
    const { seconds: _fastSeconds, ...fastFigures } = JSON.parse(fast.out);
    const { seconds: _realSeconds, ...realFigures } = JSON.parse(real.out);
    expect(realFigures).toEqual(fastFigures);
    expect(realFigures.looks).toBe(54);
    expect(realFigures.calls['cs.DescribeClusterUserKubeconfig']).toBeLessThan(5);
  });

  it('takes the delay of metrics, the start-up and the scale of the trace from the command line', async () => {
    const holes = file(
      'holes.csv',
      'timestamp,value\n2026-11-23 10:00,1\n2026-11-23 10:01,1\n2026-11-23 10:05,9\n2026-11-23 10:06,9\n2026-11-23 10:06,9\n',
    );
    const options = ['--peak-replicas', '7', '--target-share', '80%', '--metric-delay', '2m', '--start-up', '20s'];
    const { code, errors, out } = await finish(start(['--fast', '--trace', holes, ...options]));
    expect([code, errors]).toEqual([0, '']);
    expect(out).toContain('The trace is scaled: its peak is what 7 replicas serve when saturated.');
    expect(out).toContain('Gaps taken as linear: 1, the longest of 4m from 2026-11-23T10:01:00Z.');
    expect(out).toContain('Rows for a time that had one already: 1; the last one counts.');
    expect(out).toContain(
      "A replica's targets are taken to be 80 % of what it can serve. It is ready 20s after it is wanted,",
    );
    expect(out).toContain('CloudMonitor shows a minute 2m after its end.');
  });

  it('stops on Ctrl-C with what it has so far, and leaves no process and no port behind', async () => {
    const child = start([]);
    const finished = finish(child);
    const port = await listening(child);
    expect(await answers(port)).toBe(true);
    child.kill('SIGINT');
    const { code, out } = await finished;
    expect(code).toBe(130);
    expect(out).toContain('HPA 70 %, 900 s');
    expect(await answers(port)).toBe(false);
    expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH');
  });

  it('stops on Ctrl-C with virtual time, too', async () => {
    const months = Array.from(
      { length: 12 },
      (_, month) => `2026-${String(month + 1).padStart(2, '0')}-01 00:00:00,${50 + month}`,
    );
    const child = start(['--fast', '--trace', file('year.csv', `timestamp,value\n${months.join('\n')}\n`)]);
    const finished = finish(child);
    child.stdout?.once('data', () => setTimeout(() => child.kill('SIGINT'), 3_000));
    const { code, out } = await finished;
    expect(code).toBe(130);
    expect(out).toContain('HPA 70 %, 900 s');
  });

  it('shows a promotion and the loss of a region after the day, and stops on Ctrl-C in the middle of them', async () => {
    const child = start(['--fast']);
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('cn-hangzhou dies')) child.kill('SIGINT');
    });
    const { code, errors, out } = await finish(child);
    expect([code, errors]).toEqual([130, '']);
    expect(out.indexOf('A promotion at ingressgateway')).toBeGreaterThan(out.indexOf('HPA 70 %, 900 s'));
    expect(out.indexOf('The loss of cn-hangzhou')).toBeGreaterThan(out.indexOf('refused for want of room'));
    expect(out).toContain('stopped before it was run without failover-dns');
  });

  it.each([
    ['an unknown option', ['--sped'], "Unknown option '--sped'"],
    ['a seed that is none', ['--seed', 'x'], '--seed takes a whole number'],
    ['a share that is none', ['--target-share', '0.8'], '--target-share takes a share up to 100%'],
    ['a share of nothing', ['--target-share', '0%'], '--target-share takes a share up to 100%'],
    ['a duration that is none', ['--start-up', 'soon'], '--start-up takes a duration such as 90s or 2m'],
    ['a duration between two slices', ['--metric-delay', '7s'], 'a multiple of 5s up to 1h, not "7s"'],
    ['a peak of nothing', ['--trace', 'x.csv', '--peak-replicas', '0'], '--peak-replicas takes a number above 0'],
    ['a peak without a trace', ['--peak-replicas', '7'], '--peak-replicas scales a --trace'],
    ['a file that is not there', ['--config', 'none.yaml'], 'none.yaml cannot be read'],
    ['a region that is not there', ['--region', 'mars'], 'no region mars; there is: cn-hangzhou, cn-shanghai'],
    [
      'a gateway that is not there',
      ['--gateway', 'x'],
      'no gateway x in cn-hangzhou; there is: ingressgateway, api-gateway',
    ],
    ['a broken configuration', ['--config', file('bad.yaml', 'version: 1\nregoins: {}\n')], 'bad.yaml:2:1'],
    ['a broken trace', ['--trace', file('bad.csv', 'a,b\n1,2\n')], 'columns timestamp and value are needed'],
  ])('%s: exit code 2 and the reason, nothing on the standard output', async (_, args, why) => {
    const { code, errors, out } = await finish(start(args));
    expect([code, out]).toEqual([2, '']);
    expect(errors).toContain(why);
    expect(errors).not.toContain('    at ');
  });
});
