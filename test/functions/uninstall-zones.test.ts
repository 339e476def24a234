import type { InitialRecord } from '../../rehearsal/cloud';
import { createZoneWriter } from '../../shared/cloud/zones';
import { SECOND } from '../../shared/core/time';
import type { RecordSeen } from '../../shared/core/zone';
import { A, aLeaving, B, type LeavingStage, OBSERVING, ZONE } from './a-leaving';

type Address = (id: string) => string;

function www(value: string, changes: Partial<InitialRecord> = {}): InitialRecord {
  return { rr: 'www', type: 'A', value, ttl: 60, ...changes };
}

function txt(rr: string, value: string, changes: Partial<InitialRecord> = {}): InitialRecord {
  return { rr: `_gateway-autopilot-${rr}`, type: 'TXT', value, ttl: 600, ...changes };
}

const MARK = 'gateway-autopilot';

const OF_ANOTHER_GATEWAY = `drain=${A};gateway=shop;owner=kim;until=2026-11-28T20:00Z;reason=power`;

/** Everything that failover-dns leaves in a zone, and beside it what is of others. */
function ours(address: Address): readonly InitialRecord[] {
  return [
    www(address('lb-a'), { remark: `${MARK} ${A} back:2611240900:1` }),
    www(address('lb-b'), { remark: `${MARK} ${B}` }),
    // Of an extra CLB that is gone.
    www('198.51.100.9', { remark: `${MARK} ${A}+`, enabled: false }),
    txt('lease', 'epoch=29000000'),
    txt('adding', `A default www ${address('lb-a')}`),
    txt('regions', `drain=${A};owner=li.wei;until=2026-11-24T20:00Z;reason=over`, { remark: MARK }),
    txt('freeze', 'owner=li.wei;until=2026-11-24T20:00Z;reason=over', { remark: MARK }),
    // Of others.
    { rr: 'mail', type: 'A', value: '192.0.2.1', ttl: 600, remark: 'theirs' },
    www('192.0.2.2', { rr: 'shop', remark: `${MARK} ${A}` }),
    txt('freeze', 'owner=kim;until=2026-11-25T20:00Z;reason=by hand'),
    txt('regions', OF_ANOTHER_GATEWAY, { remark: MARK }),
  ];
}

/** What is in the zone, in words. */
async function contents(stage: LeavingStage): Promise<readonly string[]> {
  const text = (value: string): string =>
    value.replace(stage.address('lb-a'), 'address of lb-a').replace(stage.address('lb-b'), 'address of lb-b');
  return (await stage.records()).map(({ enabled, remark, rr, ttl, type, value }) =>
    [rr, type, text(value), ttl, enabled ? 'on' : 'off', `"${remark}"`].join(' '),
  );
}

function idOf(records: readonly RecordSeen[], address: string): string {
  return records.find(({ value }) => value === address)?.id ?? '';
}

const THEIRS = [
  'mail A 192.0.2.1 600 on "theirs"',
  'shop A 192.0.2.2 60 on "gateway-autopilot cn-hangzhou"',
  '_gateway-autopilot-freeze TXT owner=kim;until=2026-11-25T20:00Z;reason=by hand 600 on ""',
  `_gateway-autopilot-regions TXT ${OF_ANOTHER_GATEWAY} 600 on "gateway-autopilot"`,
];

it('takes marks and TXT records of ours out of a zone, whose answers stay', async () => {
  const stage = aLeaving({ records: ours });
  const before = await stage.answers();
  const answers: number[] = [];
  stage.cloud.dns.watch(ZONE, (_, after) => {
    answers.push(after.records.filter(({ enabled, rr }) => rr === 'www' && enabled).length);
  });
  const { message, outcome, uninstall } = await stage.leave('failover-dns');
  expect([outcome, message]).toEqual([undefined, '7 things were taken back.']);
  expect(uninstall?.done).toEqual(uninstall?.would);
  expect((await contents(stage)).toSorted()).toEqual(
    ['www A address of lb-a 60 on ""', 'www A address of lb-b 60 on ""', ...THEIRS].toSorted(),
  );
  expect(before).toHaveLength(2);
  expect(await stage.answers()).toEqual(before);
  expect(new Set(answers)).toEqual(new Set([2]));
  expect(uninstall?.left).toEqual([
    "zone example.com: A 192.0.2.2 of shop on default carries our mark, and the configuration has no such name: it may be another installation's",
    `zone example.com: TXT _gateway-autopilot-regions "${OF_ANOTHER_GATEWAY}" is about what the configuration does not have`,
    'zone example.com: TXT _gateway-autopilot-freeze "owner=kim;until=2026-11-25T20:00Z;reason=by hand" was made by a person, and is theirs to delete',
  ]);
});

it('says in a dry run what would go, and changes nothing', async () => {
  const stage = aLeaving({ records: ours });
  const before = await contents(stage);
  const { message, uninstall } = await stage.leave('failover-dns', { dryRun: true });
  expect(message).toBe('7 things would be taken back.');
  expect(uninstall?.done).toEqual([]);
  expect(await contents(stage)).toEqual(before);
});

it('says that nothing is left when it is asked again', async () => {
  const stage = aLeaving({ records: ours });
  await stage.leave('failover-dns');
  stage.cloud.resetCalls();
  expect((await stage.leave('failover-dns')).message).toBe('Nothing of ours is left here.');
  expect(stage.cloud.calls().filter(({ operation }) => /alidns\.(?!Describe)/.test(operation))).toEqual([]);
});

describe('gives back what was there before', () => {
  const ADOPTING = OBSERVING.replace('publish: observe', 'publish: auto');

  it('remarks, whether weights are on, and says which TTLs it changed', async () => {
    const records = (address: Address) => [
      www(address('lb-a'), { remark: 'entry, ask Kim', ttl: 600 }),
      www(address('lb-b'), { remark: '' }),
    ];
    const stage = aLeaving({ configuration: ADOPTING, records });
    await stage.invoke('failover-dns', { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'ours' });
    for (let look = 0; look < 3; look += 1) await stage.invoke('failover-dns', { action: 'look' });
    const byAddress = async () => (await stage.records()).toSorted((a, b) => (a.value < b.value ? -1 : 1));
    const adopted = await byAddress();
    expect(adopted.filter(({ rr }) => rr === 'www').map(({ remark, ttl, weight }) => [remark, ttl, weight])).toEqual([
      ['gateway-autopilot cn-hangzhou', 60, 10],
      ['gateway-autopilot cn-shanghai', 60, 10],
    ]);
    stage.deploy(OBSERVING);
    stage.pass(5);
    const { outcome, uninstall } = await stage.leave('failover-dns');
    expect(outcome).toBeUndefined();
    expect((await byAddress()).map(({ remark, rr, ttl, weight }) => [rr, remark, ttl, weight])).toEqual([
      ['www', 'entry, ask Kim', 60, undefined],
      ['www', '', 60, undefined],
    ]);
    const [{ id = '' } = {}] = adopted.filter(({ rr }) => rr === 'www');
    expect(uninstall?.left).toEqual([
      `zone example.com: A ${stage.address('lb-a')} of www on default keeps the TTL 60; as before it was adopted: aliyun alidns UpdateDomainRecord --RecordId ${id} --RR www --Type A --Value ${stage.address('lb-a')} --Line default --TTL 600`,
    ]);
  });

  it('says the TTL of a wildcard by a command that a shell takes as it is', async () => {
    const wildcard = OBSERVING.replace('www.example.com', '"*.example.com"').replace(', weights: even', '');
    const records = (address: Address) => [www(address('lb-a'), { rr: '*', ttl: 600 })];
    const configuration = wildcard.replace('publish: observe', 'publish: auto');
    const stage = aLeaving({ configuration, records });
    await stage.invoke('failover-dns', { action: 'adopt', name: '*.example.com', owner: 'li.wei', reason: 'ours' });
    stage.deploy(wildcard);
    stage.pass(5);
    const { uninstall } = await stage.leave('failover-dns');
    const id = idOf(await stage.records(), stage.address('lb-a'));
    expect(uninstall?.left).toEqual([
      `zone example.com: A ${stage.address('lb-a')} of * on default keeps the TTL 60; as before it was adopted: aliyun alidns UpdateDomainRecord --RecordId ${id} --RR '*' --Type A --Value ${stage.address('lb-a')} --Line default --TTL 600`,
    ]);
  });

  it('says which standby answered before', async () => {
    const standby = OBSERVING.replace('weights: even', 'mode: active-standby');
    const records = (address: Address) => [www(address('lb-a')), www(address('lb-b'))];
    const stage = aLeaving({ configuration: standby.replace('publish: observe', 'publish: auto'), records });
    await stage.invoke('failover-dns', { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'ours' });
    await stage.invoke('failover-dns', { action: 'look' });
    expect(await stage.answers()).toEqual([stage.address('lb-a')]);
    stage.deploy(standby);
    stage.pass(5);
    const { uninstall } = await stage.leave('failover-dns');
    const id = idOf(await stage.records(), stage.address('lb-b'));
    expect(uninstall?.left).toEqual([
      `zone example.com: A ${stage.address('lb-b')} of www on default stays disabled, and answered before it was adopted; to have it answered again: aliyun alidns SetDomainRecordStatus --RecordId ${id} --Status Enable`,
    ]);
    expect(await stage.records()).toHaveLength(2);
  });

  it('the remark also when adopting it took two tries', async () => {
    const records = (address: Address) => [
      www(address('lb-a'), { remark: 'entry, ask Kim' }),
      www(address('lb-b'), { remark: `${MARK} ${B}` }),
    ];
    const stage = aLeaving({ configuration: ADOPTING, records });
    const adopt = { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'ours' };
    const refused = { status: 403, code: 'Forbidden.RAM' };
    stage.cloud.faults.fail({ operation: 'alidns.UpdateDomainRecordRemark', times: 1, ...refused });
    await stage.invoke('failover-dns', adopt);
    const noted = await stage.records();
    expect(noted.find(({ value }) => value === stage.address('lb-a'))?.remark).toBe('entry, ask Kim');
    await stage.invoke('failover-dns', adopt);
    const adopted = await stage.records();
    expect(adopted.find(({ value }) => value === stage.address('lb-a'))?.remark).toBe('gateway-autopilot cn-hangzhou');
    for (let look = 0; look < 3; look += 1) await stage.invoke('failover-dns', { action: 'look' });
    stage.deploy(OBSERVING);
    stage.pass(5);
    await stage.leave('failover-dns');
    const after = await stage.records();
    expect(after.find(({ value }) => value === stage.address('lb-a'))?.remark).toBe('entry, ask Kim');
  });

  it('does not adopt a record whose remark cannot be kept', async () => {
    const records = (address: Address) => [www(address('lb-a'), { remark: 'entry, ask Kim' })];
    const stage = aLeaving({ configuration: ADOPTING, records });
    stage.cloud.faults.fail({ operation: 'alidns.AddDomainRecord', status: 400, code: 'QuotaExceeded.Record' });
    await stage.invoke('failover-dns', { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'ours' });
    expect((await stage.records()).map(({ remark }) => remark)).toEqual(['entry, ask Kim']);
  });
});

describe('where others publish all names by now', () => {
  const NOBODY = OBSERVING.replace('publish: observe', 'publish: none');
  const marked = (address: Address) => [www(address('lb-a'), { remark: `${MARK} ${A}` })];

  it('takes back what is ours all the same', async () => {
    const stage = aLeaving({ records: ours, configuration: NOBODY });
    expect((await stage.leave('failover-dns')).message).toBe('7 things were taken back.');
    expect((await stage.records()).filter(({ remark, rr }) => rr === 'www' && remark !== '')).toEqual([]);
  });

  it('begins with the zones that are still ours, since the rights may end there', async () => {
    const other = 'other.example.net: { zone: example.net, gateway: web, publish: none, ttl: 60s }';
    const stage = aLeaving({
      records: marked,
      configuration: OBSERVING.replace('names:\n', `names:\n  ${other}\n`),
      prepare: ({ dns }) => {
        const record = { ...www('192.0.2.9'), rr: 'other', remark: `${MARK} ${A}` };
        dns.addZone({ name: 'example.net', edition: 'ultimate', records: [record] });
      },
    });
    expect((await stage.leave('failover-dns', { dryRun: true })).uninstall?.would).toEqual([
      expect.stringContaining('zone example.com: A'),
      'zone example.net: A 192.0.2.9 of other on default stays, without our mark and with no remark',
    ]);
  });

  it.each([
    [403, 'Forbidden.RAM'],
    [400, 'InvalidDomainName.NoExist'],
  ])('says of a zone that it was not looked at where that is refused for good (%s %s)', async (status, code) => {
    const stage = aLeaving({ records: marked, configuration: NOBODY });
    stage.cloud.faults.fail({ operation: 'alidns.DescribeDomainRecords', status, code });
    const { outcome, uninstall } = await stage.leave('failover-dns');
    expect([outcome, uninstall?.done]).toEqual([undefined, []]);
    expect(uninstall?.left).toEqual([
      expect.stringMatching(new RegExp(`^zone example\\.com was not looked at: .*${code}.*publish: none`)),
    ]);
  });

  it('is refused where it may be seen later, and where the name is still ours', async () => {
    const later = aLeaving({ records: marked, configuration: NOBODY });
    later.cloud.faults.fail({ operation: 'alidns.DescribeDomainRecords', status: 503, code: 'ServiceUnavailable' });
    expect((await later.leave('failover-dns')).problems).toEqual([
      expect.stringContaining('zone example.com could not be read'),
    ]);
    const ours = aLeaving({ records: marked });
    ours.cloud.faults.fail({ operation: 'alidns.DescribeDomainRecords', status: 403, code: 'Forbidden.RAM' });
    expect((await ours.leave('failover-dns')).problems).toEqual([
      expect.stringContaining('zone example.com could not be read'),
    ]);
  });
});

describe('is refused', () => {
  const minute = Math.floor(Date.UTC(2026, 10, 28, 12, 0) / 60_000);
  const marked = (address: Address) => [
    www(address('lb-a'), { remark: `${MARK} ${A}` }),
    www(address('lb-b'), { remark: `${MARK} ${B}` }),
  ];

  it.each<[what: string, records: (address: Address) => readonly InitialRecord[], why: string]>([
    [
      'while a person has frozen the zone',
      (address) => [...marked(address), txt('freeze', 'owner=kim;reason=migration')],
      'example.com is frozen by kim until it is lifted: migration; unfreeze first',
    ],
    [
      'while a person drains a region',
      (address) => [...marked(address), txt('regions', `drain=${B};owner=kim;until=2026-11-28T20:00Z;reason=power`)],
      'example.com: cn-shanghai is drained until 2026-11-28T20:00:00Z by kim: power; say resume while publish is auto',
    ],
    [
      'while an answer is out',
      (address) => [
        www(address('lb-a'), { remark: `${MARK} ${A}` }),
        www(address('lb-b'), { remark: `${MARK} ${B} down:2611281130:1`, enabled: false }),
      ],
      `of www on default (cn-shanghai) is out since 2026-11-28T11:30:00Z; say resume`,
    ],
    [
      'while an answer is out of which nothing is noted',
      (address) => [
        www(address('lb-a'), { remark: `${MARK} ${A}` }),
        www(address('lb-b'), { remark: `${MARK} ${B}`, enabled: false }),
      ],
      `of www on default (cn-shanghai) is out; say resume`,
    ],
    [
      'while an extra CLB is answered',
      (address) => [...marked(address), www('198.51.100.9', { remark: `${MARK} ${A}+` })],
      'A 198.51.100.9 of www on default leads to an extra CLB; say release 0 while loadBalancers.mode is auto, and wait until it is gone',
    ],
    [
      'while somebody has the lease',
      (address) => [...marked(address), txt('lease', `epoch=${minute}`)],
      'example.com: somebody has the lease of this minute; say it again in three minutes',
    ],
  ])('%s', async (_, records, why) => {
    const stage = aLeaving({ records });
    const before = await contents(stage);
    const { message, outcome, problems } = await stage.leave('failover-dns');
    expect([outcome, message]).toEqual(['refused', 'Nothing was taken back: 1 thing must be done first.']);
    expect(problems).toEqual([expect.stringContaining(why)]);
    expect(await contents(stage)).toEqual(before);
  });

  it('but not for a disabled record that leads to no CLB any more', async () => {
    const records = (address: Address) => [
      ...marked(address),
      www('198.51.100.7', { remark: `${MARK} ${A}`, enabled: false }),
    ];
    const stage = aLeaving({ records });
    expect((await stage.leave('failover-dns')).outcome).toBeUndefined();
    expect((await contents(stage)).filter((line) => line.includes('198.51.100.7'))).toEqual([
      'www A 198.51.100.7 60 off ""',
    ]);
  });

  it('while a record is being added', async () => {
    const stage = aLeaving({ records: marked });
    const writer = createZoneWriter(stage.cloud.openApi());
    const value = `A default www ${stage.address('lb-a')}`;
    await writer.add(ZONE, { rr: '_gateway-autopilot-adding', type: 'TXT', value, line: 'default', ttl: 600 });
    expect((await stage.leave('failover-dns')).problems).toEqual([
      'example.com: a record was being added a moment ago; say it again in ten minutes',
    ]);
    stage.pass(10);
    expect((await stage.leave('failover-dns')).message).toBe('3 things were taken back.');
  });

  it('from the next write on when a person freezes the zone meanwhile', async () => {
    const stage = aLeaving({ records: marked });
    const freeze = { rr: '_gateway-autopilot-freeze', type: 'TXT', value: 'owner=kim', line: 'default', ttl: 600 };
    stage.cloud.faults.before({ operation: 'alidns.UpdateDomainRecordRemark', times: 1 }, async () => {
      await createZoneWriter(stage.cloud.openApi()).add(ZONE, freeze);
    });
    const { message, outcome, problems } = await stage.leave('failover-dns');
    expect([outcome, message]).toEqual(['partly', '1 thing taken back, then it stopped; say it again to go on.']);
    expect(problems).toEqual([expect.stringContaining('example.com is frozen by kim')]);
    expect((await stage.records()).filter(({ remark }) => remark.startsWith(MARK))).toHaveLength(1);
  });

  it('while the configuration lets anything be written, each setting said', async () => {
    const writing = OBSERVING.replaceAll('mode: observe', 'mode: auto').replace('publish: observe', 'publish: propose');
    const stage = aLeaving({ records: ours, configuration: writing });
    const { outcome, problems } = await stage.leave('failover-dns');
    expect(outcome).toBe('refused');
    expect(problems).toEqual([
      'the deployed configuration still writes: set policies.web.mode: observe (it is auto) and deploy',
      'the deployed configuration still writes: set policies.web.loadBalancers.mode: observe (it is auto) and deploy',
      'the deployed configuration still writes: set names."www.example.com".publish: observe (it is propose) and deploy',
    ]);
  });

  it('while anything else is in the way, and then settings come last', async () => {
    const writing = OBSERVING.replace('publish: observe', 'publish: auto');
    const records = (address: Address) => [...marked(address), www('198.51.100.9', { remark: `${MARK} ${A}+` })];
    const stage = aLeaving({ records, configuration: writing });
    const { message, problems } = await stage.leave('failover-dns');
    expect(message).toBe('Nothing was taken back: 2 things must be done first.');
    expect(problems).toEqual([
      'A 198.51.100.9 of www on default leads to an extra CLB; say release 0 while loadBalancers.mode is auto, and wait until it is gone',
      'after all that, set names."www.example.com".publish: observe (it is auto) and deploy: the deployed configuration still writes',
    ]);
  });

  it('while answers have different weights, and by no standby of the configuration', async () => {
    const stage = aLeaving({ records: marked });
    const writer = createZoneWriter(stage.cloud.openApi());
    await writer.openWeights({ zone: ZONE, rr: 'www', type: 'A' }, true);
    const [{ id = '' } = {}] = await stage.records();
    await writer.weigh(id, 10);
    expect((await stage.leave('failover-dns')).problems).toEqual([
      expect.stringContaining('the answers of www.example.com (A default) have different weights, 10, 1; say resume'),
    ]);
    const standby = OBSERVING.replace('weights: even', 'mode: active-standby');
    const second = aLeaving({
      configuration: standby,
      records: (address) => [
        www(address('lb-a'), { remark: `${MARK} ${A}` }),
        www(address('lb-b'), { remark: `${MARK} ${B}`, enabled: false }),
      ],
    });
    const { outcome, uninstall } = await second.leave('failover-dns');
    expect(outcome).toBeUndefined();
    const id2 = idOf(await second.records(), second.address('lb-b'));
    expect(uninstall?.left).toEqual([
      `zone example.com: A ${second.address('lb-b')} of www on default stays disabled; to have it answered again: aliyun alidns SetDomainRecordStatus --RecordId ${id2} --Status Enable`,
    ]);
  });
});

it('says so when something is there again that it has taken back', async () => {
  const stage = aLeaving({ records: ours });
  // A look that began before the configuration was deployed that only observes.
  let deleted = 0;
  stage.cloud.faults.before({ operation: 'alidns.DeleteDomainRecord' }, async () => {
    deleted += 1;
    if (deleted !== 5) return;
    const id = idOf(await stage.records(), stage.address('lb-a'));
    await createZoneWriter(stage.cloud.openApi()).remark(id, `${MARK} ${A}`);
  });
  const { message, outcome, problems } = await stage.leave('failover-dns');
  expect([outcome, message]).toEqual(['partly', '7 things taken back, then it stopped; say it again to go on.']);
  expect(problems).toEqual([
    `not yet: zone example.com: A ${stage.address('lb-a')} of www on default stays, without our mark and with no remark`,
  ]);
  expect((await stage.leave('failover-dns')).message).toBe('1 thing was taken back.');
});

it.each<[what: string, slow: (stage: LeavingStage) => void, done: number, then: number]>([
  ['a zone is busy after each write', ({ cloud }) => cloud.dns.busyAfterWrite(ZONE, 2 * SECOND), 23, 8],
  [
    'each write takes long',
    ({ cloud }) => cloud.faults.before({ operation: 'alidns.DeleteDomainRecord' }, () => cloud.step(3 * SECOND)),
    16,
    15,
  ],
])(
  'stops when a person has waited for long enough, since %s, and goes on when it is asked again',
  async (_, slow, done, then) => {
    const stage = aLeaving({
      records: (address) => [
        ...Array.from({ length: 30 }, (_each, minute) => txt('lease', `epoch=${29_000_000 + minute}`)),
        www(address('lb-a'), { remark: `${MARK} ${A}` }),
      ],
    });
    slow(stage);
    const first = await stage.leave('failover-dns');
    expect([first.outcome, first.message]).toEqual([
      'partly',
      `${done} things taken back, then it stopped; say it again to go on.`,
    ]);
    expect(first.problems).toEqual([expect.stringContaining('zone example.com: TXT _gateway-autopilot-lease')]);
    expect((await stage.leave('failover-dns')).uninstall?.done).toHaveLength(then);
  },
);

class Killed extends Error {}

it.each(['before', 'after'] as const)('goes on where one was killed %s any write', async (when) => {
  const whole = aLeaving({ records: ours });
  await whole.leave('failover-dns');
  const expected = await contents(whole);
  let reached = true;
  let index = 0;
  for (; reached; index += 1) {
    const stage = aLeaving({ records: ours });
    let writes = 0;
    let isDying = false;
    stage.cloud.faults.before({ operation: /./ }, () => {
      if (isDying) throw new Killed();
    });
    stage.cloud.faults.before({ operation: /^alidns\.(?!Describe)/ }, () => {
      writes += 1;
      if (writes !== index + 1) return;
      isDying = true;
      if (when === 'before') throw new Killed();
    });
    await stage.leave('failover-dns');
    reached = writes > index;
    stage.cloud.faults.clear();
    await stage.leave('failover-dns');
    expect([index, await contents(stage)]).toEqual([index, expected]);
  }
  expect(index).toBe(8);
});
