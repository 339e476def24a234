import { z } from 'zod';
import { INSTANCE_FEE } from '../shared/core/load-balancer';
import { type Instant, MINUTE, type Millis } from '../shared/core/time';
import { attachClbHandler } from '../shared/serve/attach-clb';
import { failoverDnsHandler } from '../shared/serve/failover-dns';
import { scaleGatewayHandler } from '../shared/serve/scale-gateway';
import { type Cloud, createCloud } from './cloud';
import { OWN_CLB, type Scene } from './promotion-scene';
import { REQUESTS_AT_TARGET } from './replay';
import { rehearsedSurroundings } from './surroundings';
import { answerOf, playMinute, type Timer } from './timers';

/** One minute of the promotion, as a person watches it. */
export interface PromotionMinute {
  readonly at: Instant;
  /** Requests per second that arrive. */
  readonly requests: number;
  /** Requests of this minute that no CLB had room for. */
  readonly refused: number;
  /** CLBs in front of the gateway: its own, and extra ones that serve. */
  readonly clbs: number;
  /** Addresses that the name answers. */
  readonly answers: number;
  readonly events: readonly string[];
}

export interface PromotionResult {
  readonly looks: number;
  /** Looks from the first that wanted another CLB to the one after which it served, and was answered. */
  readonly looksToServing: number | undefined;
  readonly looksToAnswered: number | undefined;
  /** Requests that no CLB had room for, and how many there would have been with the gateway's own alone. */
  readonly refused: number;
  readonly refusedWithout: number;
  readonly offered: number;
  readonly bought: number;
  readonly hoursCharged: number;
  /** US dollars for instances; LCU and traffic are paid by use either way. */
  readonly instanceCost: number;
  /** Extra CLBs at the end: none, if it was long enough. */
  readonly left: number;
}

/** Seconds into each minute at which the timers of s.yaml invoke the functions. */
const TIMERS = [
  ['scale-gateway', 35],
  ['attach-clb', 45],
  ['failover-dns', 55],
] as const;
type FunctionName = (typeof TIMERS)[number][0];

const WARM_UP: Millis = 30 * MINUTE;
const HOME = '203.0.113.0/24';

/** Runs the promotion with the extra CLBs and, on the same load, without. */
export async function rehearsePromotion(
  scene: Scene,
  seed: number,
  onMinute: (minute: PromotionMinute) => void,
): Promise<PromotionResult> {
  const played = await play(scene, seed, ['scale-gateway', 'attach-clb', 'failover-dns'], onMinute);
  const to = scene.from + played.looks * MINUTE;
  const without = await play({ ...scene, to }, seed, ['scale-gateway'], () => undefined);
  return { ...played, refusedWithout: without.refused };
}

async function play(
  scene: Scene,
  seed: number,
  functions: readonly FunctionName[],
  onMinute: (minute: PromotionMinute) => void,
): Promise<Omit<PromotionResult, 'refusedWithout'>> {
  const { gateway, region } = scene;
  const cloud = furnish(scene, seed);
  deploy(cloud, scene);
  cloud.step(WARM_UP);
  const before = cloud.stats(region, gateway);
  const seen: Seen = { wanted: undefined, served: undefined, answered: undefined };
  const timers = TIMERS.filter(([name]) => functions.includes(name)).map(
    ([name, second]): Timer => ({ region, function: name, second }),
  );
  let looks = 0;
  let { refused } = before;
  for (let minute = scene.from; minute < scene.to; minute += MINUTE) {
    const events: string[] = [];
    let clbs = 1;
    let answers = 1;
    looks += 1;
    await playMinute(cloud, timers, minute, (timer, played) => {
      const answer = answerOf(timer, played);
      const name = timer.function;
      if (name === 'attach-clb') {
        const { extras, want } = Extras.parse(answer).gateways[0];
        clbs = 1 + extras.filter(({ stage }) => stage === 'serving').length;
        if (want > 0) seen.wanted ??= looks;
        if (clbs > 1) seen.served ??= looks;
        events.push(...extras.flatMap(({ done, reason, service, stage }) => eventsOf(service, stage, done, reason)));
      }
      if (name === 'failover-dns') {
        const [published] = Names.parse(answer).zones.flatMap(({ names }) => names);
        answers = new Set(published?.lines.flatMap((line) => line.answers)).size;
        if (answers > 1) seen.answered ??= looks;
        events.push(...(published?.done ?? []).map((step) => `DNS: ${step}`));
      }
    });
    const now = cloud.stats(region, gateway);
    onMinute({
      at: minute + MINUTE,
      requests: scene.load(minute).requests,
      refused: now.refused - refused,
      clbs,
      answers,
      events,
    });
    refused = now.refused;
    // What is left of the day would show nothing new.
    if (isOver(cloud)) break;
  }
  const after = cloud.stats(region, gateway);
  const bill = cloud.loadBalancers.bill();
  const hoursCharged = bill.reduce((sum, { hours }) => sum + hours, 0);
  return {
    looks,
    looksToServing: between(seen.wanted, seen.served),
    looksToAnswered: between(seen.wanted, seen.answered),
    refused: after.refused - before.refused,
    offered: after.offered - before.offered,
    bought: bill.length,
    hoursCharged,
    instanceCost: hoursCharged * INSTANCE_FEE,
    left: bill.filter(({ to }) => to === undefined).length,
  };
}

function isOver(cloud: Cloud): boolean {
  const bill = cloud.loadBalancers.bill();
  return bill.length > 0 && bill.every(({ to }) => to !== undefined);
}

/** The looks at which things were first seen, counted from 1. */
interface Seen {
  wanted: number | undefined;
  served: number | undefined;
  answered: number | undefined;
}

function between(first: number | undefined, last: number | undefined): number | undefined {
  return first === undefined || last === undefined ? undefined : last - first + 1;
}

function eventsOf(
  service: string,
  stage: string,
  done: readonly string[],
  reason: string | undefined,
): readonly string[] {
  if (done.length === 0) return [];
  return [`${service}: ${done.join(', ')} → ${stage}${reason === undefined ? '' : ` (${reason})`}`];
}

function furnish({ configuration, gateway, load, name, policy, region, specification, ...scene }: Scene, seed: number) {
  const described = configuration.regions[region];
  const settings = configuration.gateways[gateway];
  if (described === undefined || settings === undefined) throw new Error('the scene lacks its region or gateway');
  const cloud = createCloud({ at: scene.from - WARM_UP, seed });
  cloud.addCluster({ region, id: described.cluster.id });
  cloud.addGateway({
    region,
    clusterId: described.cluster.id,
    name: gateway,
    namespace: settings.namespace,
    deployment: settings.deployment,
    service: settings.service,
    replicas: Math.min(policy.replicas.max, Math.ceil(load(scene.from).requests / REQUESTS_AT_TARGET)),
    owner: 'deployment',
    loadBalancerIds: [OWN_CLB],
    capacityPerReplica: REQUESTS_AT_TARGET / 0.7,
    specification,
  });
  const value = cloud.loadBalancers.address(OWN_CLB);
  const record = { rr: name.rr, type: 'A' as const, value, ttl: name.ttl, remark: 'gateway-autopilot' };
  cloud.dns.addZone({ name: name.zone, edition: 'ultimate', records: [record] });
  cloud.setLoad(region, gateway, (at) => load(Math.max(at, scene.from)));
  cloud.sendTo(region, gateway, cloud.dns.clients({ name: name.name, populations: [{ subnet: HOME, share: 1 }] }));
  return cloud;
}

function deploy(cloud: Cloud, { configuration, region }: Scene): void {
  const around = rehearsedSurroundings({ cloud, configuration, url: undefined, writeLine: () => undefined });
  // A function that waits for name servers sees them follow.
  const sleep = (duration: Millis): Promise<void> => {
    cloud.step(duration);
    return cloud.clock.sleep(0);
  };
  const surroundings = { ...around, clock: { now: cloud.clock.now, sleep } };
  const handlers = {
    'scale-gateway': scaleGatewayHandler(surroundings),
    'attach-clb': attachClbHandler(surroundings),
    'failover-dns': failoverDnsHandler(surroundings),
  } as const;
  for (const [name] of TIMERS) {
    cloud.functions.deploy({ region, name, timeout: 60, memory: 512, handler: handlers[name] });
  }
}

const Extras = z.object({
  gateways: z.tuple([
    z.object({
      want: z.number(),
      extras: z.array(
        z.object({
          service: z.string(),
          stage: z.string(),
          reason: z.string().optional(),
          done: z.array(z.string()).default([]),
        }),
      ),
    }),
  ]),
});

const Names = z.object({
  zones: z.array(
    z.object({
      names: z.array(
        z.object({
          done: z.array(z.string()).default([]),
          lines: z.array(z.object({ answers: z.array(z.string()) })),
        }),
      ),
    }),
  ),
});
