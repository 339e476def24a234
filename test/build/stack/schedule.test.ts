import { scheduleProblem, secondsBetweenRuns } from './schedule';

describe('a schedule', () => {
  it.each(['0 * * * * *', '15,45 */2 8-20 1 1-6 0', 'CRON_TZ=Asia/Shanghai 0 0 4 1 * *', '@every 1m', '@every 1h30m'])(
    'may be %s',
    (expression) => {
      expect(scheduleProblem(expression)).toBeUndefined();
    },
  );

  it.each([
    '* * * * *',
    '0 0 0 1 1 * 2026',
    '60 * * * * *',
    '0 60 * * * *',
    '0 * 24 * * *',
    '0 * * 32 * *',
    '0 * * * 13 *',
    '0 * * * * 8',
    '0 * * * * ?',
    '0 0 0 L * *',
    'CRON_TZ=Mars/Olympus 0 * * * * *',
    '@every 0m',
    '@every',
    '@every 30s',
    '@hourly',
    'every minute',
    '',
  ])('may not be %s', (expression) => {
    expect(scheduleProblem(expression)).toEqual(expect.any(String));
  });

  it.each([
    ['0 * * * * *', 60],
    ['30 * * * * *', 60],
    ['0 */5 * * * *', 300],
    ['0 0 4 * * *', 86_400],
    ['@every 1m', 60],
    ['@every 1h30m', 5400],
    ['0 1,3 * * * *', undefined],
    ['0 */7 * * * *', undefined],
  ])('of %s runs every %p seconds', (expression, seconds) => {
    expect(secondsBetweenRuns(expression)).toBe(seconds);
  });
});
