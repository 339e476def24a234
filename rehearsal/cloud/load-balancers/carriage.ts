import type { ClbCapacity } from '../../../shared/core/clb-capacity';
import type { Instant } from '../../../shared/core/time';
import type { ClbSample, MetricHistory } from '../metric-history';
import type { Regions } from '../regions';
import { type Load, partOf } from '../traffic';
import type { Fleet } from './fleet';
import { capacityOf, type LoadBalancer, statusOf } from './instance';

/** The load that clients bring to one address in one slice of time, and what became of it. */
export interface Share {
  /** What clients send. */
  readonly sent: Load;
  /** What of it arrives at the instance. */
  readonly load: Load;
  /** Part of the connections that the instance takes, 0 to 1. */
  accepted: number;
  /** Part of the requests that it passes on: fewer when the region's traffic is at its ceiling. */
  forwarded: number;
  /** Part of what it passes on that is served behind it. */
  served: number;
  /** What its layer-7 listeners see; undefined when it has none. */
  layer7: Pick<ClbSample, 'requests' | 'serverErrors' | 'responseTime'> | undefined;
}

/** Carries the load of all gateways through their load balancers, slice by slice. */
export interface Carriage {
  /**
   * @param byAsm whether ASM runs what is behind the address, so that no backends are seen
   * @returns what becomes of it, once `settle` was called
   */
  offer(address: string, load: Load, byAsm: boolean): Share;
  settle(): void;
  /** Keeps the metrics of every instance. */
  record(from: Instant, to: Instant): void;
}

const IDLE: ClbSample = {
  newConnections: 0,
  activeConnections: 0,
  openConnections: 0,
  trafficIn: 0,
  trafficOut: 0,
  droppedConnections: 0,
  requests: undefined,
  serverErrors: undefined,
  responseTime: undefined,
};

/** Bit/s of all public instances of a region and account that are paid by traffic (limits page of CLB). */
const REGIONAL_CEILING = 5e9;

export function createCarriage(fleet: Fleet, history: MetricHistory, regions: Regions): Carriage {
  let carried = new Map<LoadBalancer, Share[]>();

  function offer(address: string, load: Load, byAsm: boolean): Share {
    const clb = fleet.behind(address);
    const arriving = clb === undefined ? 1 : regions.arriving(clb.region);
    const arrived = arriving === 1 ? load : partOf(load, arriving, 1);
    const share: Share = { sent: load, load: arrived, accepted: 0, forwarded: 0, served: 0, layer7: undefined };
    if (clb === undefined || arriving === 0) return share;
    if (byAsm ? statusOf(clb, fleet.now()) !== 'active' || fleet.isBroken(clb.id) : !fleet.forwards(clb)) return share;
    const others = carried.get(clb);
    if (others === undefined) carried.set(clb, [share]);
    else others.push(share);
    return share;
  }

  function settle(): void {
    const traffic = new Map<string, number>();
    for (const [clb, shares] of carried) {
      const accepted = acceptedPart(shares, capacityOf(clb));
      for (const share of shares) {
        share.accepted = accepted;
        share.forwarded = accepted;
      }
      if (sharesCeiling(clb)) {
        const bits = Math.max(sum(shares, 'trafficIn'), sum(shares, 'trafficOut')) * accepted;
        traffic.set(clb.region, (traffic.get(clb.region) ?? 0) + bits);
      }
    }
    for (const [clb, shares] of carried) {
      const bits = sharesCeiling(clb) ? (traffic.get(clb.region) ?? 0) : 0;
      if (bits > REGIONAL_CEILING) for (const share of shares) share.forwarded *= REGIONAL_CEILING / bits;
    }
  }

  function record(from: Instant, to: Instant): void {
    const samples = new Map([...carried].map(([clb, shares]) => [clb.id, sampleOf(shares)]));
    for (const { id, region } of fleet.register.present()) {
      history.addInstance(id, region);
      if (regions.isAlive(region)) history.record(id, samples.get(id) ?? IDLE, from, to);
      else history.skip(id, to);
    }
    carried = new Map();
  }

  return { offer, settle, record };
}

function sharesCeiling({ addressType, charge }: LoadBalancer): boolean {
  return addressType === 'internet' && charge.internet === 'paybytraffic';
}

/** Limits bite on the first one that is reached. */
function acceptedPart(shares: readonly Share[], { connections, newConnections, traffic }: ClbCapacity): number {
  return Math.min(
    1,
    fits(sum(shares, 'activeConnections') + sum(shares, 'inactiveConnections'), connections),
    fits(sum(shares, 'newConnections'), newConnections),
    fits(Math.max(sum(shares, 'trafficIn'), sum(shares, 'trafficOut')), traffic),
  );
}

function fits(load: number, capacity: number): number {
  return load <= capacity ? 1 : capacity / load;
}

function sum(shares: readonly Share[], field: keyof Load): number {
  return shares.reduce((total, { load }) => total + (load[field] ?? 0), 0);
}

function sampleOf(shares: readonly Share[]): ClbSample {
  return shares.map(carriedBy).reduce((a, b) => ({
    newConnections: a.newConnections + b.newConnections,
    activeConnections: a.activeConnections + b.activeConnections,
    openConnections: a.openConnections + b.openConnections,
    trafficIn: a.trafficIn + b.trafficIn,
    trafficOut: a.trafficOut + b.trafficOut,
    droppedConnections: a.droppedConnections + b.droppedConnections,
    requests: added(a.requests, b.requests),
    serverErrors: added(a.serverErrors, b.serverErrors),
    responseTime: a.responseTime ?? b.responseTime,
  }));
}

function carriedBy({ accepted, forwarded, layer7, load }: Share): ClbSample {
  return {
    ...IDLE,
    newConnections: load.newConnections * accepted,
    activeConnections: load.activeConnections * accepted,
    openConnections: (load.activeConnections + (load.inactiveConnections ?? 0)) * accepted,
    trafficIn: load.trafficIn * forwarded,
    trafficOut: load.trafficOut * forwarded,
    droppedConnections: load.newConnections * (1 - accepted),
    ...layer7,
  };
}

function added(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b;
}
