import { monthlyMetricQueries, queriesOf } from '../../../shared/config/budget';
import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { SMALLEST, smallestWith } from './a-configuration';

const MINUTE = 60_000;

describe('metric queries of a month', () => {
  it('are those of a look, 730 hours long, and a tenth for alarms and people', () => {
    // 730 h × 60 = 43,800 looks and 4,380 more.
    expect(monthlyMetricQueries(loadConfiguration(SMALLEST, 'a.yaml'))).toEqual({
      items: [
        {
          function: 'scale-gateway',
          region: 'cn-hangzhou',
          metrics: ['newConnections'],
          looksPerMonth: 48_180,
          queriesPerLook: 1,
          queriesPerMonth: 48_180,
        },
      ],
      total: 48_180,
    });
  });

  it('are counted by region and by distinct metric', () => {
    const text = smallestWith(
      'policy: web\n',
      'policy: web\n  second: { regions: [cn-shanghai, cn-hangzhou], policy: api }\n',
    )
      .replace('gateways:\n', '  cn-shanghai:\n    cluster: { id: c2 }\ngateways:\n')
      .replace('version: 1\n', 'version: 1\ncadence: { scaleGateway: 5m }\n')
      .concat(`  api:
    replicas: { min: 1, max: 2 }
    signals: [{ metric: requests, target: 1 }, { metric: newConnections, target: 1 }]
`);
    expect(monthlyMetricQueries(loadConfiguration(text, 'a.yaml'))).toEqual({
      items: [
        {
          function: 'scale-gateway',
          region: 'cn-hangzhou',
          metrics: ['newConnections', 'requests'],
          looksPerMonth: 9_636,
          queriesPerLook: 2,
          queriesPerMonth: 19_272,
        },
        {
          function: 'scale-gateway',
          region: 'cn-shanghai',
          metrics: ['requests', 'newConnections'],
          looksPerMonth: 9_636,
          queriesPerLook: 2,
          queriesPerMonth: 19_272,
        },
      ],
      total: 38_544,
    });
  });

  // Two CLBs a gateway, 50 a call, 1440 points a page.
  it.each([
    [1, 15, 1],
    [25, 15, 1],
    [26, 15, 2],
    [50, 15, 2],
    [51, 15, 3],
    // 50 CLBs × 28 minutes are 1400 points; × 29 they are 1450.
    [25, 23, 1],
    [25, 24, 2],
    // 50 × 65 = 3250 points in 3 pages, and 2 × 65 in one.
    [26, 60, 4],
  ])('%d gateways with a window of %d min need %d a look', (count, window, queries) => {
    const policy = {
      signals: [{ metric: 'requests' as const }],
      metricMaxAge: 5 * MINUTE,
      scaleUp: { stabilizationWindow: 0 },
      scaleDown: { stabilizationWindow: window * MINUTE },
    };
    const gateways = Array.from({ length: count }, () => ({ regions: ['cn-hangzhou'], policy }));
    const cadence = { scaleGateway: MINUTE, attachClb: MINUTE };
    expect(queriesOf(gateways, cadence).items.map(({ queriesPerLook }) => queriesPerLook)).toEqual([queries]);
  });

  it.each([
    [1, 5, 5],
    [25, 5, 5],
    [26, 5, 10],
    // 50 × 29 minutes are 1450 points, over a page.
    [25, 19, 10],
  ])('%d gateways with extra CLBs and metrics of at most %d min need %d more', (count, age, queries) => {
    const policy = {
      signals: [],
      metricMaxAge: age * MINUTE,
      scaleUp: { stabilizationWindow: 0 },
      scaleDown: { stabilizationWindow: 0 },
      loadBalancers: {},
    };
    const gateways = Array.from({ length: count }, () => ({ regions: ['cn-hangzhou'], policy }));
    const { items } = queriesOf(gateways, { scaleGateway: MINUTE, attachClb: 2 * MINUTE });
    expect(items[1]).toEqual({
      function: 'attach-clb',
      region: 'cn-hangzhou',
      metrics: ['connections', 'newConnections', 'trafficIn', 'trafficOut', 'droppedConnections'],
      looksPerMonth: 24_090,
      queriesPerLook: queries,
      queriesPerMonth: 24_090 * queries,
    });
  });
});

describe('a configuration over the budget', () => {
  /** Sixteen regions with one metric: 16 × 48,180 = 770,880; a seventeenth makes 819,060. */
  function regions(count: number, head = ''): string {
    const ids = Array.from({ length: count }, (_, index) => `cn-r${index}`);
    return `version: 1
${head}regions:
${ids.map((id, index) => `  ${id}: { cluster: { id: c${index} } }\n`).join('')}gateways:
  ingressgateway: { regions: [${ids.join(', ')}], policy: web }
policies:
  web: { replicas: { min: 2, max: 4 }, signals: [{ metric: requests, target: 1 }] }
`;
  }

  const problemsOf = (text: string): readonly string[] => checkConfiguration(text, 'a.yaml').problems.map(problemText);

  it('is refused with the numbers and what to change', () => {
    expect(problemsOf(regions(16))).toEqual([]);
    const [problem, ...others] = problemsOf(regions(17, 'cadence:\n  scaleGateway: 1m\n'));
    expect(others).toEqual([]);
    expect(problem).toContain(
      'a.yaml:3:17 cadence.scaleGateway: 819,060 CloudMonitor queries a month, over 800,000 of the free 1,000,000 after which reads are blocked: scale-gateway in cn-r0: 48,180 (1 a look for requests); scale-gateway in cn-r1: 48,180',
    );
    expect(problem).toMatch(
      /\. To change it, use fewer signals, look less often \(cadence\.scaleGateway: 2m makes it 409,530\), or say cloudMonitor\.paidMetrics: true if the account pays$/,
    );
  });

  it('counts what attach-clb reads', () => {
    // Two regions: 2 × (1 + 5) × 48,180 = 578,160; a third makes 867,240.
    const extras = (count: number): string =>
      regions(count, 'cadence:\n  scaleGateway: 1m\n').replace('target: 1 }] }', 'target: 1 }], loadBalancers: {} }');
    expect(problemsOf(extras(2))).toEqual([]);
    const [problem, ...others] = problemsOf(extras(3));
    expect(others).toEqual([]);
    expect(problem).toContain(
      'cadence.scaleGateway: 867,240 CloudMonitor queries a month, over 800,000 of the free 1,000,000 after which reads are blocked: scale-gateway in cn-r0: 48,180 (1 a look for requests); attach-clb in cn-r0: 240,900 (5 a look for connections, newConnections, trafficIn, trafficOut, droppedConnections); ',
    );
    expect(problem).toContain('look less often (cadence.scaleGateway and cadence.attachClb: 2m makes it 433,620)');
  });

  it('is taken when the account pays', () => {
    expect(problemsOf(regions(17, 'cloudMonitor: { paidMetrics: true }\n'))).toEqual([]);
  });

  it('is refused beside other mistakes', () => {
    expect(problemsOf(regions(17, 'oops: 1\n')).map((problem) => problem.slice(0, 60))).toEqual([
      'a.yaml:1:1 cadence.scaleGateway: 819,060 CloudMonitor querie',
      'a.yaml:2:1 oops: unknown key; known here are version, cadenc',
    ]);
  });
});
