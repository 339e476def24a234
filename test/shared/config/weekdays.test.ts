import { Weekdays } from '../../../shared/config/weekdays';

describe('weekdays', () => {
  it.each([
    [['Mon'], [1]],
    [
      ['monday', 'TUES', 'Wed.', 'thur'],
      [1, 2, 3, 4],
    ],
    [['Mon-Fri'], [1, 2, 3, 4, 5]],
    [['monday - friday'], [1, 2, 3, 4, 5]],
    [['Fri-Mon'], [0, 1, 5, 6]],
    [
      ['Sat', 'Sun'],
      [0, 6],
    ],
    [['Sun-Sat'], [0, 1, 2, 3, 4, 5, 6]],
    [['Wed-Wed'], [3]],
    [['daily'], [0, 1, 2, 3, 4, 5, 6]],
    [
      ['Daily', 'Mon'],
      [0, 1, 2, 3, 4, 5, 6],
    ],
    [
      ['Mon-Wed', 'Tue-Thu'],
      [1, 2, 3, 4],
    ],
  ])('%j are %j', (written, days) => {
    expect(Weekdays.parse(written)).toEqual(days);
  });

  it.each(['Mo', 'T', 'Mondays', 'Mon-', '-Fri', 'Mon-Wed-Fri', 'Mon,Tue', 'weekdays', '', '1', 'day'])(
    '%j is none',
    (written) => {
      expect(Weekdays.safeParse([written]).error?.issues.map(({ message }) => message)).toEqual([
        'is not a weekday; write for example Mon, monday, Mon-Fri or daily',
      ]);
    },
  );
});
