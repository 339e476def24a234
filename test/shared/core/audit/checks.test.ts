import { unfixed } from '../../../../shared/core/audit/apply';
import { audit, CHECKS } from '../../../../shared/core/audit/checks';
import type { Finding } from '../../../../shared/core/audit/finding';
import { patchText } from '../../../../shared/core/audit/render';
import type { AuditSnapshot } from '../../../../shared/core/audit/snapshot';
import type { Reading } from '../../../../shared/core/gateway';
import type { RecordSeen } from '../../../../shared/core/zone';
import { aLoadBalancer, aService, aSnapshot, read, UNREAD } from './a-snapshot';

function finding(id: string, changes: Partial<AuditSnapshot>): Finding {
  const found = audit(aSnapshot(changes)).findings.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}

function commands({ fix }: Finding): readonly string[] {
  return (fix?.patches ?? []).map(patchText);
}

function good<T extends object>(reading: Reading<T | undefined> | undefined): T {
  if (reading?.ok !== true || reading.value === undefined) throw new Error('the snapshot lacks it');
  return reading.value;
}

const GATEWAY = good(aSnapshot().istioGateway);
const DEPLOYMENT = good(aSnapshot().deployment);
const MESH = good(aSnapshot().mesh);
const PATCH = 'kubectl --context m1 -n istio-system patch istiogateway web --type merge -p ';

it('says each id once, with a source that is dated', () => {
  expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(25);
  expect(CHECKS.filter(({ id }) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  expect(CHECKS.filter(({ source, why }) => !/^20\d\d/.test(source.date) || !why.endsWith('.'))).toEqual([]);
});

describe('a gateway that serves several clusters', () => {
  const one = read({ ...DEPLOYMENT, replicas: 1, readyReplicas: 1 });

  it.each([
    ['by its list of clusters', { ...GATEWAY, clusterIds: ['c1', 'c2'] }],
    ['by what it overrides for this one', { ...GATEWAY, overridden: true }],
  ])('is changed for this cluster alone: %s', (_, gateway) => {
    expect(commands(finding('replicas', { istioGateway: read(gateway), deployment: one }))).toEqual([
      `${PATCH}'{"spec":{"overrides":{"c1":{"replicaCount":2}}}}'`,
    ]);
  });
});

describe('replicas', () => {
  const one = read({ ...DEPLOYMENT, replicas: 1, readyReplicas: 1 });
  const hpa = {
    namespace: 'istio-system',
    name: 'h',
    resourceVersion: '1',
    scales: { kind: 'Deployment', name: 'istio-web' },
  };

  it.each([
    [
      'the minimum of an IstioGateway that autoscales',
      { istioGateway: read({ ...GATEWAY, autoscales: true }) },
      `${PATCH}'{"spec":{"minReplicas":2}}'`,
    ],
    [
      "the operator's HPA",
      {
        istioGateway: read({ ...GATEWAY, replicasLeftToUs: true }),
        autoscaler: read({ ...hpa, minReplicas: 1, maxReplicas: 9 }),
      },
      'kubectl --context c1 -n istio-system patch horizontalpodautoscaler h --type merge -p \'{"spec":{"minReplicas":2}}\'',
    ],
    [
      'the Deployment, where ASM leaves the number alone',
      { istioGateway: read({ ...GATEWAY, replicasLeftToUs: true }) },
      'kubectl --context c1 -n istio-system patch deployment istio-web --type merge -p \'{"spec":{"replicas":2}}\'',
    ],
  ])('are raised at %s', (_, changes, command) => {
    expect(commands(finding('replicas', { ...changes, deployment: one }))).toEqual([command]);
  });

  it('that are wanted and not ready are for a person', () => {
    const found = finding('replicas', { deployment: read({ ...DEPLOYMENT, readyReplicas: 1 }) });
    expect(found).toMatchObject({ outcome: 'fail', evidence: ['2 replicas wanted, 1 ready'] });
    expect(found.fix?.patches.map(({ kind }) => kind)).toEqual(['console']);
  });

  it('of a Deployment that is not there are unknown', () => {
    expect(finding('replicas', { deployment: read(undefined) })).toMatchObject({
      outcome: 'unknown',
      evidence: ['there is no Deployment istio-web'],
    });
  });
});

describe('spreading', () => {
  const together = read([
    { name: 'web-1', node: 'node-1' },
    { name: 'web-2', node: 'node-1' },
  ]);

  it('that is asked for already needs a restart, not another patch', () => {
    expect(commands(finding('spread-over-nodes', { pods: together }))).toEqual([
      'by hand: kubectl --context c1 -n istio-system rollout restart deployment istio-web',
    ]);
  });

  it('over one node needs another one', () => {
    const nodes = read(good(aSnapshot().nodes).slice(0, 1));
    expect(commands(finding('spread-over-nodes', { pods: together, nodes }))[0]).toBe(
      'by hand: add a node of another zone to the cluster',
    );
  });

  it.each([
    ['one pod, which cannot be spread', [{ name: 'web-1', node: 'node-1' }], 'not-applicable'],
    ['pods that no node has taken', [{ name: 'web-1', node: undefined }], 'unknown'],
    [
      'pods on a node that is not listed',
      [
        { name: 'web-1', node: 'node-1' },
        { name: 'web-2', node: 'node-9' },
      ],
      'unknown',
    ],
  ])('of %s', (_, pods, outcome) => {
    expect(finding('spread-over-nodes', { pods: read(pods) }).outcome).toBe(outcome);
  });

  it('over nodes that say no zone is unknown', () => {
    const nodes = read(good(aSnapshot().nodes).map((node) => ({ ...node, zone: '' })));
    expect(finding('spread-over-zones', { nodes })).toMatchObject({
      outcome: 'unknown',
      evidence: ['the nodes node-1, node-2 say no zone'],
    });
  });
});

describe('names', () => {
  const name = { name: 'www.example.com', zone: 'example.com', rr: 'www', ttl: 60, lines: [] };

  function aRecord(changes: Partial<RecordSeen>): RecordSeen {
    const whose = { id: '7', rr: 'www', type: 'A', value: '203.0.113.1', line: 'default', ttl: 60 };
    return { ...whose, enabled: true, locked: false, weight: undefined, remark: '', updatedAt: undefined, ...changes };
  }

  it('whose record on default is disabled get it enabled, not another one', () => {
    const names = [{ ...name, records: read([aRecord({ enabled: false })]) }];
    const found = finding('dns-default-line', { names });
    expect(found.outcome).toBe('fail');
    expect(commands(found)).toEqual([
      'aliyun alidns SetDomainRecordStatus --region cn-hangzhou --RecordId 7 --Status Enable',
    ]);
  });

  it('are not answered by records that lead nowhere', () => {
    const names = [{ ...name, records: read([aRecord({ type: 'TXT' })]) }];
    expect(finding('dns-default-line', { names }).outcome).toBe('fail');
  });

  it('get an address that is served, and a person where there is none', () => {
    const names = [{ ...name, records: read([]) }];
    const clbs = [
      aLoadBalancer({ status: 'inactive' }),
      aLoadBalancer({ addressType: 'intranet', address: '10.0.0.1' }),
      aLoadBalancer({ id: 'lb-2', address: '203.0.113.2' }),
    ];
    expect(commands(finding('dns-default-line', { names, loadBalancers: read(clbs) }))).toEqual([
      'aliyun alidns AddDomainRecord --region cn-hangzhou --DomainName example.com --RR www --Type A --Value 203.0.113.2 --Line default --TTL 60',
    ]);
    expect(commands(finding('dns-default-line', { names, loadBalancers: UNREAD }))).toEqual([
      'by hand: add a record of www in example.com on default for a CLB that serves',
    ]);
  });

  it('of which one cannot be read are unknown as a whole', () => {
    const names = [
      { ...name, records: read([]) },
      { ...name, records: UNREAD },
    ];
    expect(finding('dns-default-line', { names }).outcome).toBe('unknown');
  });

  it('need no nearest region where there is one', () => {
    const gateway = { ...aSnapshot().gateway, regions: ['cn-hangzhou'] };
    expect(finding('dns-nearest-region', { gateway, names: [{ ...name, records: UNREAD }] }).outcome).toBe(
      'not-applicable',
    );
  });
});

describe('CLBs', () => {
  const listener = { port: 443, running: true, normalBackends: 1, abnormalBackends: 1, unknownBackends: 0 };

  it.each([
    ['abnormal backends', { listeners: read([listener]) }, 'lb-1: listener 443: 1 of 2 backends abnormal'],
    [
      'no backend',
      { listeners: read([{ ...listener, normalBackends: 0, abnormalBackends: 0 }]) },
      'lb-1: listener 443 has no backend',
    ],
    ['no listener', { listeners: read([]) }, 'lb-1: has no listener'],
    ['a lock of the vendor', { status: 'locked' as const }, 'lb-1: is locked'],
  ])('with %s are for a person', (_, changes, evidence) => {
    const found = finding('clb-health', { loadBalancers: read([aLoadBalancer(changes)]) });
    expect(found).toMatchObject({ outcome: 'fail', severity: 'critical', evidence: [evidence] });
    expect(commands(found)).toEqual(['by hand: look at lb-1 and at the pods behind it']);
  });

  it('that fail are told even while others cannot be read', () => {
    const clbs = [aLoadBalancer({ status: 'inactive' }), aLoadBalancer({ id: 'lb-2', listeners: UNREAD })];
    expect(finding('clb-health', { loadBalancers: read(clbs) }).outcome).toBe('fail');
  });

  it('without a zone to fall back on fail, alone', () => {
    const found = finding('clb-zones', { loadBalancers: read([aLoadBalancer({ slaveZone: undefined })]) });
    expect(found).toMatchObject({ outcome: 'fail', evidence: ['lb-1: cn-hangzhou-a, falls back on none'] });
  });

  it('that are private get a private one beside them', () => {
    const found = finding('clb-count', { loadBalancers: read([aLoadBalancer({ addressType: 'intranet' })]) });
    expect(commands(found)[0]).toContain(
      '"service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type":"intranet"',
    );
  });

  it('are bought in zones that the cloud controller chooses, where it is not known which sell', () => {
    const [command] = commands(finding('clb-count', { zonesOnSale: UNREAD }));
    expect(command).toContain('"name":"istio-web-clb-2"');
    expect(command).not.toContain('master-zoneid');
  });

  it('whose charge type is not told are unknown', () => {
    const loadBalancers = read([aLoadBalancer({ chargeType: '' })]);
    expect(finding('clb-charge-type', { loadBalancers }).outcome).toBe('unknown');
  });
});

describe('draining', () => {
  const without = read([aService({ annotations: {} })]);

  it('needs a cloud controller that can, first', () => {
    const controller = read({ version: 'v1.9.3', drains: false });
    const found = finding('connection-drain', { controller, services: without });
    expect(found).toMatchObject({ outcome: 'fail' });
    expect(found.evidence).toEqual(['istio-web: drains nothing', 'cloud controller v1.9.3, which cannot drain']);
    expect(commands(found)[0]).toBe('by hand: upgrade cloud-controller-manager among the add-ons of the cluster');
  });

  it('that is off fails, whether or not it is known that the cloud controller could', () => {
    expect(finding('connection-drain', { controller: UNREAD, services: without })).toMatchObject({
      outcome: 'fail',
      evidence: ['istio-web: drains nothing', 'not authorized'],
    });
    expect(finding('connection-drain', { controller: UNREAD }).outcome).toBe('unknown');
  });

  it('restarts gateways from ASM 1.26 on, and the fix says so', () => {
    const mesh = read({ ...MESH, version: { text: 'v1.26.0', major: 1, minor: 26 } });
    expect(finding('connection-drain', { mesh, services: without }).fix?.text).toContain(
      'From ASM 1.26 on this restarts the gateway',
    );
    expect(finding('connection-drain', { services: without }).fix?.text).toBe('Drain as long as pods live.');
  });

  it.each([
    ['that is off', { 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain': 'off' }],
    [
      'for longer than a CLB takes',
      {
        ...aService().annotations,
        'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout': '901',
      },
    ],
    [
      'for no number',
      {
        ...aService().annotations,
        'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout': 'long',
      },
    ],
  ])('%s is none', (_, annotations) => {
    expect(finding('connection-drain', { services: read([aService({ annotations })]) }).outcome).toBe('fail');
  });
});

describe('Multi-Buffer', () => {
  it.each([
    [
      'the standard edition',
      { edition: 'standard' as const },
      'by hand: Upgrade the mesh to the Enterprise or Ultimate edition.',
    ],
    [
      'an old version',
      { version: { text: 'v1.9.7', major: 1, minor: 9 } },
      'by hand: Upgrade the mesh to 1.10 or later.',
    ],
  ])('needs more than %s', (_, changes, command) => {
    const mesh = read({ ...MESH, ...changes });
    expect(commands(finding('multi-buffer-mesh', { mesh }))).toEqual([command]);
    expect(finding('multi-buffer-nodes', { mesh }).outcome).toBe('not-applicable');
  });

  it('is nothing for a gateway without a listener for TLS', () => {
    const services = read([aService({ ports: [{ port: 80 }] })]);
    expect(finding('multi-buffer-mesh', { services }).outcome).toBe('not-applicable');
  });

  it('needs nodes of a capable type', () => {
    const found = finding('multi-buffer-nodes', {
      nodeTypes: read([{ type: 'ecs.g7.large', multiBuffer: false, label: undefined }]),
    });
    expect(found).toMatchObject({
      outcome: 'fail',
      evidence: ['0 of 2 nodes are of a capable type, 0 of them labelled', 'types: 2 of ecs.g7.large'],
    });
  });

  it.each(['multiBuffer', 'localityBalancing'] as const)('of a mesh that says nothing of %s is unknown', (field) => {
    const id = field === 'multiBuffer' ? 'multi-buffer-mesh' : 'locality-balancing';
    expect(finding(id, { mesh: read({ ...MESH, [field]: undefined }) }).outcome).toBe('unknown');
  });
});

describe('certificates', () => {
  const seen = { address: '203.0.113.1', host: 'www.example.com', failure: undefined, message: '' };
  const day = 86_400_000;
  const at = aSnapshot().at;

  it.each([
    ['hold for 21 days', { ...seen, ends: at + 21 * day }, 'pass'],
    ['end within 21 days', { ...seen, ends: at + 21 * day - 1 }, 'fail'],
    ['are for another name', { ...seen, ends: at + 90 * day, failure: 'certificate' as const }, 'fail'],
    ['could not be seen', { ...seen, ends: undefined, failure: 'timeout' as const, message: 'no answer' }, 'unknown'],
  ])('that %s', (_, certificate, outcome) => {
    expect(finding('certificate-expiry', { certificates: [certificate] }).outcome).toBe(outcome);
  });
});

describe('a fix', () => {
  const bare = aLoadBalancer({ deleteProtection: false });

  it('is safe where it switches deletion protection on, and nowhere else', () => {
    const fixes = audit(aSnapshot({ loadBalancers: read([bare]), pods: read([]) })).findings.filter(
      ({ fix }) => fix?.safe,
    );
    expect(fixes.map(({ id }) => id)).toEqual(['clb-delete-protection']);
  });

  it('that says that it is safe and is something else is refused', () => {
    const found = finding('clb-count', {});
    const claimed = found.fix === undefined ? found : { ...found, fix: { ...found.fix, safe: true } };
    expect(unfixed(claimed, 'clb-count')).toEqual({
      outcome: 'refused',
      message: 'its fix is not safe to apply for you: do it by hand, as it is printed',
    });
    expect(unfixed(finding('clb-delete-protection', { loadBalancers: read([bare]) }), 'x')).toBeUndefined();
  });
});

it('takes neither Terway nor Flannel for unknown', () => {
  expect(finding('network-plugin', { addons: read(['coredns']) }).outcome).toBe('unknown');
});

it.each([
  ['overlap', { forbidden: 3 }, 'its networks overlap with those of the mesh'],
  ['are not running', { state: 'failed' }, 'it is failed'],
])('tells clusters whose networks %s apart', (_, changes, words) => {
  const cluster = { region: 'cn-hangzhou', state: 'running', forbidden: 0 };
  const meshClusters = read([
    { ...cluster, id: 'c1', vpcId: 'vpc-1' },
    { ...cluster, id: 'c2', vpcId: 'vpc-2', ...changes },
    // Of the account, and not of this mesh.
    { ...cluster, id: 'c3', vpcId: 'vpc-3', forbidden: 2 },
  ]);
  const found = finding('connected-networks', { mesh: read({ ...MESH, clusterIds: ['c1', 'c2'] }), meshClusters });
  expect(found.evidence).toEqual(['2 clusters in 2 VPCs, 1 of them not connected', `c2 in vpc-2: ${words}`]);
});
