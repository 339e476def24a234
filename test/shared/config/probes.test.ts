import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { controlTargetsOf, probeSpecOf } from '../../../shared/config/probes';
import { SMALLEST, smallestWith } from './a-configuration';

/** The smallest configuration with vantage points, on line 14. */
function withProbes(section: string): string {
  return `${SMALLEST}probes: ${section}\n`;
}

/** The smallest configuration with a probe of its gateway, on line 9. */
function withProbe(section: string, rest = ''): string {
  return `${smallestWith('    policy: web\n', `    policy: web\n    probe: ${section}\n`)}${rest}`;
}

/** Two regions that a name leads to, with vantage points on line 20. */
function published(points: string, changes: { readonly publish?: string; readonly lines?: string } = {}): string {
  const { lines = '{ default: [cn-hangzhou, cn-shanghai] }', publish = 'observe' } = changes;
  return `version: 1
regions:
  cn-hangzhou: { cluster: { id: c1 } }
  cn-shanghai: { cluster: { id: c2 } }
gateways:
  ingressgateway:
    regions: [cn-hangzhou, cn-shanghai]
    policy: web
    loadBalancers: { cn-hangzhou: [lb-1], cn-shanghai: [lb-2] }
policies:
  web:
    replicas: { min: 2, max: 40 }
    signals: [{ metric: newConnections, target: 300 }]
names:
  www.example.com:
    zone: example.com
    gateway: ingressgateway
    publish: ${publish}
    lines: ${lines}
probes: { points: ${points} }
`;
}

function problemsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').problems.map(problemText);
}

const IN_PLACE = { path: '/', status: [{ from: 200, to: 399 }], verifyCertificate: true, redirects: 0 };

describe('vantage points that can be used', () => {
  it('have every default filled in', () => {
    const { probes } = loadConfiguration(withProbes('{ points: [cn-beijing] }'), 'a.yaml');
    expect(probes).toMatchObject({
      points: ['cn-beijing'],
      every: 5_000,
      timeout: 2_000,
      fall: 2,
      rise: 3,
      allow: [],
    });
    expect(probes?.controls).toEqual([
      { name: 'tcp://223.5.5.5:53', protocol: 'tcp', host: '223.5.5.5', port: 53, path: '/' },
      { name: 'tcp://119.29.29.29:53', protocol: 'tcp', host: '119.29.29.29', port: 53, path: '/' },
      { name: 'https://www.aliyun.com/', protocol: 'https', host: 'www.aliyun.com', port: 443, path: '/' },
    ]);
    expect(loadConfiguration(SMALLEST, 'a.yaml').probes).toBeUndefined();
  });

  it('keep everything that is written', () => {
    const section = `
  points: [cn-beijing, us-west-1]
  every: 10s
  timeout: 9s
  fall: 1
  rise: 10
  controls: ["tcp://[2400:3200::1]:853", "https://status.example.com:8443/up?x=1"]
  allow: [10.0.0.0/8, "fd00::/8"]`;
    const { probes } = loadConfiguration(withProbes(section), 'a.yaml');
    expect(probes).toMatchObject({
      points: ['cn-beijing', 'us-west-1'],
      every: 10_000,
      timeout: 9_000,
      fall: 1,
      rise: 10,
      allow: ['10.0.0.0/8', 'fd00::/8'],
    });
    expect(probes && controlTargetsOf(probes)).toEqual([
      {
        name: 'tcp://[2400:3200::1]:853',
        address: '2400:3200::1',
        spec: {
          ...IN_PLACE,
          protocol: 'tcp',
          port: 853,
          host: '2400:3200::1',
          status: [{ from: 100, to: 599 }],
          contains: undefined,
          slow: 9_000,
        },
      },
      {
        name: 'https://status.example.com:8443/up?x=1',
        address: 'status.example.com',
        spec: {
          ...IN_PLACE,
          protocol: 'https',
          port: 8443,
          host: 'status.example.com',
          path: '/up?x=1',
          status: [{ from: 100, to: 599 }],
          contains: undefined,
          slow: 9_000,
        },
      },
    ]);
  });
});

describe('the probe of a gateway', () => {
  it.each<[section: string, spec: object]>([
    ['{}', { ...IN_PLACE, protocol: 'tcp', port: 443, slow: 2_000 }],
    ['{ protocol: http }', { ...IN_PLACE, protocol: 'http', port: 80, slow: 2_000 }],
    [
      '{ protocol: tls, host: www.example.com, slow: 1s }',
      { ...IN_PLACE, protocol: 'tls', port: 443, host: 'www.example.com', slow: 1_000 },
    ],
    [
      '{ protocol: https, verifyCertificate: false }',
      { ...IN_PLACE, protocol: 'https', port: 443, verifyCertificate: false, slow: 2_000 },
    ],
    [
      '{ protocol: https, port: 8443, host: a.example.com, path: "/up?x=1", status: [204, "301-308", "404"], contains: well, redirects: 2 }',
      {
        protocol: 'https',
        port: 8443,
        host: 'a.example.com',
        path: '/up?x=1',
        status: [
          { from: 204, to: 204 },
          { from: 301, to: 308 },
          { from: 404, to: 404 },
        ],
        contains: 'well',
        verifyCertificate: true,
        redirects: 2,
        slow: 2_000,
      },
    ],
  ])('%s', (section, spec) => {
    expect(probeSpecOf(loadConfiguration(withProbe(section), 'a.yaml'), 'ingressgateway')).toEqual(spec);
  });

  it('is as slow as the timeout unless it says otherwise, and of a gateway that is there', () => {
    const configuration = loadConfiguration(withProbes('{ points: [cn-beijing], timeout: 3s }'), 'a.yaml');
    expect(probeSpecOf(configuration, 'ingressgateway')?.slow).toBe(3_000);
    expect(probeSpecOf(configuration, 'constructor')).toBeUndefined();
  });
});

describe('vantage points that are too few', () => {
  it.each<[what: string, text: string, problems: readonly string[]]>([
    ['three points for two regions', published('[cn-hangzhou, cn-shanghai, cn-beijing]'), []],
    ['two points elsewhere', published('[cn-beijing, cn-shenzhen]'), []],
    [
      'one line that leads to one region',
      published('[cn-shanghai, cn-beijing]', { lines: '{ default: [cn-hangzhou] }' }),
      [],
    ],
    ['nobody publishes', published('[cn-hangzhou]', { publish: 'none' }), []],
    [
      'the two regions alone',
      published('[cn-hangzhou, cn-shanghai]'),
      [
        'a.yaml:20:19 probes.points: cn-hangzhou is judged from outside it, by at least 2 vantage points, and there is only cn-shanghai; add another region',
        'a.yaml:20:19 probes.points: cn-shanghai is judged from outside it, by at least 2 vantage points, and there is only cn-hangzhou; add another region',
      ],
    ],
    [
      'one of the regions alone',
      published('[cn-hangzhou]', { publish: 'auto', lines: '{ default: [cn-hangzhou] }' }),
      [
        'a.yaml:20:19 probes.points: cn-hangzhou is judged from outside it, by at least 2 vantage points, and there is none; add 2 other regions',
      ],
    ],
    [
      'a point twice',
      published('[cn-beijing, cn-beijing]', { lines: '{ default: [cn-hangzhou] }' }),
      [
        'a.yaml:20:19 probes.points: cn-hangzhou is judged from outside it, by at least 2 vantage points, and there is only cn-beijing; add another region',
        'a.yaml:20:32 probes.points[1]: "cn-beijing" is there already',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

describe('what cannot be used', () => {
  it.each<[text: string, problem: string]>([
    ['{}', 'probes.points: is missing'],
    ['{ points: [] }', 'probes.points: must not be empty'],
    ['{ points: [Beijing] }', 'probes.points[0]: is not a region id such as cn-hangzhou'],
    ['{ points: [cn-beijing], timeout: 5s }', 'probes.timeout: 5s is not shorter than the 5s of every'],
    ['{ points: [cn-beijing], every: 2s }', 'probes.timeout: 2s is not shorter than the 2s of every'],
    ['{ points: [cn-beijing], every: 30s }', 'probes.every: must be at most 10s'],
    ['{ points: [cn-beijing], fall: 0 }', 'probes.fall: must be at least 1'],
    ['{ points: [cn-beijing], rise: 11 }', 'probes.rise: must be at most 10'],
    ['{ points: [cn-beijing], controls: [] }', 'probes.controls: must not be empty'],
    ...[
      '223.5.5.5:53',
      'udp://223.5.5.5:53',
      'tcp://223.5.5.5',
      'tcp://223.5.5.5:70000',
      'http://www.aliyun.com/',
      'https://user:secret@www.aliyun.com/',
    ].map((control): [string, string] => [
      `{ points: [cn-beijing], controls: ["${control}"] }`,
      'probes.controls[0]: must be such as tcp://223.5.5.5:53 or https://www.aliyun.com/',
    ]),
    ['{ points: [cn-beijing], allow: [10.0.0.0] }', 'probes.allow[0]: is not a network such as 203.0.113.0/24'],
    ['{ points: [cn-beijing], evry: 5s }', 'probes.evry: unknown key; did you mean "every"?'],
  ])('probes: %s', (section, problem) => {
    expect(problemsOf(withProbes(section)).map(withoutPlace)).toEqual([problem]);
  });

  it.each<[section: string, problems: readonly string[]]>([
    [
      '{ protocol: htps, host: a.example.com }',
      ['.protocol: must be one of tcp, tls, http, https; did you mean "https"?'],
    ],
    ['{ port: 65536 }', ['.port: must be at most 65535']],
    [
      '{ protocol: http, path: healthz }',
      ['.path: must begin with / and have neither blanks nor letters beyond ASCII'],
    ],
    ['{ protocol: http, path: "/a b" }', ['.path: must begin with / and have neither blanks nor letters beyond ASCII']],
    ['{ protocol: http, status: [] }', ['.status: must not be empty']],
    ['{ protocol: http, status: [700] }', ['.status[0]: is not a status such as 204 or a range such as "200-399"']],
    ['{ protocol: http, status: [2xx] }', ['.status[0]: is not a status such as 204 or a range such as "200-399"']],
    ['{ protocol: http, status: ["399-200"] }', ['.status[0]: begins after its end']],
    ['{ protocol: http, redirects: 6 }', ['.redirects: must be at most 5']],
    ['{ slow: 3s }', ['.slow: 3s is over the timeout of 2s, so that nothing could be that slow']],
    [
      '{ path: /healthz, host: a.example.com, verifyCertificate: true }',
      [
        '.path: a probe over tcp has no path; it is for http, https',
        '.host: a probe over tcp has no host; it is for tls, http, https',
        '.verifyCertificate: a probe over tcp has no verifyCertificate; it is for tls, https',
      ],
    ],
    [
      '{ protocol: tls, host: a.example.com, contains: x, status: [200], redirects: 1 }',
      [
        '.contains: a probe over tls has no contains; it is for http, https',
        '.status: a probe over tls has no status; it is for http, https',
        '.redirects: a probe over tls has no redirects; it is for http, https',
      ],
    ],
    [
      '{ protocol: http, verifyCertificate: false }',
      ['.verifyCertificate: a probe over http has no verifyCertificate; it is for tls, https'],
    ],
    ['{ protocol: https }', [': needs the host that the certificate is for, or verifyCertificate: false']],
    ['{ protocol: tls }', [': needs the host that the certificate is for, or verifyCertificate: false']],
    ['{ protocol: https, host: WWW }', ['.host: is not a DNS name in small letters, without a dot at the end']],
  ])('gateways.ingressgateway.probe: %s', (section, problems) => {
    expect(problemsOf(withProbe(section)).map(withoutPlace)).toEqual(
      problems.map((problem) => `gateways.ingressgateway.probe${problem}`),
    );
  });

  it('says which name the certificate may be for', () => {
    const names = 'names:\n  www.example.com: { zone: example.com, gateway: ingressgateway, publish: none }\n';
    expect(problemsOf(withProbe('{ protocol: https }', names))).toEqual([
      'a.yaml:9:5 gateways.ingressgateway.probe: needs the host that the certificate is for, for example www.example.com, or verifyCertificate: false',
    ]);
  });
});

function withoutPlace(problem: string): string {
  return problem.replace(/^a\.yaml:\d+:\d+ /, '');
}
