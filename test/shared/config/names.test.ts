import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { namesOf } from '../../../shared/config/names';
import { smallestWith } from './a-configuration';

const GATEWAY = `  ingressgateway:
    regions: [cn-hangzhou]
    policy: web
`;

/** The smallest configuration with a second region and names, from line 18 on. */
function withNames(names: string, loadBalancers = '{ cn-hangzhou: [lb-1], cn-shanghai: [lb-2, lb-3] }'): string {
  const gateway = `  ingressgateway:
    regions: [cn-hangzhou, cn-shanghai]
    policy: web
    loadBalancers: ${loadBalancers}
`;
  const regions = 'regions:\n  cn-shanghai:\n    cluster: { id: c2 }\n';
  return `${smallestWith(GATEWAY, gateway).replace('regions:\n', regions)}names:\n${names}`;
}

function problemsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').problems.map(problemText);
}

describe('names that can be used', () => {
  it('have every default filled in', () => {
    const text = withNames('  www.example.com: { zone: example.com, gateway: ingressgateway }\n');
    expect(namesOf(loadConfiguration(text, 'a.yaml'))).toEqual([
      {
        name: 'www.example.com',
        zone: 'example.com',
        rr: 'www',
        gateway: 'ingressgateway',
        publish: 'observe',
        ttl: 60,
        lines: [{ line: 'default', regions: ['cn-hangzhou', 'cn-shanghai'] }],
        subnets: {},
        mode: 'active-active',
        weights: 'off',
        own: { 'cn-hangzhou': ['lb-1'], 'cn-shanghai': ['lb-2', 'lb-3'] },
      },
    ]);
  });

  it('keep everything that is written', () => {
    const text = withNames(`  "*.shop.example.com":
    zone: example.com
    gateway: ingressgateway
    publish: auto
    ttl: 10m
    lines: { default: [cn-shanghai], telecom: [cn-hangzhou, cn-shanghai] }
    subnets: { telecom: 203.0.113.0/24, default: "2001:db8::/32" }
    weights: even
  example.org: { zone: example.org, gateway: ingressgateway, publish: none }
`);
    expect(namesOf(loadConfiguration(text, 'a.yaml'))).toMatchObject([
      {
        name: '*.shop.example.com',
        rr: '*.shop',
        publish: 'auto',
        ttl: 600,
        lines: [
          { line: 'default', regions: ['cn-shanghai'] },
          { line: 'telecom', regions: ['cn-hangzhou', 'cn-shanghai'] },
        ],
        subnets: { telecom: '203.0.113.0/24', default: '2001:db8::/32' },
        weights: 'even',
      },
      { name: 'example.org', rr: '@', publish: 'none' },
    ]);
  });
});

describe('names that cannot be used', () => {
  const name = (rest: string): string => `  www.example.com: { zone: example.com, gateway: ingressgateway${rest} }\n`;

  it.each<[what: string, text: string, problem: string]>([
    [
      'a name outside its zone',
      withNames('  www.example.com: { zone: example.org, gateway: ingressgateway }\n'),
      'a.yaml:18:28 names."www.example.com".zone: "www.example.com" is not in the zone "example.org"',
    ],
    [
      'a name that only ends alike',
      withNames('  www.my-example.com: { zone: example.com, gateway: ingressgateway }\n'),
      'a.yaml:18:31 names."www.my-example.com".zone: "www.my-example.com" is not in the zone "example.com"',
    ],
    [
      'an unknown gateway',
      withNames('  www.example.com: { zone: example.com, gateway: ingresgateway }\n'),
      'a.yaml:18:50 names."www.example.com".gateway: there is no gateway "ingresgateway" under gateways; did you mean "ingressgateway"?',
    ],
    [
      'no default line',
      withNames(name(', lines: { telecom: [cn-hangzhou] }')),
      'a.yaml:18:66 names."www.example.com".lines: needs the line default, for clients of no other line',
    ],
    [
      'a region where the gateway does not run',
      withNames(name(', lines: { default: [cn-hangzou] }')),
      'a.yaml:18:85 names."www.example.com".lines.default[0]: the gateway "ingressgateway" does not run in "cn-hangzou"; did you mean "cn-hangzhou"?',
    ],
    [
      'a region twice',
      withNames(name(', lines: { default: [cn-hangzhou, cn-hangzhou] }')),
      'a.yaml:18:98 names."www.example.com".lines.default[1]: "cn-hangzhou" is there already',
    ],
    [
      'own CLBs of a region that nobody named',
      withNames(name(''), '{ cn-hangzhou: [lb-1] }'),
      'a.yaml:18:3 names."www.example.com".publish: needs the ids of the gateway\'s own CLBs in cn-shanghai: gateways.ingressgateway.loadBalancers.cn-shanghai',
    ],
    [
      'alarms of a region where the gateway does not run',
      withNames(name(''), '{ cn-hangzhou: [lb-1], cn-shanghai: [lb-2] }\n    alarms: { cn-shanghei: [rule-1] }'),
      'a.yaml:12:15 gateways.ingressgateway.alarms.cn-shanghei: the gateway does not run in "cn-shanghei"; did you mean "cn-shanghai"?',
    ],
    [
      'a rule that is none',
      withNames(name(''), '{ cn-hangzhou: [lb-1], cn-shanghai: [lb-2] }\n    alarms: { cn-shanghai: ["my rule"] }'),
      'a.yaml:12:29 gateways.ingressgateway.alarms.cn-shanghai[0]: is not the id of a rule of CloudMonitor',
    ],
    [
      'capitals',
      withNames('  WWW.example.com: { zone: example.com, gateway: ingressgateway }\n'),
      'a.yaml:18:3 names."WWW.example.com": is not a DNS name in small letters, without a dot at the end',
    ],
    [
      'a network that is none',
      withNames(name(', subnets: { default: 203.0.113.0/33 }')),
      'a.yaml:18:86 names."www.example.com".subnets.default: is not a network such as 203.0.113.0/24',
    ],
    [
      'a dot at the end',
      withNames('  www.example.com.: { zone: example.com, gateway: ingressgateway }\n'),
      'a.yaml:18:3 names."www.example.com.": is not a DNS name in small letters, without a dot at the end',
    ],
    [
      'a star that is not at the front',
      withNames('  www.*.example.com: { zone: example.com, gateway: ingressgateway }\n'),
      'a.yaml:18:3 names."www.*.example.com": is not a DNS name in small letters, without a dot at the end',
    ],
    [
      'a line without regions',
      withNames(name(', lines: { default: [] }')),
      'a.yaml:18:84 names."www.example.com".lines.default: must not be empty',
    ],
    ['a TTL over a day', withNames(name(', ttl: 25h')), 'a.yaml:18:71 names."www.example.com".ttl: must be at most 1d'],
    [
      'a TTL without a unit',
      withNames(name(', ttl: 60')),
      'a.yaml:18:71 names."www.example.com".ttl: add a unit, for example 60s',
    ],
    [
      'a misspelt way to publish',
      withNames(name(', publish: atuo')),
      'a.yaml:18:75 names."www.example.com".publish: must be one of none, observe, propose, auto; did you mean "auto"?',
    ],
    [
      'an id that is no CLB',
      withNames(name(''), '{ cn-hangzhou: [nlb-1], cn-shanghai: [lb-2] }'),
      'a.yaml:11:36 gateways.ingressgateway.loadBalancers.cn-hangzhou[0]: is not the id of a CLB',
    ],
    [
      'CLBs of a region where the gateway does not run',
      withNames(name(', publish: none'), '{ cn-beijing: [lb-1] }'),
      'a.yaml:11:22 gateways.ingressgateway.loadBalancers.cn-beijing: the gateway does not run in "cn-beijing"',
    ],
    [
      'a CLB twice',
      withNames(name(''), '{ cn-hangzhou: [lb-1], cn-shanghai: [lb-2, lb-1] }'),
      'a.yaml:11:63 gateways.ingressgateway.loadBalancers.cn-shanghai[1]: "lb-1" stands in front of ingressgateway in cn-hangzhou already',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'lines without a client network',
      ', publish: auto, lines: { default: [cn-hangzhou], telecom: [cn-hangzhou] }, subnets: { telecom: 203.0.113.0/24 }',
      [
        'a.yaml:18:90 names."www.example.com".lines.default: has no client network under subnets, so that what it answers cannot be seen: an address is taken off it once another has been there for 5 minutes',
      ],
    ],
    ['one line needs none', ', publish: auto, lines: { default: [cn-hangzhou] }', []],
    [
      'what is published elsewhere needs none',
      ', publish: none, lines: { default: [cn-hangzhou], telecom: [cn-hangzhou] }',
      [],
    ],
  ])('%s', (_, rest, warnings) => {
    const { problems, warnings: found } = checkConfiguration(withNames(name(rest)), 'a.yaml');
    expect([problems, found.map(problemText)]).toEqual([[], warnings]);
  });

  it('in one zone may be several', () => {
    const two = name('') + name(', publish: auto').replace('www.', 'api.');
    expect(problemsOf(withNames(two))).toEqual([]);
  });

  it('published elsewhere need no CLBs of their own', () => {
    expect(problemsOf(withNames(name(', publish: none'), '{}'))).toEqual([]);
  });
});

describe('who may wake the functions', () => {
  const withAlarms = (section: string): string => `${withNames('  {}\n')}alarms: ${section}\n`;

  it('has every default filled in', () => {
    const { alarms } = loadConfiguration(withAlarms('{ rules: { "web *": { gateway: ingressgateway } } }'), 'a.yaml');
    expect(alarms).toMatchObject({
      tokenFrom: 'AUTOPILOT_ALARM_TOKEN',
      rules: { 'web *': { gateway: 'ingressgateway' } },
    });
    expect(alarms.sources).toContain('106.11.225.0/24');
    expect(alarms.accounts).toBeUndefined();
  });

  it.each<[section: string, problem: string]>([
    [
      '{ rules: { x: { gateway: ingresgateway } } }',
      'alarms.rules.x.gateway: there is no gateway "ingresgateway" under gateways; did you mean "ingressgateway"?',
    ],
    [
      '{ rules: { x: { gateway: ingressgateway, regions: [cn-beijing] } } }',
      'alarms.rules.x.regions[0]: the gateway "ingressgateway" does not run in "cn-beijing"',
    ],
    ['{ rules: { "a*b": { gateway: ingressgateway } } }', 'alarms.rules."a*b": may have a star at its end only'],
    [
      '{ rules: { x: { gateway: ingressgateway, functions: [scale] } } }',
      'alarms.rules.x.functions[0]: must be one of scaleGateway, attachClb, failoverDns; did you mean "scaleGateway"?',
    ],
    ['{ sources: [203.0.113.9] }', 'alarms.sources[0]: is not a network such as 203.0.113.0/24'],
    ['{ accounts: [me] }', 'alarms.accounts[0]: is not the id of an account'],
    ['{ route: mns }', 'alarms.route: must be one of topic, callback'],
    ['{ topic: my_topic }', 'alarms.topic: is not the name of an MNS topic: letters, digits and hyphens'],
    [
      '{ contactGroups: ["a,b"] }',
      'alarms.contactGroups[0]: is not the name of a contact group: 1 to 100 characters without a comma',
    ],
    ['{ silence: 1m }', 'alarms.silence: must be at least 5m'],
    [
      '{ prefix: my_rules }',
      'alarms.prefix: must be 3 to 40 small letters, digits and hyphens, begin with a letter and not end with a hyphen',
    ],
    [
      '{ callbackFrom: "https://example.com/alarm/x" }',
      'alarms.callbackFrom: is a URL, which is a secret; put it into an environment variable of the functions and write its name here',
    ],
    [
      '{ tokenFrom: https://example.com/token }',
      'alarms.tokenFrom: is a URL, which is a secret; put it into an environment variable of the functions and write its name here',
    ],
  ])('%s cannot be used', (section, problem) => {
    expect(problemsOf(withAlarms(section)).map((each) => each.replace(/^\S+ /, ''))).toEqual([problem]);
  });
});
