import { MINUTE, SECOND } from '../../shared/core/time';
import { A, ALARM_TOKEN, aRegionStage, type RegionStage } from './a-region-stage';

const ALARMS = 1_000;

function callback(index: number): object {
  const body = new URLSearchParams({
    alertName: `rule ${index}`,
    alertState: 'ALERT',
    dimensions: '{instanceId=lb-a}',
    ruleId: `rule-${index}`,
  });
  return {
    body: Buffer.from(body.toString()).toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: 'POST', path: `/alarm/${ALARM_TOKEN}`, sourceIp: '106.11.225.7' } },
  };
}

let stage: RegionStage;
afterEach(() => stage.end());

it('a timer, a person and 1,000 alarms in one second: the gateway is scaled once, and the person is answered in time', async () => {
  // Half of the replicas that the load asks for.
  stage = aRegionStage({ replicas: 4, requests: 16_000 });
  const { clock } = stage;
  let took = 0;
  let told: unknown;
  const from = clock.now();
  await stage.run(MINUTE, async () => {
    // The timer of scale-gateway is due a second from now.
    await clock.sleep(19 * SECOND);
    const storm = Array.from({ length: ALARMS }, (_, index) => stage.invoke(A, 'receive-alarm', callback(index)));
    await clock.sleep(SECOND);
    const startedAt = performance.now();
    told = await stage.invoke(A, 'scale-gateway', { action: 'look' });
    took = performance.now() - startedAt;
    const replies = await Promise.all(storm);
    expect(new Set(replies.map((reply) => Object(reply).statusCode))).toEqual(new Set([202]));
  });
  expect(told).toMatchObject({ function: 'scale-gateway', trigger: 'command' });
  expect(took).toBeLessThan(5_000);
  const inA = (event: string) =>
    stage
      .logged(event)
      .filter(({ at, by, function: name }) => Number(at) >= from && by === A && name === 'scale-gateway');
  expect(inA('woken-by-alarm')).toHaveLength(1);
  expect(inA('write')).toMatchObject([{ gateway: 'web', from: 4 }]);
}, 180_000);
