import { type Answer, aStage, only, recorded, type Stage } from './a-stage';

let stage: Stage;
afterEach(() => stage.close());

const TOKEN = 'zW8kQ2-token-of-the-path';

/** What an alarm of the fixtures looks like when it is posted to a path that only CloudMonitor knows. */
function posted(body: unknown): unknown {
  return {
    version: 'v1',
    rawPath: `/alarm/${TOKEN}`,
    headers: { 'X-Token': TOKEN },
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path: `/alarm/${TOKEN}`, sourceIp: '47.74.206.10' } },
  };
}

function woken(on: Stage): readonly unknown[] {
  return on.log.filter(({ event }) => event === 'woken-by-alarm');
}

describe('which alarm woke a function', () => {
  const OF_RULE = {
    source: 'rule-target',
    rule: 'gateway new connections',
    state: 'alert',
    level: 'CRITICAL',
    raisedAt: '2025-11-23T03:31:00Z',
    metric: 'InstanceNewConnection',
    value: 4712,
    instanceId: 'lb-bp1****',
    dedupId: 'rule-target/881204-1763868****-0/instanceId=lb-bp1****,port=443,protocol=https/CRITICAL/1763868660000',
  };

  it.each<readonly [string, unknown, object]>([
    ['bare', recorded('rule-target-alert'), OF_RULE],
    ['over HTTP', posted(recorded('rule-target-alert')), OF_RULE],
    ['in a message', recorded('message-json-rule-target'), { ...OF_RULE, topic: 'gateway-alarms' }],
    [
      'several at once',
      recorded('cloud-events-stream'),
      {
        source: 'cloud-event',
        rule: 'ecs:CloudMonitor:Instance[SystemMaintenance.Redeploy:Scheduled]',
        state: 'alert',
        raisedAt: '2025-11-23T03:31:05Z',
        instanceId: 'i-bp2****',
        region: 'cn-hangzhou',
        count: 3,
      },
    ],
    [
      'a subscription, whose rule is not its event',
      recorded('subscription-resolved'),
      {
        source: 'subscription',
        rule: 'nodes of the gateways',
        event: 'Instance:SystemFailure.Reboot:Executing',
        state: 'ok',
        level: 'WARN',
        raisedAt: '2025-11-23T03:41:05Z',
        instanceId: 'i-uf6****',
        region: 'cn-shanghai',
        dedupId: 'subscription/d41a****/RESOLVED/1763869265250',
      },
    ],
  ])('%s: is in its answer and in one line of its log', async (_, event, alarm) => {
    stage = await aStage();
    const answer: Answer = await stage.invoke(event);
    expect(only(answer)).toMatchObject({ outcome: 'steady' });
    expect(answer).toMatchObject({ trigger: 'alarm' });
    expect(answer['alarm']).toEqual(alarm);
    expect(woken(stage)).toEqual([
      expect.objectContaining({ level: 'info', function: 'scale-gateway', region: 'cn-hangzhou', alarm }),
    ]);
  });

  it('shows nothing of the path, which may be a secret, whatever is posted there', async () => {
    stage = await aStage();
    const events = [recorded('rule-target-alert'), { action: 'look' }, 'no alarm at all', { curLevel: 'WARN' }];
    for (const event of events) {
      expect(JSON.stringify(await stage.invoke(posted(event)))).not.toContain(TOKEN);
    }
    expect(stage.log.length).toBeGreaterThanOrEqual(events.length);
    expect(stage.logText()).not.toContain(TOKEN);
  });

  it('is not said of a timer or a person', async () => {
    stage = await aStage();
    expect(await stage.look()).not.toHaveProperty('alarm');
    expect(await stage.invoke({ action: 'look' })).not.toHaveProperty('alarm');
    expect(woken(stage)).toEqual([]);
  });
});
