import { counted, listed } from '../words';
import type { NewObject, Patch, Source } from './finding';
import { byHand, call, merged, printed, reshaped } from './fixes';
import type { AuditedLoadBalancer, AuditedService, AuditSnapshot } from './snapshot';
import { type Check, fail, notApplicable, pass, unknown, unread, type Verdict } from './verdict';

const SEVERAL: Source = {
  page: 'https://www.alibabacloud.com/help/en/asm/sidecar/access-an-asm-gateway-by-using-multiple-clb-instances',
  date: '2026-03-11',
};
const CHARGES: Source = {
  page: 'https://help.aliyun.com/en/slb/classic-load-balancer/product-overview/modify-the-configurations-of-pay-as-you-go-clb-instances',
  date: '2026-11-22',
};
const SDK: Source = { page: 'aliyun/alibabacloud-typescript-sdk slb-20140515 2.0.12', date: '2026-04' };

const PREFIX = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-';

export const LOAD_BALANCER_CHECKS: readonly Check[] = [
  {
    id: 'clb-count',
    title: 'Several CLBs are in front of the gateway',
    severity: 'warning',
    about: 'pods',
    why: 'When a CLB fails, another one of the same gateway goes on; and one alone may be too small.',
    source: SEVERAL,
    examine: (snapshot) =>
      judged(snapshot, (clbs) => {
        const evidence = `${counted(clbs.length, 'CLB')}: ${listed(clbs.map(({ id }) => id))}`;
        if (clbs.length > 1) return pass(evidence);
        return fail(
          [evidence],
          printed(
            'Put a second one in front: another Service with the same selector, to which the cloud controller gives a CLB; or attach-clb does it, when its policy says so.',
            ...anotherService(snapshot),
          ),
        );
      }),
  },
  {
    id: 'clb-zones',
    title: 'Its CLBs are in several zones',
    severity: 'warning',
    about: 'pods',
    why: 'A CLB without a zone to fall back on, or several with the same main zone, go down with that zone.',
    source: SEVERAL,
    examine: (snapshot) =>
      judged(snapshot, (clbs) => {
        const zones = new Set(
          clbs.flatMap(({ slaveZone, zone }) => [zone, slaveZone].filter((each) => each !== undefined)),
        );
        const main = new Set(clbs.map(({ zone }) => zone));
        const evidence = clbs.map(
          ({ id, slaveZone, zone }) => `${id}: ${zone ?? 'no zone known'}, falls back on ${slaveZone ?? 'none'}`,
        );
        if (zones.size > 1 && (clbs.length === 1 || main.size > 1)) return pass(...evidence);
        return fail(
          evidence,
          printed(
            'An instance keeps its zones: put one in another zone in front, and release the old one if you like.',
            ...anotherService(snapshot),
          ),
        );
      }),
  },
  {
    id: 'clb-charge-type',
    title: 'Its CLBs are paid by what they carry',
    severity: 'advice',
    about: 'pods',
    why: 'A specification drops connections at its limit; those paid by LCU grow to 1,000,000 connections by themselves.',
    source: CHARGES,
    examine: (snapshot) =>
      judged(snapshot, (clbs) => {
        const fixed = clbs.filter(({ chargeType }) => chargeType !== 'PayByCLCU');
        const evidence = clbs.map(({ chargeType, id, specification }) =>
          `${id}: ${chargeType || 'not told'} ${specification}`.trim(),
        );
        if (clbs.some(({ chargeType }) => chargeType === '')) return unknown(...evidence);
        if (fixed.length === 0) return pass(...evidence);
        return fail(
          evidence,
          printed(
            'Change the charge type; there is no way back, and specifications above slb.s3.large carry more than pay-by-LCU does.',
            ...fixed.map(({ id }) =>
              call('slb', 'ModifyLoadBalancerInstanceChargeType', snapshot.region, {
                LoadBalancerId: id,
                InstanceChargeType: 'PayByCLCU',
              }),
            ),
          ),
        );
      }),
  },
  {
    id: 'clb-delete-protection',
    title: 'Its CLBs cannot be deleted by mistake',
    severity: 'warning',
    about: 'pods',
    why: 'A deleted CLB takes its address along, which clients and DNS go on using.',
    source: SDK,
    examine: (snapshot) =>
      judged(snapshot, (clbs) => {
        const bare = clbs.filter(({ deleteProtection }) => !deleteProtection);
        const evidence = `CLBs under deletion protection: ${clbs.length - bare.length} of ${clbs.length}`;
        if (bare.length === 0) return pass(evidence);
        const seen = [evidence, `without: ${listed(bare.map(({ id }) => id))}`];
        const told = bare.flatMap(({ id }) => servicesWithoutProtection(snapshot, id));
        if (told.length > 0) {
          const text =
            'A Service says that there is to be none, which the cloud controller carries out: say otherwise there.';
          return fail(seen, printed(text, ...told.map((service) => protectedBy(snapshot, service))));
        }
        const patches = bare.map(({ id }) => protection(snapshot.region, id));
        return fail(seen, { text: 'Switch deletion protection on.', safe: true, patches });
      }),
  },
  {
    id: 'clb-health',
    title: 'Its CLBs serve',
    severity: 'critical',
    about: 'pods',
    why: 'An instance that is off, a listener that is stopped and backends that fail their checks answer nobody.',
    source: SDK,
    examine: (snapshot) =>
      judged(snapshot, (clbs) => {
        const problems = clbs.flatMap(({ listeners }) => (listeners.ok ? [] : [listeners.problem]));
        const sick = clbs.map((clb) => ({ clb, trouble: troubleOf(clb) })).filter(({ trouble }) => trouble.length > 0);
        if (sick.length > 0) {
          return fail(
            sick.flatMap(({ clb, trouble }) => trouble.map((each) => `${clb.id}: ${each}`)),
            printed(
              'Start what is stopped; where backends fail, look at the pods and at the health check of the listener.',
              ...sick.flatMap(({ clb }) => cures(clb, snapshot.region)),
            ),
          );
        }
        if (problems.length > 0) return unknown(...problems);
        const evidence = clbs.map((clb) => `${clb.id}: ${healthText(clb)}`);
        const isSeen = clbs.every(
          ({ listeners }) => listeners.ok && listeners.value.every(({ normalBackends }) => normalBackends > 0),
        );
        return isSeen ? pass(...evidence) : unknown(...evidence, 'health checks are off or not finished');
      }),
  },
];

const PROTECTION = `${PREFIX}delete-protection`;

function servicesWithoutProtection({ services }: AuditSnapshot, id: string): readonly AuditedService[] {
  if (!services.ok) return [];
  return services.value.filter(
    ({ annotations, loadBalancerId }) => loadBalancerId === id && annotations[PROTECTION] === 'off',
  );
}

function protectedBy(snapshot: AuditSnapshot, { name, namespace }: AuditedService): Patch {
  const annotations = { [PROTECTION]: 'on' };
  const own = merged(snapshot, 'cluster', { kind: 'Service', namespace, name }, { metadata: { annotations } });
  return name === snapshot.gateway.service ? reshaped(snapshot, { serviceAnnotations: annotations }, own) : own;
}

function protection(region: string, id: string) {
  return call('slb', 'SetLoadBalancerDeleteProtection', region, { LoadBalancerId: id, DeleteProtection: 'on' });
}

function judged({ loadBalancers }: AuditSnapshot, judge: (clbs: readonly AuditedLoadBalancer[]) => Verdict): Verdict {
  if (!loadBalancers.ok) return unread(loadBalancers);
  return loadBalancers.value.length === 0
    ? notApplicable('no CLB is bound to the gateway')
    : judge(loadBalancers.value);
}

/** What is known to be wrong; what was not read or not checked is not. */
function troubleOf({ listeners, status }: AuditedLoadBalancer): readonly string[] {
  const inactive = status === 'active' ? [] : [`is ${status}`];
  if (!listeners.ok) return inactive;
  if (listeners.value.length === 0) return [...inactive, 'has no listener'];
  return [
    ...inactive,
    ...listeners.value.flatMap(({ abnormalBackends, normalBackends, port, running, unknownBackends }) => {
      if (!running) return [`listener ${port} is stopped`];
      const total = abnormalBackends + normalBackends + unknownBackends;
      if (total === 0) return [`listener ${port} has no backend`];
      return abnormalBackends === 0
        ? []
        : [`listener ${port}: ${abnormalBackends} of ${counted(total, 'backend')} abnormal`];
    }),
  ];
}

function cures({ id, listeners, status }: AuditedLoadBalancer, region: string): readonly Patch[] {
  const ports = listeners.ok ? listeners.value.filter(({ running }) => !running).map(({ port }) => port) : [];
  const started = [
    ...(status === 'inactive'
      ? [call('slb', 'SetLoadBalancerStatus', region, { LoadBalancerId: id, LoadBalancerStatus: 'active' })]
      : []),
    ...ports.map((port) =>
      call('slb', 'StartLoadBalancerListener', region, { LoadBalancerId: id, ListenerPort: String(port) }),
    ),
  ];
  return started.length > 0 ? started : [byHand(`look at ${id} and at the pods behind it`)];
}

function healthText({ listeners }: AuditedLoadBalancer): string {
  if (!listeners.ok) return listeners.problem;
  return listeners.value
    .map(({ abnormalBackends, normalBackends, port, unknownBackends }) => {
      const total = abnormalBackends + normalBackends + unknownBackends;
      return `${normalBackends} of ${counted(total, 'backend')} normal on ${port}`;
    })
    .join(', ');
}

/** A further Service as the vendor's page has it, in a main zone that no CLB of the gateway has yet. */
function anotherService({ contexts, gateway, loadBalancers, services, zonesOnSale }: AuditSnapshot): readonly Patch[] {
  const own = services.ok ? services.value.find(({ name }) => name === gateway.service) : undefined;
  if (own === undefined)
    return [byHand(`make a second Service of type LoadBalancer with the selector and ports of ${gateway.service}`)];
  const clbs = loadBalancers.ok ? loadBalancers.value : [];
  const used = clbs.map(({ zone }) => zone);
  const master = zonesOnSale.ok ? zonesOnSale.value.find((zone) => !used.includes(zone)) : undefined;
  const slave = zonesOnSale.ok ? zonesOnSale.value.find((zone) => zone !== master) : undefined;
  const isPrivate = clbs.some(({ addressType }) => addressType === 'intranet');
  const taken = services.ok ? services.value.map(({ name }) => name) : [];
  const name = [2, 3, 4, 5, 6, 7, 8, 9].map((n) => `${gateway.service}-clb-${n}`).find((each) => !taken.includes(each));
  const object = { kind: 'Service', namespace: gateway.namespace, name: name ?? `${gateway.service}-further` } as const;
  const made: NewObject = {
    kind: 'create',
    on: 'cluster',
    context: contexts.cluster,
    object,
    manifest: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        namespace: object.namespace,
        name: object.name,
        annotations: {
          ...own.annotations,
          [`${PREFIX}address-type`]: isPrivate ? 'intranet' : 'internet',
          ...(master === undefined || slave === undefined
            ? {}
            : { [`${PREFIX}master-zoneid`]: master, [`${PREFIX}slave-zoneid`]: slave }),
        },
      },
      spec: {
        type: 'LoadBalancer',
        selector: own.selector,
        ports: own.ports,
        ...(own.externalTrafficPolicy === undefined ? {} : { externalTrafficPolicy: own.externalTrafficPolicy }),
      },
    },
  };
  return [made];
}
