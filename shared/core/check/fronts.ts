/** What attach-clb says of the CLBs in front of gateways. Pure. */
import { byHand, printed } from '../audit/fixes';
import { fail, type Judged, notApplicable, pass, unknown, unread } from '../audit/verdict';
import { CLB_TAGS, type LoadBalancerSeen } from '../load-balancer';
import { counted, listed } from '../words';
import { joined, type SelfCheck, type Tried } from './self-check';

export interface FrontsSnapshot {
  readonly region: string;
  readonly clusterId: string;
  readonly gateways: readonly FrontGateway[];
  /** Of the configured ids; those that are not there are missing. */
  readonly configured: Tried<readonly LoadBalancerSeen[]>;
  /** Those that carry our mark, extra ones and the warm pool. */
  readonly ours: Tried<readonly LoadBalancerSeen[]>;
  /** Zones to buy in, of the configuration; empty: wherever the vendor sells. */
  readonly zones: readonly string[];
  /** What the vendor sells; `undefined` where zones are configured, or nothing is bought. */
  readonly onSale: Tried<readonly string[]> | undefined;
}

export interface FrontGateway {
  readonly gateway: string;
  readonly service: string;
  /** Own ones, of the configuration. */
  readonly ids: readonly string[];
  /** Bound to its Services. */
  readonly bound: Tried<readonly string[]>;
}

export const FRONT_CHECKS: readonly SelfCheck<FrontsSnapshot>[] = [
  {
    id: 'load-balancers',
    title: 'The configured CLBs are there, and are those of their gateway',
    severity: 'critical',
    why: 'Load is measured at the CLBs, and their addresses are what clients are sent to.',
    examine: (snapshot) =>
      joined(
        snapshot.gateways.map((gateway) => [gateway.gateway, ownOnes(gateway, snapshot)] as const),
        'no policy of a gateway in the region has loadBalancers',
      ),
  },
  {
    id: 'zones-on-sale',
    title: 'CLBs can be bought',
    severity: 'warning',
    why: 'An extra CLB that no zone sells is not attached.',
    examine: ({ onSale, region, zones }) => {
      if (onSale === undefined)
        return notApplicable(
          zones.length === 0 ? 'nothing is bought' : `zones are configured: ${listed(zones)}; an order tells`,
        );
      if (!onSale.ok) return unread(onSale);
      if (onSale.value.length > 0) return pass(`on sale in ${listed(onSale.value)}`);
      return fail(
        [`no zone of ${region} sells public CLBs paid by LCU`],
        printed(
          'Fill a warm pool, or ask the vendor for stock.',
          byHand(`buy CLBs in ${region} and tag them for the pool`),
        ),
      );
    },
  },
  {
    id: 'marked-load-balancers',
    title: 'Every CLB that carries our mark belongs to a gateway that is looked after',
    severity: 'warning',
    why: 'One that nobody looks after costs money and is never released.',
    examine: ({ clusterId, gateways, ours }) => {
      if (!ours.ok) return unread(ours);
      const known = new Set(gateways.map(({ gateway }) => gateway));
      // Another installation in the account has CLBs of its own.
      const here = ours.value.filter(({ tags }) => (tags[CLB_TAGS.cluster] ?? clusterId) === clusterId);
      const strays = here.filter(({ tags }) => !known.has(tags[CLB_TAGS.gateway] ?? ''));
      const pool = here.filter(({ tags }) => tags[CLB_TAGS.pool] === 'true').length;
      const facts = [`${counted(here.length, 'CLB')} with our mark, ${pool} of the warm pool`];
      if (strays.length === 0) return pass(...facts);
      return fail(
        [
          ...facts,
          ...strays.map(
            ({ id, tags }) => `${id} is for "${tags[CLB_TAGS.gateway] ?? ''}", which is not looked after here`,
          ),
        ],
        printed(
          'Give the policy of that gateway loadBalancers again until they are released, or delete them.',
          ...strays.map(({ id }) => byHand(`find out whether ${id} is in use, then delete it`)),
        ),
      );
    },
  },
];

function ownOnes({ bound, gateway, ids, service }: FrontGateway, { configured, region }: FrontsSnapshot): Judged {
  if (ids.length === 0) {
    if (!bound.ok) return unread(bound);
    return bound.value.length > 0
      ? pass(`none is configured; its Services have ${listed(bound.value)}`)
      : unknown(`none is configured, and Service ${service} has none`);
  }
  if (!configured.ok) return unread(configured);
  const missing = ids.filter((id) => !configured.value.some((clb) => clb.id === id));
  const wrong = (facts: readonly string[]): Judged =>
    fail(
      facts,
      printed(`Correct gateways.${gateway}.loadBalancers.${region} in autopilot.yaml.`, {
        kind: 'configuration',
        patch: { gateways: { [gateway]: { loadBalancers: { [region]: bound.ok ? bound.value : ['…'] } } } },
      }),
    );
  if (missing.length > 0) return wrong([`configured but not in ${region}: ${listed(missing)}`]);
  if (!bound.ok) return unread(bound);
  const foreign = ids.filter((id) => !bound.value.includes(id));
  if (foreign.length > 0) {
    return wrong([`configured but not bound to its Services: ${listed(foreign)}`, `bound: ${listed(bound.value)}`]);
  }
  return pass(`bound to its Services: ${listed(ids)}`);
}
