import { loadConfiguration } from '../../../shared/config/load';
import { publishedNames } from '../../../shared/config/names';
import { namespacesOf, regionsOf } from '../../../shared/config/region';

const TEXT = `version: 1
regions:
  cn-hangzhou: { cluster: { id: c1 } }
  cn-shanghai: { cluster: { id: c2 } }
  cn-beijing: { cluster: { id: c3 } }
gateways:
  shop: { regions: [cn-hangzhou, cn-shanghai], policy: plain, loadBalancers: { cn-hangzhou: [lb-1], cn-shanghai: [lb-2] } }
  api: { regions: [cn-hangzhou], policy: growing }
policies:
  plain: { replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }] }
  growing: { replicas: { min: 2, max: 40 }, signals: [{ metric: newConnections, target: 300 }], loadBalancers: {} }
names:
  www.example.com: { zone: example.com, gateway: shop, publish: observe }
  old.example.com: { zone: example.com, gateway: shop, publish: none }
`;
const CONFIGURATION = loadConfiguration(TEXT, 'a.yaml');

it.each([
  ['scale-gateway', undefined, ['cn-hangzhou', 'cn-shanghai']],
  ['scale-gateway', 'api', ['cn-hangzhou']],
  ['audit-gateway', 'shop', ['cn-hangzhou', 'cn-shanghai']],
  ['receive-alarm', undefined, ['cn-hangzhou', 'cn-shanghai']],
  ['attach-clb', undefined, ['cn-hangzhou']],
  ['attach-clb', 'shop', []],
  ['failover-dns', undefined, ['cn-hangzhou', 'cn-shanghai', 'cn-beijing']],
  ['failover-dns', 'shop', ['cn-hangzhou', 'cn-shanghai', 'cn-beijing']],
  ['failover-dns', 'api', []],
  ['probe-region', undefined, []],
] as const)('%s for the gateway %s has something to do in %j', (name, gateway, regions) => {
  expect(regionsOf(CONFIGURATION, name, gateway)).toEqual(regions);
});

it('leaves names that others publish out of those that are published', () => {
  expect(publishedNames(CONFIGURATION)).toMatchObject([{ name: 'www.example.com', publish: 'observe' }]);
});

it('names each namespace of gateways once', () => {
  const names = { gateway: 'shop', namespace: 'istio-system', deployment: 'd', service: 's' };
  const other = { ...names, gateway: 'api', namespace: 'edge' };
  expect(namespacesOf([{ names }, { names: other }, { names }])).toEqual(['istio-system', 'edge']);
});
