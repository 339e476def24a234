import { anAccount } from './a-world';

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

  it('in the cluster are for the roles of its two functions', async () => {
    const { out } = await account.run(`policy rbac ${ACCOUNT} --users 300001,300002 --region cn-hangzhou`);
    const document = JSON.parse((await account.run(`policy rbac ${ACCOUNT} --users 300001,300002 --json`)).out);
    expect(out).toContain('kind: RoleBinding');
    expect(document.rbac[1].subjects.map(({ name }: { name: string }) => name)).toEqual(['300001', '300002']);
    expect(document.rbac[0].rules).toContainEqual({ apiGroups: [''], resources: ['pods'], verbs: ['list'] });
  });

  it.each([
    ['policy', '--account needs the id of the account'],
    [`policy receive ${ACCOUNT}`, 'there are no rights of "receive"'],
  ])('%s is no way to ask for them', async (words, problem) => {
    const ran = await account.run(words);
    expect([ran.code, ran.errors]).toEqual([64, expect.stringContaining(problem)]);
  });
});
