import { loadConfiguration } from '../../shared/config/load';
import { configurationDigest } from '../../shared/serve/deployed';
import { type Account, anAccount, EXAMPLE, type Ran } from './a-world';

/** What was said about the cloud itself is the same each time. */
const ABOUT = [
  'Note: this is an emulated cloud, where it is 2026-11-24T10:00:00Z',
  'Note: what only observes acts here, as if its mode were auto',
];

function saidBeside({ errors }: Ran): readonly string[] {
  return errors
    .trimEnd()
    .split('\n')
    .filter((line) => !ABOUT.includes(line));
}

async function json(account: Account, line: string) {
  const { code, out } = await account.run(`${line} --json`);
  const document = JSON.parse(out);
  expect(document.exitCode).toBe(code);
  return document;
}

describe('a day at the command line', () => {
  const account = anAccount();

  it('plans: there are changes, and nothing is done', async () => {
    const { code, errors, out } = await account.run('plan');
    expect(errors.trimEnd().split('\n')).toEqual(ABOUT);
    expect(out.trimEnd().split('\n')).toEqual([
      'change  cn-hangzhou  scale-gateway  ingressgateway  LoadAboveTarget  7 → 11 replicas (newConnections 3150 connections/s is 150 % of 7 × 300)',
      'change  cn-hangzhou  scale-gateway  api-gateway  LoadAboveTarget  4 → 6 replicas (requests 5175 requests/s is 144 % of 4 × 900)',
      'change  cn-shanghai  scale-gateway  ingressgateway  LoadAboveTarget  7 → 11 replicas (newConnections 3150 connections/s is 150 % of 7 × 300)',
      'steady  cn-hangzhou  attach-clb     ingressgateway  WithinTolerance  lb-bp1a2b3c4d5e6f7g8h9i0 carries 17 % of its traffic',
      'steady  cn-shanghai  attach-clb     ingressgateway  WithinTolerance  lb-uf6z9y8x7w6v5u4t3s2r1 carries 17 % of its traffic',
      'steady  cn-hangzhou  failover-dns   www.example.com  Published  2 addresses are answered as they should be',
      '3 changes would be made.',
    ]);
    expect(code).toBe(2);
    expect(await json(account, 'plan --region cn-shanghai')).toMatchObject({
      command: 'plan',
      outcome: 'changes',
      changes: 1,
      found: expect.arrayContaining([
        expect.objectContaining({
          ...{ function: 'scale-gateway', outcome: 'change', reason: 'LoadAboveTarget', dryRun: true, planned: true },
          message: 'newConnections 3150 connections/s is 150 % of 7 × 300',
        }),
      ]),
    });
  });

  it('does not apply what nobody agrees to', async () => {
    const ran = await account.run('apply', { isInteractive: true, answer: () => 'n' });
    expect([ran.code, ran.out]).toEqual([2, 'Nothing was changed.\n']);
    expect(ran.errors).toContain('7 → 11 replicas');
    expect(ran.errors.trimEnd().split('\n').slice(0, 2)).toEqual(ABOUT);
    expect(ran.errors.trimEnd().split('\n').slice(-2)).toEqual([
      '3 changes would be made.',
      'Make these 3 changes? [y/N]',
    ]);
    expect(await json(account, 'plan')).toMatchObject({ changes: 3 });
  });

  it('applies what somebody agrees to, in one region', async () => {
    const ran = await account.run('apply --region cn-shanghai', { isInteractive: true, answer: () => 'y' });
    expect(ran.errors).toContain('Make this change? [y/N] ');
    expect([ran.code, ran.out]).toEqual([
      0,
      'change  cn-shanghai  scale-gateway  ingressgateway  LoadAboveTarget  7 → 11 replicas (newConnections 3150 connections/s is 150 % of 7 × 300)\n',
    ]);
  });

  it('applies the rest without a terminal, and there is nothing more to plan', async () => {
    expect(await json(account, 'apply --yes')).toMatchObject({
      outcome: 'done',
      changes: 2,
      done: [
        { region: 'cn-hangzhou', subject: 'ingressgateway', outcome: 'change', changes: ['7 → 11 replicas'] },
        { region: 'cn-hangzhou', subject: 'api-gateway', outcome: 'change', changes: ['4 → 6 replicas'] },
      ],
    });
    const { code, out } = await account.run('plan');
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([0, 'Nothing would be changed.']);
    const again = await account.run('apply --yes');
    expect([again.code, again.out]).toEqual([0, out]);
  });

  it('holds, shows it, and resumes', async () => {
    const held = await account.run('hold in --gateway ingressgateway --reason "long downloads" --for 4h');
    expect(held.code).toBe(0);
    expect(held.out.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(
        /^done {4}cn-hangzhou {2}scale-gateway {2}scale-in of ingressgateway is on hold until 2026-11-24T\S+ by li\.wei: long downloads$/,
      ),
      expect.stringMatching(/^done {4}cn-shanghai {2}scale-gateway {2}scale-in of ingressgateway is on hold/),
    ]);
    const { gateways } = await json(account, 'status');
    expect(gateways).toHaveLength(3);
    expect(gateways[0]).toMatchObject({
      gateway: 'ingressgateway',
      region: 'cn-hangzhou',
      ready: 11,
      replicas: 11,
      wanted: 11,
      extraClbs: [],
      standing: [expect.stringMatching(/^scale-in is on hold until .* by li\.wei: long downloads$/)],
    });
    expect((await account.run('status')).out).toMatch(
      /^steady {2}cn-hangzhou {2}ingressgateway {2}11 of 11 replicas ready, 0 extra CLBs .*\n {8}scale-in is on hold until/,
    );
    expect((await account.run('resume --gateway ingressgateway --reason over')).code).toBe(0);
    expect((await json(account, 'status')).gateways[0].standing).toEqual([]);
  });

  it('is refused with 3, in every region, and by a function each', async () => {
    const ran = await account.run('scale 99 --gateway ingressgateway --reason x --for 2h');
    expect([ran.code, ran.out]).toEqual([3, '']);
    expect(saidBeside(ran)).toEqual([
      'Error: scale-gateway in cn-hangzhou: Nothing was changed: 99 is outside the bounds 2 to 40 of policy "web"',
      'Error: scale-gateway in cn-shanghai: Nothing was changed: 99 is outside the bounds 2 to 40 of policy "web"',
    ]);
    expect(await json(account, 'resume --gateway api-gateway --reason over')).toMatchObject({
      outcome: 'refused',
      exitCode: 3,
      errors: [{ function: 'scale-gateway', region: 'cn-hangzhou' }],
    });
  });

  it('shows what a dry run of a command would do', async () => {
    const ran = await json(
      account,
      'scale 20 --gateway ingressgateway --region cn-shanghai --reason x --for 2h --dry-run',
    );
    expect(ran).toMatchObject({
      outcome: 'done',
      dryRun: true,
      taken: [
        {
          region: 'cn-shanghai',
          message: expect.stringMatching(/^Nothing was written; without dryRun: ingressgateway is pinned to 20 until/),
        },
      ],
      found: [{ subject: 'ingressgateway', reason: 'Override', dryRun: true, changes: ['11 → 20 replicas'] }],
    });
    expect(await json(account, 'plan')).toMatchObject({ changes: 0 });
  });

  it('drains a region by asking another one, and attaches a CLB', async () => {
    const drained = await json(account, 'drain cn-hangzhou --gateway ingressgateway --reason "power works" --for 3h');
    expect(drained.taken).toEqual([
      {
        function: 'failover-dns',
        region: 'cn-shanghai',
        message: expect.stringMatching(
          /^drain cn-hangzhou for the names of ingressgateway until .* by li\.wei: power works/,
        ),
        room: [expect.objectContaining({ leaving: 'cn-hangzhou' })],
      },
    ]);
    expect(
      (await account.run('attach 1 --gateway ingressgateway --region cn-shanghai --reason sale --for 6h')).code,
    ).toBe(0);
    const { gateways, names, steers } = await json(account, 'status');
    expect(steers).toEqual([
      {
        zone: 'example.com',
        standing: [
          expect.stringMatching(/^cn-hangzhou is drained for ingressgateway until .* by li\.wei: power works$/),
        ],
      },
    ]);
    expect(names[0].lines[0]).toMatchObject({ line: 'default', regions: { 'cn-hangzhou': 1, 'cn-shanghai': 1 } });
    expect(gateways[2].extraClbs).toMatchObject([{ service: 'ingressgateway-clb-1', stage: 'binding' }]);
    expect((await account.run('apply --yes')).code).toBe(0);
    const after = await json(account, 'status');
    expect(after.names[0].lines[0].regions).toEqual({ 'cn-shanghai': 1 });
    expect(after.gateways[2].extraClbs).toMatchObject([{ stage: 'serving' }]);
  });

  it('ends what there is, wherever it is, and says where there was nothing', async () => {
    const ran = await account.run('resume --gateway ingressgateway --reason "works are over"');
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('done    cn-shanghai  scale-gateway');
    expect(ran.out).toContain('drain of cn-hangzhou by li.wei');
    expect(saidBeside(ran)).toEqual([
      'Note: scale-gateway in cn-hangzhou: Nothing was changed: nothing that was asked for "ingressgateway" is in place',
    ]);
  });

  it('freezes everything, and says who has, also where only a zone is frozen any more', async () => {
    expect((await account.run('freeze --reason "an upgrade"')).code).toBe(0);
    const { out } = await account.run('status');
    expect(out.split('\n').slice(0, 3)).toEqual([
      'frozen  cn-hangzhou  owner li.wei, reason an upgrade',
      'frozen  cn-shanghai  owner li.wei, reason an upgrade',
      expect.stringMatching(/^frozen {2}zone example\.com {2}owner li\.wei, reason an upgrade/),
    ]);
    const event = { action: 'unfreeze', owner: 'li.wei', reason: 'done' };
    for (const region of ['cn-hangzhou', 'cn-shanghai'])
      await account.run(`invoke scale-gateway '${JSON.stringify(event)}' --region ${region}`);
    expect((await json(account, 'status')).freezes).toEqual([
      { zone: 'example.com', freeze: expect.objectContaining({ owner: 'li.wei' }) },
    ]);
    // What is over already is no failure, and may be said twice.
    expect((await account.run('unfreeze --reason done')).code).toBe(0);
    expect(await json(account, 'status')).toMatchObject({ freezes: [] });
    expect((await account.run('unfreeze --reason done')).code).toBe(0);
  });
});

it('shows the room that a drain needs before it is said, and what keeps it away', async () => {
  const account = anAccount();
  await account.run('scale 7 --gateway ingressgateway --region cn-shanghai --reason sale --for 2h');
  const line = 'drain cn-hangzhou --gateway ingressgateway --reason "power works" --for 3h --dry-run';
  const { code, out } = await account.run(line);
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /^would {3}cn-shanghai {2}failover-dns {2}would drain .*; not yet: www\.example\.com SurvivorsHeld$/,
    ),
    'room    cn-hangzhou  load 10.5, 13.7 at 130 %, of which 0 % fits elsewhere now',
    expect.stringMatching(
      /^ {8}cn-shanghai {2}7 of at most 40 replicas ready, load 10\.5, 13\.7 more need 25: would be asked to have 25, but kept at 7: pinned to 7 until \S+ by li\.wei: sale$/,
    ),
    expect.stringMatching(/^person {2}cn-shanghai {2}failover-dns {3}www\.example\.com {2}SurvivorsHeld /),
  ]);
  expect((await json(account, line)).taken[0].room).toMatchObject([{ leaving: 'cn-hangzhou', load: 10.5 }]);
  expect((await json(account, 'status')).steers).toEqual([]);
  await account.run('scale 30 --gateway ingressgateway --region cn-shanghai --reason "power works" --for 3h');
  const drained = await account.run(line.replace(' --dry-run', ''));
  expect(drained.code).toBe(0);
  // Each write is said once.
  expect(drained.out).toMatch(
    /^change {2}cn-shanghai {2}failover-dns {3}www\.example\.com {2}RegionDrained {2}disable 198\.18\.0\.1 on default: cn-hangzhou is drained until \S+ by li\.wei: power works$/m,
  );
  // It is out because it was asked for, and not because anything was wrong with it.
  expect((await account.run('status')).out).toMatch(
    /^steady {2}www\.example\.com {2}RegionDrained {2}1 address is answered as it should be; cn-hangzhou is drained until \S+ by li\.wei: power works$/m,
  );
});

it('plans nothing where everything is frozen: what is held says by whom, until when and why', async () => {
  const account = anAccount();
  await account.run('drain cn-hangzhou --gateway ingressgateway --reason "power works" --for 3h');
  await account.run('attach 1 --gateway ingressgateway --region cn-shanghai --reason sale --for 6h');
  const before = await account.run('plan');
  expect(before.code).toBe(2);
  expect(before.out).toMatch(
    /^change {2}cn-hangzhou {2}failover-dns {3}www\.example\.com {2}RegionDrained {2}disable 198\.18\.0\.1 on default: cn-hangzhou is drained until \S+ by li\.wei: power works$/m,
  );
  expect(before.out).toMatch(
    /^change {2}cn-shanghai {2}attach-clb {5}ingressgateway\/ingressgateway-clb-1 {2}Attaching {2}\w.* \(binding\)$/m,
  );
  await account.run('freeze --reason "an upgrade" --for 2h');
  const { code, out } = await account.run('plan');
  const frozen = 'frozen by li\\.wei until 2026-11-24T12:\\d\\d:\\d\\dZ: an upgrade';
  const lines = out.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(lines.filter((line) => line.startsWith('change'))).toEqual([]);
  for (const start of [
    'hold    cn-hangzhou  scale-gateway  ingressgateway  Frozen  7 → 11 replicas ',
    'hold    cn-shanghai  attach-clb     ingressgateway/ingressgateway-clb-1  Frozen  ',
    'hold    cn-hangzhou  failover-dns   www.example.com  Frozen  disable 198.18.0.1 on default: ',
  ]) {
    expect(lines.find((line) => line.startsWith(start))).toMatch(new RegExp(frozen));
  }
  expect(lines.at(-1)).toMatch(/^Nothing would be changed; \d are held\.$/);
  expect(await json(account, 'plan')).toMatchObject({ outcome: 'nothing-to-do', changes: 0 });
  expect((await account.run('apply --yes')).code).toBe(0);
  const { names } = await json(account, 'status');
  expect(names).toMatchObject([{ outcome: 'hold', reason: 'Frozen' }]);
});

describe('a region that does not answer', () => {
  function halfDead(): Account {
    const account = anAccount();
    account.cloud.regions.die('cn-hangzhou');
    return account;
  }

  it('is an error that is listed, beside what the others say', async () => {
    const account = halfDead();
    const ran = await account.run('plan');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('change  cn-shanghai  scale-gateway  ingressgateway  LoadAboveTarget  7 → 11');
    const silent = saidBeside(ran).filter((line) => line.startsWith('Error: '));
    // Clients are led away from it, by what the vantage points elsewhere see.
    expect(ran.out).toMatch(/change {2}cn-shanghai {2}failover-dns {3}www\.example\.com .* cn-hangzhou down:/);
    expect(silent).toEqual([
      expect.stringMatching(/^Error: scale-gateway in cn-hangzhou: fc\.InvokeFunction: no answer within \d+ ms/),
      expect.stringMatching(/^Error: attach-clb in cn-hangzhou: fc\.InvokeFunction: no answer within \d+ ms/),
    ]);
    const document = await json(account, 'plan');
    expect(document).toMatchObject({ outcome: 'failed', changes: expect.any(Number) });
    expect(document.errors.map(({ region }: { region: string }) => region)).toEqual(['cn-hangzhou', 'cn-hangzhou']);
  });

  it('is stood in for where any region may answer, which is said', async () => {
    const ran = await halfDead().run('adopt www.example.com --reason x --dry-run');
    expect(ran.code).toBe(0);
    expect(saidBeside(ran)).toEqual([
      expect.stringMatching(
        /^Note: failover-dns was asked in cn-shanghai, since in cn-hangzhou: fc\.InvokeFunction: no answer/,
      ),
    ]);
  });

  it('keeps an apply from being called done', async () => {
    const ran = await halfDead().run('apply --yes');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('change  cn-shanghai  scale-gateway  ingressgateway  LoadAboveTarget  7 → 11');
  });
});

it('says what was planned and could not be done', async () => {
  const account = anAccount();
  const answer = (): string => {
    account.cloud.faults.fail({ operation: /^kube patch/, status: 403, code: 'Forbidden' });
    return 'y';
  };
  const ran = await account.run('apply --region cn-shanghai', { isInteractive: true, answer });
  expect(ran.code).toBe(1);
  expect(saidBeside(ran).at(-1)).toMatch(
    /^Error: scale-gateway in cn-shanghai: ingressgateway was not changed: WriteFailed: .*Forbidden/,
  );
});

it('asks a function that checks itself in each of its regions, and remembers nothing of it', async () => {
  const account = anAccount();
  const { answers } = await json(account, `invoke failover-dns '{"action":"check"}'`);
  expect(answers).toMatchObject([
    { region: 'cn-hangzhou', answer: { region: 'cn-hangzhou' } },
    { region: 'cn-shanghai', answer: { region: 'cn-shanghai' } },
  ]);
  // The functions are allowed to act here; what their operator wrote is what they are compared by.
  const digits = configurationDigest(loadConfiguration(EXAMPLE, 'autopilot.yaml'));
  for (const { answer } of answers) expect(answer).toMatchObject({ configuration: digits });
  expect((await account.run('status')).errors).toContain('where it is 2026-11-24T10:00:00Z\n');
});
