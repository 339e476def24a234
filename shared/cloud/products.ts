import type { Product } from './seams';

/** How a product's API is addressed. */
export interface ProductApi {
  /** Date that the product calls its API version. */
  readonly version: string;
  readonly endpoint: (region: string) => string;
}

/**
 * Regions that SLB serves from its central endpoint, where the parameter `RegionId` routes the call
 * (aliyun/alibabacloud-typescript-sdk, slb-20140515 2.0.12, 2026-04).
 */
const CENTRAL_SLB_REGIONS: ReadonlySet<string> = new Set([
  'cn-qingdao',
  'cn-beijing',
  'cn-hangzhou',
  'cn-shanghai',
  'cn-shenzhen',
  'cn-hongkong',
  'ap-southeast-1',
  'us-east-1',
  'us-west-1',
]);

/** Versions and endpoint rules as the official SDKs have them (aliyun/alibabacloud-typescript-sdk, 2026-08-22). */
export const PRODUCTS: Readonly<Record<Product, ProductApi>> = {
  /** CloudMonitor. */
  cms: { version: '2019-01-01', endpoint: (region) => `metrics.${region}.aliyuncs.com` },
  /** Container Service (ACK). */
  cs: { version: '2015-12-15', endpoint: (region) => `cs.${region}.aliyuncs.com` },
  /** Service Mesh (ASM), one endpoint for all regions. */
  servicemesh: { version: '2020-01-11', endpoint: () => 'servicemesh.aliyuncs.com' },
  /** Classic Load Balancer. */
  slb: {
    version: '2014-05-15',
    endpoint: (region) => (CENTRAL_SLB_REGIONS.has(region) ? 'slb.aliyuncs.com' : `slb.${region}.aliyuncs.com`),
  },
  /** Alibaba Cloud DNS, one endpoint for all regions. */
  alidns: { version: '2015-01-09', endpoint: () => 'alidns.aliyuncs.com' },
  /** Function Compute 3.0. */
  fc: { version: '2023-03-30', endpoint: (region) => `fcv3.${region}.aliyuncs.com` },
  /** Resource Access Management, one endpoint for all regions. */
  ram: { version: '2015-05-01', endpoint: () => 'ram.aliyuncs.com' },
  /** Security Token Service; the central endpoint. */
  sts: { version: '2015-04-01', endpoint: () => 'sts.aliyuncs.com' },
};
