import type { Behaviour } from './behaviour';
import { DNS_CLIENT_BEHAVIOURS } from './dns-clients';
import { FUNCTION_BEHAVIOURS } from './function-compute';
import { KUBE_BEHAVIOURS, KUBE_NOT_IMITATED } from './kubernetes/api-behaviours';
import { ASM_BEHAVIOURS } from './kubernetes/asm';
import { AUTOSCALER_BEHAVIOURS } from './kubernetes/autoscaler';
import { CLOUD_CONTROLLER_BEHAVIOURS, CLOUD_CONTROLLER_NOT_IMITATED } from './kubernetes/cloud-controller';
import { DEPLOYMENT_BEHAVIOURS } from './kubernetes/deployments';
import { NODE_BEHAVIOURS } from './kubernetes/nodes';
import { NAME_TRAFFIC_BEHAVIOURS } from './name-traffic';
import { ALIDNS_BEHAVIOURS } from './products/alidns/behaviours';
import { CMS_BEHAVIOURS } from './products/cms';
import { CS_BEHAVIOURS } from './products/cs';
import { FUNCTION_SETTINGS_BEHAVIOURS } from './products/fc-settings';
import { RAM_BEHAVIOURS } from './products/ram';
import { SERVICEMESH_BEHAVIOURS } from './products/servicemesh';
import { SLB_BEHAVIOURS, SLB_NOT_IMITATED } from './products/slb/behaviours';
import { REGION_BEHAVIOURS, REGIONS_NOT_IMITATED } from './regions';
import { SERVICE_SIGNATURE_BEHAVIOURS } from './service-signature';
import { SIGNATURE_BEHAVIOURS } from './signature';
import { TOPIC_BEHAVIOURS } from './topics';
import { TRAFFIC_BEHAVIOURS } from './traffic';
import { VANTAGE_POINT_BEHAVIOURS, VANTAGE_POINTS_NOT_IMITATED } from './vantage-point';

/** Everything that the emulated cloud imitates, with what it rests on. */
export const BEHAVIOURS: readonly Behaviour[] = [
  ...SIGNATURE_BEHAVIOURS,
  ...SERVICE_SIGNATURE_BEHAVIOURS,
  ...CMS_BEHAVIOURS,
  ...CS_BEHAVIOURS,
  ...SERVICEMESH_BEHAVIOURS,
  ...FUNCTION_BEHAVIOURS,
  ...FUNCTION_SETTINGS_BEHAVIOURS,
  ...RAM_BEHAVIOURS,
  ...KUBE_BEHAVIOURS,
  ...DEPLOYMENT_BEHAVIOURS,
  ...NODE_BEHAVIOURS,
  ...AUTOSCALER_BEHAVIOURS,
  ...ASM_BEHAVIOURS,
  ...TRAFFIC_BEHAVIOURS,
  ...ALIDNS_BEHAVIOURS,
  ...DNS_CLIENT_BEHAVIOURS,
  ...NAME_TRAFFIC_BEHAVIOURS,
  ...SLB_BEHAVIOURS,
  ...CLOUD_CONTROLLER_BEHAVIOURS,
  ...REGION_BEHAVIOURS,
  ...VANTAGE_POINT_BEHAVIOURS,
  ...TOPIC_BEHAVIOURS,
];

/** What it does not imitate, and why. */
export const NOT_IMITATED: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'Limits of calls per second',
    why: 'fast runs would be throttled by their own speed; throttling is a fault that is asked for',
  },
  ...KUBE_NOT_IMITATED,
  ...SLB_NOT_IMITATED,
  ...CLOUD_CONTROLLER_NOT_IMITATED,
  ...REGIONS_NOT_IMITATED,
  ...VANTAGE_POINTS_NOT_IMITATED,
  {
    what: 'Most lines of the DNS service, custom ones, DNSSEC, batches and the log of operations',
    why: 'nothing here asks for them',
  },
  {
    what: 'Clients that are sent to the name servers of somebody else',
    why: 'nobody knows what they are answered there: they go on as if they had not been',
  },
  { what: 'RAM policies', why: 'what one does not allow is a fault that is asked for, operation by operation' },
  { what: 'TLS of the APIs and client certificates', why: 'everything is on loopback; kubeconfigs hold a token' },
  { what: 'Termination grace, connection draining, rolling updates', why: 'only the number of pods changes' },
  { what: 'Delay of the metrics that an HPA sees', why: 'it would only make the HPA that we are compared with slower' },
  {
    what: 'Cold starts, freezing of instances, the environment of a function',
    why: 'handlers run in the process that rehearses',
  },
  {
    what: 'Slow answers and repeated requests of an overloaded gateway',
    why: 'requests are counted as served or lost',
  },
];
