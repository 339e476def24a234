import type { Notice } from '../../../shared/core/notice';
import {
  delivered,
  due,
  type Heard,
  hear,
  type Memory,
  NOTHING_TOLD,
  undelivered,
} from '../../../shared/notify/memory';
import { AT, CHANGED, HELD } from '../cloud/robots/a-notice';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SUBJECT = { region: 'cn-hangzhou', subject: 'ingressgateway' };
const OTHER: Notice = { ...HELD, subject: 'api-gateway' };

interface Look {
  readonly minute: number;
  readonly notices?: readonly Notice[];
  readonly well?: Heard['well'];
}

/** What is sent at each of the looks, by a receiver that takes everything and wants a minute between two messages. */
function told(...looks: readonly Look[]): readonly (readonly Notice[])[] {
  let memory: Memory = NOTHING_TOLD;
  return looks.map(({ minute, notices = [], well = [] }) => {
    const at = AT + minute * MINUTE;
    memory = hear(memory, { at, notices, well, by: { who: 'the timer', requestIds: ['1-bb'] } });
    const message = due(memory, at);
    if (message === undefined) return [];
    memory = delivered(memory, message, at, MINUTE);
    return message.notices;
  });
}

/** The same, as one word a notice. */
function words(...looks: readonly Look[]): readonly string[] {
  return told(...looks).map((notices) => notices.map(({ kind, subject }) => `${kind} ${subject}`).join(', '));
}

describe('a hold', () => {
  const held = (minute: number): Look => ({ minute, notices: [HELD] });
  const well = (minute: number): Look => ({ minute, well: [SUBJECT] });

  it('is told once, however many looks see it, and again after six hours', () => {
    expect(words(held(0), held(1), held(59), held(359), held(360), held(361))).toEqual([
      'held ingressgateway',
      '',
      '',
      '',
      'held ingressgateway',
      '',
    ]);
  });

  it('with other numbers is the same one; with another reason, subject or region another', () => {
    const others: readonly Notice[] = [
      { ...HELD, message: 'wants 15 replicas' },
      { ...HELD, reason: 'Frozen' },
      OTHER,
      { ...HELD, region: 'cn-shanghai' },
    ];
    expect(told(held(0), { minute: 1, notices: others })[1]).toEqual(others.slice(1));
  });

  it('is resolved when its subject has been well for ten minutes, and told so once', () => {
    const [, , , resolved, after] = told(held(0), well(5), well(14), well(15), well(16));
    expect(resolved).toEqual([
      {
        ...HELD,
        kind: 'resolved',
        at: AT + 15 * MINUTE,
        message: 'gone for 10 minutes; it was: wants 14 replicas, the autoscaler allows 10',
        who: 'the timer',
        requestIds: ['1-bb'],
      },
    ]);
    expect(after).toEqual([]);
  });

  it('that comes back within ten minutes is the same episode', () => {
    expect(words(held(0), well(1), held(9), well(10), well(19), well(20))).toEqual([
      'held ingressgateway',
      '',
      '',
      '',
      '',
      'resolved ingressgateway',
    ]);
  });

  it('that comes back after its end is a new one', () => {
    expect(words(held(0), well(1), well(11), held(12))).toEqual([
      'held ingressgateway',
      '',
      'resolved ingressgateway',
      'held ingressgateway',
    ]);
  });

  it('is not resolved while nobody knows how its subject is', () => {
    expect(words(held(0), { minute: 20 }, { minute: 40 })).toEqual(['held ingressgateway', '', '']);
  });

  it('is not resolved by another subject that is well', () => {
    const other = { minute: 20, well: [{ ...SUBJECT, subject: 'api-gateway' }] };
    expect(words(held(0), other, { ...other, minute: 40 })).toEqual(['held ingressgateway', '', '']);
  });

  it('stays, although its subject is well, as long as a look sees it', () => {
    const both = (minute: number): Look => ({ minute, notices: [HELD], well: [SUBJECT] });
    expect(words(held(0), both(1), both(12), both(24))).toEqual(['held ingressgateway', '', '', '']);
  });
});

describe('changes of one subject', () => {
  const second: Notice = { ...CHANGED, from: '15 replicas', to: '22 replicas', message: 'still too much', undo: 'x' };
  const third: Notice = { ...second, from: '22 replicas', to: '29 replicas', requestIds: ['1-cc'] };

  it('are told at once, and what follows within five minutes together', () => {
    const sent = told(
      { minute: 0, notices: [CHANGED] },
      { minute: 1, notices: [second] },
      { minute: 2, notices: [third] },
      { minute: 4 },
      { minute: 5 },
    );
    expect(sent.map((notices) => notices.length)).toEqual([1, 0, 0, 0, 1]);
    expect(sent[4]).toEqual([
      { ...third, from: '15 replicas', to: '29 replicas', requestIds: ['1-aa', 'alidns.AddDomainRecord 5D1C', '1-cc'] },
    ]);
  });

  it('do not keep another subject or a hold waiting', () => {
    const other = { ...second, subject: 'api-gateway' };
    expect(words({ minute: 0, notices: [CHANGED] }, { minute: 1, notices: [second, other, HELD] })).toEqual([
      'changed ingressgateway',
      'held ingressgateway, changed api-gateway',
    ]);
  });
});

describe('a receiver', () => {
  const heardAt = (memory: Memory, at: number, notices: readonly Notice[]): Memory =>
    hear(memory, { at, notices, well: [], by: { who: 'the timer', requestIds: [] } });

  it('is left alone for its spacing, and then told everything at once', () => {
    const first = heardAt(NOTHING_TOLD, AT, [HELD]);
    const after = delivered(first, { notices: [HELD], more: 0 }, AT, 55_000);
    const waiting = heardAt(after, AT + 54_999, [OTHER]);
    expect(due(waiting, AT + 54_999)).toBeUndefined();
    expect(due(waiting, AT + 55_000)).toEqual({ notices: [OTHER], more: 0 });
  });

  it('that fails is told later, what was not told and what came since', () => {
    const failed = undelivered(heardAt(NOTHING_TOLD, AT, [HELD]), AT, MINUTE);
    const later = heardAt(failed, AT + MINUTE, [HELD, OTHER]);
    expect(due(later, AT + MINUTE - 1)).toBeUndefined();
    expect(due(later, AT + MINUTE)).toEqual({ notices: [HELD, OTHER], more: 0 });
  });

  it('that fails for long hears of the end of nothing that it never heard of', () => {
    let memory = undelivered(heardAt(NOTHING_TOLD, AT, [HELD]), AT, HOUR);
    for (const minute of [10, 20]) {
      const at = AT + minute * MINUTE;
      memory = hear(memory, { at, notices: [], well: [SUBJECT], by: { who: 'the timer', requestIds: [] } });
    }
    expect(due(memory, AT + HOUR)).toBeUndefined();
  });

  it('that fails for long costs no more than fifty notices; those that need a person stay, the rest is counted', () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ ...CHANGED, subject: `gateway-${index}` }));
    const message = due(heardAt(NOTHING_TOLD, AT, [...many, HELD]), AT);
    expect(message?.notices).toHaveLength(50);
    expect(message?.notices[0]).toEqual(HELD);
    expect(message?.more).toBe(11);
  });

  it('is told once what was left out', () => {
    const many = Array.from({ length: 51 }, (_, index) => ({ ...CHANGED, subject: `gateway-${index}` }));
    const memory = heardAt(NOTHING_TOLD, AT, many);
    const message = due(memory, AT) ?? { notices: [], more: 0 };
    const after = heardAt(delivered(memory, message, AT, 0), AT, [HELD]);
    expect(due(after, AT)).toEqual({ notices: [HELD], more: 0 });
  });

  it('leaves the memory that it was given as it was', () => {
    const before = heardAt(NOTHING_TOLD, AT, [HELD]);
    const copy = structuredClone(before);
    hear(before, { at: AT + HOUR, notices: [OTHER], well: [SUBJECT], by: { who: '', requestIds: [] } });
    expect(before).toEqual(copy);
  });
});
