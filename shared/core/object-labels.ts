/** Labels and annotations that vendors' controllers set or read, what Kubernetes has for a field that is left out, and our own label. */

/** Label, set by the cloud controller once the CLB is bound (kubernetes/cloud-provider-alibaba-cloud, 2026-04). */
export const LOAD_BALANCER_LABEL = 'service.k8s.alibaba/loadbalancer-id';

/** Annotations of an IstioGateway: what they mean is said at `IstioGatewaySeen`. */
export const MANAGED_BY_ASM = 'asm.alibabacloud.com/managed-by-asm';
export const REPLICAS_MANAGED_BY_ASM = 'asm.alibabacloud.com/replicas-managed-by-asm';

/** Annotations of the cloud controller; "on", and 10 to 900 seconds (docs of the Service annotations, 2026-04). */
export const CONNECTION_DRAIN = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain';
export const CONNECTION_DRAIN_TIMEOUT = `${CONNECTION_DRAIN}-timeout`;

/** Kubernetes: the default of `terminationGracePeriodSeconds`. */
export const GRACE_PERIOD_SECONDS = 30;

/** Kubernetes: the label that says who made an object. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
/** On every object that we make. */
export const OUR_LABEL = { [MANAGED_BY]: 'gateway-autopilot' } as const;
