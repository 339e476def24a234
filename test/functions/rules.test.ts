import { MINUTE } from '../../shared/core/time';
import { CONFIG_MAPS, DEPLOYMENTS, SERVICES } from '../rehearsal/cloud/faces';
import { aStage, CONFIGURATION, only, REGION, recorded, type Stage } from './a-stage';

let stage: Stage;
afterEach(() => stage.close());

async function events(): Promise<readonly object[]> {
  const configMap = (await (await stage.kube()).get(CONFIG_MAPS, 'istio-system', 'gateway-autopilot')) as {
    data: Record<string, string>;
  };
  return (JSON.parse(configMap.data['ingressgateway.json'] ?? '{}') as { events: object[] }).events;
}

/** Sets the replicas past everybody. */
async function setBy(replicas: number): Promise<void> {
  await (await stage.kube()).patch(DEPLOYMENTS, 'istio-system', 'istio-ingressgateway', { spec: { replicas } });
}

const LI_WEI = { gateway: 'ingressgateway', owner: 'li.wei', reason: 'a test' };

describe('a schedule', () => {
  /** The stage begins on Monday at ten, UTC. */
  const SCHEDULED = `${CONFIGURATION}    schedules:
      office:
        days: [Mon-Fri]
        from: "12:00"
        to: "14:00"
        timeZone: UTC
        lead: 15m
        floor: 25
`;

  it('is there at the first look after its lead, whole, and is walked down from after its end', async () => {
    stage = await aStage({ configuration: SCHEDULED });
    await stage.looks(104);
    expect(stage.replicas()).toBe(10);
    stage.pass(1);
    expect(only(await stage.look())).toMatchObject({ reason: 'ScheduledFloor', change: { from: 10, to: 25 } });
    stage.load(300);
    const seen: number[] = [];
    for (let minute = 0; minute < 200; minute += 1) {
      stage.pass(1);
      await stage.look();
      seen.push(stage.replicas());
    }
    expect(seen.slice(0, 134)).toEqual(Array(134).fill(25));
    expect([...new Set(seen)]).toEqual([25, 18, 13, 9, 6, 4, 3, 2]);
  });

  it('does not care for looks that were missed, nor for those that come twice', async () => {
    stage = await aStage({ configuration: SCHEDULED });
    stage.pass(130);
    expect(only(await stage.look()).change).toMatchObject({ from: 10, to: 25 });
    expect(only(await stage.look())).toMatchObject({ outcome: 'steady', current: 25 });
  });

  it('holds without any metric', async () => {
    stage = await aStage({ configuration: SCHEDULED });
    stage.cloud.faults.fail({ operation: 'cms.DescribeMetricList', status: 503, code: 'ServiceUnavailable' });
    stage.pass(105);
    expect(only(await stage.look())).toMatchObject({ reason: 'ScheduledFloor', change: { from: 10, to: 25 } });
  });

  it('says when a calendar has come to its end', async () => {
    const calendar = 'calendars:\n  sales: [2026-11-11]\n  holidays: [every 01-01]\n';
    const withCalendars = `${SCHEDULED}        only: [sales]\n        except: [holidays]\n${calendar}`;
    stage = await aStage({ configuration: withCalendars });
    expect((await stage.look())['warnings']).toEqual(["calendar sales ended on 2026-11-11; add this year's days"]);
  });

  it('raises the minimum of an HPA, past its tolerance', async () => {
    const configuration = SCHEDULED.replace('floor: 25', 'floor: 11');
    const hpa = { min: 3, max: 40, targetUtilization: 70 };
    stage = await aStage({ configuration, gateways: [{ owner: 'asm-left-to-us-hpa', hpa }] });
    stage.pass(105);
    expect(only(await stage.look()).change).toMatchObject({ field: 'spec.minReplicas', to: 11 });
    stage.pass(1);
    expect(stage.replicas()).toBe(11);
  });
});

describe('a hold by a person', () => {
  it('stops what it says and no more, until it ends', async () => {
    stage = await aStage();
    const answer = await stage.invoke({ action: 'hold', direction: 'in', for: '45m', ...LI_WEI });
    expect(answer['command']).toBe(
      'scale-in of ingressgateway is on hold until 2026-11-23T10:45:35Z by li.wei: a test',
    );
    stage.load(1_000);
    // Seen at every look, also while nothing is withheld.
    expect(only(await stage.look())).toMatchObject({
      outcome: 'steady',
      standing: ['scale-in is on hold until 2026-11-23T10:45:35Z by li.wei: a test'],
    });
    expect(only(await stage.looks(40))).toMatchObject({ outcome: 'hold', reason: 'OnHold', withheld: { from: 10 } });
    expect(stage.replicas()).toBe(10);
    stage.load(4_500);
    await stage.looks(3);
    expect(stage.replicas()).toBe(15);
    stage.load(1_000);
    await stage.looks(40);
    expect(stage.replicas()).toBeLessThan(15);
  });

  it('is not silently overruled by a pin, and can be ended early', async () => {
    stage = await aStage();
    await stage.invoke({ action: 'hold', for: '1h', ...LI_WEI });
    const pin = { action: 'scale', replicas: 20, for: '1h', ...LI_WEI };
    const refused = await stage.invoke(pin);
    expect(refused).toMatchObject({
      outcome: 'refused',
      message: 'Nothing was changed: on hold by li.wei: a test; resume first',
    });
    const resumed = await stage.invoke({ action: 'resume', ...LI_WEI });
    expect(resumed['command']).toBe('the hold by li.wei of ingressgateway ended by li.wei: a test');
    expect(only(await stage.invoke(pin)).change).toMatchObject({ to: 20 });
  });

  it.each([
    ['no end', { action: 'hold', ...LI_WEI }, 'exactly one of for and until is needed, so that it ends by itself'],
    ['too long an end', { action: 'hold', for: '73h', ...LI_WEI }, 'a hold of 3d1h is too long; at most 3d is allowed'],
    [
      'no such direction',
      { action: 'hold', for: '1h', direction: 'down', ...LI_WEI },
      'direction must be "all", "in" or "out"',
    ],
    [
      'a floor over the maximum',
      { action: 'protect', floor: 41, for: '1h', ...LI_WEI },
      '41 is over the maximum 40 of policy "web"',
    ],
  ])('is refused: %s', async (_, command, why) => {
    stage = await aStage();
    expect(JSON.stringify(await stage.invoke(command)).replaceAll('\\"', '"')).toContain(why);
    expect(stage.writes()).toEqual([]);
  });
});

it('a protected gateway is raised at once and not scaled in until the protection ends', async () => {
  stage = await aStage();
  const answer = await stage.invoke({ action: 'protect', floor: 22, for: '1h', ...LI_WEI });
  expect(answer['command']).toBe(
    'ingressgateway is protected at 22 or more until 2026-11-23T11:00:35Z by li.wei: a test',
  );
  expect(stage.replicas()).toBe(22);
  stage.load(1_000);
  expect(only(await stage.looks(50)).reason).toBe('Protected');
  expect(stage.replicas()).toBe(22);
  await stage.looks(30);
  expect(stage.replicas()).toBeLessThan(22);
});

describe('another writer', () => {
  it('that sets the count back is given way after the second time, and a person is told', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    const seen: string[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      seen.push(only(await stage.look()).reason);
      await setBy(10);
      stage.pass(1);
    }
    expect(seen).toEqual([
      'LoadAboveTarget',
      'LoadAboveTarget',
      'ConflictingWriter',
      'ConflictingWriter',
      'ConflictingWriter',
    ]);
    const answer = only(await stage.look());
    expect(answer).toMatchObject({ outcome: 'hold', needsPerson: true, withheld: { from: 10, to: 15 } });
    expect(answer.message).toContain('somebody else sets this value');
  });

  it('is met again by a person who pins the count', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    for (let minute = 0; minute < 3; minute += 1) {
      await stage.look();
      await setBy(10);
      stage.pass(1);
    }
    const pinned = await stage.invoke({ action: 'scale', replicas: 18, for: '1h', ...LI_WEI });
    expect(only(pinned).change).toMatchObject({ from: 10, to: 18 });
  });

  it('is forgotten when a person says that it is mended', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    for (let minute = 0; minute < 3; minute += 1) {
      await stage.look();
      await setBy(10);
      stage.pass(1);
    }
    const answer = await stage.invoke({ action: 'resume', ...LI_WEI });
    expect(answer['command']).toBe('the way given to another writer of ingressgateway ended by li.wei: a test');
    expect(only(answer).change).toMatchObject({ from: 10, to: 15 });
  });

  it('writes that were never answered are not mistaken for one', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    stage.cloud.faults.fail({ operation: 'kube patch deployments/scale', status: 503, code: 'ServiceUnavailable' });
    for (let minute = 0; minute < 4; minute += 1) {
      expect(only(await stage.look()).reason).toBe('WriteFailed');
      stage.pass(1);
    }
    stage.cloud.faults.clear();
    expect(only(await stage.look()).change).toMatchObject({ from: 10, to: 15 });
  });

  it('writes that were refused are not mistaken for one', async () => {
    stage = await aStage();
    stage.load(4_500);
    stage.pass(3);
    stage.cloud.faults.fail({ operation: 'kube patch deployments/scale', status: 403, code: 'Forbidden' });
    for (let minute = 0; minute < 4; minute += 1) {
      expect(only(await stage.look()).reason).toBe('WriteFailed');
      expect(await events()).toEqual([]);
      stage.pass(1);
    }
    stage.cloud.faults.clear();
    expect(only(await stage.look()).change).toMatchObject({ from: 10, to: 15 });
  });
});

it('pods that no node has room for stop a scale-out, and say so', async () => {
  stage = await aStage();
  stage.cloud.faults.nodesFull({ region: REGION, from: stage.cloud.clock.now(), to: Number.POSITIVE_INFINITY });
  stage.load(4_500);
  stage.pass(3);
  expect(only(await stage.look()).change).toMatchObject({ from: 10, to: 15 });
  stage.load(6_000);
  await stage.looks(2);
  stage.pass(3);
  const held = only(await stage.look());
  expect(held).toMatchObject({ outcome: 'hold', reason: 'UnschedulablePods', needsPerson: true });
});

describe('connections of removed pods', () => {
  it('are given the time that the load balancer waits, or nothing is removed', async () => {
    stage = await aStage();
    const prefix = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain';
    await (await stage.kube()).patch(SERVICES, 'istio-system', 'istio-ingressgateway', {
      metadata: { annotations: { [prefix]: 'on', [`${prefix}-timeout`]: '300' } },
    });
    stage.load(1_000);
    const held = only(await stage.looks(20));
    expect(held).toMatchObject({ outcome: 'hold', reason: 'DrainTooShort', needsPerson: true });
    await (await stage.kube()).patch(DEPLOYMENTS, 'istio-system', 'istio-ingressgateway', {
      spec: { template: { spec: { terminationGracePeriodSeconds: 330 } } },
    });
    const removals: [minute: number, to: number | undefined][] = [];
    for (let minute = 0; minute < 25; minute += 1) {
      const { change } = only(await stage.look());
      if (change !== undefined) removals.push([minute, change.to]);
      stage.pass(1);
    }
    // Five minutes until the connections have ended, five more of cooldown.
    expect(removals).toEqual([
      [0, 7],
      [10, 5],
    ]);
  });
});

it('a budget that is used up is told, and may stop a scale-out', async () => {
  const budget = '    budget: { replicasPerHour: 6, whenExceeded: hold }\n';
  stage = await aStage({ configuration: `${CONFIGURATION}${budget}` });
  stage.load(6_000);
  stage.pass(3);
  const answer = only(await stage.look());
  expect(answer.change).toMatchObject({ from: 10, to: 16 });
  expect(answer).toMatchObject({ alarms: [{ reason: 'BudgetExceeded' }] });
  stage.pass(59);
  expect(only(await stage.look())).toMatchObject({ outcome: 'hold', reason: 'BudgetExceeded', needsPerson: true });
  stage.cloud.step(MINUTE);
  expect(only(await stage.look()).change).toMatchObject({ from: 16, to: 20 });
});

it('a step rule reads errors as they are now, and takes a step once while its pods warm up', async () => {
  const steps =
    '      - { metric: serverErrors, warmUp: 0s, steps: [{ from: 1, below: 200, percent: 10 }, { from: 200, percent: 50 }] }\n';
  const configuration = CONFIGURATION.replace(/ {6}- .*\n/, steps);
  stage = await aStage({ configuration, gateways: [{ listeners: 'http' }] });
  expect(only(await stage.look())).toMatchObject({ outcome: 'steady', reason: 'WithinTolerance' });
  // An alarm that speaks of errors changes nothing while there are none.
  expect(only(await stage.invoke(recorded('callback-alert'))).outcome).toBe('steady');
  stage.load(6_000);
  stage.pass(3);
  expect(only(await stage.look())).toMatchObject({ reason: 'StepUp', change: { from: 10, to: 15 } });
  expect(only(await stage.looks(3))).toMatchObject({ outcome: 'steady', current: 15 });
  expect(only(await stage.looks(20))).toMatchObject({ outcome: 'steady', current: 15 });
});
