import { isMarked, markText, readMark } from '../../../shared/core/record-mark';

const NOON = Date.UTC(2026, 10, 28, 12);

describe('the remark of a record of ours', () => {
  it.each([
    ['gateway-autopilot', { region: undefined, clb: undefined, absence: undefined }],
    ['gateway-autopilot cn-hangzhou lb-1', { region: 'cn-hangzhou', clb: 'lb-1', absence: undefined }],
    [
      'gateway-autopilot cn-hangzhou lb-1 down=2026-11-28T12:00Z n=1',
      { region: 'cn-hangzhou', clb: 'lb-1', absence: { state: 'down', since: NOON, times: 1 } },
    ],
    [
      'gateway-autopilot cn-hangzhou lb-1 up=2026-11-28T12:00Z n=3',
      { region: 'cn-hangzhou', clb: 'lb-1', absence: { state: 'up', since: NOON, times: 3 } },
    ],
    [
      'gateway-autopilot cn-hangzhou lb-1 back=2026-11-28T12:00Z n=2',
      { region: 'cn-hangzhou', clb: 'lb-1', absence: { state: 'back', since: NOON, times: 2 } },
    ],
  ] as const)('%s', (text, mark) => {
    expect(readMark(text)).toEqual(mark);
    expect(markText(mark)).toBe(text);
    expect(isMarked({ remark: text })).toBe(true);
  });

  it('is written in whole minutes', () => {
    const absence = { state: 'down', since: NOON + 59_999, times: 1 } as const;
    expect(markText({ region: 'r', clb: 'c', absence })).toBe('gateway-autopilot r c down=2026-11-28T12:00Z n=1');
  });

  it.each([
    'gateway-autopilot cn-hangzhou lb-1 down=yesterday n=1',
    'gateway-autopilot cn-hangzhou lb-1 down=2026-11-28T12:00Z n=many',
    'gateway-autopilot cn-hangzhou lb-1 down=2026-11-28T12:00Z n=0',
    'gateway-autopilot cn-hangzhou lb-1 asleep=2026-11-28T12:00Z',
  ])('what is not understood is as if it were not there: %s', (text) => {
    expect(readMark(text)).toEqual({ region: 'cn-hangzhou', clb: 'lb-1', absence: undefined });
  });

  it.each(['', 'gateway-autopilots', 'the gateway-autopilot', 'Gateway-Autopilot'])('is not: "%s"', (remark) => {
    expect(isMarked({ remark })).toBe(false);
    expect(readMark(remark)).toEqual({ region: undefined, clb: undefined, absence: undefined });
  });
});
