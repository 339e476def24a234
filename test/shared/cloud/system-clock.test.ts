import { systemClock } from '../../../shared/cloud/system-clock';

it('tells the time and sleeps', async () => {
  const clock = systemClock();
  const before = clock.now();
  expect(Math.abs(before - Date.now())).toBeLessThan(1_000);
  await clock.sleep(30);
  expect(clock.now() - before).toBeGreaterThanOrEqual(25);
});
