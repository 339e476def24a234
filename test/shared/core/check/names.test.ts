import { type ServerTried, ZONE_CHECKS, type ZoneTried } from '../../../../shared/core/check/names';
import { judge } from '../../../../shared/core/check/self-check';
import type { NameToPublish } from '../../../../shared/core/publication-model';

const NAME: NameToPublish = {
  name: 'www.example.com',
  zone: 'example.com',
  rr: 'www',
  gateway: 'web',
  publish: 'auto',
  ttl: 60,
  lines: [{ line: 'default', regions: ['cn-hangzhou'] }],
  mode: 'active-active',
  subnets: { default: '198.51.100.0/24' },
  weights: 'off',
  own: {},
};
const INFO = { zone: 'example.com', edition: 'mianfei', minTtl: 1, nameServers: ['ns1'], lines: ['default'] };
const ZONE: ZoneTried = {
  zone: 'example.com',
  names: [NAME],
  info: { ok: true, value: INFO },
  delegation: { ok: true, value: { state: 'here' } },
  servers: { ok: true, value: [] },
  fence: { ok: true, value: { takesOld: false, takesYoung: true } },
};

function found(id: string, zone: Partial<ZoneTried>) {
  const [finding] = judge(ZONE_CHECKS, { zones: [{ ...ZONE, ...zone }] }).filter((each) => each.id === id);
  return finding;
}

function server(authoritative: boolean, tellsSubnetsApart: boolean): ServerTried {
  return { host: 'ns1', answer: { ok: true, value: { authoritative, tellsSubnetsApart } } };
}

describe('name servers', () => {
  it.each([
    ['one that speaks for the zone', server(true, true), 'pass', 'answers, and takes notice of client subnets'],
    ['a resolver in its place', server(false, true), 'fail', 'does not speak for the zone'],
    [
      'one that knows no client subnets',
      server(true, false),
      'unknown',
      'answers, and takes no notice of client subnets: its lines cannot be verified',
    ],
  ])('%s', (_, tried, outcome, said) => {
    const servers = { ok: true, value: [tried] } as const;
    expect(found('name-servers-reach', { servers })).toMatchObject({
      outcome,
      evidence: [`example.com: ns1 ${said}`],
    });
  });

  it('need not know client subnets where none is configured', () => {
    const servers = { ok: true, value: [server(true, false)] } as const;
    const names = [{ ...NAME, subnets: {} }];
    expect(found('name-servers-reach', { names, servers })?.outcome).toBe('pass');
  });

  it('are unknown where Alidns names none', () => {
    expect(found('name-servers-reach', {})?.outcome).toBe('unknown');
  });
});

it.each([
  [false, true, 'pass'],
  [true, true, 'fail'],
  [false, false, 'fail'],
])('signatures: the old one taken %s, the young one %s', (takesOld, takesYoung, outcome) => {
  expect(found('signature-age', { fence: { ok: true, value: { takesOld, takesYoung } } })?.outcome).toBe(outcome);
});

it.each([
  ['both', {}, 'pass'],
  ['no smallest TTL', { minTtl: undefined }, 'unknown'],
  ['no lines', { lines: [] }, 'unknown'],
])('an edition is judged by what the vendor says of it: %s', (_, said, outcome) => {
  expect(found('zone-edition', { info: { ok: true, value: { ...INFO, ...said } } })?.outcome).toBe(outcome);
});

it('clients whose servers cannot be found out are no failure', () => {
  const delegation = { ok: true, value: { state: 'unknown', why: 'nobody answered' } } as const;
  expect(found('zone-delegation', { delegation })).toMatchObject({
    outcome: 'unknown',
    evidence: ['example.com: nobody answered'],
  });
});
