/**
 * Regions of the vendor, as of 2026-11. Most are those that the component which deploys the functions knows (devsapp/fc3 4ca1c1b8c33e,
 * 2026-05-28); the others are in the lists of endpoints of CLB (help page of 2025-02-28), Auto Scaling (no date), DataHub (no date) and
 * Container Compute Service (2024-10-11), all read 2026-11.
 */
const LISTED = [
  'cn-hangzhou',
  'cn-shanghai',
  'cn-qingdao',
  'cn-beijing',
  'cn-zhangjiakou',
  'cn-huhehaote',
  'cn-wulanchabu',
  'cn-shenzhen',
  'cn-heyuan',
  'cn-guangzhou',
  'cn-chengdu',
  'cn-hongkong',
  'cn-nanjing',
  'cn-fuzhou',
  'cn-zhengzhou-jva',
  'cn-heyuan-acdr-1',
  'cn-shanghai-cloudspe',
  'cn-shanghai-finance-1',
  'cn-north-2-gov-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ap-southeast-8',
  'us-east-1',
  'us-west-1',
  'us-southeast-1',
  'eu-central-1',
  'eu-west-1',
  'me-east-1',
  'me-central-1',
] as const;

/** Assumed: known by hearsay, in no list that was read. */
const ASSUMED = [
  'cn-wuhan-lr',
  'cn-shenzhen-finance-1',
  'cn-beijing-finance-1',
  'cn-hangzhou-finance',
  'na-south-1',
] as const;

export const KNOWN_REGIONS: readonly string[] = [...LISTED, ...ASSUMED];
