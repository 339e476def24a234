import { CONNECTION_DRAIN, CONNECTION_DRAIN_TIMEOUT, GRACE_PERIOD_SECONDS } from '../object-labels';
import { SECOND } from '../time';
import { listed } from '../words';
import type { ObjectPatch, Source } from './finding';
import { byHand, deploymentPatch, merged, printed, reshaped, servicePatch } from './fixes';
import type { AuditSnapshot, WorkloadSeen } from './snapshot';
import { type Check, fail, notApplicable, pass, unknown, unread } from './verdict';

const GRACEFUL: Source = {
  page: 'https://help.aliyun.com/en/asm/sidecar/use-graceful-shutdown-to-avoid-traffic-loss',
  date: '2026-11-22',
};
const LIFECYCLE: Source = {
  page: 'https://alibabacloud.com/help/zh/asm/user-guide/configure-a-high-performance-and-high-availability-asm-gateway',
  date: '2024-02-05',
};

/** Seconds that a CLB takes (SLB API, ConnectionDrainTimeout). */
const LONGEST = 900;
const SHORTEST = 10;

export const SHUTDOWN_CHECKS: readonly Check[] = [
  {
    id: 'connection-drain',
    title: 'Connections of removed pods are drained',
    severity: 'warning',
    about: 'pods',
    why: 'Without draining, scale-in and restarts cut the connections of the pods that go.',
    source: GRACEFUL,
    examine: (snapshot) => {
      const { controller, services } = snapshot;
      if (!services.ok) return unread(services);
      if (services.value.length === 0) return unknown(`there is no Service ${snapshot.gateway.service}`);
      const without = services.value.filter(({ annotations }) => drainOf(annotations) === undefined);
      const evidence = services.value.map(({ annotations, name }) => `${name}: ${drainText(drainOf(annotations))}`);
      // What drains nothing fails whether or not the cloud controller could.
      if (controller?.ok === false && without.length === 0) return unread(controller);
      const seen = [...evidence, ...supportText(controller)];
      if (controller?.ok === true && !controller.value.drains) {
        return fail(
          seen,
          printed(
            'Upgrade the cloud controller first, then set the annotations.',
            byHand('upgrade cloud-controller-manager among the add-ons of the cluster'),
            ...draining(snapshot, without),
          ),
        );
      }
      if (without.length === 0) return pass(...seen);
      return fail(seen, printed(drainAdvice(snapshot), ...draining(snapshot, without)));
    },
  },
  {
    id: 'termination-grace',
    title: 'Pods live as long as their connections are drained',
    severity: 'warning',
    about: 'pods',
    why: 'A pod that is killed before the drain is over cuts the connections that it was given time for.',
    source: GRACEFUL,
    examine: (snapshot) => {
      const { deployment, services } = snapshot;
      if (!deployment.ok) return unread(deployment);
      if (!services.ok) return unread(services);
      if (deployment.value === undefined) return unknown(`there is no Deployment ${snapshot.gateway.deployment}`);
      const drains = services.value.flatMap(({ annotations }) => drainOf(annotations) ?? []);
      if (drains.length === 0) return notApplicable('no connection is drained');
      const grace = deployment.value.gracePeriod / SECOND;
      const longest = Math.max(...drains);
      const evidence = `grace period ${grace} s, connections drain for ${longest} s`;
      if (grace >= longest) return pass(evidence);
      return fail([evidence], printed('Let pods live as long, or drain for less.', living(snapshot, longest, grace)));
    },
  },
  {
    id: 'workload-pre-stop',
    title: 'Workloads behind the gateway wait before they stop',
    severity: 'advice',
    why: 'A preStop keeps a pod serving until the gateway has heard that it goes.',
    source: LIFECYCLE,
    examine: (snapshot) => {
      const { workloads } = snapshot;
      if (workloads === undefined) return notApplicable('no mesh is configured for the region');
      if (!workloads.ok) return unread(workloads);
      if (workloads.value.length === 0) return notApplicable('no workload was found behind the gateway');
      const without = workloads.value.filter(({ containers }) => containers.some(({ preStop }) => !preStop));
      const evidence = `workloads behind it that wait before they stop: ${workloads.value.length - without.length} of ${workloads.value.length}`;
      if (without.length === 0) return pass(evidence);
      return fail(
        [evidence, `without preStop: ${listed(without.map(({ name, namespace }) => `${namespace}/${name}`))}`],
        printed(
          'Let each container sleep first, as long as the gateway needs to hear of it; the image needs a shell, and the pods are restarted.',
          ...without.map((workload) => sleeping(snapshot, workload)),
        ),
      );
    },
  },
];

/** Seconds; `undefined` when nothing drains. */
function drainOf(annotations: Readonly<Record<string, string>>): number | undefined {
  const seconds = Number(annotations[CONNECTION_DRAIN_TIMEOUT]);
  if (annotations[CONNECTION_DRAIN] !== 'on' || !Number.isFinite(seconds)) return undefined;
  return seconds >= SHORTEST && seconds <= LONGEST ? seconds : undefined;
}

function drainText(seconds: number | undefined): string {
  return seconds === undefined ? 'drains nothing' : `drains for ${seconds} s`;
}

function supportText(controller: AuditSnapshot['controller']): readonly string[] {
  if (controller === undefined) return [];
  if (!controller.ok) return [controller.problem];
  const { drains, version } = controller.value;
  return [`cloud controller ${version}, ${drains ? 'which drains' : 'which cannot drain'}`];
}

function drainAdvice({ mesh }: AuditSnapshot): string {
  const version = mesh?.ok === true ? mesh.value.version : undefined;
  const restarts = version !== undefined && (version.major > 1 || version.minor >= 26);
  return restarts
    ? 'Drain as long as pods live. From ASM 1.26 on this restarts the gateway: do it off-peak.'
    : 'Drain as long as pods live.';
}

/** On the gateway's own Service where it lasts, and on each further one itself. */
function draining(snapshot: AuditSnapshot, without: readonly { readonly name: string; readonly namespace: string }[]) {
  const { deployment, gateway } = snapshot;
  const grace = (deployment.ok ? deployment.value?.gracePeriod : undefined) ?? GRACE_PERIOD_SECONDS * SECOND;
  const seconds = Math.min(LONGEST, Math.max(SHORTEST, Math.floor(grace / SECOND)));
  const annotations = { [CONNECTION_DRAIN]: 'on', [CONNECTION_DRAIN_TIMEOUT]: String(seconds) };
  return without.map(({ name, namespace }) =>
    name === gateway.service
      ? reshaped(snapshot, { serviceAnnotations: annotations }, servicePatch(snapshot, annotations))
      : merged(snapshot, 'cluster', { kind: 'Service', namespace, name }, { metadata: { annotations } }),
  );
}

/** An IstioGateway has no grace period: what ASM makes drains for less. */
function living(snapshot: AuditSnapshot, longest: number, grace: number) {
  const own = deploymentPatch(snapshot, { spec: { template: { spec: { terminationGracePeriodSeconds: longest } } } });
  return reshaped(
    snapshot,
    { serviceAnnotations: { [CONNECTION_DRAIN_TIMEOUT]: String(Math.max(SHORTEST, grace)) } },
    own,
  );
}

/** Strategic, so that containers are known by their names and keep everything else. */
function sleeping({ contexts }: AuditSnapshot, { containers, name, namespace }: WorkloadSeen): ObjectPatch {
  const lifecycle = { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 15'] } } };
  const waiting = containers
    .filter(({ preStop }) => !preStop)
    .map((container) => ({ name: container.name, lifecycle }));
  return {
    kind: 'strategic',
    on: 'cluster',
    context: contexts.cluster,
    object: { kind: 'Deployment', namespace, name },
    patch: { spec: { template: { spec: { containers: waiting } } } },
  };
}
