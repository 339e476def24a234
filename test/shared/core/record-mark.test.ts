import { isMarked, LONGEST_REMARK, markText, readMark } from '../../../shared/core/record-mark';

const NOON = Date.UTC(2026, 10, 28, 12);

describe('the remark of a record of ours', () => {
  it.each([
    ['gateway-autopilot', { region: undefined, isExtra: false, absence: undefined }],
    ['gateway-autopilot cn-hangzhou', { region: 'cn-hangzhou', isExtra: false, absence: undefined }],
    ['gateway-autopilot cn-hangzhou+', { region: 'cn-hangzhou', isExtra: true, absence: undefined }],
    [
      'gateway-autopilot cn-hangzhou down:2611281200:1',
      { region: 'cn-hangzhou', isExtra: false, absence: { state: 'down', since: NOON, times: 1 } },
    ],
    [
      'gateway-autopilot cn-hangzhou+ up:2611281200:3',
      { region: 'cn-hangzhou', isExtra: true, absence: { state: 'up', since: NOON, times: 3 } },
    ],
    [
      'gateway-autopilot ap-southeast-1 down:2611281200:2',
      { region: 'ap-southeast-1', isExtra: false, absence: { state: 'down', since: NOON, times: 2 } },
    ],
  ] as const)('%s', (text, mark) => {
    expect(readMark(text)).toEqual(mark);
    expect(markText(mark)).toBe(text);
    expect(isMarked({ remark: text })).toBe(true);
    expect(text.length).toBeLessThanOrEqual(LONGEST_REMARK);
  });

  it('is written in whole minutes', () => {
    const absence = { state: 'down', since: NOON + 59_999, times: 1 } as const;
    expect(markText({ region: 'r', isExtra: false, absence })).toBe('gateway-autopilot r down:2611281200:1');
  });

  it('leaves the region out where it would be too long, and counts no further than it can write', () => {
    const absence = { state: 'back', since: NOON, times: 100 } as const;
    const text = markText({ region: 'cn-shenzhen-finance-1', isExtra: true, absence });
    expect(text).toBe('gateway-autopilot back:2611281200:99');
    expect(readMark(text)).toMatchObject({ region: undefined, absence: { times: 99 } });
  });

  it.each([
    'down:yesterday:1',
    'down:2611281200:many',
    'down:2611281200:0',
    'down:2613281200:1',
    'asleep:2611281200:1',
  ])('what is not understood is as if it were not there: %s', (words) => {
    expect(readMark(`gateway-autopilot cn-hangzhou ${words}`)).toEqual({
      region: 'cn-hangzhou',
      isExtra: false,
      absence: undefined,
    });
  });

  it.each(['', 'gateway-autopilots', 'the gateway-autopilot', 'Gateway-Autopilot'])('is not: "%s"', (remark) => {
    expect(isMarked({ remark })).toBe(false);
    expect(readMark(remark)).toEqual({ region: undefined, isExtra: false, absence: undefined });
  });
});
