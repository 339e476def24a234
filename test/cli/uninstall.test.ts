import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emulatedReach } from '../../cli/emulated';
import type { Reach } from '../../cli/world';
import { createCloud } from '../../rehearsal/cloud';
import { createZones, createZoneWriter } from '../../shared/cloud/zones';
import { type Account, anAccount, EXAMPLE, type Ran, run, words } from './a-world';

/** One region, one gateway, no name: one function is asked. */
const SMALL = `version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways: { web: { regions: [cn-hangzhou], policy: web } }
policies: { web: { replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
`;
const WHY = '--reason "we go back"';

/** Lines of what was done or would be, without what is left by hand. */
function taken({ out }: Ran): readonly string[] {
  return out.split('\n').filter((line) => /^(would|done|stays) /.test(line));
}

const MARKS = [
  'zone example.com: A 198.18.0.3 of www on cn_region_huadong stays, without our mark and with no remark',
  'zone example.com: A 198.18.0.3 of www on default stays, without our mark and with no remark',
  'zone example.com: A 198.18.0.1 of www on default stays, without our mark and with no remark',
];

const NOTHING = 'Nothing of ours is left in zones and clusters.';

describe('uninstall', () => {
  it('shows what would go, asks, and is done when nothing is left', async () => {
    const account = anAccount();
    const dry = await account.run(`uninstall --dry-run ${WHY}`);
    expect([dry.code, taken(dry)]).toEqual([0, MARKS.map((line) => `would  ${line}`)]);
    const no = await account.run(`uninstall ${WHY}`, { isInteractive: true, answer: () => 'n' });
    expect([no.code, no.out]).toEqual([2, 'Nothing was taken back.\n']);
    expect(no.errors.split('\n')).toEqual([
      expect.stringMatching(/^Note: this is an emulated cloud/),
      ...MARKS,
      'Take these 3 things back? [y/N] ',
      '',
    ]);
    const yes = await account.run(`uninstall ${WHY}`, { isInteractive: true, answer: () => 'y' });
    expect([yes.code, taken(yes)]).toEqual([0, MARKS.map((line) => `done   ${line}`)]);
    expect(yes.errors.match(/Note: /g)).toHaveLength(1);
    const again = await account.run(`uninstall --yes ${WHY}`);
    expect([again.code, taken(again)]).toEqual([0, []]);
    expect(again.out).toContain(NOTHING);
  });

  it('ends with what is to be done by hand, as commands', async () => {
    const { out } = await anAccount().run(`uninstall --yes ${WHY} --json`);
    const { byHand, command, exitCode, outcome } = JSON.parse(out);
    expect([command, outcome, exitCode]).toEqual(['uninstall', 'done', 0]);
    expect(byHand).toEqual(
      expect.arrayContaining([
        'FC_REGION=cn-hangzhou s remove',
        'FC_REGION=cn-beijing s remove',
        'kubectl --context c0a1b2c3d4e5f60718293a4b5c6d7e8f9 -n istio-system delete role,rolebinding gateway-autopilot-scale-gateway gateway-autopilot-attach-clb gateway-autopilot-audit-gateway --ignore-not-found',
        'aliyun ram DeletePolicy --PolicyName gateway-autopilot-failover-dns --CascadingDelete true',
        'aliyun ram DeleteRole --RoleName gateway-autopilot-probe-region',
      ]),
    );
    expect(JSON.stringify(byHand)).not.toContain('DeletePolicy --PolicyName gateway-autopilot-probe-region');
  });

  describe('where others publish all names by now', () => {
    const NOBODY = EXAMPLE.replace('publish: observe', 'publish: none');

    /** Where one answer is still as we have left it, and so is what it was before. */
    async function marked(remark: string, isEnabled = true): Promise<Account> {
      const account = anAccount(NOBODY);
      const openApi = account.cloud.openApi();
      const [record] = (await createZones(openApi).records('example.com')).records.filter(({ rr }) => rr === 'www');
      const writer = createZoneWriter(openApi);
      const id = record?.id ?? '';
      await writer.remark(id, remark);
      if (!isEnabled) await writer.setEnabled(id, false);
      const value = `record=${id};ttl=60;answered=yes`;
      const note = { rr: '_gateway-autopilot-before', type: 'TXT', value, line: 'default', ttl: 600 } as const;
      const { id: noteId } = await writer.add('example.com', note);
      await writer.remark(noteId, 'entry, ask Kim');
      return account;
    }

    it('takes back what was left there before', async () => {
      const account = await marked('gateway-autopilot cn-shanghai');
      const yes = await account.run(`uninstall --yes ${WHY}`);
      expect([yes.code, taken(yes)]).toEqual([
        0,
        [
          expect.stringMatching(/^done .* stays, without our mark and with its own remark, "entry, ask Kim"$/),
          expect.stringMatching(/^done .*TXT _gateway-autopilot-before .* is deleted$/),
        ],
      ]);
      expect((await account.run(`uninstall --yes ${WHY}`)).out).toContain(NOTHING);
    });

    it('is refused while an answer is out', async () => {
      const account = await marked('gateway-autopilot cn-shanghai down:2610240900:1', false);
      const { code, errors, out } = await account.run(`uninstall --yes ${WHY}`);
      expect([code, errors]).toEqual([3, expect.stringContaining('is out since 2026-10-24T09:00:00Z')]);
      expect(out).not.toContain(NOTHING);
    });

    it('says which zones it may not see, and not that nothing is left', async () => {
      const account = anAccount(NOBODY);
      const operation = 'alidns.DescribeDomainRecords';
      account.cloud.faults.fail({ operation, status: 403, code: 'Forbidden.RAM' });
      const ran = await account.run(`uninstall --yes ${WHY}`);
      expect([ran.code, taken(ran)]).toEqual([
        0,
        [
          expect.stringMatching(
            /^stays {2}zone example\.com was not looked at: .*Forbidden\.RAM.* publish: none\. if we ever published there, say observe/,
          ),
        ],
      ]);
      expect(ran.out).not.toContain(NOTHING);
    });
  });

  it('says nothing of zones where no name is configured', async () => {
    const { code, out } = await anAccount(SMALL).run(`uninstall --yes ${WHY}`);
    expect(code).toBe(0);
    expect(out).toContain('Nothing of ours is left in clusters. No name is configured, so that no zone was looked at.');
  });

  it('is refused as long as the configuration lets anything be written, and says each setting once', async () => {
    const account = anAccount(EXAMPLE.replace('publish: observe', 'publish: auto'));
    const ran = await account.run(`uninstall --yes ${WHY}`);
    const { code, errors } = ran;
    expect([code, taken(ran)]).toEqual([3, MARKS.map((line) => `would  ${line}`)]);
    expect(errors.match(/set names\."www\.example\.com"\.publish: observe \(it is auto\) and deploy/g)).toHaveLength(1);
  });

  it('is refused as long as an extra CLB is there, and then nothing is taken back anywhere', async () => {
    const account = anAccount();
    await account.run('attach 1 --gateway ingressgateway --reason sale --for 2h');
    const ran = await account.run(`uninstall --yes ${WHY}`);
    const { code, errors } = ran;
    expect([code, taken(ran).filter((line) => !line.startsWith('would '))]).toEqual([3, []]);
    expect(errors).toContain('Service ingressgateway-clb-1 of an extra CLB is still there');
  });

  it('says what must be done first as one list, each thing once, settings after what they are needed for', async () => {
    const account = anAccount(EXAMPLE.replace('publish: observe', 'publish: auto'));
    await account.run('attach 1 --gateway ingressgateway --region cn-hangzhou --reason sale --for 2h');
    const { code, errors } = await account.run(`uninstall --dry-run ${WHY}`);
    const release = 'say release 0 for ingressgateway while loadBalancers.mode is auto, and wait until it is gone';
    expect(code).toBe(3);
    expect(errors.slice(errors.indexOf('Error: ')).trimEnd().split('\n')).toEqual([
      'Error: Nothing was taken back: 4 things must be done first.',
      `  CLBs of cn-hangzhou: Service ingressgateway-clb-1 of an extra CLB is still there; ${release}`,
      expect.stringMatching(/^ {2}CLBs of cn-hangzhou: lb-\w+ is still ours; say release 0 for ingressgateway/),
      expect.stringMatching(/^ {2}cluster of cn-hangzhou: Service istio-system\/ingressgateway-clb-1 of an extra CLB/),
      '  after all that, set names."www.example.com".publish: observe (it is auto) and deploy: the deployed configuration still writes',
    ]);
  });

  it('takes nothing back while a region is silent', async () => {
    const account = anAccount();
    account.cloud.regions.die('cn-shanghai');
    const ran = await account.run(`uninstall --yes ${WHY}`);
    const { code, errors } = ran;
    expect([code, taken(ran)]).toEqual([1, MARKS.map((line) => `would  ${line}`)]);
    // One that is deployed there with an older configuration would make everything anew.
    expect(errors).toContain('failover-dns in cn-shanghai');
    account.cloud.regions.revive('cn-shanghai');
    expect(taken(await account.run(`uninstall --dry-run ${WHY}`))).toHaveLength(3);
  });

  it('is remembered by the emulated account, where what observes acted before', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gateway-autopilot-uninstall-'));
    const memory = path.join(folder, 'memory.json');
    const line = (text: string) =>
      run(words(text), {
        reach: ({ configuration, isAsWritten = false }) =>
          emulatedReach(configuration, { memory, isFresh: false, isAsWritten }),
      });
    await line('apply --yes --region cn-hangzhou');
    const first = await line(`uninstall --yes ${WHY}`);
    expect(taken(first)).toHaveLength(4);
    expect(first.out).toContain('done   cluster of cn-hangzhou: the journal is deleted');
    expect(first.errors).not.toContain('what only observes acts here');
    expect(taken(await line(`uninstall --yes ${WHY}`))).toEqual([]);
    // What was deployed to leave goes on to observe.
    expect((await line('plan')).out).toContain('ObserveMode');
    rmSync(folder, { recursive: true });
  });

  it.each([
    [`uninstall --yes --dry-run ${WHY}`, '--dry-run asks for nothing; leave --yes out'],
    [`uninstall ${WHY}`, 'there is no terminal to ask on; say --yes'],
    ['uninstall --yes', '--reason is needed'],
  ])('%s is wrong usage', async (line, why) => {
    const { code, errors } = await anAccount().run(line);
    expect(code).toBe(64);
    expect(errors).toContain(why);
  });
});

describe('what the functions answer', () => {
  /** One function is asked; its answers, one after the other. */
  async function answered(...answers: readonly object[]): Promise<Ran & { readonly asked: number }> {
    const cloud = createCloud({ at: Date.UTC(2026, 10, 28), seed: 1 });
    const account = { openApi: cloud.openApi(), delegations: cloud.dns.delegations(), now: cloud.clock.now };
    let asked = 0;
    const ask = async (): Promise<unknown> => {
      asked += 1;
      return { function: 'scale-gateway', message: 'said', ...answers[asked - 1] };
    };
    const reach: Reach = { notes: [], round: (work) => work({ functions: { ask }, ...account }) };
    return { ...(await run(words(`uninstall --yes ${WHY}`), { files: { 'autopilot.yaml': SMALL }, reach })), asked };
  }

  const would = { uninstall: { would: ['a', 'b'], done: [], left: [] } };
  const partly = (done: readonly string[]) => ({
    outcome: 'partly',
    message: 'it stopped',
    problems: ['no time was left'],
    uninstall: { would: ['a', 'b'], done, left: [] },
  });

  it('as long as something is taken back, it is asked to go on', async () => {
    const done = { uninstall: { would: ['b'], done: ['b'], left: [] } };
    const ran = await answered(would, partly(['a']), done);
    expect([ran.code, ran.asked, taken(ran)]).toEqual([0, 3, ['done   a', 'done   b']]);
  });

  it('what was done before the last look failed is said', async () => {
    const unseen = { outcome: 'refused', message: 'It is not known what is left: it did not answer' };
    const ran = await answered(would, partly(['a', 'b']), unseen);
    expect([ran.code, ran.asked, taken(ran)]).toEqual([3, 3, ['done   a', 'done   b']]);
    expect(ran.errors).toContain('It is not known what is left');
    expect(ran.out).not.toContain('by hand');
  });

  it('when nothing more comes of it, that is an error, and what was done is said', async () => {
    const ran = await answered(would, partly(['a']), partly([]));
    expect([ran.code, ran.asked, taken(ran)]).toEqual([1, 3, ['done   a']]);
    expect(ran.errors).toContain('no time was left');
    expect(ran.out).not.toContain('by hand');
  });

  it('one that looks after nothing there has not said that nothing is left', async () => {
    const ran = await answered({ message: 'No gateway is configured in cn-hangzhou; nothing was looked at.' });
    expect([ran.code, ran.asked]).toEqual([1, 1]);
    expect(ran.errors).toContain('it did not say what is left: No gateway is configured');
  });
});
