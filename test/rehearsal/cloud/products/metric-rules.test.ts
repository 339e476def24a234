import type { Cloud } from '../../../../rehearsal/cloud';
import type { OpenApiCall } from '../../../../shared/cloud/seams';
import { MINUTE, SECOND } from '../../../../shared/core/time';
import { errorOf, REGION, START, smallCloud, steady } from '../faces';

const PUT: OpenApiCall = { product: 'cms', region: REGION, action: 'PutResourceMetricRule', effect: 'write' };
const RULE = {
  RuleId: 'rule-1',
  RuleName: 'many connections',
  Namespace: 'acs_slb_dashboard',
  MetricName: 'InstanceNewConnection',
  Resources: '[{"instanceId":"lb-1"}]',
  ContactGroups: 'on-call',
  Period: '60',
  SilenceTime: 300,
  'Escalations.Warn.Statistics': 'Average',
  'Escalations.Warn.ComparisonOperator': 'GreaterThanOrEqualToThreshold',
  'Escalations.Warn.Threshold': '500',
  'Escalations.Warn.Times': 1,
};

/** With a gateway of two CLBs, so that each carries as many new connections as there are requests. */
function aCloud(): Cloud {
  const cloud = smallCloud();
  cloud.alarms.addContactGroup('on-call');
  cloud.setLoad(REGION, 'ingressgateway', steady(100));
  return cloud;
}

async function put(cloud: Cloud, changes: Readonly<Record<string, string | number | undefined>> = {}): Promise<void> {
  await cloud.openApi().call({ ...PUT, query: { ...RULE, ...changes } });
  cloud.step(3 * MINUTE);
}

function levels(cloud: Cloud): readonly (readonly [minute: number, level: string])[] {
  return cloud.alarms.notices().map(({ at, level }) => [(at - START) / MINUTE, level]);
}

describe('a rule is refused', () => {
  it.each<readonly [string, Readonly<Record<string, string | number | undefined>>, string]>([
    ['without a contact group', { ContactGroups: undefined }, 'MissingParameter'],
    ['without a name', { RuleName: '' }, 'MissingParameter'],
    ['for a contact group that is not there', { ContactGroups: 'on-call,nobody' }, 'InvalidParameter'],
    ['for a metric that is not there', { MetricName: 'InstanceNewConections' }, 'InvalidParameter'],
    [
      'for a statistic that its metric does not have',
      { MetricName: 'InstanceQps', 'Escalations.Warn.Statistics': 'Maximum' },
      'InvalidParameter',
    ],
    ['with half a condition', { 'Escalations.Warn.Times': undefined }, 'InvalidParameter'],
    ['silent for less than five minutes', { SilenceTime: 299 }, 'InvalidParameter'],
  ])('%s', async (_, changes, code) => {
    const cloud = aCloud();
    const error = await errorOf(cloud.openApi().call({ ...PUT, query: { ...RULE, ...changes } }));
    expect([error.code, cloud.alarms.ids()]).toEqual([code, []]);
  });

  it('a sixth target, one without an ARN, and anything about a rule that is not there', async () => {
    const cloud = aCloud();
    await put(cloud);
    const arn = 'acs:mns:cn-hangzhou:1234567890123456:/topics/a/message';
    const target = (count: number, value = arn): OpenApiCall => ({
      ...PUT,
      action: 'PutMetricRuleTargets',
      query: {
        RuleId: 'rule-1',
        ...Object.fromEntries(
          Array.from(
            { length: count },
            (_, i) =>
              [
                [`Targets.${i + 1}.Id`, `${i}`],
                [`Targets.${i + 1}.Arn`, value],
              ] as const,
          ).flat(),
        ),
      },
    });
    await cloud.openApi().call(target(5));
    expect((await errorOf(cloud.openApi().call(target(6)))).code).toBe('InvalidParameter');
    expect((await errorOf(cloud.openApi().call(target(1, 'topic')))).code).toBe('InvalidParameter');
    const gone = { ...PUT, action: 'DeleteMetricRules', query: { 'Id.1': 'rule-2' } };
    expect((await errorOf(cloud.openApi().call(gone))).code).toBe('ResourceNotFound');
  });
});

describe('a rule rings', () => {
  it('when a minute that crosses its threshold can be read, again after its silence, and tells when it is over', async () => {
    const cloud = aCloud();
    await put(cloud);
    expect(levels(cloud)).toEqual([]);
    cloud.setLoad(REGION, 'ingressgateway', steady(600));
    cloud.step(7 * MINUTE);
    // The minute from 3 to 4 can be read at 5.5.
    expect(levels(cloud)).toEqual([[5.5, 'WARN']]);
    cloud.step(MINUTE);
    cloud.setLoad(REGION, 'ingressgateway', steady(100));
    cloud.step(10 * MINUTE);
    expect(levels(cloud)).toEqual([
      [5.5, 'WARN'],
      [10.5, 'WARN'],
      [13.5, 'OK'],
    ]);
    expect(cloud.alarms.notices()[0]).toMatchObject({ ruleId: 'rule-1', resource: { instanceId: 'lb-1' }, value: 600 });
  });

  it('after so many periods in a row', async () => {
    const cloud = aCloud();
    await put(cloud, { 'Escalations.Warn.Times': 3 });
    cloud.setLoad(REGION, 'ingressgateway', steady(600));
    cloud.step(6 * MINUTE);
    expect(levels(cloud)).toEqual([[7.5, 'WARN']]);
  });

  it('by the period before, in percent', async () => {
    const cloud = aCloud();
    const against = {
      'Escalations.Warn.ComparisonOperator': 'GreaterThanLastPeriod',
      'Escalations.Warn.Threshold': '50',
    };
    await put(cloud, against);
    cloud.setLoad(REGION, 'ingressgateway', steady(140));
    cloud.step(6 * MINUTE);
    expect(levels(cloud)).toEqual([]);
    cloud.setLoad(REGION, 'ingressgateway', steady(220));
    cloud.step(6 * MINUTE);
    expect(levels(cloud)).toEqual([
      [11.5, 'WARN'],
      [12.5, 'OK'],
    ]);
  });

  it.each([
    ['KEEP_LAST_STATE', []],
    ['INSUFFICIENT_DATA', [[8.5, 'INSUFFICIENT_DATA']]],
    ['OK', []],
  ])('without data as %s says', async (NoDataPolicy, expected) => {
    const cloud = aCloud();
    cloud.step(3 * MINUTE);
    await put(cloud, { NoDataPolicy });
    cloud.faults.metricGap({ region: REGION, from: START + 6 * MINUTE, to: START + 8 * MINUTE });
    cloud.step(3 * MINUTE);
    expect(levels(cloud)).toEqual(expected);
  });

  it('not while it is off', async () => {
    const cloud = aCloud();
    await put(cloud);
    cloud.alarms.edit('rule-1', { enabled: false });
    cloud.setLoad(REGION, 'ingressgateway', steady(600));
    cloud.step(6 * MINUTE);
    expect(levels(cloud)).toEqual([]);
  });
});

describe('a topic', () => {
  const ARN = 'acs:mns:cn-hangzhou:1234567890123456:/topics/alarms/message';

  async function ringing(level: string): Promise<{ readonly cloud: Cloud; readonly got: unknown[] }> {
    const cloud = aCloud();
    const got: unknown[] = [];
    const handler = (event: Buffer): void => void got.push(JSON.parse(String(event)));
    cloud.functions.deploy({ region: REGION, name: 'taker', timeout: 5, memory: 128, handler });
    cloud.topics.subscribe(REGION, 'alarms', 'taker');
    await put(cloud);
    const query = { RuleId: 'rule-1', 'Targets.1.Id': '1', 'Targets.1.Arn': ARN, 'Targets.1.Level': level };
    await cloud.openApi().call({ ...PUT, action: 'PutMetricRuleTargets', query });
    cloud.setLoad(REGION, 'ingressgateway', steady(600));
    return { cloud, got };
  }

  it('invokes its function with the message that is documented', async () => {
    const { cloud, got } = await ringing('["WARN"]');
    cloud.step(3 * MINUTE);
    await cloud.functions.drain();
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({
      TopicName: 'alarms',
      TopicOwner: '1234567890123456',
      MessageMD5: expect.any(String),
    });
    const { Message } = got[0] as { readonly Message: string };
    expect(JSON.parse(Message)).toMatchObject({
      ruleId: 'rule-1',
      ruleName: 'many connections',
      curLevel: 'WARN',
      preLevel: 'OK',
      resources: '{"instanceId":"lb-1"}',
      metricName: 'InstanceNewConnection#60',
      namespace: 'acs_slb_dashboard',
      time: START + 5 * MINUTE + 30 * SECOND,
    });
  });

  it('gets nothing of another level, and nothing in a region that is dead', async () => {
    const critical = await ringing('["CRITICAL"]');
    critical.cloud.step(3 * MINUTE);
    await critical.cloud.functions.drain();
    expect(critical.got).toEqual([]);
    const dead = await ringing('["WARN"]');
    dead.cloud.step(MINUTE);
    dead.cloud.regions.die(REGION);
    dead.cloud.step(3 * MINUTE);
    dead.cloud.regions.revive(REGION);
    await dead.cloud.functions.drain();
    expect(dead.got).toEqual([]);
  });

  it('triggers no function that is not there', () => {
    expect(() => aCloud().topics.subscribe(REGION, 'alarms', 'nobody')).toThrow(
      'there is no function nobody in cn-hangzhou',
    );
  });
});
