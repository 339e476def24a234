import { type Instant, MINUTE } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { ASSUMED, type Behaviour } from './behaviour';
import type { DnsClientsSetup } from './dns-clients';
import type { Share } from './load-balancers/carriage';
import { checked, type Destinations, type Load, partOf, weightOf } from './traffic';

const part = 'Clients of a name';

export const NAME_TRAFFIC_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'All clients of a name bring one load; each resolver brings its weight of it to the address that it keeps, in whatever region that is.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'What comes to an address is for the gateway in the region of its CLB; an address that no CLB has, or with no such gateway in its region, loses it.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'Clients whose address is dead lose their requests; they try no other address and do not ask again before they would anyway.',
    basis: ASSUMED,
  },
];

/** The clients of a name, wherever they go. */
export interface NameTrafficSetup extends DnsClientsSetup {
  /** Of the gateway that the name leads to, in each of its regions. */
  readonly gateway: string;
  /** What all clients of the name bring together; asked at the start of each tick, and the same for the same instant. */
  readonly load: (at: Instant) => Load;
}

/** Requests. */
export interface NameFigures {
  readonly offered: number;
  /** Those that nobody served: without an address, at one that nobody has, refused, vanished or more than the pods can. */
  readonly lost: number;
  /** Those that went to the CLBs of a region, whatever became of them. */
  readonly regions: Readonly<Record<string, number>>;
}

/** Since the clients are there. */
export interface NameStats extends NameFigures {
  /** Each minute by itself, the newest last. */
  readonly minutes: readonly (NameFigures & { readonly from: Instant })[];
}

/** The load of one name and what became of it. */
export interface NameTraffic {
  /** Brings the load of a slice to the gateways. */
  offer(from: Instant): void;
  /** Counts what they served, for the whole slice. */
  count(from: Instant, to: Instant): void;
  stats(): NameStats;
}

/** Takes load to the gateway behind an address; undefined when there is none. */
export type BringToGateway = (
  address: string,
  load: Load,
) => { readonly region: string; readonly share: Share } | undefined;

interface Counted {
  offered: number;
  lost: number;
  readonly regions: Map<string, number>;
}

export function createNameTraffic(
  setup: Pick<NameTrafficSetup, 'load' | 'name'>,
  destinationsAt: (at: Instant) => Destinations,
  bring: BringToGateway,
): NameTraffic {
  const minutes = new Map<Instant, Counted>();
  let requests = 0;
  let brought: readonly { readonly region: string; readonly share: Share }[] = [];

  function offer(from: Instant): void {
    const load = checked(setup.load(from), from);
    const destinations = Object.entries(destinationsAt(from));
    const total = weightOf(destinations, from);
    if (total === 0) throw new InvalidInput(`the clients of ${setup.name} have no weight`);
    requests = load.requests;
    brought = destinations.flatMap(([address, weight]) => bring(address, partOf(load, weight, total)) ?? []);
  }

  function count(from: Instant, to: Instant): void {
    const seconds = (to - from) / 1000;
    const minute = Math.floor(from / MINUTE) * MINUTE;
    const counted = minutes.get(minute) ?? { offered: 0, lost: 0, regions: new Map<string, number>() };
    minutes.set(minute, counted);
    let served = 0;
    for (const { region, share } of brought) {
      served += share.load.requests * share.forwarded * share.served;
      counted.regions.set(region, (counted.regions.get(region) ?? 0) + share.sent.requests * seconds);
    }
    counted.offered += requests * seconds;
    counted.lost += Math.max(0, requests - served) * seconds;
  }

  return {
    offer,
    count,
    stats: () => {
      const each = [...minutes].map(([from, { lost, offered, regions }]) => ({
        from,
        offered,
        lost,
        regions: Object.fromEntries(regions),
      }));
      return { ...each.reduce(added, { offered: 0, lost: 0, regions: {} }), minutes: each };
    },
  };
}

function added(sum: NameFigures, next: NameFigures): NameFigures {
  const regions: Record<string, number> = { ...sum.regions };
  for (const [region, requests] of Object.entries(next.regions)) regions[region] = (regions[region] ?? 0) + requests;
  return { offered: sum.offered + next.offered, lost: sum.lost + next.lost, regions };
}
