import type { Delegation } from '../core/delegation';
import type { FailoverPolicy } from '../core/failover';
import type { Propose } from '../core/limits';
import type { NameToPublish } from '../core/publication-model';
import type { UnwrittenSteer } from '../core/steer';
import type { Instant, Millis } from '../core/time';
import type { NameServer, ZoneInfo } from '../core/zone';
import type {
  Clock,
  Deadline,
  Delegations,
  LoadBalancers,
  Log,
  RegionalGateways,
  Resolver,
  Zones,
  ZoneWriter,
} from '../ports';
import type { RefusedAddition } from './refused-additions';
import type { RememberedLoads } from './regional-room';
import type { AlarmSources } from './ringing-alarms';
import type { VantageWatch } from './vantage-watch';
import type { VendorClock } from './vendor-clock';
import type { Asking } from './verify-zone';
import type { DelegationAsked } from './zone-delegation';

/** Everything that one look at names needs. */
export interface PublishingLook {
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** Time since some moment, on a clock that is never set back. */
  readonly elapsed: () => Millis;
  readonly names: readonly NameToPublish[];
  /** Names whose records of the gateway's own CLBs are taken over in this look. */
  readonly adopt: ReadonlySet<string>;
  /** Id of the cluster of each region. */
  readonly clusters: Readonly<Record<string, string>>;
  readonly loadBalancers: (region: string) => LoadBalancers;
  readonly zones: Zones;
  /** Absent in a dry run. */
  readonly writer: ZoneWriter | undefined;
  readonly resolver: Resolver;
  readonly nameServers: (hosts: readonly string[]) => Promise<readonly NameServer[]>;
  readonly delegations: Delegations;
  readonly dryRun: boolean;
  /** Wishes for regions that a dry run takes for written. */
  readonly pretended?: readonly UnwrittenSteer[];
  /** What is said of the plan of a name in mode `propose`. */
  readonly propose: (name: string) => Propose;
  /** Why the configuration allows no changes now. */
  readonly maintenance: { readonly reason: string; readonly until: Instant } | undefined;
  readonly memory: PublishingMemory;
  /** Who else has a say; `undefined` where nobody has. */
  readonly failover: FailoverSources | undefined;
  readonly log: Log;
}

/** Vantage points, people, and the functions of all regions. */
export interface FailoverSources {
  readonly policy: FailoverPolicy;
  /** `undefined` where no vantage points are configured. */
  readonly watch: VantageWatch | undefined;
  readonly alarms: AlarmSources;
  readonly regional: RegionalGateways;
  /** Gateways whose extra CLBs are attached and released by load. */
  readonly balanced: ReadonlySet<string>;
  /** By gateway and region; kept from look to look. */
  readonly loads: RememberedLoads;
}

/** What an instance keeps of zones from look to look. It saves calls; nothing rests on it. */
export type PublishingMemory = Map<string, ZoneMemory>;

export interface ZoneMemory {
  /** Records that the zone had. */
  readonly size?: { readonly value: number; readonly at: Instant };
  readonly info?: { readonly value: ZoneInfo; readonly at: Instant };
  readonly fence?: Fence;
  readonly delegation?: { readonly value: Delegation; readonly at: Instant };
  /** Ids of unmarked records that no entry of an addition named: they are not ours. */
  readonly judged?: ReadonlySet<string>;
  /** Additions that were refused for a person to settle, by what they are. */
  readonly refused?: ReadonlyMap<string, RefusedAddition>;
  /** Since when each removal is held, as `elapsed` has it. */
  readonly heldSince?: ReadonlyMap<string, Millis>;
}

/**
 * Whether the vendor was seen to refuse requests signed more than 15 minutes ago and to take younger ones. Where it does not,
 * removals are signed as usual, and one that is held up for more than its lease could still land.
 */
export type Fence = 'proven' | 'unproven';

/** One zone of a look that may write. */
export interface ZoneRun {
  readonly look: PublishingLook;
  readonly zone: string;
  readonly writer: ZoneWriter;
  readonly vendor: VendorClock;
  readonly fence: Fence;
  readonly delegation: DelegationAsked;
  /** Of the lease, in seconds, as the zone's edition allows. */
  readonly leaseTtl: number;
  /** How the zone's servers are asked. */
  readonly asking: Asking;
}
