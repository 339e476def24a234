import { anAccount } from './a-world';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly subjects?: readonly { readonly name: string }[];
}

const ACCOUNT = '--account 1234567890123456';

describe('the rights that are printed', () => {
  const account = anAccount();

  it('of one function are a RAM policy that can be piped into a file', async () => {
    const { code, out } = await account.run(`policy receive-alarm ${ACCOUNT}`);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      Version: '1',
      Statement: ['scale-gateway', 'attach-clb', 'failover-dns'].map((name) => ({
        Effect: 'Allow',
        Action: ['fc:InvokeFunction'],
        Resource: ['cn-hangzhou', 'cn-shanghai'].map(
          (region) => `acs:fc:${region}:1234567890123456:functions/gateway-autopilot-${name}`,
        ),
      })),
    });
  });

  it('of all are told one after the other, or as one document', async () => {
    const { out } = await account.run(`policy ${ACCOUNT}`);
    expect(out.split('\n').filter((line) => line.startsWith('# '))).toEqual([
      '# scale-gateway: RAM policy of its role',
      '# attach-clb: RAM policy of its role',
      '# failover-dns: RAM policy of its role',
      '# receive-alarm: RAM policy of its role',
      '# probe-region: calls nothing, and needs a role without any policy',
      '# audit-gateway: RAM policy of its role',
      '# trust: trust policy of each of these roles',
      '# rbac: manifests for the clusters of cn-hangzhou, cn-shanghai',
    ]);
    const document = JSON.parse((await account.run(`policy ${ACCOUNT} --json`)).out);
    expect(document['probe-region']).toBeNull();
    expect(document.trust.Statement[0].Principal).toEqual({ Service: ['fc.aliyuncs.com'] });
  });

  it('in the cluster are for the roles of the functions that call it, each with its own', async () => {
    const users = '--users scale-gateway=300001,attach-clb=300002,audit-gateway=300003';
    const { out } = await account.run(`policy rbac ${ACCOUNT} ${users} --region cn-hangzhou`);
    expect(out).toContain('kind: ClusterRoleBinding');
    const { rbac } = JSON.parse((await account.run(`policy rbac ${ACCOUNT} ${users} --region cn-hangzhou --json`)).out);
    const about = rbac.map(({ kind, metadata, subjects }: Manifest) => [
      kind,
      metadata.namespace,
      metadata.name,
      subjects?.map(({ name }) => name),
    ]);
    expect(about).toEqual([
      ['Role', 'istio-system', 'gateway-autopilot-scale-gateway', undefined],
      ['RoleBinding', 'istio-system', 'gateway-autopilot-scale-gateway', ['300001']],
      ['Role', 'istio-system', 'gateway-autopilot-attach-clb', undefined],
      ['RoleBinding', 'istio-system', 'gateway-autopilot-attach-clb', ['300002']],
      ['Role', 'istio-system', 'gateway-autopilot-audit-gateway', undefined],
      ['RoleBinding', 'istio-system', 'gateway-autopilot-audit-gateway', ['300003']],
      ['ClusterRole', undefined, 'gateway-autopilot-audit-gateway', undefined],
      ['ClusterRoleBinding', undefined, 'gateway-autopilot-audit-gateway', ['300003']],
    ]);
  });

  it('in the cluster are left out for functions that are not deployed', async () => {
    const { rbac } = JSON.parse((await account.run(`policy rbac ${ACCOUNT} --users scale-gateway=300001 --json`)).out);
    expect(new Set(rbac.map(({ metadata }: Manifest) => metadata.name))).toEqual(
      new Set(['gateway-autopilot-scale-gateway']),
    );
  });

  it('name the account only in the policies of roles, and take it from the environment, too', async () => {
    const environment = { AUTOPILOT_ACCOUNT_ID: '99' };
    const { code, out } = await account.run('policy receive-alarm', { environment });
    expect([code, out.includes('acs:fc:cn-hangzhou:99:functions/')]).toEqual([0, true]);
    expect((await account.run(`policy receive-alarm ${ACCOUNT}`, { environment })).out).not.toContain(':99:');
    for (const line of ['policy trust', 'policy rbac --region cn-hangzhou']) {
      const without = await account.run(line);
      expect([line, without.code, without.errors]).toEqual([line, 0, '']);
      expect(without.out).toBe((await account.run(`${line} ${ACCOUNT}`)).out);
    }
  });

  it('are not printed for what is no account', async () => {
    const environment = { AUTOPILOT_ACCOUNT_ID: 'mine' };
    const ran = await account.run('policy', { environment });
    expect([ran.code, ran.errors]).toEqual([64, 'Error: AUTOPILOT_ACCOUNT_ID does not hold the id of an account\n']);
    expect((await account.run('policy', { environment: { AUTOPILOT_ACCOUNT_ID: '' } })).code).toBe(64);
  });

  it.each([
    ['policy', '--account needs the id of the account, or AUTOPILOT_ACCOUNT_ID holds it'],
    ['policy scale-gateway', '--account needs the id of the account, or AUTOPILOT_ACCOUNT_ID holds it'],
    ['policy rbac --region cn-mars', 'there is no cluster in "cn-mars"; regions are: cn-hangzhou, cn-shanghai'],
    ['policy scale-gateway --account me', '--account needs the id of the account'],
    [
      `policy rbac ${ACCOUNT} --users 300001`,
      '--users takes FUNCTION=ID, with a comma; functions are: scale-gateway, ',
    ],
    [`policy receive ${ACCOUNT}`, 'there are no rights of "receive"'],
  ])('%s is no way to ask for them', async (words, problem) => {
    const ran = await account.run(words);
    expect([ran.code, ran.errors]).toEqual([64, expect.stringContaining(problem)]);
  });
});
