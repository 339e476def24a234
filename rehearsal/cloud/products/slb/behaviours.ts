import { ASSUMED, type Behaviour, coded, documented } from '../../behaviour';
import { SDK } from './instances';

const LIMITS = documented('https://help.aliyun.com/en/slb/classic-load-balancer/product-overview/limits-1');
const ERRORS = documented('AlibabaCloudDocs/slb, "Common error codes" (2021)');
const part = 'Server Load Balancer';

export const SLB_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'Only instances paid by LCU and by traffic are sold.',
    basis: documented('https://www.alibabacloud.com/help/doc-detail/127268.htm (2026-02-11)'),
  },
  {
    part,
    what: 'Other orders are refused as InvalidParameter; without InstanceChargeType it is PayBySpec.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'A new instance is active 5 s after it was made and inactive until then.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'Without its last listener an instance is switched off.',
    basis: documented('the API page SetLoadBalancerStatus'),
  },
  {
    part,
    what: 'A new listener does not switch it on again.',
    basis: coded('kubernetes/cloud-provider-alibaba-cloud, which never calls SetLoadBalancerStatus (2026-04)'),
  },
  {
    part,
    what: 'The same ClientToken with the same parameters gets the same answer for a day, also when the instance is deleted by then.',
    basis: ASSUMED,
  },
  { part, what: 'The same ClientToken with other parameters: LX_REQUEST_TOKEN_CONFLICT.', basis: ERRORS },
  { part, what: 'A refused order leaves its ClientToken free.', basis: ASSUMED },
  { part, what: 'An account has at most 60 instances.', basis: LIMITS },
  {
    part,
    what: 'Beyond that orders are refused as ORDER.QUOTA_EXCEEDED; every instance of the account counts.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'ARREARAGE while the account owes, PRODUCT.INSUFFICIENT_STOCK for a zone without stock.',
    basis: ERRORS,
  },
  { part, what: 'PRODUCT.NOT_AVAILABLE_IZ for zones that the region has not.', basis: ASSUMED },
  { part, what: 'Every region has the zones a, b and c, each with the others to fall back on.', basis: ASSUMED },
  {
    part,
    what: 'A deletion under protection: OperationDenied.DeleteProtectionIsOn.',
    basis: documented('https://www.alibabacloud.com/help/en/server-load-balancer/latest/deleteloadbalancer-2'),
  },
  {
    part,
    what: 'Filters by several tags mean one of them.',
    basis: coded('kubernetes/cloud-provider-alibaba-cloud pkg/controller/service/clbv1/loadbalancer.go Find'),
  },
  {
    part,
    what: 'At most 20 tags on an instance, keys up to 64 and values up to 128 characters, none with aliyun or acs:.',
    basis: SDK,
  },
  { part, what: 'Too many tags: QuotaExceeded.TagsPerResource.', basis: ASSUMED },
  {
    part,
    what: 'Lists and their tags may show the past; what is asked for by its id does so only where a test wants it.',
    basis: ASSUMED,
  },
  { part, what: 'While an instance is busy every write is refused as ServiceIsConfiguring.', basis: ERRORS },
  { part, what: 'A locked instance forwards nothing and can be changed.', basis: ASSUMED },
  { part, what: 'Backends of an instance that is not active are unavailable.', basis: ASSUMED },
  {
    part,
    what: 'A listener that was started runs after 2 s; a backend is normal 6 s after it was added.',
    basis: ASSUMED,
  },
  { part, what: 'At most 50 listeners on an instance.', basis: LIMITS },
  { part, what: 'No address is given to a second instance.', basis: ASSUMED },
  { part, what: 'Without RegionId an instance is looked for in cn-hangzhou.', basis: ASSUMED },
  {
    part,
    what: 'Every clock hour that was begun is charged.',
    basis: documented(
      'https://alibabacloud.com/help/zh/slb/product-overview/announcement-on-adjustment-of-traditional-load-balancing-clb-billing-items',
    ),
  },
];

/** What the product does and this one does not. */
export const SLB_NOT_IMITATED: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'UDP and layer-7 listeners by the API, access control, certificates, default and primary/secondary groups of backends',
    why: 'the cloud controller makes TCP listeners with groups of its own; everything else is refused or missing',
  },
  {
    what: 'VPCs and vSwitches of private instances',
    why: 'networks are not imitated; ids are kept as they were given',
  },
  { what: 'Conversion of an instance to another charge type', why: 'it is advice to a person' },
];
