import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type PromotionMinute, rehearsePromotion } from '../../rehearsal/promotion';
import { promotionScene } from '../../rehearsal/promotion-scene';
import { createPromotionScreen } from '../../rehearsal/promotion-screen';
import { loadConfiguration } from '../../shared/config/load';
import { smallestWith } from '../shared/config/a-configuration';

const EXAMPLE = readFileSync(path.join(__dirname, '../../autopilot.example.yaml'), 'utf8');

it('a promotion fills the only CLB: another one is bought, published, drained and released', async () => {
  const scene = promotionScene(loadConfiguration(EXAMPLE, 'autopilot.example.yaml'), 'cn-hangzhou', 'ingressgateway');
  const minutes: PromotionMinute[] = [];
  const result = await rehearsePromotion(scene, 1, (minute) => minutes.push(minute));
  expect(result).toMatchObject({ bought: 1, left: 0 });
  expect(result.looksToServing).toBeLessThanOrEqual(4);
  expect(result.looksToAnswered).toBeLessThanOrEqual(5);
  expect(result.instanceCost).toBeCloseTo(result.hoursCharged * 0.021, 6);
  // Without it half an hour of the promotion would be lost; with it less than a minute's worth.
  expect(result.refusedWithout).toBeGreaterThan(0.02 * result.offered);
  expect(result.refused).toBeLessThan(0.0005 * result.offered);
  const events = minutes.flatMap((minute) => minute.events).join('\n');
  for (const step of [
    'buy an instance',
    'enter serving',
    'DNS: add',
    'enter draining',
    'DNS: disable',
    'unbind',
    'delete the instance',
  ]) {
    expect(events).toContain(step);
  }
  expect(minutes.every(({ answers }) => answers >= 1)).toBe(true);
}, 180_000);

it('a configuration that says nothing of CLBs and names is filled in, and says so', () => {
  const scene = promotionScene(loadConfiguration(smallestWith('', ''), 'a.yaml'), 'cn-hangzhou', 'ingressgateway');
  const lines: string[] = [];
  createPromotionScreen((line) => lines.push(line)).begin(scene);
  expect(lines.join('\n')).toContain('The policy has no loadBalancers; the defaults are rehearsed.');
  expect(lines.join('\n')).toContain('No name leads to the gateway; www.example.com is made up.');
  expect(scene.configuration.policies['web']?.loadBalancers).toMatchObject({ mode: 'auto', maxExtra: 1 });
});
