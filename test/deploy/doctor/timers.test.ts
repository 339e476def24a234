import { apart, rhythmOf } from '../../../deploy/doctor/timers';

function timers(...schedules: readonly (string | undefined)[]) {
  return schedules.map((schedule) => ({ name: 'a', type: 'timer', isEnabled: true, schedule }));
}

const SECOND = 1_000;
const MINUTE = 60_000;

it.each<[what: string, schedules: readonly (string | undefined)[], rhythm: object | undefined]>([
  ['once a minute', ['35 * * * * *'], { longest: MINUTE, shortest: MINUTE, phase: 35 * SECOND }],
  ['on the minute', ['0 * * * * *'], { longest: MINUTE, shortest: MINUTE, phase: 0 }],
  ['every five minutes', ['10 */5 * * * *'], { longest: 5 * MINUTE, shortest: 5 * MINUTE, phase: 10 * SECOND }],
  [
    'two timers that take turns',
    ['0 * * * * *', '30 * * * * *'],
    { longest: MINUTE / 2, shortest: MINUTE / 2, phase: 0 },
  ],
  ['two timers at once', ['5 * * * * *', '5 * * * * *'], { longest: MINUTE, shortest: MINUTE, phase: 5 * SECOND }],
  [
    'an interval, which begins whenever it was made',
    ['@every 1m30s'],
    { longest: 90 * SECOND, shortest: 90 * SECOND, phase: undefined },
  ],
  [
    'in office hours alone',
    ['0 0 9-17 * * *'],
    { longest: 16 * 60 * MINUTE, shortest: 60 * MINUTE, phase: 9 * 60 * MINUTE },
  ],
  ['not evenly', ['0 0,10 * * * *'], { longest: 50 * MINUTE, shortest: 10 * MINUTE, phase: 0 }],
  [
    'in a time zone',
    ['CRON_TZ=Asia/Shanghai 0 30 * * * *'],
    { longest: 60 * MINUTE, shortest: 60 * MINUTE, phase: 30 * MINUTE },
  ],
  ['once a day', ['0 10 2 * * *'], { longest: 1440 * MINUTE, shortest: 1440 * MINUTE, phase: 130 * MINUTE }],
  ['once a month', ['0 0 0 5 * *'], undefined],
  ['every 0 minutes', ['@every 0m'], undefined],
  ['no schedule', [undefined], undefined],
  ['nonsense', ['whenever'], undefined],
  ['no timer', [], undefined],
])('reads %s', (_, schedules, rhythm) => {
  expect(rhythmOf(timers(...schedules))).toEqual(rhythm);
});

it.each([
  [55_000, 25_000, 30_000],
  [25_000, 55_000, 30_000],
  [55_000, 5_000, 10_000],
  [5_000, 5_000, 0],
])('%d and %d are %d apart in a minute', (one, other, expected) => {
  expect(apart(one, other, MINUTE)).toBe(expected);
});
