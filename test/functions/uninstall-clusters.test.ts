import { AUTOSCALER, CONFIG_MAP, ISTIO_GATEWAYS, SERVICE } from '../../shared/cloud/kinds';
import { CloudError } from '../../shared/errors';
import { A, aLeaving, type LeavingOptions, type LeavingStage, OBSERVING } from './a-leaving';

const SYSTEM = 'istio-system';
const ACTING = OBSERVING.replace('mode: observe\n', 'mode: auto\n');
const HPA = { owner: 'asm-left-to-us-hpa', hpa: { min: 2, max: 40, targetUtilization: 70 }, replicas: 10 } as const;
const AUTOSCALED = { owner: 'asm-autoscale', hpa: { min: 3, max: 40, targetUtilization: 70 } } as const;
const [ISTIO_GATEWAY] = ISTIO_GATEWAYS;

function load(stage: LeavingStage, newConnections: number): void {
  const fields = { activeConnections: 0, trafficIn: 0, trafficOut: 0, requests: newConnections };
  stage.cloud.setLoad(A, 'web', () => ({ ...fields, newConnections }));
}

/** A gateway that was scaled out once, under a configuration that only observes by now. */
async function scaled(options: LeavingOptions): Promise<LeavingStage> {
  const stage = aLeaving({ ...options, configuration: ACTING });
  load(stage, 4_500);
  stage.pass(5);
  await stage.invoke('scale-gateway', { action: 'look' });
  stage.deploy(OBSERVING);
  return stage;
}

async function read(stage: LeavingStage, kind: typeof AUTOSCALER, of: string, name: string): Promise<unknown> {
  return (await stage.kube(of)).get(kind, SYSTEM, name);
}

async function journal(stage: LeavingStage): Promise<unknown> {
  try {
    return await read(stage, CONFIG_MAP, 'c1', 'gateway-autopilot');
  } catch (error) {
    if (error instanceof CloudError && error.kind === 'not-found') return 'gone';
    throw error;
  }
}

async function minimum(stage: LeavingStage): Promise<number> {
  const [hpa] = (await (await stage.kube('c1')).list(AUTOSCALER, SYSTEM)) as readonly {
    spec: { minReplicas: number };
  }[];
  return hpa?.spec.minReplicas ?? 0;
}

it('gives an HPA its minimum back, and deletes the journal last', async () => {
  const stage = await scaled({ gateway: HPA });
  expect(await minimum(stage)).toBe(6);
  stage.cloud.resetCalls();
  const { outcome, uninstall } = await stage.leave('scale-gateway');
  expect(outcome).toBeUndefined();
  expect(uninstall?.done).toEqual([
    'cluster of cn-hangzhou: spec.minReplicas of HorizontalPodAutoscaler istio-system/istio-web is 2 again, after 6',
    'cluster of cn-hangzhou: the journal is deleted',
  ]);
  expect(await minimum(stage)).toBe(2);
  expect(await journal(stage)).toBe('gone');
  expect((await stage.leave('scale-gateway')).message).toBe('Nothing of ours is left here.');
});

it('writes nothing in a dry run, and leaves nothing to the next timer', async () => {
  const stage = await scaled({ gateway: HPA });
  const { uninstall } = await stage.leave('scale-gateway', { dryRun: true });
  expect(uninstall?.would).toHaveLength(2);
  expect(await minimum(stage)).toBe(6);
  expect(await journal(stage)).not.toBe('gone');
  await stage.leave('scale-gateway');
  await stage.invoke('scale-gateway', { action: 'look' });
  await stage.invoke('attach-clb', { action: 'look' });
  expect([await minimum(stage), await journal(stage)]).toEqual([2, 'gone']);
});

it('gives back what was there before the first of several changes', async () => {
  const stage = await scaled({ gateway: HPA });
  stage.deploy(ACTING);
  load(stage, 6_000);
  stage.pass(6);
  await stage.invoke('scale-gateway', { action: 'look' });
  expect(await minimum(stage)).toBe(12);
  stage.deploy(OBSERVING);
  await stage.leave('scale-gateway');
  expect(await minimum(stage)).toBe(2);
});

it('leaves what somebody else has written since', async () => {
  const stage = await scaled({ gateway: HPA });
  await (await stage.kube('c1')).patch(AUTOSCALER, SYSTEM, 'istio-web', { spec: { minReplicas: 7 } });
  const { uninstall } = await stage.leave('scale-gateway');
  expect(uninstall?.done).toEqual(['cluster of cn-hangzhou: the journal is deleted']);
  expect(uninstall?.left).toEqual([
    'cluster of cn-hangzhou: spec.minReplicas of HorizontalPodAutoscaler istio-system/istio-web stays 7, which somebody else wrote; it was 2 before us',
  ]);
  expect(await minimum(stage)).toBe(7);
});

it('leaves out what somebody else has removed since', async () => {
  const stage = await scaled({ gateway: AUTOSCALED });
  await (await stage.kube('m1')).patch(ISTIO_GATEWAY, SYSTEM, 'web', { spec: { minReplicas: null } });
  const { uninstall } = await stage.leave('scale-gateway');
  expect(uninstall?.done).toEqual(['cluster of cn-hangzhou: the journal is deleted']);
  expect(uninstall?.left).toEqual([
    'cluster of cn-hangzhou: spec.minReplicas of IstioGateway istio-system/web stays not set, which somebody else removed; it was 3 before us',
  ]);
  expect(await read(stage, ISTIO_GATEWAY, 'm1', 'web')).not.toHaveProperty('spec.minReplicas');
});

it('says what was written when it cannot look again', async () => {
  const stage = await scaled({ gateway: HPA });
  stage.cloud.faults.before({ operation: 'kube delete configmaps', times: 1 }, () => {
    stage.cloud.faults.fail({ operation: 'kube get configmaps', status: 503, code: 'ServiceUnavailable' });
  });
  const { message, outcome, problems, uninstall } = await stage.leave('scale-gateway');
  expect([outcome, message]).toEqual(['partly', '2 things taken back, then it stopped; say it again to go on.']);
  expect(uninstall?.done).toEqual(uninstall?.would);
  expect(problems).toEqual([
    expect.stringContaining('whether anything is left could not be seen: kube get configmaps'),
  ]);
  stage.cloud.faults.clear();
  expect((await stage.leave('scale-gateway')).message).toBe('Nothing of ours is left here.');
});

it('gives an IstioGateway its minimum back', async () => {
  const stage = await scaled({ gateway: AUTOSCALED });
  const { uninstall } = await stage.leave('scale-gateway');
  expect(uninstall?.done[0]).toBe(
    'cluster of cn-hangzhou: spec.minReplicas of IstioGateway istio-system/web is 3 again, after 7',
  );
  expect(await read(stage, ISTIO_GATEWAY, 'm1', 'web')).toMatchObject({ spec: { minReplicas: 3 } });
});

it('leaves the replicas of an IstioGateway that nobody else scales, and says what they were', async () => {
  const stage = await scaled({ gateway: { owner: 'asm' } });
  const { uninstall } = await stage.leave('scale-gateway');
  expect(uninstall?.left).toEqual([
    'cluster of cn-hangzhou: spec.replicaCount of IstioGateway istio-system/web stays 15, which is what runs; it was 10 before us',
  ]);
  expect(await read(stage, ISTIO_GATEWAY, 'm1', 'web')).toMatchObject({ spec: { replicaCount: 15 } });
});

it('leaves keys of others in the ConfigMap, and takes ours', async () => {
  const stage = await scaled({});
  await (await stage.kube('c1')).patch(CONFIG_MAP, SYSTEM, 'gateway-autopilot', { data: { 'notes.txt': 'theirs' } });
  const { uninstall } = await stage.leave('scale-gateway');
  expect(uninstall?.left).toEqual([
    'cluster of cn-hangzhou: the ConfigMap of the journal stays for what others keep in it: notes.txt',
  ]);
  expect(await journal(stage)).toMatchObject({ data: { 'notes.txt': 'theirs' } });
  expect(JSON.stringify(await journal(stage))).not.toContain('web.json');
  expect(JSON.stringify(await journal(stage))).not.toContain('managed-by');
  expect((await stage.leave('scale-gateway')).message).toBe('Nothing of ours is left here.');
});

it('is refused while a person has frozen the cluster, and says which pins end', async () => {
  const stage = await scaled({ gateway: HPA });
  const person = { owner: 'kim', reason: 'audit', for: '2h' };
  stage.deploy(ACTING);
  await stage.invoke('scale-gateway', { action: 'scale', gateway: 'web', replicas: 20, ...person });
  await stage.invoke('scale-gateway', { action: 'freeze', ...person });
  stage.deploy(OBSERVING);
  const frozen = await stage.leave('scale-gateway');
  expect([frozen.outcome, frozen.problems]).toEqual([
    'refused',
    ['cluster of cn-hangzhou: the cluster is frozen by kim: audit; unfreeze first'],
  ]);
  await stage.invoke('scale-gateway', { action: 'unfreeze', owner: 'kim', reason: 'done' });
  const { uninstall } = await stage.leave('scale-gateway');
  expect(uninstall?.done.at(-1)).toContain('the journal is deleted, and with it what was asked for: web pinned to 20');
});

it('is refused while the journal has what nobody understands', async () => {
  const stage = await scaled({ gateway: HPA });
  await (await stage.kube('c1')).patch(CONFIG_MAP, SYSTEM, 'gateway-autopilot', { data: { 'other.json': '{' } });
  const { outcome, problems } = await stage.leave('scale-gateway');
  expect(outcome).toBe('refused');
  expect(problems).toEqual([expect.stringContaining('what the journal has on other is not understood')]);
  expect(await minimum(stage)).toBe(6);
});

describe('while an extra CLB is there', () => {
  const intent = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web-clb-1', namespace: SYSTEM, labels: { 'gateway-autopilot/gateway': 'web' } },
    spec: { type: 'ClusterIP', selector: { istio: 'web' }, ports: [{ port: 443 }] },
  };

  it('both functions refuse, and say how it is released', async () => {
    const stage = aLeaving({ gateway: HPA });
    await (await stage.kube('c1')).create(SERVICE, SYSTEM, intent);
    expect((await stage.leave('scale-gateway')).problems).toEqual([
      'cluster of cn-hangzhou: Service istio-system/web-clb-1 of an extra CLB is still there; say release 0 while loadBalancers.mode is auto, and wait until it is gone',
    ]);
    expect((await stage.leave('attach-clb')).problems).toEqual([
      'CLBs of cn-hangzhou: Service web-clb-1 of an extra CLB is still there; say release 0 for web while loadBalancers.mode is auto, and wait until it is gone',
    ]);
  });

  it('so they do for an instance whose Service is gone, and not for those of a pool or of another cluster', async () => {
    const tags = { 'managed-by': 'gateway-autopilot', 'gateway-autopilot-gateway': 'web' };
    const stage = aLeaving({
      prepare: ({ loadBalancers }) => {
        loadBalancers.add({ region: A, id: 'lb-lost', tags: { ...tags, 'gateway-autopilot-cluster': 'c1' } });
        loadBalancers.add({ region: A, id: 'lb-far', tags: { ...tags, 'gateway-autopilot-cluster': 'c9' } });
        loadBalancers.add({ region: A, id: 'lb-pool', tags: { ...tags, 'gateway-autopilot-pool': 'true' } });
      },
    });
    const { problems, uninstall } = await stage.leave('attach-clb');
    expect(problems).toEqual([
      expect.stringContaining('lb-lost is still ours; say release 0 for web while loadBalancers.mode is auto'),
    ]);
    expect(uninstall?.left).toEqual(['lb-pool of the warm pool keeps the tags that you gave it']);
  });
});

class Killed extends Error {}

it.each(['before', 'after'] as const)('goes on where one was killed %s any write', async (when) => {
  let reached = true;
  let index = 0;
  for (; reached; index += 1) {
    const stage = await scaled({ gateway: HPA });
    let writes = 0;
    let isDying = false;
    stage.cloud.faults.before({ operation: /./ }, () => {
      if (isDying) throw new Killed();
    });
    stage.cloud.faults.before({ operation: /^kube (patch|delete) / }, () => {
      writes += 1;
      if (writes !== index + 1) return;
      isDying = true;
      if (when === 'before') throw new Killed();
    });
    await stage.leave('scale-gateway');
    reached = writes > index;
    stage.cloud.faults.clear();
    await stage.leave('scale-gateway');
    expect([index, await minimum(stage), await journal(stage)]).toEqual([index, 2, 'gone']);
  }
  expect(index).toBe(3);
});
