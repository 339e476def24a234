import {
  type Command,
  commandHelp,
  decodeEvent,
  type FreezeCommand,
  isDryRun,
  overrideEnd,
  type ScaleCommand,
} from '../../../shared/event';

const AT = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const SCALE = { action: 'scale', gateway: 'ingressgateway', replicas: 12, owner: 'li.wei', reason: 'flash sale' };
const ATTACH = { action: 'attach', gateway: 'ingressgateway', extra: 1, owner: 'li.wei', reason: 'sale' };

function bytes(event: object): Buffer {
  return Buffer.from(JSON.stringify(event));
}

describe('a command', () => {
  it.each<readonly [object, Command]>([
    [{ action: 'look' }, { action: 'look' }],
    [
      { action: 'look', gateway: 'ingressgateway', dryRun: true },
      { action: 'look', gateway: 'ingressgateway', dryRun: true },
    ],
    [
      { ...SCALE, for: '2h' },
      {
        action: 'scale',
        gateway: 'ingressgateway',
        replicas: 12,
        owner: 'li.wei',
        reason: 'flash sale',
        for: 7_200_000,
      },
    ],
    [
      { ...SCALE, until: '2026-11-22T20:00:00+08:00', dryRun: false },
      {
        action: 'scale',
        gateway: 'ingressgateway',
        replicas: 12,
        owner: 'li.wei',
        reason: 'flash sale',
        until: 1_795_348_800_000,
        dryRun: false,
      },
    ],
    [
      { action: 'resume', gateway: 'ingressgateway', owner: ' li.wei ', reason: '促销结束' },
      { action: 'resume', gateway: 'ingressgateway', owner: 'li.wei', reason: '促销结束' },
    ],
    [
      { action: 'freeze', owner: 'li.wei', reason: 'upgrade' },
      { action: 'freeze', owner: 'li.wei', reason: 'upgrade' },
    ],
    [
      { action: 'freeze', owner: 'li.wei', reason: 'upgrade', for: '7d' },
      { action: 'freeze', owner: 'li.wei', reason: 'upgrade', for: 604_800_000 },
    ],
    [
      { action: 'unfreeze', owner: 'li.wei', reason: 'done' },
      { action: 'unfreeze', owner: 'li.wei', reason: 'done' },
    ],
    [
      { ...ATTACH, for: '6h' },
      { action: 'attach', gateway: 'ingressgateway', extra: 1, owner: 'li.wei', reason: 'sale', for: 21_600_000 },
    ],
    [
      { ...ATTACH, action: 'release', extra: 0, until: '2026-11-22T20:00:00+08:00', dryRun: true },
      {
        action: 'release',
        gateway: 'ingressgateway',
        extra: 0,
        owner: 'li.wei',
        reason: 'sale',
        until: 1_795_348_800_000,
        dryRun: true,
      },
    ],
    [
      { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'ours', dryRun: true },
      { action: 'adopt', name: 'www.example.com', owner: 'li.wei', reason: 'ours', dryRun: true },
    ],
    [{ action: 'probe' }, { action: 'probe' }],
    [
      { action: 'probe', known: { '203.0.113.7': 'up' }, failed: { '203.0.113.7': 1 } },
      { action: 'probe', known: { '203.0.113.7': 'up' }, failed: { '203.0.113.7': 1 } },
    ],
    [
      {
        action: 'probe',
        targets: [{ gateway: 'ingressgateway', address: '203.0.113.7' }],
        known: { '203.0.113.7': 'up', '2001:db8::7': 'unknown' },
        for: '55s',
      },
      {
        action: 'probe',
        targets: [{ gateway: 'ingressgateway', address: '203.0.113.7' }],
        known: { '203.0.113.7': 'up', '2001:db8::7': 'unknown' },
        for: 55_000,
      },
    ],
  ])('%j', (event, command) => {
    expect(decodeEvent(bytes(event))).toEqual({ kind: 'command', command });
  });

  it.each([
    ['2026-11-22T20:00+08:00', 1_795_348_800_000],
    ['2026-11-22T12:00Z', 1_795_348_800_000],
    ['2026-11-22T12:00:00.250Z', 1_795_348_800_250],
  ])('may end at %s', (until, expected) => {
    expect(decodeEvent(bytes({ ...SCALE, until }))).toMatchObject({ command: { until: expected } });
  });

  it('takes names and reasons of 200 characters', () => {
    const event = { action: 'unfreeze', owner: 'x'.repeat(200), reason: 'y'.repeat(200) };
    expect(decodeEvent(bytes(event))).toEqual({ kind: 'command', command: event });
  });
});

describe('a command that cannot be used', () => {
  const ENDS = 'exactly one of for and until is needed, so that it ends by itself';
  const DURATION = 'for must be a duration such as "90s", "30m", "1h30m"';
  const TIME = 'until must be a time with an offset, such as "2026-11-22T20:00:00+08:00"';
  const ACTIONS =
    'the actions are look, plan, apply, scale, hold, protect, attach, release, expect, drain, pin, adopt, resume, freeze, unfreeze, uninstall, probe, audit, check';

  it.each<readonly [object, readonly string[]]>([
    [{ action: 'scael' }, ['action "scael" is not known; did you mean "scale"?', ACTIONS]],
    [{ action: 'unreeze' }, ['action "unreeze" is not known; did you mean "unfreeze"?', ACTIONS]],
    [{ action: 'Scale' }, ['action "Scale" is not known; did you mean "scale"?', ACTIONS]],
    [{ action: 'scale-gateway' }, ['action "scale-gateway" is not known', ACTIONS]],
    [{ action: '' }, ['action "" is not known', ACTIONS]],
    [{ action: 'scale' }, ['gateway is missing', 'replicas is missing', 'owner is missing', 'reason is missing', ENDS]],
    [SCALE, [ENDS]],
    [{ ...SCALE, for: '2h', until: '2026-11-22T20:00:00+08:00' }, [ENDS]],
    [{ ...SCALE, for: 7200 }, [DURATION]],
    [{ ...SCALE, for: '2 hours' }, [DURATION]],
    [{ ...SCALE, for: '0s' }, [DURATION]],
    [{ ...SCALE, for: null }, [DURATION]],
    [{ ...SCALE, until: 'tomorrow' }, [TIME]],
    [{ ...SCALE, until: '2026-11-22T20:00:00' }, [TIME]],
    [{ ...SCALE, until: '2026-02-30T20:00:00Z' }, [TIME]],
    [{ ...SCALE, until: 1_795_348_800 }, ['until must be a time such as "2026-11-22T20:00:00+08:00"']],
    [{ ...SCALE, for: '2h', replicas: '12' }, ['replicas must be a whole number']],
    [{ ...SCALE, for: '2h', replicas: 0 }, ['replicas must be at least 1']],
    [{ ...SCALE, for: '2h', replicas: -3 }, ['replicas must be at least 1']],
    [{ ...SCALE, for: '2h', replicas: 2.5 }, ['replicas must be a whole number']],
    [{ ...SCALE, for: '2h', replicas: 1e300 }, ['replicas must be a whole number']],
    [{ ...SCALE, replicas: 2.5, owner: 5 }, ['replicas must be a whole number', 'owner must be text', ENDS]],
    [{ ...SCALE, for: '2h', owner: '  ' }, ['owner must not be empty']],
    [{ ...SCALE, for: '2h', owner: 'x'.repeat(201) }, ['owner must have at most 200 characters']],
    [{ ...SCALE, for: '2h', reason: 'a\nb' }, ['reason must be one line without control characters']],
    [{ ...SCALE, for: '2h', reason: 'a\u2028b' }, ['reason must be one line without control characters']],
    [{ ...SCALE, for: '2h', dryRun: 'true' }, ['dryRun must be true or false']],
    [{ ...SCALE, for: '2h', dryrun: true }, ['key "dryrun" is not known; did you mean "dryRun"?']],
    [
      { action: 'look', gatway: 'x', replicas: 3 },
      ['key "gatway" is not known; did you mean "gateway"?', 'key "replicas" is not known'],
    ],
    [{ action: 'resume', gateway: 'x', owner: 'a', reason: 'b', for: '2h' }, ['key "for" is not known']],
    [
      { action: 'freeze', reason: 'x', for: '2h', until: '2026-11-22T20:00:00Z' },
      ['owner is missing', 'at most one of for and until may be given'],
    ],
    [{ action: 'unfreeze', owner: 'a', reason: 'b', dryRun: true }, ['key "dryRun" is not known']],
    [ATTACH, [ENDS]],
    [{ ...ATTACH, for: '2h', extra: 0 }, ['extra must be at least 1']],
    [{ ...ATTACH, for: '2h', extra: 1.5 }, ['extra must be a whole number']],
    [{ ...ATTACH, for: '2h', extras: 1 }, ['key "extras" is not known; did you mean "extra"?']],
    [{ ...ATTACH, action: 'release' }, [ENDS]],
    [{ ...ATTACH, action: 'release', for: '2h', extra: -1 }, ['extra must be at least 0']],
    [{ action: 'adopt' }, ['name is missing', 'owner is missing', 'reason is missing']],
    [{ action: 'adopt', name: 'www.example.com', owner: 'a', reason: 'b', for: '2h' }, ['key "for" is not known']],
    [{ action: 'probe', for: '56s' }, ['for must be at most 55s']],
    [{ action: 'probe', targets: {} }, ['targets must be a list of { gateway, address }']],
    [{ action: 'probe', targets: [{ address: '203.0.113.7' }] }, ['targets 0 gateway is missing']],
    [{ action: 'probe', targets: [{ gateway: 'g', address: '203.0.113.7', port: 22 }] }, ['key "port" is not known']],
    [
      { action: 'probe', targets: Array.from({ length: 1_001 }, () => ({ gateway: 'g', address: '203.0.113.7' })) },
      ['targets must have at most 1000 entries'],
    ],
    [{ action: 'probe', known: { '203.0.113.7': 'sick' } }, ['known 203.0.113.7 must be "up", "down" or "unknown"']],
    [{ action: 'look', 'a\nb': 1 }, ['key "a b" is not known']],
  ])('%j', (event, problems) => {
    expect(decodeEvent(bytes(event))).toEqual({ kind: 'invalid-command', problems });
  });

  it('tells ten problems and that there are more', () => {
    const keys = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`unheard-of-${index}`, 1]));
    expect(decodeEvent(bytes({ action: 'look', ...keys }))).toEqual({
      kind: 'invalid-command',
      problems: [
        'key "unheard-of-0" is not known',
        'key "unheard-of-1" is not known',
        'key "unheard-of-2" is not known',
        'key "unheard-of-3" is not known',
        'key "unheard-of-4" is not known',
        'key "unheard-of-5" is not known',
        'key "unheard-of-6" is not known',
        'key "unheard-of-7" is not known',
        'key "unheard-of-8" is not known',
        'key "unheard-of-9" is not known',
        'and more',
      ],
    });
  });

  it('cuts a long action in its problem', () => {
    const trigger = decodeEvent(bytes({ action: 'x'.repeat(10_000) }));
    expect(trigger).toMatchObject({ problems: [`action "${'x'.repeat(199)}…" is not known`, ACTIONS] });
  });
});

describe('overrideEnd', () => {
  const scale: ScaleCommand = { action: 'scale', gateway: 'g', replicas: 2, owner: 'a', reason: 'b' };
  const freeze: FreezeCommand = { action: 'freeze', owner: 'a', reason: 'b' };

  it.each<readonly [string, Parameters<typeof overrideEnd>[0], object]>([
    ['a pin for two hours', { ...scale, for: 2 * HOUR }, { ok: true, value: AT + 2 * HOUR }],
    ['a pin for 72 hours', { ...scale, for: 72 * HOUR }, { ok: true, value: AT + 72 * HOUR }],
    ['a pin until a time', { ...scale, until: AT + HOUR }, { ok: true, value: AT + HOUR }],
    [
      'a pin for 72 hours and a second',
      { ...scale, for: 72 * HOUR + 1_000 },
      { ok: false, problem: 'a pin of 3d1s is too long; at most 3d is allowed' },
    ],
    [
      'a pin until next week',
      { ...scale, until: AT + 168 * HOUR },
      { ok: false, problem: 'a pin of 7d is too long; at most 3d is allowed' },
    ],
    [
      'a pin until now',
      { ...scale, until: AT },
      { ok: false, problem: 'the end, 2026-11-22T12:00:00Z, is not after the present, 2026-11-22T12:00:00Z' },
    ],
    [
      'a pin until yesterday',
      { ...scale, until: AT - 24 * HOUR },
      { ok: false, problem: 'the end, 2026-11-21T12:00:00Z, is not after the present, 2026-11-22T12:00:00Z' },
    ],
    [
      'an attachment of four days',
      { action: 'attach', gateway: 'g', extra: 1, owner: 'a', reason: 'b', for: 96 * HOUR },
      { ok: false, problem: 'an attachment of 4d is too long; at most 3d is allowed' },
    ],
    [
      'a release of four days',
      { action: 'release', gateway: 'g', extra: 0, owner: 'a', reason: 'b', for: 96 * HOUR },
      { ok: false, problem: 'a release of 4d is too long; at most 3d is allowed' },
    ],
    ['a freeze without an end', freeze, { ok: true, value: undefined }],
    ['a freeze for a week', { ...freeze, for: 168 * HOUR }, { ok: true, value: AT + 168 * HOUR }],
    [
      'a freeze until a minute ago',
      { ...freeze, until: AT - 60_000 },
      { ok: false, problem: 'the end, 2026-11-22T11:59:00Z, is not after the present, 2026-11-22T12:00:00Z' },
    ],
  ])('%s', (_, command, expected) => {
    expect(overrideEnd(command, AT)).toEqual(expected);
  });
});

describe('commandHelp', () => {
  it('says which functions carry a command out', () => {
    const firsts = commandHelp().flatMap((line) => /^(\w+ \(.*?\)): /.exec(line)?.slice(1) ?? []);
    expect(firsts).toEqual([
      'look (scale-gateway, attach-clb, failover-dns)',
      'plan (scale-gateway, attach-clb, failover-dns)',
      'apply (scale-gateway, attach-clb, failover-dns)',
      'scale (scale-gateway)',
      'hold (scale-gateway, attach-clb)',
      'protect (scale-gateway)',
      'attach (attach-clb)',
      'release (attach-clb)',
      'expect (attach-clb)',
      'drain (failover-dns)',
      'pin (failover-dns)',
      'adopt (failover-dns)',
      'resume (scale-gateway, attach-clb, failover-dns)',
      'freeze (scale-gateway, attach-clb, failover-dns)',
      'unfreeze (scale-gateway, attach-clb, failover-dns)',
      'uninstall (scale-gateway, attach-clb, failover-dns)',
      'probe (probe-region)',
      'audit (audit-gateway)',
      'check (scale-gateway, attach-clb, failover-dns, probe-region, audit-gateway)',
    ]);
  });

  it('says first that nothing was changed', () => {
    expect(commandHelp()[0]).toBe('Nothing was looked at and nothing was changed.');
  });

  it('has a sample of every command that can be pasted', () => {
    const samples = commandHelp().filter((line) => line.startsWith('  '));
    const actions = samples.map((sample) => {
      const trigger = decodeEvent(Buffer.from(sample));
      return trigger.kind === 'command' ? trigger.command.action : trigger;
    });
    expect(actions).toEqual([
      'look',
      'look',
      'apply',
      'scale',
      'hold',
      'protect',
      'attach',
      'release',
      'expect',
      'drain',
      'pin',
      'adopt',
      'resume',
      'freeze',
      'unfreeze',
      'uninstall',
      'probe',
      'audit',
      'check',
    ]);
  });
});

describe('only what would be done', () => {
  it.each<[asked: boolean, command: Command | undefined]>([
    [true, { action: 'look', dryRun: true }],
    [
      true,
      { action: 'drain', gateway: 'web', region: 'cn-hangzhou', owner: 'a', reason: 'b', for: HOUR, dryRun: true },
    ],
    [false, { action: 'look', dryRun: false }],
    [false, { action: 'look' }],
    [false, { action: 'unfreeze', owner: 'a', reason: 'b' }],
    [false, undefined],
  ])('is %s for %j', (asked, command) => {
    expect(isDryRun(command)).toBe(asked);
  });
});
