import { PRODUCTS } from '../../../shared/cloud/products';
import type { Product } from '../../../shared/cloud/seams';

it.each<[Product, string, string, string]>([
  ['cms', 'cn-hangzhou', '2019-01-01', 'metrics.cn-hangzhou.aliyuncs.com'],
  ['cs', 'eu-central-1', '2015-12-15', 'cs.eu-central-1.aliyuncs.com'],
  ['servicemesh', 'cn-hangzhou', '2020-01-11', 'servicemesh.aliyuncs.com'],
  ['slb', 'cn-hangzhou', '2014-05-15', 'slb.aliyuncs.com'],
  ['slb', 'eu-central-1', '2014-05-15', 'slb.eu-central-1.aliyuncs.com'],
  ['alidns', 'cn-hangzhou', '2015-01-09', 'alidns.aliyuncs.com'],
  ['fc', 'cn-hangzhou', '2023-03-30', 'fcv3.cn-hangzhou.aliyuncs.com'],
])('%s in %s', (product, region, version, host) => {
  expect(PRODUCTS[product].version).toBe(version);
  expect(PRODUCTS[product].endpoint(region)).toBe(host);
});
