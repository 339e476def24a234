import { MINUTE, SECOND } from '../../shared/core/time';
import { aFront, CAPACITY, type Front, type FrontAnswer, CONFIGURATION as OF_FRONT } from './a-front';
import { A, aRegionStage, B, type RegionStage, timeTo } from './a-region-stage';
import { type Answer, aStage, CONFIGURATION, type GatewayAnswer, type Stage } from './a-stage';

const PROPOSE = CONFIGURATION.replace('mode: auto', 'mode: propose');
const APPROVED = { owner: 'li.wei', reason: 'approved' };

describe('replicas in mode propose', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  async function proposing(): Promise<GatewayAnswer & { readonly proposal?: string }> {
    stage = await aStage({ configuration: PROPOSE });
    stage.load(8_000);
    stage.pass(5);
    const [gateway] = (await stage.look()).gateways ?? [];
    if (gateway === undefined) throw new Error('no gateway');
    return gateway;
  }

  const apply = (plan: string | undefined): Promise<Answer> =>
    stage.invoke({ action: 'apply', gateway: 'ingressgateway', plan, ...APPROVED });

  it('nothing is written until a person approves the plan by its digits; then just that is done', async () => {
    const { message, proposal, ...gateway } = await proposing();
    expect(gateway).toMatchObject({ outcome: 'hold', reason: 'ProposeMode', needsPerson: true });
    expect(proposal).toMatch(/^[0-9a-f]{12}$/);
    expect(message).toContain(
      `plan ${proposal}: spec.replicas of Deployment istio-system/istio-ingressgateway from 10 to 20; to carry it out send scale-gateway {"action":"apply","gateway":"ingressgateway","plan":"${proposal}"`,
    );
    expect(stage.writes()).toEqual([]);
    expect(await apply(proposal)).toMatchObject({
      command: `plan ${proposal} is carried out for li.wei: approved`,
      gateways: [{ outcome: 'change', change: { from: 10, to: 20 } }],
    });
    expect(stage.writes().length).toBeGreaterThan(0);
    // The next one needs approval again.
    stage.load(300);
    for (let look = 0; look < 40; look += 1) {
      stage.pass(1);
      await stage.look();
    }
    expect(stage.replicas()).toBe(20);
  });

  it('a plan that is not what would be done any more is refused with the difference', async () => {
    const { proposal } = await proposing();
    stage.load(4_000);
    stage.pass(5);
    const refused = await apply(proposal);
    expect(refused).toMatchObject({ outcome: 'refused', gateways: [{ reason: 'PlanChanged' }] });
    expect(refused.message).toContain(
      `plan ${proposal} is not what would be done any more: no longer spec.replicas of Deployment istio-system/istio-ingressgateway from 10 to 20; instead spec.replicas of Deployment istio-system/istio-ingressgateway from 10 to `,
    );
    expect(stage.writes()).toEqual([]);
  });

  it('limits are checked again: a frozen cluster stays as it is', async () => {
    const { proposal } = await proposing();
    await stage.invoke({ action: 'freeze', owner: 'wang', reason: 'upgrade' });
    const writes = stage.writes().length;
    expect(await apply(proposal)).toMatchObject({
      outcome: 'refused',
      message: expect.stringMatching(new RegExp(`^plan ${proposal} was not carried out: frozen by wang`)),
    });
    expect(stage.writes()).toHaveLength(writes);
  });

  it('where nothing is to be done there is nothing to approve, and unknown plans change nothing', async () => {
    stage = await aStage({ configuration: PROPOSE });
    stage.load(2_900);
    stage.pass(5);
    expect(await apply('0123456789ab')).toMatchObject({ outcome: 'refused' });
    expect(stage.writes()).toEqual([]);
    expect(
      await stage.invoke({ action: 'apply', name: 'www.example.com', plan: '0123456789ab', ...APPROVED }),
    ).toMatchObject({
      outcome: 'refused',
      message: 'a plan of a name is for failover-dns; one of this function is of a gateway',
    });
  });

  it('what a person asks for needs no second word', async () => {
    stage = await aStage({ configuration: PROPOSE });
    stage.pass(5);
    const pin = {
      action: 'scale',
      gateway: 'ingressgateway',
      replicas: 12,
      owner: 'li.wei',
      reason: 'sale',
      for: '1h',
    };
    await stage.invoke(pin);
    stage.pass(1);
    await stage.look();
    expect(stage.replicas()).toBe(12);
  });

  it('a dry look shows the digits, too', async () => {
    const { proposal } = await proposing();
    const dry = await stage.invoke({ action: 'look', dryRun: true });
    expect(dry.gateways?.[0]).toMatchObject({ outcome: 'hold', reason: 'ProposeMode', proposal });
  });
});

describe('extra CLBs in mode propose', () => {
  const only = ({ gateways }: { readonly gateways?: readonly object[] }) => Object(gateways?.[0]);
  let front: Front;

  it('are bought when a person approves the number, and come to serve without being asked again', async () => {
    front = aFront({
      configuration: OF_FRONT.replace('{ mode: auto, maxExtra: 3 }', '{ mode: propose, maxExtra: 3 }'),
    });
    front.load(0.9 * CAPACITY);
    front.pass(5);
    const { message, proposal, ...gateway } = only(await front.look());
    expect(gateway).toMatchObject({ outcome: 'hold', reason: 'ProposeMode', have: 0, want: 0, withheld: 1 });
    expect(message).toContain(`plan ${proposal}: extra CLBs of ingressgateway from 0 to 1`);
    expect(front.bought()).toEqual([]);
    const answer = await front.invoke({ action: 'apply', gateway: 'ingressgateway', plan: proposal, ...APPROVED });
    expect(answer).toMatchObject({ command: `plan ${proposal} is carried out for li.wei: approved` });
    const serving = (each: FrontAnswer): boolean =>
      only(each).extras?.some((extra: { stage: string }) => extra.stage === 'serving');
    expect(await front.looksUntil(serving, 6)).toBeLessThanOrEqual(6);
    expect(front.bought()).toHaveLength(1);
    // Its release waits for a person, too.
    front.load(0.05 * CAPACITY);
    front.pass(80);
    expect(only(await front.look())).toMatchObject({ reason: 'ProposeMode', have: 1, withheld: 0 });
    front.pass(20);
    await front.looks(3);
    expect(front.bought()).toHaveLength(1);
  });
});

describe('names in mode propose', () => {
  let stage: RegionStage;
  afterEach(() => stage.end());

  it('a region that dies stays answered until a person approves; then it goes, whether the others have room or not', async () => {
    stage = aRegionStage({ publish: 'propose', replicas: 6, requests: 8_000 });
    await stage.run(2 * MINUTE);
    await stage.run(2 * MINUTE, async () => stage.cloud.regions.die(A));
    expect(await stage.answered()).toEqual([A, B]);
    const held = stage.logged('publication').findLast(({ reason }) => reason === 'ProposeMode');
    const plan = String(held?.['proposal']);
    expect(held).toMatchObject({ outcome: 'hold', needsPerson: true });
    expect(held?.['message']).toContain(
      `plan ${plan}: disable ${stage.address(A)} on default; to carry it out send failover-dns {"action":"apply","name":"www.example.com"`,
    );
    expect((await stage.records()).map(({ remark }) => remark).sort()).toEqual([
      `gateway-autopilot ${A}`,
      `gateway-autopilot ${B}`,
    ]);
    let applied: unknown;
    await stage.run(30 * SECOND, async () => {
      applied = await stage.invoke(B, 'failover-dns', { action: 'apply', name: 'www.example.com', plan, ...APPROVED });
    });
    expect(applied).toMatchObject({ command: `plan ${plan} is carried out for li.wei: approved` });
    expect(await stage.answered()).toEqual([B]);
    expect(stage.invariants.broken).toEqual([]);
  }, 180_000);

  it('another plan than the one that would be carried out is refused, and a drain of a person’s needs no second word', async () => {
    stage = aRegionStage({ publish: 'propose' });
    await stage.run(MINUTE);
    let refused: unknown;
    await stage.run(MINUTE, async () => {
      refused = await stage.invoke(B, 'failover-dns', {
        action: 'apply',
        name: 'www.example.com',
        plan: '0123456789ab',
        ...APPROVED,
      });
    });
    expect(refused).toMatchObject({ outcome: 'refused' });
    await stage.run(MINUTE, async () => {
      await stage.invoke(B, 'failover-dns', { action: 'drain', gateway: 'web', region: A, ...APPROVED, for: '1h' });
    });
    await stage.run(2 * MINUTE);
    expect(await stage.answered()).toEqual([B]);
  }, 180_000);

  it('but a drain waits for room as ever, and the others are asked for it', async () => {
    stage = aRegionStage({ publish: 'propose', replicas: 6, requests: 8_000, failover: '{ deadline: 10m }' });
    await stage.run(4 * MINUTE);
    let answer: unknown;
    const took = await timeTo(stage, [B], 5 * MINUTE, async () => {
      const drain = { action: 'drain', gateway: 'web', region: A, ...APPROVED, for: '1h' };
      answer = await stage.invoke(B, 'failover-dns', drain);
    });
    expect(answer).toMatchObject({ command: expect.stringMatching(/not yet: www\.example\.com SurvivorsNotReady$/) });
    expect(stage.logged('floor-asked')[0]).toMatchObject({ targetRegion: B, gateway: 'web', floor: 10 });
    expect(took).toBeGreaterThan(20 * SECOND);
  }, 180_000);
});
