import { emulatedAccount } from '../../rehearsal/emulated-account';
import { loadConfiguration } from '../../shared/config/load';
import { anAccount, EXAMPLE } from '../cli/a-world';

const NAMED = 'functions: { scaleGateway: gateways/scale, failoverDns: dns }';

it('has the functions under their configured names, and what the configuration leaves out is made up', async () => {
  const text = `version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways: { web: { regions: [cn-hangzhou], policy: web } }
policies: { web: { mode: auto, replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
${NAMED}
`;
  const { cloud, run } = anAccount(text);
  expect(cloud.functions.regionsOf('gateways/scale')).toEqual(['cn-hangzhou']);
  expect(cloud.functions.regionsOf('dns')).toEqual(['cn-hangzhou']);
  const { code, errors, out } = await run('plan');
  expect([code, errors]).toEqual([2, 'Note: this is an emulated cloud, where it is 2026-11-24T10:00:00Z\n']);
  expect(out).toMatch(/^change {2}cn-hangzhou {2}scale-gateway {2}web {2}LoadAboveTarget {2}7 → 11 replicas/);
});

it('leaves out lines that the emulated DNS does not know, and says so', async () => {
  const text = EXAMPLE.replaceAll('cn_region_huadong', 'aliyun_r_cn-hangzhou');
  const { configuration, notes } = emulatedAccount(loadConfiguration(text, 'autopilot.yaml'), 1);
  expect(configuration.names['www.example.com']?.lines).toEqual({ default: ['cn-hangzhou', 'cn-shanghai'] });
  expect(notes).toEqual([
    'what only observes acts here, as if its mode were auto',
    'the emulated DNS does not know the line aliyun_r_cn-hangzhou, which is left out',
  ]);
});

it('lets what proposes do so, until somebody approves', async () => {
  const { cloud, run } = anAccount(
    EXAMPLE.replaceAll('mode: observe', 'mode: propose').replace('publish: observe', 'publish: propose'),
  );
  const plan = await run('plan --gateway ingressgateway --region cn-hangzhou');
  expect(plan.errors).toBe('Note: this is an emulated cloud, where it is 2026-11-24T10:00:00Z\n');
  expect([plan.code, plan.out.trim().split('\n').at(-1)]).toEqual([
    2,
    'Nothing would be changed; 1 plan waits for apply --plan.',
  ]);
  const line = /7 → 11 replicas .*; plan ([0-9a-f]{12}) waits for apply --plan$/m.exec(plan.out);
  const waits = await run('apply --yes --gateway ingressgateway --region cn-hangzhou');
  expect([waits.code, waits.out]).toEqual([2, expect.stringMatching(/^person .* ProposeMode {2}7 → 11 replicas /)]);
  expect(waits.errors).not.toContain('Error');
  expect(cloud.stats('cn-hangzhou', 'ingressgateway').changes).toBe(0);
  const approve = `apply --plan ${line?.[1]} --gateway ingressgateway --region cn-hangzhou --reason "looks right"`;
  expect((await run(approve)).code).toBe(0);
  expect((await run('plan --gateway ingressgateway --region cn-hangzhou')).out).toContain('11 × 300');
});

it('leaves records alone that others publish', async () => {
  const { run } = anAccount(EXAMPLE.replace('publish: observe', 'publish: none'));
  const { code, out } = await run('plan --json');
  const { found } = JSON.parse(out);
  expect(code).toBe(2);
  expect(found.map((each: { function: string }) => each.function)).not.toContain('failover-dns');
});
