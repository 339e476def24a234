import type { ClbStage } from '../../../shared/core/clb-stage';
import type { BalancingReport } from '../../../shared/run/balance-gateways';
import type { ExtraReport } from '../../../shared/run/carry-stage';
import { newsOf, wellIn } from '../../../shared/serve/balancing-news';
import { NOON } from '../core/a-snapshot';

const NAMES = {
  gateway: 'ingressgateway',
  namespace: 'istio-system',
  deployment: 'istio-ingressgateway',
  service: 'istio-ingressgateway',
};

function report(want: number, ...extras: readonly Partial<ExtraReport>[]): BalancingReport {
  return {
    decision: {
      id: { region: 'cn-hangzhou', gateway: 'ingressgateway' },
      at: NOON,
      outcome: 'steady',
      reason: 'WithinTolerance',
      message: 'enough',
      needsPerson: false,
      have: want,
      want,
      clamps: [],
    },
    target: 0.7,
    withheld: undefined,
    extras: extras.map((extra) => ({
      service: 'ingressgateway-clb-1',
      was: 'serving',
      stage: 'serving',
      wanted: true,
      clb: { id: 'lb-9', address: '203.0.113.9' },
      done: [],
      waits: { reason: 'LoadBalancerServing', message: 'serves', needsPerson: false },
      ...extra,
    })),
  };
}

it.each<
  [was: ClbStage, stage: ClbStage | 'ended', wanted: boolean, want: number, from: string, to: string, undo: string]
>([
  [
    'binding',
    'serving',
    true,
    2,
    'binding',
    'serving lb-9 at 203.0.113.9',
    '"action":"release","gateway":"ingressgateway","extra":1',
  ],
  [
    'serving',
    'draining',
    false,
    0,
    'serving',
    'draining lb-9 at 203.0.113.9',
    '"action":"attach","gateway":"ingressgateway","extra":1',
  ],
  [
    'deleting',
    'ended',
    false,
    1,
    'deleting',
    'released lb-9 at 203.0.113.9',
    '"action":"attach","gateway":"ingressgateway","extra":2',
  ],
])('%s → %s is told, with what undoes it', (was, stage, wanted, want, from, to, undo) => {
  const [news, ...more] = newsOf(report(want, { was, stage, wanted, done: ['a step'] }), [{ names: NAMES }]);
  expect(more).toEqual([]);
  expect(news).toMatchObject({
    kind: 'changed',
    subject: 'ingressgateway/ingressgateway-clb-1',
    message: 'a step; enough',
    from,
    to,
    object: { kind: 'Service', namespace: 'istio-system', name: 'ingressgateway-clb-1' },
  });
  expect(news?.undo).toContain(undo);
});

it('a stage that stays is no news, whatever was done in it', () => {
  expect(newsOf(report(1, { done: ['tag serving'] }), [{ names: NAMES }])).toEqual([]);
});

it.each([
  [{ reason: 'LoadBalancerServing', message: '', needsPerson: false }, true],
  [{ reason: 'NoZoneLeft', message: '', needsPerson: true }, false],
  [{ reason: 'ReadFailed', message: '', needsPerson: false }, false],
  [undefined, true],
] as const)('an extra CLB that waits for %j is well: %s', (waits, isWell) => {
  const well = wellIn(report(1, { waits })).map(({ subject }) => subject);
  expect(well.includes('ingressgateway/ingressgateway-clb-1')).toBe(isWell);
  expect(well).toContain('ingressgateway');
});
