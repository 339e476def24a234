import type { Reach } from '../../cli/world';
import { createCloud } from '../../rehearsal/cloud';
import { CloudError } from '../../shared/errors';
import { EXAMPLE, run, words } from './a-world';

/** One region, one gateway, no name: one function is asked. */
const SMALL = `version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways: { web: { regions: [cn-hangzhou], policy: web } }
policies:
  web:
    replicas: { min: 2, max: 40 }
    signals: [{ metric: newConnections, target: 300 }]
functions: { scaleGateway: gateways/scale }
`;

const SEEN = {
  gateway: 'web',
  outcome: 'change',
  reason: 'LoadAboveTarget',
  message: 'it is full',
  dryRun: true,
  needsPerson: false,
  current: 7,
  readyReplicas: 7,
  wanted: 11,
  withheld: { from: 7, to: 11 },
  standing: [],
};

const HELD = { outcome: 'hold', dryRun: undefined };

/** Functions that answer what they are told to, and what they were asked. */
function answering(answer: (region: string, name: string) => unknown): {
  readonly reach: Reach;
  readonly asked: unknown[];
} {
  const asked: unknown[] = [];
  const ask = async (address: { readonly region: string; readonly name: string }, event: object): Promise<unknown> => {
    asked.push([address, event]);
    return answer(address.region, address.name);
  };
  // Of the account itself these commands want nothing.
  const account = anAccountApart();
  return { reach: { notes: [], round: (work) => work({ functions: { ask }, ...account }) }, asked };
}

function anAccountApart() {
  const cloud = createCloud({ at: Date.UTC(2026, 10, 28), seed: 1 });
  return { openApi: cloud.openApi(), delegations: cloud.dns.delegations(), now: cloud.clock.now };
}

function small(gateway: object): () => unknown {
  return () => ({ function: 'scale-gateway', message: 'a look', freeze: 'none', gateways: [{ ...SEEN, ...gateway }] });
}

async function ran(
  line: string,
  answer: (region: string, name: string) => unknown,
  more: { hasColour?: boolean } = {},
) {
  const { asked, reach } = answering(answer);
  return { asked, ...(await run(words(line), { files: { 'autopilot.yaml': SMALL }, reach, ...more })) };
}

it('asks by the names of the configuration, and sends what people paste in the console', async () => {
  const { asked } = await ran('hold out --reason "a test" --until 2026-11-28T20:00+08:00', small({}));
  expect(asked).toEqual([
    [
      { region: 'cn-hangzhou', name: 'gateways/scale' },
      {
        action: 'hold',
        gateway: 'web',
        direction: 'out',
        owner: 'li.wei',
        reason: 'a test',
        until: '2026-11-28T20:00+08:00',
      },
    ],
  ]);
});

it('takes the only gateway where there is one, and the owner that is named', async () => {
  const { asked } = await ran('scale 12 --owner on-call --reason x --for 2h --dry-run', small({}));
  expect(asked).toEqual([
    [
      expect.anything(),
      { action: 'scale', gateway: 'web', replicas: 12, owner: 'on-call', reason: 'x', for: '2h', dryRun: true },
    ],
  ]);
});

it.each<[what: string, gateway: object, code: number, line: string]>([
  [
    'what a look that writes would change is a change',
    {},
    2,
    'change  cn-hangzhou  scale-gateway  web  LoadAboveTarget  7 → 11 replicas (it is full)',
  ],
  [
    'what only observes would change nothing',
    { ...HELD, reason: 'ObserveMode', message: 'the policy only observes' },
    0,
    'hold    cn-hangzhou  scale-gateway  web  ObserveMode  7 → 11 replicas (the policy only observes)',
  ],
  [
    'what a person must settle is said to be',
    { ...HELD, reason: 'ConflictingWriter', message: 'somebody else', needsPerson: true, withheld: undefined },
    0,
    'person  cn-hangzhou  scale-gateway  web  ConflictingWriter  somebody else',
  ],
  [
    'what could not be read is no "nothing to do"',
    { ...HELD, reason: 'ReadFailed', message: 'the cluster is silent', withheld: undefined },
    1,
    'hold    cn-hangzhou  scale-gateway  web  ReadFailed  the cluster is silent',
  ],
  [
    'what others wrote cannot move the cursor',
    { ...HELD, message: 'evil\u001b[2J\r\nname', reason: 'OnHold', withheld: undefined },
    0,
    'hold    cn-hangzhou  scale-gateway  web  OnHold  evil [2J  name',
  ],
])('%s', async (_, gateway, code, line) => {
  const { code: seen, out } = await ran('plan', small(gateway));
  expect([seen, out.split('\n')[0]]).toEqual([code, line]);
});

it.each<[what: string, answer: () => unknown, error: string]>([
  [
    'something else has the name',
    () => 'hello',
    'what gateways/scale answered is no answer of ours; is that its name?',
  ],
  [
    'it is of another version',
    () => ({ function: 'scale-gateway', message: 'x', gateways: [{ gateway: 'web', state: 'fine' }] }),
    'its answer cannot be read (gateways.0.outcome, gateways.0.reason, gateways.0.message); is it of another version?',
  ],
  [
    'it may not be invoked',
    () => {
      throw new CloudError('AccessDenied', { kind: 'permission', operation: 'fc.InvokeFunction' });
    },
    'fc.InvokeFunction: AccessDenied',
  ],
])('fails when %s, whatever is asked', async (_, answer, error) => {
  for (const line of ['plan', 'apply --yes', 'status']) {
    const { code, errors, out } = await ran(line, answer);
    expect([code, errors]).toEqual([1, `Error: scale-gateway in cn-hangzhou: ${error}\n`]);
    expect(out).not.toContain('Nothing would be changed.');
  }
});

it('says that a function knows nothing of what it was asked for', async () => {
  const { code, errors } = await ran('plan', () => ({
    function: 'scale-gateway',
    message: 'No gateway is configured',
  }));
  expect([code, errors]).toEqual([0, 'Note: scale-gateway in cn-hangzhou: No gateway is configured\n']);
});

it('says that it is refused, with every problem', async () => {
  const refusal = {
    function: 'scale-gateway',
    outcome: 'refused',
    message: 'It cannot be used',
    problems: ['one', 'two'],
  };
  const { code, errors } = await ran('plan', () => refusal);
  expect([code, errors]).toEqual([3, 'Error: scale-gateway in cn-hangzhou: It cannot be used\n  one\n  two\n']);
});

it('is in colour where it should be, and nowhere else', async () => {
  expect((await ran('plan', small({}), { hasColour: true })).out).toContain('\u001b[33mchange\u001b[39m');
  expect((await ran('plan', small({}))).out).not.toContain('\u001b');
});

it('sends an event as it is, from a file, from the standard input, or a look', async () => {
  const answer = small({});
  const { asked, reach } = answering(answer);
  const files = { 'autopilot.yaml': SMALL, 'event.json': '{"action":"look","gateway":"a"}' };
  const options = { files, reach, input: '{"action":"look","gateway":"b"}' };
  for (const event of ['', '@event.json', '-', `'{"any":[1]}'`]) {
    const { code, out } = await run(words(`invoke scale-gateway ${event}`), options);
    expect([code, out.split('\n')[0]]).toEqual([0, 'scale-gateway in cn-hangzhou:']);
  }
  expect(asked.map((each) => (Array.isArray(each) ? each[1] : each))).toEqual([
    { action: 'look', dryRun: true },
    { action: 'look', gateway: 'a' },
    { action: 'look', gateway: 'b' },
    { any: [1] },
  ]);
});

it.each<[what: string, answer: object, code: number, errors: string]>([
  ['it did it', { message: 'a look' }, 0, ''],
  [
    'it understood nothing',
    { outcome: 'nothing-done', message: 'Nothing was looked at', help: ['look'] },
    3,
    'Nothing was looked at\n',
  ],
  ['it refused', { outcome: 'refused', message: 'no', problems: ['a', 'b'] }, 3, 'no\n  a\n  b\n'],
  [
    'it did a part',
    { outcome: 'partly', message: 'in part', problems: ['a zone is busy'] },
    1,
    'in part\n  a zone is busy\n',
  ],
  ['it could see nothing for now', { retry: true, message: 'the cluster is silent' }, 1, 'the cluster is silent\n'],
])('of an event that is sent as it is: %s', async (_, answer, code, errors) => {
  const ran = await run(['invoke', 'scale-gateway', '{"any":1}'], {
    files: { 'autopilot.yaml': SMALL },
    reach: answering(() => ({ function: 'scale-gateway', ...answer })).reach,
  });
  expect([ran.code, ran.errors]).toEqual([code, errors === '' ? '' : `Error: scale-gateway in cn-hangzhou: ${errors}`]);
  expect(JSON.parse(ran.out.slice(ran.out.indexOf('\n')))).toEqual({ function: 'scale-gateway', ...answer });
});

describe('one plan by its hash', () => {
  const taken = { function: 'failover-dns', message: 'a look', command: 'plan abc is carried out' };
  const refused = { function: 'scale-gateway', outcome: 'refused', message: 'not mine' };

  async function apply(line: string, answer: (region: string, name: string) => unknown) {
    const { asked, reach } = answering(answer);
    return { asked, ...(await run(words(line), { files: { 'autopilot.yaml': EXAMPLE }, reach })) };
  }

  it('goes to both functions of the gateway, one of which has it', async () => {
    const line = 'apply --plan abc --gateway ingressgateway --region cn-shanghai --reason "looks right"';
    const { asked, code, out } = await apply(line, (_, name) => (name.endsWith('attach-clb') ? taken : refused));
    const event = { action: 'apply', plan: 'abc', gateway: 'ingressgateway', owner: 'li.wei', reason: 'looks right' };
    expect(asked).toEqual([
      [{ region: 'cn-shanghai', name: 'gateway-autopilot-scale-gateway' }, event],
      [{ region: 'cn-shanghai', name: 'gateway-autopilot-attach-clb' }, event],
    ]);
    expect([code, out]).toEqual([0, 'done    cn-shanghai  attach-clb  plan abc is carried out\n']);
  });

  it('goes to failover-dns for a name', async () => {
    const { asked, code } = await apply('apply --plan abc --name www.example.com --reason x', () => taken);
    expect(asked).toEqual([
      [
        { region: 'cn-hangzhou', name: 'gateway-autopilot-failover-dns' },
        { action: 'apply', plan: 'abc', name: 'www.example.com', owner: 'li.wei', reason: 'x' },
      ],
    ]);
    expect(code).toBe(0);
  });

  it('is refused when nobody has it', async () => {
    const { code } = await apply('apply --plan abc --gateway ingressgateway --reason x', () => refused);
    expect(code).toBe(3);
  });
});

describe('an audit', () => {
  const FINDING = {
    id: 'newest',
    title: 'A check of a newer version',
    severity: 'warning',
    outcome: 'fail',
    evidence: ['one\u001b[2J\ntwo'],
    why: 'It is ours.',
    fix: { text: 'Mend it.', safe: false, patches: [{ kind: 'command', command: 'kubectl get pods\nrm -r /' }] },
  };

  function audited(finding: object) {
    const gateways = [{ region: 'cn-hangzhou', gateway: 'web', findings: [{ ...FINDING, ...finding }] }];
    return () => ({ function: 'audit-gateway', message: 'audited', gateways });
  }

  it('is read also where a check follows no page of the vendor, and nothing in it makes a line of its own', async () => {
    const { code, out } = await ran('audit', audited({}));
    expect([code, out.split('\n')]).toEqual([
      2,
      [
        'cn-hangzhou web: 1 of 1 check fail, 0 critical',
        'FAIL  warning   newest: A check of a newer version',
        '                one [2J two',
        '                why: It is ours.',
        '                fix: Mend it.',
        '                  kubectl get pods rm -r /',
        '',
      ],
    ]);
    expect((await ran('audit --fix', audited({}))).out).toBe(
      '# cn-hangzhou web newest: Mend it.\nkubectl get pods rm -r /\n',
    );
  });

  it('is told whole, page and date of the vendor included', async () => {
    const source = { page: 'https://example.com/page', date: '2026-11-22' };
    const evidence = ['x'.repeat(2_000)];
    const { out } = await ran('audit --json', audited({ source, evidence }));
    expect(JSON.parse(out).audits[0].findings).toEqual([
      {
        id: 'newest',
        title: 'A check of a newer version',
        severity: 'warning',
        outcome: 'fail',
        evidence,
        why: 'It is ours.',
        source,
        fix: { text: 'Mend it.', safe: false, commands: ['kubectl get pods rm -r /'] },
      },
    ]);
  });

  it('with an outcome that nobody knows cannot be read', async () => {
    const { code, errors } = await ran('audit', audited({ outcome: 'perhaps' }));
    expect([code, errors]).toEqual([
      1,
      'Error: audit-gateway in cn-hangzhou: its answer cannot be read (gateways.0.findings.0.outcome); is it of another version?\n',
    ]);
  });
});
