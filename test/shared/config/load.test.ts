import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { gatewaysOf } from '../../../shared/config/region';
import type { ScalingPolicy } from '../../../shared/core/policy';
import { InvalidInput } from '../../../shared/errors';
import { SMALLEST, smallestWith } from './a-configuration';

function problemsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').problems.map(problemText);
}

function warningsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').warnings.map(problemText);
}

describe('a configuration that can be used', () => {
  it('has every default filled in and every unit converted', () => {
    expect(loadConfiguration(SMALLEST, 'a.yaml')).toEqual({
      version: 1,
      cadence: { scaleGateway: 60_000, attachClb: 60_000, failoverDns: 60_000 },
      cloudMonitor: { paidMetrics: false, customMetrics: 'off' },
      notify: { channels: {}, cloudMonitor: 'nothing', kubernetesEvents: true },
      regions: { 'cn-hangzhou': { cluster: { id: 'c1', privateApi: true }, loadBalancers: { zones: [] } } },
      gateways: {
        ingressgateway: {
          regions: ['cn-hangzhou'],
          namespace: 'istio-system',
          deployment: 'istio-ingressgateway',
          service: 'istio-ingressgateway',
          policy: 'web',
          loadBalancers: {},
          alarms: {},
          probe: {
            protocol: 'tcp',
            path: '/',
            status: [{ from: 200, to: 399 }],
            verifyCertificate: true,
            redirects: 0,
          },
        },
      },
      policies: {
        web: {
          name: 'web',
          mode: 'observe',
          replicas: { min: 2, max: 40 },
          signals: [{ metric: 'newConnections', target: 300, scaleInBelow: 300 }],
          metricMaxAge: 300_000,
          scaleUp: {
            tolerance: 0.1,
            stabilizationWindow: 0,
            cooldown: 0,
            selectPolicy: 'Max',
            policies: [
              { type: 'Percent', value: 100, period: 60_000 },
              { type: 'Pods', value: 4, period: 60_000 },
            ],
          },
          scaleDown: {
            tolerance: 0.1,
            stabilizationWindow: 900_000,
            cooldown: 300_000,
            selectPolicy: 'Max',
            policies: [
              { type: 'Percent', value: 25, period: 60_000 },
              { type: 'Pods', value: 1, period: 60_000 },
            ],
          },
          schedules: [],
        },
      },
      functions: {
        scaleGateway: 'gateway-autopilot-scale-gateway',
        attachClb: 'gateway-autopilot-attach-clb',
        failoverDns: 'gateway-autopilot-failover-dns',
        probeRegion: 'gateway-autopilot-probe-region',
        auditGateway: 'gateway-autopilot-audit-gateway',
      },
      alarms: {
        route: 'topic',
        topic: 'gateway-autopilot-alarms',
        callbackFrom: 'AUTOPILOT_ALARM_CALLBACK',
        silence: 300_000,
        prefix: 'gateway-autopilot',
        tokenFrom: 'AUTOPILOT_ALARM_TOKEN',
        sources: expect.any(Array),
        rules: {},
      },
      names: {},
      failover: {
        target: 1,
        margin: 1.3,
        deadline: 120_000,
        atDeadline: 'all',
        recovery: 600_000,
        regionsOut: 1,
        latchAfter: 2,
        latchWindow: 21_600_000,
        rampStep: 120_000,
      },
      calendars: {},
      maintenance: [],
    });
  });

  it('keeps everything that is written', () => {
    const text = `version: 1
cadence: { scaleGateway: 2m }
cloudMonitor: { paidMetrics: true }
notify: { channels: { on-call: { kind: feishu, urlFrom: HOOK_URL } } }
functions: { probeRegion: watch/probe-region }
regions:
  us-west-1:
    cluster: { id: c1, privateApi: false }
    mesh: { id: m1, privateApi: false, istioGateways: dataPlane }
gateways:
  inner: { regions: [us-west-1], namespace: edge, deployment: d, service: s, policy: p }
policies:
  p:
    mode: auto
    replicas: { min: 1, max: 1 }
    signals: [{ metric: trafficOut, target: 1.5e8, scaleInBelow: 0.5 }]
    metricMaxAge: 3m
    scaleUp:
      tolerance: 12.5%
      stabilizationWindow: 1h
      cooldown: 30m
      selectPolicy: Disabled
      policies: [{ type: Pods, value: 7, period: 30m }]
    scaleDown: { selectPolicy: Min, tolerance: 0% }
maintenance: [{ starts: 30 1 * * *, timeZone: UTC, lasts: 1h30m, reason: backup }]
`;
    expect(loadConfiguration(text, 'a.yaml')).toMatchObject({
      cadence: { scaleGateway: 120_000 },
      cloudMonitor: { paidMetrics: true },
      notify: {
        channels: { 'on-call': { kind: 'feishu', urlFrom: 'HOOK_URL', tells: 'people' } },
        cloudMonitor: 'nothing',
        kubernetesEvents: true,
      },
      functions: { scaleGateway: 'gateway-autopilot-scale-gateway', probeRegion: 'watch/probe-region' },
      regions: {
        'us-west-1': {
          cluster: { id: 'c1', privateApi: false },
          mesh: { id: 'm1', privateApi: false, istioGateways: 'dataPlane' },
        },
      },
      gateways: { inner: { regions: ['us-west-1'], namespace: 'edge', deployment: 'd', service: 's', policy: 'p' } },
      policies: {
        p: {
          mode: 'auto',
          replicas: { min: 1, max: 1 },
          signals: [{ metric: 'trafficOut', target: 150_000_000, scaleInBelow: 0.5 }],
          metricMaxAge: 180_000,
          scaleUp: {
            tolerance: 0.125,
            stabilizationWindow: 3_600_000,
            cooldown: 1_800_000,
            selectPolicy: 'Disabled',
            policies: [{ type: 'Pods', value: 7, period: 1_800_000 }],
          },
          scaleDown: { selectPolicy: 'Min', tolerance: 0, stabilizationWindow: 900_000 },
        },
      },
      maintenance: [{ starts: '30 1 * * *', timeZone: 'UTC', lasts: 5_400_000, reason: 'backup' }],
    });
  });

  it('is the example, without a warning', () => {
    const text = readFileSync(path.join(__dirname, '../../../autopilot.example.yaml'), 'utf8');
    const { configuration, problems, warnings } = checkConfiguration(text, 'autopilot.example.yaml');
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(Object.values(configuration?.policies ?? {}).map(({ mode }) => mode)).toEqual(['observe', 'observe']);
    expect(Object.keys(configuration?.regions ?? {})).toEqual(['cn-hangzhou', 'cn-shanghai']);
    // Plain data, so that a build can keep it as JSON.
    expect(JSON.parse(JSON.stringify(configuration))).toStrictEqual(configuration);
  });

  it.each([
    ['CRLF line ends', SMALLEST.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${SMALLEST}`],
    ['a document mark', `---\n${SMALLEST}...\n`],
    [
      'JSON',
      JSON.stringify({
        version: 1,
        regions: { 'cn-hangzhou': { cluster: { id: 'c1' } } },
        gateways: { ingressgateway: { regions: ['cn-hangzhou'], policy: 'web' } },
        policies: {
          web: { replicas: { min: 2, max: 40 }, signals: [{ metric: 'newConnections', target: 300 }] },
        },
      }),
    ],
    [
      'an alias',
      smallestWith('{ min: 2, max: 40 }', '&bounds { min: 2, max: 40 }')
        .replace('policy: web', 'policy: web\n  second: { regions: [cn-hangzhou], policy: api }')
        .concat('  api: { replicas: *bounds, signals: [{ metric: requests, target: 5 }] }\n'),
    ],
  ])('may have %s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
    expect(loadConfiguration(text, 'a.yaml').policies['web']?.replicas).toEqual({ min: 2, max: 40 });
  });
});

it('functions have names of Function Compute', () => {
  expect(
    problemsOf(`${SMALLEST}functions: { scaleGateway: a/b/c, attachClb: gateway-autopilot/attach-clb, scale: x }\n`),
  ).toEqual([
    expect.stringContaining('functions.scaleGateway: is not the name of a function, or service/function of FC 2.0'),
    expect.stringContaining('functions.scale: unknown key'),
  ]);
});

describe('a file with many mistakes', () => {
  const text = `version: 2
cadence:
  scaleGateways: 1m
notify:
  channels: { a: { kind: slak, urlFrom: "https://hooks.example.com/secret-token" } }
regions:
  cn-hangzhou:
    cluster: { id: c1, privateApi: yes }
  Shanghai:
    cluster: { id: c1, privateApy: true }
gateways:
  ingressgateway:
    regions: [cn-hangzou]
    policy: webb
    nodes: 3
policies:
  web:
    mode: atuo
    cooldown: 5m
    replica: { min: 2, max: 40 }
    signals:
      - { metric: newConections, target: 300 }
      - { metric: requests, target: 200, scaleInBelow: 240 }
      - { metric: trafficIn }
    metricMaxAge: 300
    scaleUp: { tolerance: 10, stabilizationWindow: 2h }
    scaleDown:
      policies: []
      stabilizationWindow: 5 min
  api:
    replicas: { min: 50, max: 40 }
    signals:
maintenance:
  - starts: "0 2 * * 6 *"
    timeZone: Asia/Shangai
    lasts: 8d
`;

  it('reports them all, each at its line and column, in the order of the file', () => {
    expect(problemsOf(text)).toEqual([
      'a.yaml:1:10 version: must be 1',
      'a.yaml:3:3 cadence.scaleGateways: unknown key; did you mean "scaleGateway"?',
      'a.yaml:5:26 notify.channels.a.kind: must be one of dingtalk, feishu, wecom, slack, webhook; did you mean "slack"?',
      'a.yaml:5:41 notify.channels.a.urlFrom: is a URL, which is a secret; put it into an environment variable of the functions and write its name here',
      'a.yaml:8:36 regions.cn-hangzhou.cluster.privateApi: must be true or false',
      'a.yaml:9:3 regions.Shanghai: is not a region id such as cn-hangzhou',
      'a.yaml:10:20 regions.Shanghai.cluster.id: "c1" is the cluster of cn-hangzhou already; a cluster is in one region',
      'a.yaml:10:24 regions.Shanghai.cluster.privateApy: unknown key; did you mean "privateApi"?',
      'a.yaml:13:15 gateways.ingressgateway.regions[0]: there is no region "cn-hangzou" under regions; did you mean "cn-hangzhou"?',
      'a.yaml:14:13 gateways.ingressgateway.policy: there is no policy "webb"; did you mean "web"?',
      'a.yaml:15:5 gateways.ingressgateway.nodes: unknown key; known here are regions, namespace, deployment, service, policy, loadBalancers, alarms, probe',
      'a.yaml:18:11 policies.web.mode: must be one of observe, propose, auto; did you mean "auto"?',
      'a.yaml:19:5 policies.web.cooldown: unknown key here; it belongs under scaleUp or scaleDown',
      'a.yaml:20:5 policies.web.replica: unknown key; did you mean "replicas"?',
      'a.yaml:22:19 policies.web.signals[0].metric: must be one of newConnections, activeConnections, trafficIn, trafficOut, droppedConnections, requests, serverErrors, responseTime; did you mean "newConnections"?',
      'a.yaml:23:56 policies.web.signals[1].scaleInBelow: 240 is over the target of 200, so that a scale-in would be undone at once',
      'a.yaml:24:9 policies.web.signals[2]: needs a target per replica, or steps',
      'a.yaml:25:19 policies.web.metricMaxAge: add a unit, for example 300s',
      'a.yaml:26:27 policies.web.scaleUp.tolerance: add the percent sign, for example 10%',
      'a.yaml:26:52 policies.web.scaleUp.stabilizationWindow: must be at most 1h',
      'a.yaml:28:17 policies.web.scaleDown.policies: must not be empty',
      'a.yaml:29:28 policies.web.scaleDown.stabilizationWindow: is not a duration; write days, hours, minutes and seconds in this order, for example 90s, 5m, 1h30m or 2d',
      'a.yaml:31:22 policies.api.replicas.min: 50 is over the max of 40',
      'a.yaml:32:13 policies.api.signals: is empty; a list is expected',
      'a.yaml:34:5 maintenance[0].reason: is missing',
      'a.yaml:34:13 maintenance[0].starts: has six fields; leave the seconds out: minute, hour, day of month, month, day of week',
      'a.yaml:35:15 maintenance[0].timeZone: is not an IANA time zone such as Asia/Shanghai, or UTC; did you mean "Asia/Shanghai"?',
      'a.yaml:36:12 maintenance[0].lasts: must be at most 7d',
    ]);
  });

  it('gives each problem its parts', () => {
    expect(checkConfiguration(text, 'b.yaml').problems[22]).toEqual({
      rule: 'floorOverCeiling',
      file: 'b.yaml',
      line: 31,
      column: 22,
      path: 'policies.api.replicas.min',
      message: '50 is over the max of 40',
    });
  });

  it('is thrown as one error that holds them all', () => {
    const load = () => loadConfiguration(text, 'a.yaml');
    expect(load).toThrow(InvalidInput);
    expect(load).toThrow(
      expect.objectContaining({
        message: 'a.yaml cannot be used: 28 problems',
        problems: expect.arrayContaining(['a.yaml:1:10 version: must be 1']),
      }),
    );
  });

  it('never repeats a secret', () => {
    expect(JSON.stringify(checkConfiguration(text, 'a.yaml'))).not.toContain('secret-token');
  });
});

describe('one mistake', () => {
  it.each([
    ['version: 1\n', '', ':1:1 version: is missing'],
    ['version: 1', 'version: "1"', ':1:10 version: must be 1; remove the quotes'],
    ['policy: web', 'policies: web', ':8:5 gateways.ingressgateway.policies: unknown key; did you mean "policy"?'],
    ['    policy: web\n', '', ':6:3 gateways.ingressgateway.policy: is missing'],
    ['min: 2', 'min: 0', ':11:22 policies.web.replicas.min: must be at least 1'],
    ['min: 2', 'min: 1.5', ':11:22 policies.web.replicas.min: must be a whole number'],
    ['min: 2', 'min: "2"', ':11:22 policies.web.replicas.min: must be a number; remove the quotes'],
    ['min: 2', 'min: two', ':11:22 policies.web.replicas.min: must be a number'],
    ['max: 40', 'max: 3000000000', ':11:30 policies.web.replicas.max: must be at most 2147483647'],
    ['{ min: 2, max: 40 }', '{ max: 40 }', ':11:5 policies.web.replicas.min: is missing'],
    ['{ min: 2, max: 40 }', '2', ':11:15 policies.web.replicas: must be a mapping of keys to values'],
    ['target: 300', 'target: 0', ':13:43 policies.web.signals[0].target: must be over 0'],
    ['target: 300', 'target: .inf', ':13:43 policies.web.signals[0].target: must be a finite number'],
    ['id: c1', 'id: 12345', ':4:20 regions.cn-hangzhou.cluster.id: must be text; put it in quotes'],
    ['id: c1', 'id: ""', ':4:20 regions.cn-hangzhou.cluster.id: must be an id of small letters, digits and hyphens'],
    ['id: c1', 'id: a/b', ':4:20 regions.cn-hangzhou.cluster.id: must be an id of small letters, digits and hyphens'],
    ['regions: [cn-hangzhou]', 'regions: cn-hangzhou', ':7:14 gateways.ingressgateway.regions: must be a list'],
    ['regions: [cn-hangzhou]', 'regions: []', ':7:14 gateways.ingressgateway.regions: must not be empty'],
    [
      'regions: [cn-hangzhou]',
      'regions: [cn-hangzhou, cn-hangzhou]',
      ':7:28 gateways.ingressgateway.regions[1]: "cn-hangzhou" is there already',
    ],
    ['version: 1', 'version: 1\n<<: { a: 1 }', ':2:1 "<<": merge keys are not part of YAML 1.2 and are not read'],
    [
      'version: 1',
      'version: 1\nnotify: { channels: { a: https://example.com/secret } }',
      ':2:26 notify.channels.a: is not an address (it is a secret) but { kind: …, urlFrom: NAME_OF_AN_ENVIRONMENT_VARIABLE }',
    ],
    [
      'version: 1',
      'version: 1\nnotify: { channels: { a: { kind: slack, urlFrom: HOOK-URL } } }',
      ':2:50 notify.channels.a.urlFrom: must be the name of an environment variable: capitals, digits and underscores; never the secret itself',
    ],
    [
      'version: 1',
      'version: 1\nnotify: { channels: { a: { kind: feishu, urlFrom: HOOK, secretFrom: nIMtb7r3N9pkXyXdtAbx6e } } }',
      ':2:69 notify.channels.a.secretFrom: must be the name of an environment variable: capitals, digits and underscores; never the secret itself',
    ],
    [
      'version: 1',
      'version: 1\nnotify: { channels: { a: { kind: webhook, urlFrom: HOOK } } }',
      ':2:23 notify.channels.a.secretFrom: is needed: a webhook is always signed, so that its receiver knows who sent it',
    ],
    [
      'version: 1',
      'version: 1\nnotify: { channels: { a: { kind: wecom, urlFrom: HOOK, secretFrom: SECRET } } }',
      ':2:68 notify.channels.a.secretFrom: is of no use here: robots of WeCom and webhooks of Slack have no signature, their URL is the secret',
    ],
    ['version: 1', 'version: 1\ncadence: { scaleGateway: 30s }', ':2:26 cadence.scaleGateway: must be at least 1m'],
    [
      'target: 300 }',
      'target: 300 }\n      - { metric: newConnections, target: 200 }',
      ':14:19 policies.web.signals[1].metric: newConnections is a signal of this policy already; keep the one with the lower target',
    ],
    [
      '    replicas:',
      '    metricMaxAge: 179s\n    replicas:',
      ':11:19 policies.web.metricMaxAge: 2m59s is less than 3m: CloudMonitor shows a minute 2 to 3 minutes late, so every metric would count as missing',
    ],
    [
      'version: 1',
      'version: 1\nmaintenance: [{ starts: 0 2 * * *, timeZone: UTC, lasts: 1d, reason: x }]',
      ':2:58 maintenance[0].lasts: 1d reaches to the next start each time, so that the functions would never write',
    ],
    [
      'gateways:\n',
      'gateways:\n  second: { regions: [cn-hangzhou], deployment: istio-ingressgateway, policy: web }\n',
      ':7:3 gateways.ingressgateway.deployment: the deployment istio-system/istio-ingressgateway belongs to the gateway "second" in the same region already; both would set its replicas',
    ],
    [
      'policy: web\n',
      'policy: web\n  second: { regions: [cn-hangzhou], service: istio-ingressgateway, policy: web }\n',
      ':9:46 gateways.second.service: the service istio-system/istio-ingressgateway belongs to the gateway "ingressgateway" in the same region already; both would count its load as its own',
    ],
  ])('%j as %j', (piece, by, problem) => {
    expect(problemsOf(smallestWith(piece, by))).toEqual([`a.yaml${problem}`]);
  });

  it.each(['gateways', 'policies', 'regions'])('an empty section %s', (section) => {
    const text = SMALLEST.replace(new RegExp(`^${section}:\\n(  .*\\n)+`, 'm'), `${section}: {}\n`);
    const singular = { gateways: 'gateway', policies: 'policy', regions: 'region' }[section];
    expect(problemsOf(text)).toContainEqual(expect.stringMatching(`: needs at least one ${singular}$`));
  });

  it('of a name that every object inherits', () => {
    expect(problemsOf(smallestWith('policy: web', 'policy: constructor'))).toEqual([
      'a.yaml:8:13 gateways.ingressgateway.policy: there is no policy "constructor"',
    ]);
  });

  it('in a Deployment shared across regions or namespaces is none', () => {
    const text = smallestWith(
      'policy: web\n',
      `policy: web
  second: { regions: [cn-shanghai], deployment: istio-ingressgateway, service: istio-ingressgateway, policy: web }
  third: { regions: [cn-hangzhou], namespace: edge, deployment: istio-ingressgateway, service: istio-ingressgateway, policy: web }
`,
    ).replace('gateways:\n', '  cn-shanghai:\n    cluster: { id: c2 }\ngateways:\n');
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('a warning', () => {
  it.each([
    [
      'policies:\n',
      'policies:\n  spare: { replicas: { min: 1, max: 2 }, signals: [{ metric: requests, target: 1 }] }\n',
      ':10:3 policies.spare: no gateway names this policy',
    ],
    [
      'gateways:\n',
      '  cn-shanghai: { cluster: { id: c2 } }\ngateways:\n',
      ':5:3 regions.cn-shanghai: no gateway runs in this region',
    ],
    [
      '    replicas:',
      '    scaleDown: { stabilizationWindow: 59s }\n    replicas:',
      ":11:39 policies.web.scaleDown.stabilizationWindow: 59s is shorter than the metric's period of 1m, so that a single quiet minute removes replicas",
    ],
  ])('%j as %j refuses nothing', (piece, by, warning) => {
    const text = smallestWith(piece, by);
    expect(problemsOf(text)).toEqual([]);
    expect(warningsOf(text)).toEqual([`a.yaml${warning}`]);
    expect(loadConfiguration(text, 'a.yaml').version).toBe(1);
  });

  it.each([
    ['cn-hangzou', '; did you mean "cn-hangzhou"?'],
    ['cn-shanghia', '; did you mean "cn-shanghai"?'],
    // A region that the vendor has opened since is used all the same.
    ['ap-southeast-9', '; did you mean "ap-southeast-1"?'],
    ['xy-elsewhere-1', ''],
  ])('is all that is said of the region %s, however near it is to a known one', (region, meant) => {
    const text = SMALLEST.replaceAll('cn-hangzhou', region);
    expect(problemsOf(text)).toEqual([]);
    expect(warningsOf(text)).toEqual([
      `a.yaml:3:3 regions.${region}: no region of Alibaba Cloud is known here by this id${meant}`,
    ]);
    expect(Object.keys(loadConfiguration(text, 'a.yaml').regions)).toEqual([region]);
  });

  it('is said once of a region, and of each vantage point in another one', () => {
    const text = `${SMALLEST.replaceAll('cn-hangzhou', 'cn-hangzou')}probes: { points: [cn-hangzou, cn-beijin, cn-shanghai] }\n`;
    expect(warningsOf(text)).toEqual([
      'a.yaml:3:3 regions.cn-hangzou: no region of Alibaba Cloud is known here by this id; did you mean "cn-hangzhou"?',
      'a.yaml:14:32 probes.points[1]: no region of Alibaba Cloud is known here by this id; did you mean "cn-beijing"?',
    ]);
  });

  it('is not added to the error of an id that has no form of one', () => {
    const text = `${SMALLEST}probes: { points: [Hangzhou, Shanghai] }\n`.replace('  cn-hangzhou:', '  Hangzhou:');
    expect(problemsOf(text)).toContain('a.yaml:3:3 regions.Hangzhou: is not a region id such as cn-hangzhou');
    expect(warningsOf(text)).toEqual([]);
  });

  it('does not follow from a misspelt reference', () => {
    const text = smallestWith('policy: web', 'policy: wbe');
    expect(problemsOf(text)).toEqual([
      'a.yaml:8:13 gateways.ingressgateway.policy: there is no policy "wbe"; did you mean "web"?',
    ]);
    expect(warningsOf(text)).toEqual([]);
  });
});

describe('gatewaysOf', () => {
  it('gives the gateways of a region with their names and policy', () => {
    const text = smallestWith(
      'policy: web\n',
      `policy: web
  inner: { regions: [cn-shanghai], namespace: edge, deployment: d, service: s, policy: web }
  both: { regions: [cn-shanghai, cn-hangzhou], policy: web }
`,
    ).replace('gateways:\n', '  cn-shanghai:\n    cluster: { id: c2 }\ngateways:\n');
    const configuration = loadConfiguration(text, 'a.yaml');
    const namesIn = (region: string) => gatewaysOf(configuration, region).map(({ names }) => names);
    expect(namesIn('cn-hangzhou')).toEqual([
      {
        gateway: 'ingressgateway',
        namespace: 'istio-system',
        deployment: 'istio-ingressgateway',
        service: 'istio-ingressgateway',
      },
      { gateway: 'both', namespace: 'istio-system', deployment: 'istio-both', service: 'istio-both' },
    ]);
    expect(namesIn('cn-shanghai')).toEqual([
      { gateway: 'inner', namespace: 'edge', deployment: 'd', service: 's' },
      { gateway: 'both', namespace: 'istio-system', deployment: 'istio-both', service: 'istio-both' },
    ]);
    expect(namesIn('cn-beijing')).toEqual([]);
    const policy: ScalingPolicy | undefined = gatewaysOf(configuration, 'cn-hangzhou')[0]?.policy;
    expect(policy).toMatchObject({ name: 'web', replicas: { min: 2, max: 40 } });
  });
});
