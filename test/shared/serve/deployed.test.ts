import { loadConfiguration } from '../../../shared/config/load';
import { configurationDigest } from '../../../shared/serve/deployed';

const WRITTEN = `
version: 1
regions: { cn-hangzhou: { cluster: { id: c1 } } }
gateways: { web: { regions: [cn-hangzhou], policy: web } }
policies: { web: { mode: auto, replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] } }
`;

function digits(text: string): string {
  return configurationDigest(loadConfiguration(text, 'autopilot.yaml'));
}

it.each([
  ['comments', `# mine\n${WRITTEN}`],
  ['the order of keys', WRITTEN.replace('min: 2, max: 40', 'max: 40, min: 2')],
  ['a default that is written out', `${WRITTEN}maintenance: []\n`],
])('digits of a configuration are the same whatever %s', (_, text) => {
  expect(digits(WRITTEN)).toMatch(/^[0-9a-f]{12}$/);
  expect(digits(text)).toBe(digits(WRITTEN));
});

it.each([
  ['a number', WRITTEN.replace('max: 40', 'max: 41')],
  ['a mode', WRITTEN.replace('mode: auto', 'mode: observe')],
])('digits of a configuration are others with %s', (_, text) => {
  expect(digits(text)).not.toBe(digits(WRITTEN));
});
