import { reachOf } from '../../cli/emulated';
import type { AlarmNotice } from '../../rehearsal/cloud';
import { type EmulatedAccount, emulatedAccount } from '../../rehearsal/emulated-account';
import { loadConfiguration } from '../../shared/config/load';
import { MINUTE } from '../../shared/core/time';
import { run, words } from '../cli/a-world';

const REGION = 'cn-hangzhou';
const TEXT = `version: 1
regions: { ${REGION}: { cluster: { id: c1 } } }
gateways: { web: { regions: [${REGION}], policy: web, loadBalancers: { ${REGION}: [lb-a] } } }
policies: { web: { mode: auto, replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
alarms: { contactGroups: [on-call] }
`;

/** An account without timers: what looks was woken. */
function anAccount(more = ''): EmulatedAccount {
  return emulatedAccount(loadConfiguration(TEXT + more, 'autopilot.yaml'), 1);
}

async function makeRules(account: EmulatedAccount, more = ''): Promise<void> {
  const { code, errors } = await run(words('alarms --account 1234567890123456 --yes'), {
    files: { 'autopilot.yaml': TEXT + more },
    reach: reachOf(account),
  });
  expect([code, errors]).toEqual([0, expect.stringMatching(/^(Note: .*\n)*$/)]);
}

/** What the clients bring: so many new connections a second. */
function bring({ cloud }: EmulatedAccount, newConnections: number): void {
  const rest = { activeConnections: 1_000, trafficIn: 1e6, trafficOut: 1e7 };
  cloud.setLoad(REGION, 'web', () => ({ requests: newConnections, newConnections, ...rest }));
}

function logged({ log }: EmulatedAccount, event: string): readonly Readonly<Record<string, unknown>>[] {
  return log.filter((line) => line['event'] === event);
}

/** What made scale-gateway look. */
function woken(account: EmulatedAccount): readonly Readonly<Record<string, unknown>>[] {
  return logged(account, 'woken-by-alarm').filter((line) => line['function'] === 'scale-gateway');
}

function told({ cloud }: EmulatedAccount, about: string): readonly Pick<AlarmNotice, 'level' | 'contactGroups'>[] {
  return cloud.alarms
    .notices()
    .filter(({ ruleName }) => ruleName.endsWith(about))
    .map(({ contactGroups, level }) => ({ contactGroups, level }));
}

it('an empty account, its rules, a load that rises: the rule rings, receive-alarm gets the message, scale-gateway looks and acts', async () => {
  const account = anAccount();
  await account.run(MINUTE, () => Promise.resolve(bring(account, 2_000)));
  await makeRules(account);
  await account.run(5 * MINUTE);
  expect(logged(account, 'intake')).toEqual([]);
  const from = account.cloud.clock.now();
  bring(account, 3_600);
  await account.run(6 * MINUTE);
  expect(logged(account, 'intake')[0]).toMatchObject({
    function: 'receive-alarm',
    outcome: 'handed-over',
    alarm: {
      source: 'rule-target',
      rule: 'gateway-autopilot cn-hangzhou web newConnections',
      state: 'alert',
      level: 'INFO',
      metric: 'InstanceNewConnection',
      instanceId: 'lb-a',
    },
  });
  expect(woken(account)[0]).toMatchObject({ region: REGION, alarm: { instanceId: 'lb-a' } });
  const [write] = logged(account, 'write');
  expect(write).toMatchObject({ function: 'scale-gateway', gateway: 'web', from: 7, to: 12 });
  // One minute of load, and 90 s until it can be read.
  expect(Number(write?.['at']) - from).toBeLessThanOrEqual(3 * MINUTE);
  expect(told(account, 'newConnections')[0]).toEqual({ level: 'INFO', contactGroups: ['on-call'] });
});

it('without them nobody looks', async () => {
  const account = anAccount();
  bring(account, 2_000);
  await account.run(6 * MINUTE);
  bring(account, 3_600);
  await account.run(6 * MINUTE);
  expect(account.log).toEqual([]);
  expect(account.cloud.alarms.notices()).toEqual([]);
});

it('a CLB whose backends are all gone makes the functions look', async () => {
  const account = anAccount();
  bring(account, 2_000);
  await makeRules(account);
  await account.run(3 * MINUTE);
  account.cloud.loadBalancers.break('lb-a', true);
  await account.run(3 * MINUTE);
  expect(told(account, 'healthyBackends')).toEqual([{ level: 'CRITICAL', contactGroups: ['on-call'] }]);
  expect(woken(account)[0]).toMatchObject({
    alarm: { rule: 'gateway-autopilot cn-hangzhou web healthyBackends', level: 'CRITICAL', instanceId: 'lb-a' },
  });
});

describe('the heartbeat', () => {
  const ON = "cloudMonitor: { customMetrics: 'on' }\n";

  /** As its timer invokes it. */
  async function looks(account: EmulatedAccount, minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      await account.run(MINUTE, async () => void (await account.invoke(REGION, 'scale-gateway', { action: 'look' })));
    }
  }

  it('rings when nobody has looked for five minutes, and no longer when somebody does', async () => {
    const account = anAccount(ON);
    bring(account, 2_000);
    await looks(account, 2);
    await makeRules(account, ON);
    await looks(account, 13);
    expect(told(account, 'heartbeat scale-gateway')).toEqual([]);
    // The functions are gone: whoever is woken cannot look either.
    account.cloud.functions.deploy({
      region: REGION,
      name: 'gateway-autopilot-scale-gateway',
      timeout: 60,
      memory: 512,
      handler: () => '{}',
    });
    await account.run(12 * MINUTE);
    expect(told(account, 'heartbeat scale-gateway')[0]).toEqual({
      level: 'INSUFFICIENT_DATA',
      contactGroups: ['on-call'],
    });
  });

  it('wakes a function whose timer is gone, since an alarm is a reason to look', async () => {
    const account = anAccount(ON);
    bring(account, 2_000);
    await looks(account, 2);
    await makeRules(account, ON);
    await account.run(15 * MINUTE);
    expect(told(account, 'heartbeat scale-gateway').map(({ level }) => level)).toContain('INSUFFICIENT_DATA');
    expect(woken(account)[0]).toMatchObject({
      alarm: { rule: 'gateway-autopilot cn-hangzhou heartbeat scale-gateway', state: 'insufficient-data' },
    });
  });
});
