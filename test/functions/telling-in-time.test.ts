import { aStage, CONFIGURATION, type Stage, TEN } from './a-stage';
import { type Robots, robotsOnLoopback, SECRET } from './robots-on-loopback';

let robots: Robots;
let stage: Stage;
let now = (): number => TEN;
beforeEach(async () => {
  robots = await robotsOnLoopback(() => now());
  stage = await aStage({
    configuration: `${CONFIGURATION}
notify:
  kubernetesEvents: false
  channels:
    ding: { kind: dingtalk, urlFrom: DINGTALK, secretFrom: SECRET, tells: everything }
    fei: { kind: feishu, urlFrom: FEISHU, secretFrom: SECRET, tells: everything }
    we: { kind: wecom, urlFrom: WECOM, tells: everything }
`,
    environment: {
      DINGTALK: robots.address('dingtalk'),
      FEISHU: robots.address('feishu'),
      WECOM: robots.address('wecom'),
      SECRET,
    },
  });
  now = stage.cloud.clock.now;
});
afterEach(async () => {
  await robots.close();
  await stage.close();
});

it('robots that are silent are waited for five seconds, side by side, and keep nobody else from hearing', async () => {
  robots.behave('be silent', 'dingtalk');
  robots.behave('be silent', 'feishu');
  stage.load(4_500);
  stage.pass(3);
  const startedAt = performance.now();
  const answer = await stage.look();
  const took = performance.now() - startedAt;
  expect(took).toBeGreaterThan(4_900);
  expect(took).toBeLessThan(8_000);
  expect(stage.replicas()).toBe(15);
  expect(answer['notified']).toEqual({ we: 1 });
  expect(answer['notifyProblems']).toEqual({
    ding: 'webhook.POST: no complete answer within 5000 ms',
    fei: 'webhook.POST: no complete answer within 5000 ms',
  });
  expect(answer['notifyWaiting']).toEqual({ ding: 1, fei: 1 });
}, 20_000);
