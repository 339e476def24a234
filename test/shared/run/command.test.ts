import type { Journal } from '../../../shared/core/gateway';
import { EMPTY_JOURNAL, setExtraAsked, setHold } from '../../../shared/core/journal';
import { HOUR, MINUTE } from '../../../shared/core/time';
import type { AttachCommand, ReleaseCommand } from '../../../shared/event/command';
import { type CommandWorld, type JournalCommand, judgeCommand } from '../../../shared/run/command';
import { aPolicy, NOON } from '../core/a-snapshot';

const NAMES = { gateway: 'edge', namespace: 'istio-system', deployment: 'istio-edge', service: 'istio-edge' };
const EMPTY: Journal = { resourceVersion: '1', freeze: undefined, gateways: {} };
const PERSON = { owner: 'li.wei', reason: 'flash sale' };
const ATTACH: AttachCommand = { action: 'attach', gateway: 'edge', extra: 2, ...PERSON, for: HOUR };
const RELEASE: ReleaseCommand = { action: 'release', gateway: 'edge', extra: 0, ...PERSON, for: HOUR };
const FROZEN: Journal = { ...EMPTY, freeze: { owner: 'kim', reason: 'audit', until: undefined } };
const ASKED = { bound: 'ceiling', count: 0, owner: 'kim', reason: 'cost', from: NOON, until: NOON + HOUR } as const;

function world(
  journal: Journal,
  loadBalancers: CommandWorld['gateways'][number]['policy']['loadBalancers'] = { mode: 'auto', maxExtra: 2 },
): CommandWorld {
  return {
    at: NOON,
    journal,
    gateways: [{ names: NAMES, policy: { ...aPolicy(), loadBalancers } }],
    end: () => ({ ok: true, value: NOON + HOUR }),
  };
}

function onHold(until: number): Journal {
  return setHold(EMPTY, 'edge', { direction: 'in', owner: 'kim', reason: 'download', from: NOON - HOUR, until });
}

describe('a number of extra CLBs that a person asks for', () => {
  it.each<[command: JournalCommand, bound: 'floor' | 'ceiling', count: number, message: string]>([
    [ATTACH, 'floor', 2, 'edge is to have at least 2 extra CLBs until 2026-11-22T13:00:00Z by li.wei: flash sale'],
    [RELEASE, 'ceiling', 0, 'edge is to have at most 0 extra CLBs until 2026-11-22T13:00:00Z by li.wei: flash sale'],
  ])('$action is written down', (command, bound, count, message) => {
    expect(judgeCommand(command, world(EMPTY))).toEqual({
      accepted: true,
      message,
      journal: {
        ...EMPTY,
        gateways: {
          edge: {
            ok: true,
            value: {
              ...EMPTY_JOURNAL,
              extra: { asked: { bound, count, ...PERSON, from: NOON, until: NOON + HOUR }, purchases: [] },
            },
          },
        },
      },
    });
  });

  it('takes the place of what was asked before, and is taken again once a hold is over', () => {
    const journal = setExtraAsked(onHold(NOON), 'edge', ASKED);
    expect(judgeCommand(ATTACH, world(journal))).toMatchObject({
      accepted: true,
      journal: { gateways: { edge: { value: { extra: { asked: { bound: 'floor', count: 2 } } } } } },
    });
  });

  it.each<[why: string, command: JournalCommand, given: CommandWorld, message: string]>([
    [
      'an unknown gateway',
      { ...ATTACH, gateway: 'egde' },
      world(EMPTY),
      'no gateway "egde" is configured in this region; there is: edge',
    ],
    [
      'a policy that leaves their number alone',
      RELEASE,
      { ...world(EMPTY), gateways: [{ names: NAMES, policy: aPolicy() }] },
      'policy "web" has no loadBalancers',
    ],
    ['more than there may be', { ...ATTACH, extra: 3 }, world(EMPTY), '3 is over maxExtra 2 of policy "web"'],
    ['a ceiling that allows anything', { ...RELEASE, extra: 3 }, world(EMPTY), '3 is over maxExtra 2 of policy "web"'],
    [
      'a policy that only observes',
      ATTACH,
      world(EMPTY, { mode: 'observe', maxExtra: 2 }),
      'loadBalancers of policy "web" only observes; set its mode to auto to let anything be bought or released',
    ],
    ['a frozen cluster', ATTACH, world(FROZEN), 'frozen by kim: audit; unfreeze first'],
    ['a gateway on hold', RELEASE, world(onHold(NOON + MINUTE)), 'on hold by kim: download; resume first'],
    [
      'an entry that is not understood',
      ATTACH,
      world({ ...EMPTY, gateways: { edge: { ok: false, problem: 'not JSON', needsPerson: true } } }),
      'nothing can be recorded for it: not JSON',
    ],
    ['an end that cannot be', ATTACH, { ...world(EMPTY), end: () => ({ ok: false, problem: 'too long' }) }, 'too long'],
    [
      'records, which are not in the journal',
      { action: 'adopt', name: 'www.example.com', ...PERSON },
      world(EMPTY),
      'names are led elsewhere, and records adopted, by failover-dns',
    ],
  ])('is refused for %s', (_, command, given, message) => {
    expect(judgeCommand(command, given)).toEqual({ accepted: false, message });
  });

  it('is ended by resume, and only while it stands', () => {
    const resume: JournalCommand = { action: 'resume', gateway: 'edge', owner: 'li.wei', reason: 'over' };
    expect(judgeCommand(resume, world(setExtraAsked(EMPTY, 'edge', ASKED)))).toEqual({
      accepted: true,
      message: 'the number of extra CLBs by kim of edge ended by li.wei: over',
      journal: { ...EMPTY, gateways: { edge: { ok: true, value: EMPTY_JOURNAL } } },
    });
    expect(judgeCommand(resume, world(setExtraAsked(EMPTY, 'edge', { ...ASKED, until: NOON })))).toEqual({
      accepted: false,
      message: 'nothing that was asked for "edge" is in place',
    });
  });
});
