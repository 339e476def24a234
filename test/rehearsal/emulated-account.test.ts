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

it('leaves records alone that others publish', async () => {
  const { run } = anAccount(EXAMPLE.replace('publish: observe', 'publish: none'));
  const { code, out } = await run('plan --json');
  const { found } = JSON.parse(out);
  expect(code).toBe(2);
  expect(found.map((each: { function: string }) => each.function)).not.toContain('failover-dns');
});
