import { z } from 'zod';
import { EVENT } from '../../shared/cloud/kinds';
import type { Kube } from '../../shared/cloud/seams';
import { decodeEvent } from '../../shared/event';
import { aFront, CAPACITY, CONFIGURATION as FRONT, only as onlyFront, PUBLISHED } from './a-front';
import { aStage, CONFIGURATION, only, type Stage, type StageOptions, TEN } from './a-stage';
import { KINDS, type Robots, robotsOnLoopback, SECRET, TOKEN } from './robots-on-loopback';

const NOTIFY = `
notify:
  channels:
    ding: { kind: dingtalk, urlFrom: URL_DINGTALK, secretFrom: SECRET, tells: everything }
    fei: { kind: feishu, urlFrom: URL_FEISHU, secretFrom: SECRET, tells: everything }
    we: { kind: wecom, urlFrom: URL_WECOM, tells: everything }
    sla: { kind: slack, urlFrom: URL_SLACK, tells: everything }
    hook: { kind: webhook, urlFrom: URL_WEBHOOK, secretFrom: SECRET }
`;
const ALL_BUT_HOOK = { ding: 1, fei: 1, we: 1, sla: 1 } as const;

let robots: Robots;
let stage: Stage | undefined;
let now = (): number => TEN;
const answers: string[] = [];
beforeEach(async () => {
  robots = await robotsOnLoopback(() => now());
});
afterEach(async () => {
  await robots.close();
  await stage?.close();
  stage = undefined;
  answers.length = 0;
});

function environment(): Readonly<Record<string, string>> {
  const urls = KINDS.map((kind) => [`URL_${kind.toUpperCase()}`, robots.address(kind)]);
  // What is pasted into a console often ends with a line end.
  return { ...Object.fromEntries(urls), SECRET: `${SECRET}\n` };
}

async function aTellingStage(options: StageOptions = {}): Promise<Stage> {
  const made = await aStage({ configuration: `${CONFIGURATION}${NOTIFY}`, environment: environment(), ...options });
  now = made.cloud.clock.now;
  stage = made;
  return made;
}

function aTellingFront(configuration: string, prepare?: Parameters<typeof aFront>[0]) {
  const front = aFront({ ...prepare, configuration: `${configuration}${NOTIFY}`, environment: environment() });
  now = front.cloud.clock.now;
  return front;
}

/** The command that a card tells to send. */
function undoIn(text: string): Buffer {
  return Buffer.from(/undo: send [a-z-]+ (\{.*?\})/.exec(text)?.[1] ?? 'nothing');
}

describe('a change of replicas', () => {
  it('arrives at every robot that hears of everything: from, to, why, who, which request, and how to undo it', async () => {
    const { invoke, load, pass } = await aTellingStage();
    load(4_500);
    pass(3);
    const answer = await invoke({ triggerTime: '2026-11-23T10:03:00Z', triggerName: 'every-minute', payload: '' });
    expect(only(answer)).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
    expect(answer['notified']).toEqual({ ...ALL_BUT_HOOK, Kubernetes: 1 });
    expect(answer).not.toHaveProperty('notifyProblems');
    expect(robots.cards.map(({ kind }) => kind).sort()).toEqual(['dingtalk', 'feishu', 'slack', 'wecom']);
    for (const { text } of robots.cards) {
      expect(text).toContain('Changed: cn-hangzhou ingressgateway, LoadAboveTarget');
      expect(text).toContain('change: 10 replicas → 15 replicas of Deployment istio-system/istio-ingressgateway');
      expect(text).toContain('measured: newConnections 4500 connections/s, target 10 × 300');
      expect(text).toContain('who: scale-gateway for the timer every-minute, 2026-11-23T10:03:35Z');
      expect(text).toContain(`requests: ${answer['requestId']}`);
      expect(decodeEvent(undoIn(text))).toMatchObject({ kind: 'command', command: { action: 'scale', replicas: 10 } });
    }
  });

  it('its undo, sent, takes it back', async () => {
    const { invoke, load, look, pass, replicas } = await aTellingStage();
    load(4_500);
    pass(3);
    await look();
    expect(replicas()).toBe(15);
    await invoke(undoIn(robots.cards[0]?.text ?? ''));
    expect(replicas()).toBe(10);
  });

  it('from a count that no pin may have, it says where to change that', async () => {
    const { look } = await aTellingStage({ gateways: [{ replicas: 1 }] });
    expect(only(await look())).toMatchObject({ outcome: 'change', change: { from: 1 } });
    expect(robots.cards[0]?.text).toContain('undo: 1 is outside the bounds of the policy: change them there');
  });

  it('steps that follow each other are two cards, not four', async () => {
    const { load, looks } = await aTellingStage();
    load(30_000);
    await looks(9);
    const told = robots.cards.filter(({ kind, text }) => kind === 'wecom' && text.includes('Changed: '));
    expect(told.map(({ text }) => /change: (.*)/.exec(text)?.[1])).toEqual([
      '10 replicas → 20 replicas of Deployment istio-system/istio-ingressgateway',
      '20 replicas → 40 replicas of Deployment istio-system/istio-ingressgateway',
    ]);
  });

  it('in a dry run or in observe mode nobody hears of what was not done', async () => {
    const observe = CONFIGURATION.replace('mode: auto', 'mode: observe');
    const { invoke, load, look, pass } = await aTellingStage({ configuration: `${observe}${NOTIFY}` });
    load(4_500);
    pass(3);
    await invoke({ action: 'look', dryRun: true });
    await look();
    expect(robots.requests).toBe(0);
  });
});

describe('a hold that only a person can settle', () => {
  const AT_MAXIMUM: StageOptions = {
    gateways: [{ owner: 'asm-left-to-us-hpa', hpa: { min: 3, max: 5, targetUtilization: 70 } }],
  };

  it('is told once on every channel, and as resolved when it is gone', async () => {
    const { load, look, looks, pass } = await aTellingStage(AT_MAXIMUM);
    load(9_000);
    pass(3);
    const first = await look();
    expect(first['notified']).toMatchObject({ hook: 1 });
    await looks(6);
    const hook = () => robots.cards.filter(({ kind }) => kind === 'webhook').flatMap(({ notices = [] }) => notices);
    expect(hook()).toMatchObject([
      { kind: 'held', subject: 'ingressgateway', reason: 'AutoscalerMaximum', function: 'scale-gateway' },
    ]);
    load(1_300);
    await looks(40);
    expect(hook().map(({ kind }) => kind)).toEqual(['held', 'resolved']);
  });

  it('a gateway that is not there: told, while nothing else is', async () => {
    const { look, looks } = await aTellingStage({ gateways: [{ name: 'another' }] });
    expect((await look())['notified']).toEqual({ ...ALL_BUT_HOOK, hook: 1 });
    await looks(5);
    expect(robots.requests).toBe(5);
    for (const { text } of robots.cards)
      expect(text).toContain('Needs a person: cn-hangzhou ingressgateway, GatewayNotFound');
  });
});

describe('extra CLBs', () => {
  it('each stage that is entered is told, merged, with the requests of the vendor', async () => {
    const front = aTellingFront(FRONT);
    front.load(0.8 * CAPACITY);
    front.pass(4);
    await front.looksUntil((answer) => onlyFront(answer).extras.some(({ stage: now }) => now === 'serving'), 20);
    await front.looks(8);
    const cards = robots.cards.filter(({ kind }) => kind === 'dingtalk').map(({ text }) => text);
    expect(cards.map((text) => /change: (.*?) {2}/.exec(text)?.[1])).toEqual([
      expect.stringMatching(/^intent → binding lb-\w+ at 198\.18\.0\.\d+$/),
      expect.stringMatching(/^binding → serving lb-\w+ at 198\.18\.0\.\d+$/),
    ]);
    expect(cards[0]).toContain('Changed: cn-hangzhou ingressgateway/ingressgateway-clb-1, LoadBalancersFull');
    expect(cards[0]).toMatch(/measured: newConnections \d+ % of the capacity of lb-1, target 70 %/);
    expect(cards[0]).toMatch(/requests: .*slb\.CreateLoadBalancer [0-9A-F-]{36}/);
    expect(decodeEvent(undoIn(cards[0] ?? ''))).toMatchObject({ command: { action: 'release', extra: 0 } });
  });

  it('a purchase that a person must make possible is told', async () => {
    const front = aTellingFront(FRONT);
    front.cloud.faults.fail({ operation: 'slb.CreateLoadBalancer', status: 403, code: 'Forbidden.RAM' });
    front.load(0.8 * CAPACITY);
    front.pass(4);
    const answer = await front.look();
    expect(answer['notified']).toMatchObject({ hook: 1 });
    expect(robots.cards.find(({ kind }) => kind === 'webhook')?.notices).toMatchObject([
      { kind: 'held', subject: 'ingressgateway/ingressgateway-clb-1', function: 'attach-clb' },
    ]);
  });
});

describe('names in DNS', () => {
  it('an answer that is added is told, from and to, with the requests of the vendor', async () => {
    const front = aTellingFront(PUBLISHED);
    front.load(0.8 * CAPACITY);
    front.pass(4);
    await front.looksUntil((answer) => onlyFront(answer).extras.some(({ stage: now }) => now === 'serving'), 20);
    const before = robots.cards.length;
    expect((await front.publish())['notified']).toEqual(ALL_BUT_HOOK);
    for (const { text } of robots.cards.slice(before)) {
      expect(text).toContain('Changed: cn-hangzhou www.example.com, AddressMissing');
      expect(text).toMatch(/change: default: 198\.18\.0\.1 → default: 198\.18\.0\.1, 198\.18\.0\.2/);
      expect(text).toContain('why: add 198.18.0.2 on default');
      expect(text).toMatch(/requests: .*alidns\.AddDomainRecord [0-9A-F-]{36}/);
      expect(text).toContain('undo: add a TXT record _gateway-autopilot-freeze to example.com');
      expect(text).toContain('clients follow within 60 s');
    }
  });

  it('a zone that only a person can make readable is told once', async () => {
    const front = aTellingFront(PUBLISHED);
    front.cloud.faults.fail({ operation: /^alidns\.Describe/, status: 403, code: 'Forbidden.RAM' });
    expect((await front.publish())['notified']).toEqual({ ...ALL_BUT_HOOK, hook: 1 });
    front.pass(1);
    await front.publish();
    expect(robots.requests).toBe(5);
    for (const { text } of robots.cards) {
      expect(text).toContain('Needs a person: cn-hangzhou www.example.com, ReadFailed');
      expect(text).toContain('who: failover-dns for the timer every-minute');
    }
  });
});

describe('events on the objects that were changed', () => {
  interface SaidOn {
    readonly kind?: string;
    readonly name?: string;
    readonly reason?: string;
    readonly message?: string;
  }

  async function said(kube: Kube): Promise<readonly SaidOn[]> {
    const events = z.array(
      z.object({
        reason: z.string(),
        message: z.string(),
        involvedObject: z.object({ kind: z.string(), name: z.string() }),
        source: z.object({ component: z.string() }),
      }),
    );
    return events
      .parse(await kube.list(EVENT, 'istio-system'))
      .filter(({ source }) => source.component === 'gateway-autopilot')
      .map(({ involvedObject, message, reason }) => ({ ...involvedObject, reason, message }));
  }

  it('replicas, on the Deployment', async () => {
    const { kube, load, look, pass } = await aTellingStage();
    load(4_500);
    pass(3);
    await look();
    expect(await said(await kube())).toMatchObject([
      {
        kind: 'Deployment',
        name: 'istio-ingressgateway',
        reason: 'LoadAboveTarget',
        message: expect.stringMatching(/^10 replicas → 15 replicas .*150 % of 10 × 300; for the timer every-minute$/),
      },
    ]);
  });

  it('stages of an extra CLB, on its Service', async () => {
    const front = aTellingFront(FRONT);
    front.load(0.8 * CAPACITY);
    front.pass(4);
    await front.look();
    expect(await said(await front.kube())).toMatchObject([
      {
        kind: 'Service',
        name: 'ingressgateway-clb-1',
        reason: 'LoadBalancersFull',
        message: expect.stringMatching(/^intent → binding/),
      },
    ]);
  });

  it('without the right nothing is stopped and it is reported; switched off, nothing is written', async () => {
    const { cloud, load, look, pass, replicas } = await aTellingStage();
    cloud.faults.fail({ operation: 'kube create events', status: 403, code: 'Forbidden' });
    load(4_500);
    pass(3);
    const answer = await look();
    expect(replicas()).toBe(15);
    expect(answer['notified']).toEqual(ALL_BUT_HOOK);
    expect(answer['notifyProblems']).toEqual({ Kubernetes: expect.stringMatching(/^kube create events: .*403/) });

    const off = await aTellingStage({ configuration: `${CONFIGURATION}notify: { kubernetesEvents: false }` });
    off.load(4_500);
    off.pass(3);
    await off.look();
    expect(off.replicas()).toBe(15);
    expect(await said(await off.kube())).toEqual([]);
  });
});

describe('custom events of CloudMonitor', () => {
  it.each([
    ['people', []],
    [
      'everything',
      [
        {
          name: 'GatewayAutopilotChanged',
          content: expect.stringMatching(/^cn-hangzhou ingressgateway LoadAboveTarget: 10 replicas → 15 replicas/),
          at: TEN + 3 * 60_000 + 35_000,
        },
      ],
    ],
  ])('hear %s', async (hears, events) => {
    const { cloud, load, look, pass } = await aTellingStage({
      configuration: `${CONFIGURATION}notify: { cloudMonitor: ${hears} }`,
      face: 'http',
    });
    load(4_500);
    pass(3);
    await look();
    expect(cloud.customEvents()).toEqual(events);
  });

  it('that are refused stop nothing and are reported', async () => {
    const { cloud, load, look, pass, replicas } = await aTellingStage({
      configuration: `${CONFIGURATION}notify: { cloudMonitor: everything }`,
    });
    cloud.faults.fail({ operation: 'cms.PutCustomEvent', status: 403, code: 'Forbidden.RAM' });
    load(4_500);
    pass(3);
    const answer = await look();
    expect(replicas()).toBe(15);
    expect(answer['notifyProblems']).toEqual({ CloudMonitor: expect.stringMatching(/^cms\.PutCustomEvent: /) });
  });
});

describe('a robot that fails', () => {
  it('stops nothing, keeps nobody else from hearing, is reported, and is told later', async () => {
    const { load, look, looks, pass, replicas } = await aTellingStage();
    robots.behave('fail', 'dingtalk');
    load(4_500);
    pass(3);
    const answer = await look();
    expect(only(answer)).toMatchObject({ outcome: 'change', change: { from: 10, to: 15 } });
    expect(replicas()).toBe(15);
    expect(answer['notified']).toEqual({ fei: 1, we: 1, sla: 1, Kubernetes: 1 });
    expect(answer['notifyProblems']).toEqual({ ding: 'notify.POST: the robot answered 500' });
    expect(answer['notifyWaiting']).toEqual({ ding: 1 });
    robots.behave('as usual');
    const later = await looks(1);
    expect(later['notified']).toEqual({ ding: 1 });
    expect(robots.cards.at(-1)).toMatchObject({ kind: 'dingtalk' });
  });

  it('that refuses with status 200 has failed', async () => {
    const wrong = { ...environment(), SECRET: 'another' };
    const { load, look, pass } = await aTellingStage({ environment: wrong });
    load(4_500);
    pass(3);
    expect((await look())['notifyProblems']).toEqual({
      ding: 'notify.POST: the robot answered errcode 310000 (the signature, the keyword or the address list of the robot does not let it through)',
      fei: 'notify.POST: the robot answered code 19021 (the signature does not match, or is more than an hour off)',
    });
  });

  it('of which the variable is not set is said at every look', async () => {
    const { SECRET: _, ...rest } = environment();
    const { look } = await aTellingStage({ environment: { ...rest, URL_WECOM: '  ' } });
    const problem = (channel: string, variable: string): string =>
      `nobody can be told through ${channel}: the environment variable ${variable} is not set`;
    expect((await look())['notifyProblems']).toEqual({
      ding: problem('ding', 'SECRET'),
      fei: problem('fei', 'SECRET'),
      we: problem('we', 'URL_WECOM'),
      hook: problem('hook', 'SECRET'),
    });
  });
});

describe('limits and secrets', () => {
  it('however often somebody looks, no robot hears more than it allows', async () => {
    const { cloud, invoke, load } = await aTellingStage();
    const owner = { owner: 'li.wei', reason: 'drill', for: '1h' };
    for (let look = 0; look < 40; look += 1) {
      load(3_000);
      await invoke({ action: 'scale', gateway: 'ingressgateway', replicas: 10 + (look % 2), ...owner });
      cloud.step(1_000);
    }
    const count = (kind: string): number => robots.cards.filter((card) => card.kind === kind).length;
    expect([count('dingtalk'), count('wecom'), count('feishu')]).toEqual([1, 1, 1]);
    expect(robots.requests).toBe(4);
  });

  it('what comes too soon for a robot waits for a later look', async () => {
    const two = CONFIGURATION.replace('policies:', '  api: { regions: [cn-hangzhou], policy: web }\npolicies:');
    const { cloud, invoke, look } = await aTellingStage({
      configuration: `${two}${NOTIFY}`,
      gateways: [{}, { name: 'api', loadBalancerIds: ['lb-2'] }],
    });
    const pin = (gateway: string) =>
      invoke({ action: 'scale', gateway, replicas: 12, owner: 'li.wei', reason: 'drill', for: '1h' });
    const cards = () => KINDS.map((kind) => robots.cards.filter((card) => card.kind === kind).length);
    await pin('ingressgateway');
    cloud.step(10_000);
    expect((await pin('api'))['notifyWaiting']).toEqual(ALL_BUT_HOOK);
    expect(cards()).toEqual([1, 1, 1, 1, 0]);
    cloud.step(5_000);
    expect((await look())['notifyWaiting']).toEqual({ ding: 1, we: 1 });
    expect(cards()).toEqual([1, 2, 1, 2, 0]);
    cloud.step(40_000);
    expect(await look()).not.toHaveProperty('notifyWaiting');
    expect(cards()).toEqual([2, 2, 2, 2, 0]);
    expect(robots.cards.at(-1)?.text).toContain('who: scale-gateway for li.wei, who asked to scale');
  });

  it.each(['as usual', 'fail'] as const)('neither address nor secret is shown when robots behave %s', async (how) => {
    const made = await aTellingStage({ gateways: [{ name: 'another' }] });
    robots.behave(how);
    answers.push(JSON.stringify(await made.look()), JSON.stringify(await made.looks(2)), made.logText());
    answers.push(...robots.cards.map(({ text }) => text));
    expect(robots.requests).toBeGreaterThan(4);
    for (const text of answers) expect(text).not.toMatch(new RegExp(`${TOKEN}|${SECRET}|127\\.0\\.0\\.1`));
  });
});
