import type { Reach } from '../../cli/world';
import { createCloud } from '../../rehearsal/cloud';
import type { OpenApi } from '../../shared/cloud/seams';
import { CloudError } from '../../shared/errors';
import { EXAMPLE, run, words } from './a-world';

const SEEN = { function: 'scale-gateway', message: 'a look' };

/** Functions that answer, or fail, when time has gone by; `pass` lets it be later while they are waited for. */
function slow(answer: (region: string, pass: () => void) => Promise<unknown>) {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28), seed: 1 });
  const openApi: OpenApi = {
    call: async (call) => {
      await answer(call.region, pass);
      return cloud.openApi().call(call);
    },
  };
  const account = { openApi, delegations: cloud.dns.delegations(), now: cloud.clock.now };
  const timers: (() => void)[] = [];
  const delays: number[] = [];
  const pass = (): void => {
    for (const work of timers.splice(0)) work();
  };
  const reach: Reach = {
    notes: [],
    round: (work) => work({ functions: { ask: ({ region }) => answer(region, pass) }, ...account }),
  };
  const after = (delay: number, work: () => void) => {
    delays.push(delay);
    timers.push(work);
    return () => void timers.splice(timers.indexOf(work), 1);
  };
  const ran = (line: string) => run(words(line), { reach, after, files: { 'autopilot.yaml': EXAMPLE } });
  return { ran, delays, left: () => timers.length };
}

async function silent(): Promise<never> {
  throw new CloudError('no answer', { kind: 'timeout', operation: 'fc.InvokeFunction' });
}

it('says which functions have not answered, all of a moment in one sentence', async () => {
  const { delays, left, ran } = slow(async (region, pass) => {
    if (region === 'cn-hangzhou') return SEEN;
    await new Promise((resolve) => setImmediate(resolve));
    pass();
    return silent();
  });
  const { code, errors } = await ran('plan --gateway ingressgateway');
  expect(code).toBe(1);
  expect(errors.split('\n')[0]).toBe(
    'Waiting for gateway-autopilot-scale-gateway in cn-shanghai, gateway-autopilot-attach-clb in cn-shanghai: no answer yet, given up after 30s.',
  );
  expect(errors.match(/Waiting for /g)).toHaveLength(1);
  expect([delays, left()]).toEqual([[8_000], 0]);
});

it('says it again of the next one that is asked in place of a silent one', async () => {
  const { ran } = slow(async (region, pass) => {
    pass();
    return region === 'cn-hangzhou' ? silent() : { ...SEEN, function: 'failover-dns', command: 'adopted' };
  });
  const { errors } = await ran('adopt www.example.com --reason x');
  expect(errors.match(/Waiting for .*/g)).toEqual([
    'Waiting for gateway-autopilot-failover-dns in cn-hangzhou: no answer yet, given up after 1m.',
    'Waiting for gateway-autopilot-failover-dns in cn-shanghai: no answer yet, given up after 1m.',
  ]);
});

it('says which call of the account has not been answered', async () => {
  const { ran } = slow(async (_, pass) => pass());
  const { errors } = await ran('alarms --account 1234567890123456 --region cn-shanghai');
  expect(errors).toContain('Waiting for cms.DescribeMetricRuleList in cn-shanghai: no answer yet.');
});

it('says nothing where all answer soon, and nothing beside JSON', async () => {
  const soon = slow(async () => SEEN);
  expect((await soon.ran('plan --gateway ingressgateway')).errors).not.toContain('Waiting');
  expect(soon.left()).toBe(0);
  const json = slow(async (_, pass) => {
    pass();
    return SEEN;
  });
  expect((await json.ran('plan --gateway ingressgateway --json')).errors).toBe('');
});
