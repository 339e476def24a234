import { deadlineIn, systemClock } from '../../../shared/cloud/system-clock';
import { virtualClock } from './virtual-clock';

it('tells the time and sleeps', async () => {
  const clock = systemClock();
  const before = clock.now();
  expect(Math.abs(before - Date.now())).toBeLessThan(1_000);
  await clock.sleep(30);
  expect(clock.now() - before).toBeGreaterThanOrEqual(25);
});

it('counts a deadline down to 0', () => {
  const clock = virtualClock(1_000);
  const deadline = deadlineIn(clock, 500);
  expect(deadline.at).toBe(1_500);
  expect(deadline.left()).toBe(500);
  clock.advance(499);
  expect(deadline.left()).toBe(1);
  clock.advance(2);
  expect(deadline.left()).toBe(0);
});
