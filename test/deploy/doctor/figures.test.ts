import { apartFinding } from '../../../deploy/doctor/account';
import { costFinding, queriesFinding } from '../../../deploy/doctor/cost';
import { instancesFinding, recordsFinding } from '../../../deploy/doctor/quotas';
import { loadConfiguration } from '../../../shared/config/load';
import type { RecordSeen } from '../../../shared/core/zone';

const MINUTE = 60_000;

/** One region, one gateway; more of it where it is told. */
function configuration(more = '', policy = '', cadence = '{}') {
  return loadConfiguration(
    `version: 1
cadence: ${cadence}
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways: { web: { regions: [cn-hangzhou], policy: web, loadBalancers: { cn-hangzhou: [lb-1] } } }
policies:
  web:
    replicas: { min: 2, max: 40 }
    signals: [{ metric: newConnections, target: 300 }]
${policy}${more}`,
    'autopilot.yaml',
  );
}

const EXTRA = '    loadBalancers: { mode: auto, maxExtra: 3 }\n';
const NAMES = 'names: { www.example.com: { zone: example.com, gateway: web, publish: observe, ttl: 600s } }\n';

function record(line: string, change: Partial<RecordSeen> = {}): RecordSeen {
  const base = { id: 'r', rr: 'www', type: 'A', value: '1.2.3.4', ttl: 600, enabled: true, locked: false };
  return { ...base, line, weight: undefined, remark: '', updatedAt: undefined, ...change };
}

describe('records of a zone', () => {
  const wanted = configuration(NAMES, EXTRA);
  const nine = Array.from({ length: 8 }, () => record('default'));

  it.each<[what: string, edition: string, records: readonly RecordSeen[], outcome: string, evidence: string]>([
    [
      'fit',
      'mianfei',
      nine.slice(1),
      'pass',
      'www.example.com, line default: 7 records and up to 3 more; 10 in the edition mianfei',
    ],
    [
      'are too many for the free edition',
      'mianfei',
      nine,
      'fail',
      'www.example.com, line default: 8 records and up to 3 more; 10 in the edition mianfei',
    ],
    [
      'fit into a paid one',
      'version_personal',
      nine,
      'pass',
      'www.example.com, line default: 8 records and up to 3 more; 90 in the edition version_personal',
    ],
    [
      'of other lines, types and names are not counted',
      'mianfei',
      [...nine.slice(1), record('telecom'), record('default', { type: 'AAAA' }), record('default', { rr: 'api' })],
      'pass',
      'www.example.com, line default: 7 records and up to 3 more; 10 in the edition mianfei',
    ],
    [
      'are of an edition that nobody tells',
      '',
      nine,
      'unknown',
      'www.example.com: the edition of its zone is not told',
    ],
  ])('%s', (_, edition, records, outcome, evidence) => {
    const seen = [{ name: 'www.example.com', seen: { ok: true as const, value: { edition, records } } }];
    expect(recordsFinding(wanted, seen)).toMatchObject({ outcome, evidence: [evidence] });
  });

  it('are not asked for where no name is published', () => {
    expect(recordsFinding(configuration(), []).outcome).toBe('not-applicable');
  });
});

it('counts no CLBs where none is ever bought', () => {
  expect(instancesFinding(configuration(), []).outcome).toBe('not-applicable');
});

it.each([
  [[], 'not-applicable', 'no name is published'],
  [['cn-hangzhou'], 'not-applicable', 'there is one region'],
])('compares no timers of failover-dns in the regions %j', (regions, outcome, evidence) => {
  expect(apartFinding(regions, [], MINUTE)).toMatchObject({ outcome, evidence: [evidence] });
});

it('asks for half of a longer cadence, too', () => {
  const phases = (other: number) => [
    { region: 'a', phase: 0 },
    { region: 'b', phase: other },
  ];
  expect(apartFinding(['a', 'b'], phases(MINUTE), 2 * MINUTE).outcome).toBe('pass');
  expect(apartFinding(['a', 'b'], phases(MINUTE / 2), 2 * MINUTE).outcome).toBe('fail');
});

describe('the figures of a month', () => {
  it('are those of scale-gateway and audits alone where nothing else is asked for', () => {
    // 730 h are 43,800 minutes, and one look more for every ten; 0.35 + 0.5 × 0.15 = 0.425.
    expect(costFinding(configuration()).evidence).toEqual([
      'functions $1.24, and up to $0.00 for extra CLBs',
      'scale-gateway: 48,180 × 0.0075 + 144,540 s × (0.35 vCPU + 0.5 GB × 0.15) = 61,791 CU',
      'audit-gateway: 31 × 0.0075 + 913 s × (0.35 vCPU + 0.5 GB × 0.15) = 388 CU',
      '62,179 CU × $0.000020 = $1.24; seconds are ASSUMED (scale-gateway 3, attach-clb 4, failover-dns 10, audit-gateway 30 a look, 70 where vantage points are watched)',
      '0 extra CLBs × 730 h × $0.021 = $0.00 while all of them are there; LCU and traffic by use',
      'not in it: logs (SLS), the failures topic (MNS), alarms, CloudMonitor queries past the free ones, traffic',
    ]);
  });

  it('halve with half the cadence', () => {
    const [, looks] = costFinding(configuration('', '', '{ scaleGateway: 2m }')).evidence;
    expect(looks).toBe('scale-gateway: 24,090 × 0.0075 + 72,270 s × (0.35 vCPU + 0.5 GB × 0.15) = 30,895 CU');
  });

  it('count names without vantage points by their looks, and extra CLBs by the hour', () => {
    const { evidence } = costFinding(configuration(NAMES, EXTRA));
    expect(evidence).toContain('failover-dns: 48,180 × 0.0075 + 481,800 s × (0.35 vCPU + 0.5 GB × 0.15) = 205,126 CU');
    expect(evidence).toContain(
      '3 extra CLBs × 730 h × $0.021 = $45.99 while all of them are there; LCU and traffic by use',
    );
  });

  it('fail by queries where timers are more frequent than the cadence, unless somebody pays', () => {
    const often = { scaleGateway: 3_000 };
    const failed = queriesFinding(configuration(), often);
    expect([failed.outcome, failed.evidence.at(-1)]).toEqual([
      'fail',
      '963,600 of 1,000,000 free ones, of which 800,000 are ours to use',
    ]);
    expect(queriesFinding(configuration('cloudMonitor: { paidMetrics: true }\n'), often)).toMatchObject({
      outcome: 'pass',
      evidence: expect.arrayContaining([expect.stringContaining('the account pays for those beyond')]),
    });
    expect(queriesFinding(configuration(), {})).toMatchObject({
      outcome: 'pass',
      evidence: [
        'cn-hangzhou scale-gateway: 48,180 looks × 1 = 48,180',
        '48,180 of 1,000,000 free ones, of which 800,000 are ours to use',
      ],
    });
  });
});
