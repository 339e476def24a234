import { type AuditStage, CAPABLE, CONFIGURATION, DRAIN, type Estate, POD_SPEC } from './an-audit-stage';

/** A check, a gateway that fails it, and what makes it pass. */
export interface CheckCase {
  readonly id: string;
  readonly fails: Estate;
  /** Done to the estate after it was built, where no set-up says it. */
  readonly breaks?: (stage: AuditStage) => Promise<void> | void;
  readonly seen: readonly string[];
  /** As they are printed. */
  readonly commands: readonly string[];
  /** What only a person can do, done by the emulator's controls. */
  readonly byHand?: (stage: AuditStage) => void;
  readonly mended: readonly string[];
}

const { nodeSelector: _, ...ANYWHERE } = POD_SPEC;
const UNSPREAD = { terminationGracePeriodSeconds: 60, nodeSelector: CAPABLE } as const;

function slb(stage: AuditStage, action: string, query: Readonly<Record<string, string>>): Promise<unknown> {
  const call = { product: 'slb', region: 'cn-hangzhou', action, effect: 'write' } as const;
  return stage.cloud.openApi().call({ ...call, query: { RegionId: 'cn-hangzhou', ...query } });
}

export const CASES: readonly CheckCase[] = [
  {
    id: 'several-regions',
    fails: {
      configuration: CONFIGURATION.replace(
        'regions: [cn-hangzhou, cn-shanghai], policy',
        'regions: [cn-hangzhou], policy',
      ),
    },
    seen: ['1 region: cn-hangzhou'],
    commands: [
      'autopilot.yaml: {"regions":{"…":{"cluster":{"id":"…"},"mesh":{"id":"…"}}},"gateways":{"web":{"regions":["cn-hangzhou","…"]}}}',
    ],
    byHand: (stage) => stage.configure(CONFIGURATION),
    mended: ['2 regions: cn-hangzhou, cn-shanghai'],
  },
  {
    id: 'locality-balancing',
    fails: { mesh: { localityBalancing: false } },
    seen: ['EnableLocalityLB of mesh m1 is false'],
    commands: [
      'aliyun servicemesh UpdateMeshFeature --region cn-hangzhou --ServiceMeshId m1 --LocalityLoadBalancing true',
    ],
    mended: ['EnableLocalityLB of mesh m1 is true'],
  },
  {
    id: 'outlier-detection',
    fails: { outlierDetection: 'absent' },
    seen: ['services behind it with outlier detection: 0 of 1', 'without: default/shop'],
    commands: [
      'echo \'{"apiVersion":"networking.istio.io/v1beta1","kind":"DestinationRule","metadata":{"namespace":"default","name":"shop"},"spec":{"host":"shop.default.svc.cluster.local","trafficPolicy":{"outlierDetection":{"consecutive5xxErrors":5,"interval":"10s","baseEjectionTime":"30s"}}}}\' | kubectl --context m1 apply -f -',
    ],
    mended: ['services behind it with outlier detection: 1 of 1'],
  },
  {
    id: 'connected-networks',
    fails: { mesh: { joined: false } },
    seen: [
      '2 clusters in 2 VPCs, 2 of them not connected',
      'c1 in vpc-c1: no private connection between the VPCs',
      'c2 in vpc-c2: no private connection between the VPCs',
    ],
    commands: [
      "by hand: join vpc-c1, vpc-c2 through a transit router of CEN, and let the clusters' security groups through",
    ],
    byHand: (stage) => stage.cloud.clusters.join('m1'),
    mended: ['2 clusters in 2 VPCs, 0 of them not connected'],
  },
  {
    id: 'dns-default-line',
    fails: { lines: ['telecom'] },
    seen: ['names with an enabled record on default: 0 of 1', 'without: www.example.com'],
    commands: [
      'aliyun alidns AddDomainRecord --region cn-hangzhou --DomainName example.com --RR www --Type A --Value 198.18.0.1 --Line default --TTL 60',
    ],
    mended: ['names with an enabled record on default: 1 of 1'],
  },
  {
    id: 'dns-nearest-region',
    fails: { lines: ['default'] },
    seen: ['names that answer on lines beside default: 0 of 1', 'default alone: www.example.com'],
    commands: [
      'autopilot.yaml: {"names":{"www.example.com":{"lines":{"default":["cn-hangzhou","cn-shanghai"],"… near cn-hangzhou":["cn-hangzhou","cn-shanghai"],"… near cn-shanghai":["cn-shanghai","cn-hangzhou"]}}}}',
    ],
    byHand: ({ cloud }) => {
      const call = { product: 'alidns', region: '', action: 'AddDomainRecord', effect: 'write' } as const;
      const value = cloud.loadBalancers.address('lb-1');
      const query = { DomainName: 'example.com', RR: 'www', Type: 'A', Value: value, Line: 'telecom', TTL: 60 };
      cloud.openApi().call({ ...call, query });
    },
    mended: ['names that answer on lines beside default: 1 of 1'],
  },
  {
    id: 'clb-count',
    fails: { gateway: { loadBalancerIds: ['lb-1'] } },
    seen: ['1 CLB: lb-1'],
    commands: [
      'echo \'{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"istio-system","name":"istio-web-clb-2","annotations":{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain":"on","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout":"60","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type":"internet","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-master-zoneid":"cn-hangzhou-b","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-slave-zoneid":"cn-hangzhou-a"}},"spec":{"type":"LoadBalancer","selector":{"app":"istio-web","istio":"web"},"ports":[{"port":80,"name":"http2","targetPort":8080,"protocol":"TCP"},{"port":443,"name":"https","targetPort":8443,"protocol":"TCP"}],"externalTrafficPolicy":"Local"}}\' | kubectl --context c1 apply -f -',
    ],
    mended: ['2 CLBs: lb-1, lb-new'],
  },
  {
    id: 'clb-zones',
    fails: { gateway: { zones: { 'lb-2': { master: 'cn-hangzhou-a', slave: 'cn-hangzhou-c' } } } },
    seen: ['lb-1: cn-hangzhou-a, falls back on cn-hangzhou-b', 'lb-2: cn-hangzhou-a, falls back on cn-hangzhou-c'],
    commands: [
      'echo \'{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"istio-system","name":"istio-web-clb-3","annotations":{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain":"on","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout":"60","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type":"internet","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-master-zoneid":"cn-hangzhou-b","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-slave-zoneid":"cn-hangzhou-a"}},"spec":{"type":"LoadBalancer","selector":{"app":"istio-web","istio":"web"},"ports":[{"port":80,"name":"http2","targetPort":8080,"protocol":"TCP"},{"port":443,"name":"https","targetPort":8443,"protocol":"TCP"}],"externalTrafficPolicy":"Local"}}\' | kubectl --context c1 apply -f -',
    ],
    mended: [
      'lb-1: cn-hangzhou-a, falls back on cn-hangzhou-b',
      'lb-2: cn-hangzhou-a, falls back on cn-hangzhou-c',
      'lb-new: cn-hangzhou-b, falls back on cn-hangzhou-a',
    ],
  },
  {
    id: 'clb-charge-type',
    fails: { gateway: { specification: 'slb.s2.small' } },
    seen: ['lb-1: PayBySpec slb.s2.small', 'lb-2: PayBySpec slb.s2.small'],
    commands: [
      'aliyun slb ModifyLoadBalancerInstanceChargeType --region cn-hangzhou --LoadBalancerId lb-1 --InstanceChargeType PayByCLCU',
      'aliyun slb ModifyLoadBalancerInstanceChargeType --region cn-hangzhou --LoadBalancerId lb-2 --InstanceChargeType PayByCLCU',
    ],
    mended: ['lb-1: PayByCLCU slb.lcu.elastic', 'lb-2: PayByCLCU slb.lcu.elastic'],
  },
  {
    id: 'clb-delete-protection',
    fails: { gateway: { deleteProtection: false } },
    seen: ['CLBs under deletion protection: 0 of 2', 'without: lb-1, lb-2'],
    commands: [
      'aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --LoadBalancerId lb-1 --DeleteProtection on',
      'aliyun slb SetLoadBalancerDeleteProtection --region cn-hangzhou --LoadBalancerId lb-2 --DeleteProtection on',
    ],
    mended: ['CLBs under deletion protection: 2 of 2'],
  },
  {
    id: 'clb-health',
    fails: {},
    breaks: async (stage) => {
      await slb(stage, 'SetLoadBalancerStatus', { LoadBalancerId: 'lb-2', LoadBalancerStatus: 'inactive' });
      await slb(stage, 'StopLoadBalancerListener', { LoadBalancerId: 'lb-1', ListenerPort: '443' });
    },
    seen: ['lb-1: listener 443 is stopped', 'lb-2: is inactive'],
    commands: [
      'aliyun slb StartLoadBalancerListener --region cn-hangzhou --LoadBalancerId lb-1 --ListenerPort 443',
      'aliyun slb SetLoadBalancerStatus --region cn-hangzhou --LoadBalancerId lb-2 --LoadBalancerStatus active',
    ],
    mended: [
      'lb-1: 7 of 7 backends normal on 80, 7 of 7 backends normal on 443',
      'lb-2: 7 of 7 backends normal on 80, 7 of 7 backends normal on 443',
    ],
  },
  {
    id: 'network-plugin',
    fails: { cluster: { addons: ['flannel'] } },
    seen: ['network plug-in flannel'],
    commands: ['by hand: make a cluster with terway-eniip, run the gateway there, and lead its clients over'],
    byHand: (stage) => stage.cloud.clusters.install('c1', ['terway-eniip']),
    mended: ['network plug-in terway-eniip'],
  },
  {
    id: 'backend-type',
    fails: {
      gateway: {
        loadBalancerIds: ['lb-1'],
        serviceAnnotations: { ...DRAIN, 'service.beta.kubernetes.io/backend-type': 'ecs' },
      },
    },
    seen: ['lb-1: 0 backends by pod (eni), 14 by node port (ecs)', 'through node ports: lb-1'],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"serviceAnnotations":{"service.beta.kubernetes.io/backend-type":"eni"}}}\'',
    ],
    mended: ['lb-1: 14 backends by pod (eni), 0 by node port (ecs)'],
  },
  {
    id: 'replicas',
    fails: { gateway: { owner: 'asm', replicas: 1 } },
    seen: ['1 replica wanted, 1 ready'],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"replicaCount":2}}\'',
    ],
    mended: ['2 replicas wanted, 2 ready'],
  },
  {
    id: 'autoscaler-bounds',
    fails: { gateway: { hpa: { min: 1, max: 1, targetUtilization: 70 } } },
    seen: ['HPA istio-web: 1 to 1 replicas'],
    commands: [
      'kubectl --context c1 -n istio-system patch horizontalpodautoscaler istio-web --type merge -p \'{"spec":{"minReplicas":2,"maxReplicas":4}}\'',
    ],
    mended: ['HPA istio-web: 2 to 4 replicas'],
  },
  {
    id: 'spread-asked-for',
    fails: { gateway: { podSpec: UNSPREAD } },
    seen: ['spread over: none'],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"podAffinityTerm":{"labelSelector":{"matchLabels":{"app":"istio-web"}},"topologyKey":"kubernetes.io/hostname"}},{"weight":100,"podAffinityTerm":{"labelSelector":{"matchLabels":{"app":"istio-web"}},"topologyKey":"topology.kubernetes.io/zone"}}]}}}}\'',
    ],
    mended: ['spread over: kubernetes.io/hostname, topology.kubernetes.io/zone'],
  },
  {
    id: 'spread-over-nodes',
    fails: { gateway: { podSpec: UNSPREAD } },
    seen: ['7 on node-1'],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"podAffinityTerm":{"labelSelector":{"matchLabels":{"app":"istio-web"}},"topologyKey":"kubernetes.io/hostname"}},{"weight":100,"podAffinityTerm":{"labelSelector":{"matchLabels":{"app":"istio-web"}},"topologyKey":"topology.kubernetes.io/zone"}}]}}}}\'',
    ],
    mended: ['4 on node-1, 3 on node-2'],
  },
  {
    id: 'spread-over-zones',
    fails: {
      gateway: { podSpec: ANYWHERE },
      cluster: {
        nodes: [
          { name: 'node-1', zone: 'cn-hangzhou-a', type: 'ecs.g7.xlarge' },
          { name: 'node-2', zone: 'cn-hangzhou-a', type: 'ecs.g7.xlarge' },
        ],
      },
    },
    seen: ['7 in cn-hangzhou-a'],
    commands: [
      'by hand: add a node in another zone to the cluster',
      'by hand: kubectl --context c1 -n istio-system rollout restart deployment istio-web',
    ],
    byHand: ({ cloud }) =>
      cloud.clusters.addNode('c1', { name: 'node-3', zone: 'cn-hangzhou-b', type: 'ecs.g7.xlarge' }),
    mended: ['5 in cn-hangzhou-a, 2 in cn-hangzhou-b'],
  },
  {
    id: 'connection-drain',
    fails: { gateway: { serviceAnnotations: {} } },
    seen: ['istio-web: drains nothing', 'istio-web-clb-2: drains nothing', 'cloud controller v2.10.0, which drains'],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"serviceAnnotations":{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain":"on","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout":"60"}}}\'',
      'kubectl --context c1 -n istio-system patch service istio-web-clb-2 --type merge -p \'{"metadata":{"annotations":{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain":"on","service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout":"60"}}}\'',
    ],
    mended: [
      'istio-web: drains for 60 s',
      'istio-web-clb-2: drains for 60 s',
      'cloud controller v2.10.0, which drains',
    ],
  },
  {
    id: 'termination-grace',
    fails: { gateway: { loadBalancerIds: ['lb-1'], podSpec: { ...POD_SPEC, terminationGracePeriodSeconds: 30 } } },
    seen: ['grace period 30 s, connections drain for 60 s'],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"serviceAnnotations":{"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout":"30"}}}\'',
    ],
    mended: ['grace period 30 s, connections drain for 30 s'],
  },
  {
    id: 'workload-pre-stop',
    fails: { preStop: false },
    seen: ['workloads behind it that wait before they stop: 0 of 1', 'without preStop: default/shop'],
    commands: [
      'kubectl --context c1 -n default patch deployment shop --type strategic -p \'{"spec":{"template":{"spec":{"containers":[{"name":"shop","lifecycle":{"preStop":{"exec":{"command":["/bin/sh","-c","sleep 15"]}}}}]}}}}\'',
    ],
    mended: ['workloads behind it that wait before they stop: 1 of 1'],
  },
  {
    id: 'multi-buffer-mesh',
    fails: { mesh: { multiBuffer: false } },
    seen: ['mesh m1: ultimate edition, version v1.22.6.71-g4d2d9e0e-aliyun, Multi-Buffer off'],
    commands: [
      'aliyun servicemesh UpdateMeshFeature --region cn-hangzhou --ServiceMeshId m1 --MultiBufferEnabled true',
    ],
    mended: ['mesh m1: ultimate edition, version v1.22.6.71-g4d2d9e0e-aliyun, Multi-Buffer on'],
  },
  {
    id: 'multi-buffer-nodes',
    fails: { labelled: false },
    seen: ['2 of 2 nodes are of a capable type, 0 of them labelled'],
    commands: ['aliyun servicemesh UpdateMeshFeature --region cn-hangzhou --ServiceMeshId m1 --NFDEnabled true'],
    mended: ['2 of 2 nodes are of a capable type, 2 of them labelled'],
  },
  {
    id: 'multi-buffer-placement',
    fails: {
      gateway: { podSpec: ANYWHERE },
      cluster: {
        nodes: [
          { name: 'node-1', zone: 'cn-hangzhou-a', type: 'ecs.g6.xlarge' },
          { name: 'node-2', zone: 'cn-hangzhou-b', type: 'ecs.g7.xlarge' },
        ],
      },
    },
    seen: ['3 of 7 pods run on the 1 node with feature.node.kubernetes.io/mb-feature-enable=true', 'elsewhere: node-1'],
    commands: [
      'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p \'{"spec":{"nodeSelector":{"feature.node.kubernetes.io/mb-feature-enable":"true"}}}\'',
    ],
    mended: ['7 of 7 pods run on the 1 node with feature.node.kubernetes.io/mb-feature-enable=true'],
  },
  {
    id: 'certificate-expiry',
    fails: { gateway: { loadBalancerIds: ['lb-1'] } },
    breaks: ({ cloud }) =>
      cloud.entries.certify(cloud.loadBalancers.address('lb-1'), { validUntil: Date.UTC(2026, 11, 3) }),
    seen: ['198.18.0.1 for www.example.com: ends 2026-12-03, in 9 days'],
    commands: [
      "by hand: renew the certificate that 198.18.0.1 shows, in the mesh's certificates or the secret of the Gateway",
    ],
    byHand: ({ cloud }) =>
      cloud.entries.certify(cloud.loadBalancers.address('lb-1'), { validUntil: Date.UTC(2027, 1, 1) }),
    mended: ['198.18.0.1 for www.example.com: ends 2027-02-01, in 69 days'],
  },
];
