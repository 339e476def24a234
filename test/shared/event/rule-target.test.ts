import { decodeEvent } from '../../../shared/event';
import { fixture } from './a-fixture';
import { RULE_TARGET_ALERT } from './expected/rule-targets';

const EVENT = fixture('rule-target-alert').event;

/** The alarm of the fixture with other fields. */
function changed(fields: object): unknown {
  return decodeEvent(Object.assign({}, EVENT, fields));
}

describe('decodeEvent on what a threshold rule sends to its targets', () => {
  it.each([
    ['CRITICAL', 'alert'],
    ['WARN', 'alert'],
    ['INFO', 'alert'],
    ['OK', 'ok'],
    ['NODATA', 'insufficient-data'],
    ['INSUFFICIENT_DATA', 'insufficient-data'],
    ['ALERT', 'unknown'],
    ['Critical', 'unknown'],
    ['warning', 'unknown'],
    ['5', 'unknown'],
  ])('level %s is %s, whatever the name of the event says', (curLevel, state) => {
    for (const eventName of ['AlertOk', 'AlertTriggered', undefined]) {
      expect(changed({ curLevel, eventName })).toMatchObject({ kind: 'alarm', state, level: curLevel });
    }
  });

  it.each<readonly [string, object, object]>([
    ['resources that are an object', { resources: { instanceId: 'lb-2', port: 80 } }, { instanceId: 'lb-2' }],
    ['resources that are no JSON', { resources: '{"instanceId"' }, { instanceId: 'lb-bp1****', dedupId: undefined }],
    ['a region among the resources', { resources: '{"regionId":"cn-beijing"}' }, { region: 'cn-beijing' }],
    ['no name', { ruleName: undefined }, { rule: 'clb-new-connections-7f3a****' }],
    ['no id', { ruleId: 'null' }, { rule: 'gateway new connections', ruleId: undefined }],
    ['a metric without a period', { metricName: 'InstanceQps' }, { metric: 'InstanceQps' }],
    ['a metric with a number sign', { metricName: 'a#b#300' }, { metric: 'a#b' }],
    ['the average', { escalation: { statistics: 'Average' } }, { value: 4100.5, expression: 'Average' }],
    ['a statistic that is not there', { escalation: { statistics: 'P99' } }, { value: undefined }],
    ['a statistic of the prototype', { escalation: { statistics: '__proto__' } }, { value: undefined }],
    ['no escalation', { escalation: null }, { value: 4100.5, expression: undefined }],
    ['no time of its own', { time: undefined }, { at: 1_763_868_660_000 }],
    ['data as text', { metricData: '{"timestamp":1763868660000,"Maximum":7}' }, { value: 7 }],
    ['no data', { metricData: undefined }, { value: undefined, at: 1_763_868_660_000 }],
  ])('%s', (_, fields, expected) => {
    const { kind, source } = RULE_TARGET_ALERT;
    expect(changed(fields)).toMatchObject({ kind, source, state: 'alert' });
    expect(changed(fields)).toEqual(expect.objectContaining(expected));
  });

  it.each<readonly [string, object]>([
    ['another port', { resources: '{"instanceId":"lb-bp1****","port":"80","protocol":"https"}' }],
    ['another level', { curLevel: 'WARN' }],
    ['another time', { time: 1_763_868_720_000 }],
    ['another batch', { batchId: '881204-1763868****-1' }],
  ])('has another key for %s', (_, fields) => {
    expect(changed(fields)).toMatchObject({ dedupId: expect.stringMatching(/^rule-target\/88/) });
    expect(changed(fields)).not.toMatchObject({ dedupId: RULE_TARGET_ALERT.dedupId });
  });

  it('has the same key for the same resources in another order, and takes its rule where there is no batch', () => {
    const resources = '{"userId":"1273****","protocol":"https","port":443,"instanceId":"lb-bp1****"}';
    expect(changed({ resources })).toMatchObject({ dedupId: RULE_TARGET_ALERT.dedupId });
    expect(changed({ batchId: '' })).toMatchObject({
      dedupId:
        'rule-target/clb-new-connections-7f3a****/instanceId=lb-bp1****,port=443,protocol=https/CRITICAL/1763868660000',
    });
  });

  it.each<readonly [string, object]>([
    ['no resources', { resources: undefined }],
    ['no time', { time: 'null', metricData: {} }],
    ['parts that are too long', { batchId: 'b'.repeat(150) }],
  ])('has no key with %s: it is taken as new', (_, fields) => {
    expect(changed(fields)).toMatchObject({ kind: 'alarm' });
    expect(changed(fields)).not.toMatchObject({ dedupId: expect.anything() });
  });

  it.each([[{ curLevel: undefined }], [{ curLevel: 'null' }], [{ ruleName: undefined, ruleId: undefined }]])(
    'is unknown with %j',
    (fields) => {
      expect(changed(fields)).toMatchObject({ kind: 'unknown' });
    },
  );
});
