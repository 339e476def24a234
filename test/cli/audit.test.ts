import type { FindingAnswer } from '../functions/an-audit-stage';
import { anAccount, EXAMPLE } from './a-world';

const ONE = '--region cn-hangzhou --gateway ingressgateway';
/** The CLB of cn-hangzhou without deletion protection. */
async function unprotected() {
  const account = anAccount(EXAMPLE.replace('mode: observe', 'mode: auto'));
  await account.cloud.openApi().call({
    product: 'slb',
    region: 'cn-hangzhou',
    action: 'SetLoadBalancerDeleteProtection',
    query: { RegionId: 'cn-hangzhou', LoadBalancerId: 'lb-bp1a2b3c4d5e6f7g8h9i0', DeleteProtection: 'off' },
    effect: 'write',
  });
  return account;
}

describe('audit', () => {
  it('prints what it finds, failures first, and exits with 2', async () => {
    const { code, out } = await anAccount().run(`audit ${ONE}`);
    const lines = out.split('\n').filter((line) => !line.startsWith(' '));
    expect(code).toBe(2);
    expect(lines.slice(0, 4)).toEqual([
      'cn-hangzhou ingressgateway: 8 of 25 checks fail, 1 critical',
      'FAIL  critical  spread-over-nodes: Its pods run on several nodes',
      'FAIL  warning   locality-balancing: The mesh sends requests to the nearest instance',
      'FAIL  warning   clb-count: Several CLBs are in front of the gateway',
    ]);
  });

  it('of checks that pass exits with 0', async () => {
    const { code, out } = await anAccount().run(`audit replicas,clb-health ${ONE}`);
    expect([code, out]).toEqual([
      0,
      [
        'cn-hangzhou ingressgateway: 0 of 2 checks fail, 0 critical',
        'ok              clb-health: Its CLBs serve',
        '                lb-bp1a2b3c4d5e6f7g8h9i0: 7 of 7 backends normal on 80, 7 of 7 backends normal on 443',
        'ok              replicas: At least two replicas are wanted and ready',
        '                7 replicas wanted, 7 ready',
        '',
      ].join('\n'),
    ]);
  });

  it('asks every region for all gateways, as JSON and as Markdown', async () => {
    const { audits, outcome } = JSON.parse((await anAccount().run('audit --json')).out);
    const about = audits.map(
      ({ findings, gateway, region }: { findings: FindingAnswer[]; gateway: string; region: string }) => [
        region,
        gateway,
        findings.length,
      ],
    );
    expect(about).toEqual([
      ['cn-hangzhou', 'ingressgateway', 25],
      ['cn-hangzhou', 'api-gateway', 25],
      ['cn-shanghai', 'ingressgateway', 25],
    ]);
    expect(outcome).toBe('changes');
    const { out } = await anAccount().run(`audit clb-count ${ONE} --markdown`);
    expect(out).toContain('## cn-hangzhou ingressgateway\n');
    expect(out).toContain('| fail | warning | `clb-count` |');
  });

  it('--fix prints a script of what mends what fails, in which nothing but commands is no comment', async () => {
    const { code, out } = await anAccount().run(
      `audit spread-over-nodes,multi-buffer-mesh,several-regions ${ONE} --fix`,
    );
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(2);
    expect(lines.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      '# cn-hangzhou ingressgateway spread-over-nodes:',
      '# by hand: add',
      'kubectl --context cf1e2d3c4b5a69788796a5b4c3d2e1f0a -n',
      '# cn-hangzhou ingressgateway multi-buffer-mesh:',
      'aliyun servicemesh UpdateMeshFeature --region',
    ]);
  });

  it('--fix --yes makes the safe fix that was named, once', async () => {
    const account = await unprotected();
    const line = `audit clb-delete-protection ${ONE} --fix --yes --reason audit`;
    const { code, out } = await account.run(line);
    expect([code, out]).toEqual([
      0,
      'done    cn-hangzhou  ingressgateway  clb-delete-protection  deletion protection of lb-bp1a2b3c4d5e6f7g8h9i0 was switched on; undo: aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --LoadBalancerId lb-bp1a2b3c4d5e6f7g8h9i0 --DeleteProtection off\n',
    ]);
    expect((await account.run(`audit clb-delete-protection ${ONE}`)).out).toContain('protection: 1 of 1');
    const again = await account.run(`${line} --json`);
    expect([again.code, JSON.parse(again.out).outcome]).toEqual([0, 'nothing-to-do']);
  });

  it('--fix --yes makes no other', async () => {
    const account = anAccount();
    const { code, errors } = await account.run(`audit spread-over-nodes ${ONE} --fix --yes --reason audit`);
    expect(code).toBe(3);
    expect(errors).toContain('its fix is not safe to apply for you: do it by hand, as it is printed');
  });

  it('--fix --yes makes it in the region that needs it, and is content with the one that does not', async () => {
    const line = 'audit clb-delete-protection --gateway ingressgateway --fix --yes --reason audit';
    const { code, errors, out } = await (await unprotected()).run(line);
    expect([code, errors.replaceAll(/^Note: .*\n/gm, '')]).toEqual([0, '']);
    expect(out.split('\n').map((each) => each.replace(/; undo:.*/, ''))).toEqual([
      'done    cn-hangzhou  ingressgateway  clb-delete-protection  deletion protection of lb-bp1a2b3c4d5e6f7g8h9i0 was switched on',
      'steady  cn-shanghai  ingressgateway  clb-delete-protection  nothing is to be fixed: its outcome is pass',
      '',
    ]);
  });

  it('--fix --yes is refused by us while writes are frozen, and fails where the vendor refuses', async () => {
    const account = await unprotected();
    const line = `audit clb-delete-protection ${ONE} --fix --yes --reason audit`;
    await account.run('freeze --reason "an upgrade"');
    const frozen = await account.run(line);
    expect([frozen.code, frozen.errors]).toEqual([
      3,
      expect.stringContaining('clb-delete-protection: writes are frozen by li.wei: an upgrade'),
    ]);
    await account.run('unfreeze --reason done');
    account.cloud.faults.deny('slb.SetLoadBalancerDeleteProtection');
    const { code, errors } = await account.run(line);
    expect([code, errors]).toEqual([1, expect.stringContaining('not authorized')]);
  });

  it.each([
    ['audit replica', 'there is no check "replica"; did you mean "replicas"?; there is: several-regions, '],
    ['audit --yes', '--yes makes fixes: name the checks, and say --fix, too'],
    ['audit --fix --yes --reason x', '--yes makes fixes: name the checks, and say --fix, too'],
    ['audit replicas --fix --yes --reason x', '--gateway is needed; there is: ingressgateway, api-gateway'],
    [
      'audit replicas --fix --yes --gateway ingressgateway',
      '--reason is needed: whoever comes after you wants to know',
    ],
  ])('%s is wrong usage', async (line, why) => {
    const account = anAccount();
    const { code, errors } = await account.run(line);
    expect([code, errors]).toEqual([64, expect.stringContaining(`Error: ${why}`)]);
  });
});
