import { type Watch, watchesOf } from '../../deploy/alarm-conditions';
import { loadConfiguration } from '../../shared/config/load';
import { smallestWith } from '../shared/config/a-configuration';

/** What is watched with these signals, and what else the policy says, of a gateway with so many CLBs. */
function watched(signals: string, { clbs = 1, policy = '' } = {}): readonly Watch[] {
  const text = smallestWith('      - { metric: newConnections, target: 300 }\n', signals);
  const { policies } = loadConfiguration(`${text}${policy}`, 'autopilot.yaml');
  const [web] = Object.values(policies);
  if (web === undefined) throw new Error('there is no policy');
  return watchesOf(web, clbs);
}

function of(watches: readonly Watch[], what: string): Watch | undefined {
  return watches.find((watch) => watch.what === what);
}

const AVERAGE = { statistic: 'Average', times: 1 } as const;

describe('every gateway', () => {
  const watches = watched('      - { metric: newConnections, target: 300 }\n');

  it.each([
    [
      'healthyBackends',
      'HeathyServerCount',
      { Critical: { ...AVERAGE, comparison: 'LessThanThreshold', threshold: 1 } },
    ],
    [
      'droppedConnections',
      'InstanceDropConnection',
      { Warn: { ...AVERAGE, comparison: 'GreaterThanThreshold', threshold: 0, times: 2 } },
    ],
    [
      'droppedTrafficIn',
      'InstanceDropTrafficRX',
      { Warn: { ...AVERAGE, comparison: 'GreaterThanThreshold', threshold: 0, times: 2 } },
    ],
    [
      'droppedTrafficOut',
      'InstanceDropTrafficTX',
      { Warn: { ...AVERAGE, comparison: 'GreaterThanThreshold', threshold: 0, times: 2 } },
    ],
  ])('is watched for %s', (what, metric, conditions) => {
    expect(of(watches, what)).toEqual({ what, metric, conditions });
  });

  it('is watched for nothing else but its signals', () => {
    expect(watches.map(({ what }) => what)).toEqual([
      'healthyBackends',
      'droppedConnections',
      'droppedTrafficIn',
      'droppedTrafficOut',
      'newConnections',
    ]);
  });
});

describe('a signal with a target', () => {
  // 300 × 40 replicas × 0.9, and 50 percent unless its dead band is wider: 300 × 1.1 / 200 = 1.65.
  it.each<readonly [string, string, number, number, number]>([
    ['the least rise where there is no dead band', '{ metric: newConnections, target: 300 }', 1, 10_800, 50],
    [
      'a rise through the dead band and its tolerance',
      '{ metric: newConnections, target: 300, scaleInBelow: 200 }',
      1,
      10_800,
      65,
    ],
    ['an even share of each CLB', '{ metric: newConnections, target: 300 }', 3, 3_600, 50],
    ['whole numbers', '{ metric: newConnections, target: 0.01 }', 1, 1, 50],
  ])('rings at %s', (_, signal, clbs, threshold, rise) => {
    expect(of(watched(`      - ${signal}\n`, { clbs }), 'newConnections')).toEqual({
      what: 'newConnections',
      metric: 'InstanceNewConnection',
      conditions: {
        Warn: { ...AVERAGE, comparison: 'GreaterThanOrEqualToThreshold', threshold },
        Info: { ...AVERAGE, comparison: 'GreaterThanLastPeriod', threshold: rise },
      },
    });
  });

  it.each([
    ['activeConnections', 'InstanceActiveConnection'],
    ['trafficIn', 'InstanceTrafficRX'],
    ['trafficOut', 'InstanceTrafficTX'],
    ['requests', 'InstanceQps'],
  ])('of %s is one of %s', (metric, name) => {
    expect(of(watched(`      - { metric: ${metric}, target: 10 }\n`), metric)).toMatchObject({
      metric: name,
      conditions: { Warn: { threshold: 360 } },
    });
  });
});

describe('a signal with steps', () => {
  const rings = (signal: string, clbs = 2) => of(watched(`      - ${signal}\n`, { clbs }), 'responseTime')?.conditions;

  it('rings at the lowest bound from which it adds, which CLBs do not share where the slowest counts', () => {
    expect(
      rings(
        '{ metric: responseTime, steps: [{ below: 400, change: -1 }, { from: 400, below: 800, change: 1 }, { from: 800, change: 3 }] }',
      ),
    ).toEqual({ Warn: { ...AVERAGE, comparison: 'GreaterThanOrEqualToThreshold', threshold: 400 } });
  });

  it('rings never where it only takes away, or adds from zero on', () => {
    expect(rings('{ metric: responseTime, steps: [{ below: 200, change: -1 }] }')).toBeUndefined();
    expect(rings('{ metric: responseTime, steps: [{ below: 200, change: 1 }] }')).toBeUndefined();
  });

  it('counts a bound per replica for the maximum of them, and joins what several signals of a metric say', () => {
    const signals = `      - { metric: requests, target: 900 }
      - { metric: requests, per: replica, steps: [{ from: 500, change: 2 }] }
`;
    // 500 × 40 is less than 900 × 40 × 0.9; both are shared by four CLBs.
    expect(of(watched(signals, { clbs: 4 }), 'requests')?.conditions).toEqual({
      Warn: { ...AVERAGE, comparison: 'GreaterThanOrEqualToThreshold', threshold: 5_000 },
      Info: { ...AVERAGE, comparison: 'GreaterThanLastPeriod', threshold: 50 },
    });
  });

  it('of drops changes nothing of what rings at every drop', () => {
    const watches = watched('      - { metric: droppedConnections, steps: [{ from: 50, change: 2 }] }\n');
    expect(watches.filter(({ metric }) => metric === 'InstanceDropConnection')).toHaveLength(1);
    expect(of(watches, 'droppedConnections')?.conditions.Warn?.threshold).toBe(0);
  });
});

describe('responses 5xx', () => {
  it('ring at the bound of their signal', () => {
    const signals =
      '      - { metric: serverErrors, steps: [{ from: 6, below: 20, change: 1 }, { from: 20, change: 4 }] }\n';
    expect(of(watched(signals, { clbs: 2 }), 'serverErrors')).toEqual({
      what: 'serverErrors',
      metric: 'InstanceStatusCode5xx',
      conditions: { Warn: { ...AVERAGE, comparison: 'GreaterThanOrEqualToThreshold', threshold: 3, times: 2 } },
    });
  });

  it('ring without one at one in twenty of what the fewest replicas carry', () => {
    // 0.05 × 900 × 2 replicas.
    expect(of(watched('      - { metric: requests, target: 900 }\n'), 'serverErrors')?.conditions.Warn?.threshold).toBe(
      90,
    );
  });

  it('are not watched where nothing tells that there are listeners of layer 7', () => {
    expect(of(watched('      - { metric: newConnections, target: 300 }\n'), 'serverErrors')).toBeUndefined();
  });
});

it('a policy for CLBs rings at its share of one that is paid by LCU, however many there are', () => {
  const policy = '    loadBalancers: { target: 60%, releaseBelow: 40% }\n';
  const watches = watched('      - { metric: newConnections, target: 300 }\n', { clbs: 2, policy });
  expect(
    watches
      .filter(({ what }) => what.startsWith('clb'))
      .map(({ conditions, metric, what }) => [what, metric, conditions.Warn?.comparison, conditions.Warn?.threshold]),
  ).toEqual([
    ['clbConnections', 'InstanceMaxConnection', 'GreaterThanOrEqualToThreshold', 600_000],
    ['clbNewConnections', 'InstanceNewConnection', 'GreaterThanOrEqualToThreshold', 60_000],
    ['clbTrafficIn', 'InstanceTrafficRX', 'GreaterThanOrEqualToThreshold', 3_000_000_000],
    ['clbTrafficOut', 'InstanceTrafficTX', 'GreaterThanOrEqualToThreshold', 3_000_000_000],
  ]);
});
