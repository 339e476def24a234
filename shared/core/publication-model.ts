/** What publishing addresses is about: names, the CLBs in front of their gateway, and the steps that a plan is made of. */
import type { Alarm, Mode, Outcome, Reason } from './decision';
import type { FailoverView } from './failover';
import type { Reading } from './gateway';
import type { RecordMark } from './record-mark';
import type { Instant } from './time';
import type { RecordContent, RecordSeen } from './zone';

/** A name that a gateway is published under, as the configuration has it. */
export interface NameToPublish {
  readonly name: string;
  readonly zone: string;
  /** The name without the zone; `@` for the zone itself. */
  readonly rr: string;
  readonly gateway: string;
  readonly publish: Mode;
  /** Seconds. */
  readonly ttl: number;
  /** Regions of each line, in order of preference. */
  readonly lines: readonly { readonly line: string; readonly regions: readonly string[] }[];
  /** Whether all regions of a line answer, or the first that is well. */
  readonly mode: 'active-active' | 'active-standby';
  /** Client networks that stand for lines. */
  readonly subnets: Readonly<Record<string, string>>;
  /** `even`: weights are on, new answers begin with the smallest. `off`: they are left alone. */
  readonly weights: 'even' | 'off';
  /** Ids of the gateway's own CLBs by region. */
  readonly own: Readonly<Record<string, readonly string[]>>;
}

/** `sick` was seen for certain; what could not be read is `unknown`, which is never a reason to take an answer away. */
export type ClbHealth =
  | { readonly state: 'well' }
  | { readonly state: 'sick'; readonly why: string }
  | { readonly state: 'unknown'; readonly why: string };

/** A CLB of the gateway. */
export interface FrontClb {
  readonly region: string;
  readonly id: string;
  readonly address: string;
  /** `own`: named by the configuration. `extra`: carries our tags. */
  readonly origin: 'own' | 'extra';
  /** Whether clients are to be sent to it: own ones always, extra ones by their stage. */
  readonly serving: boolean;
  readonly health: ClbHealth;
}

/** What was seen of one region. */
export interface RegionFronts {
  readonly clbs: readonly FrontClb[];
  /** Own ids that the vendor does not know. */
  readonly gone: readonly string[];
}

export type FrontsByRegion = ReadonlyMap<string, Reading<RegionFronts>>;

export interface PublicationSnapshot {
  readonly at: Instant;
  readonly name: NameToPublish;
  /** Whether records of the gateway's own CLBs are taken over in this look. */
  readonly adopt: boolean;
  /** Smallest TTL of the zone's edition in seconds; `undefined` when it is not known. */
  readonly minTtl: number | undefined;
  /** Of the zone or of the name alone: others are passed over. */
  readonly records: readonly RecordSeen[];
  readonly fronts: FrontsByRegion;
  /** `undefined`: neither vantage points nor people have a say. */
  readonly failover?: FailoverView;
}

export type AddressType = 'A' | 'AAAA';

/** What adds to a line, or changes nothing that clients see: it needs no lease. */
export type Addition =
  | {
      readonly do: 'enable';
      readonly record: RecordSeen;
      readonly clb: FrontClb;
      /** It comes back with the smallest weight, since another answer of the line is healthy. */
      readonly softly: boolean;
      /** What is written down of it when it is answered again. */
      readonly mark: RecordMark | undefined;
    }
  | { readonly do: 'add'; readonly content: RecordContent; readonly clb: FrontClb; readonly mark: RecordMark }
  /** Writes down whose the record is, or what becomes of its address. */
  | { readonly do: 'mark'; readonly record: RecordSeen; readonly mark: RecordMark }
  | { readonly do: 'open-weights'; readonly rr: string; readonly type: AddressType }
  /** Never lower than it was. */
  | { readonly do: 'weigh'; readonly record: RecordSeen; readonly weight: number };

/** What takes an answer away, or could: it needs the zone's lease. */
export type Removal = {
  readonly record: RecordSeen;
  readonly reason:
    | 'AddressUnhealthy'
    | 'AddressNotServing'
    | 'RegionUnhealthy'
    | 'RegionDrained'
    | 'RegionStandby'
    | 'RecordDiffers';
  /** Until when the votes count that it rests on; `undefined` when it rests on none. */
  readonly until?: Instant;
  readonly because: string;
  /** The CLB that has the address; `undefined` when none of the gateway has. */
  readonly clb: FrontClb | undefined;
} & (
  | { readonly do: 'disable' }
  /** A part of the load stays, for which there is no room elsewhere yet. */
  | { readonly do: 'lighten'; readonly weight: number }
  /** The vendor takes a TTL with the value only, so that a late one would bring an old value back. */
  | { readonly do: 'retime'; readonly ttl: number }
  /** The only answer of its line is changed in place, so that the line is never empty. */
  | { readonly do: 'move'; readonly to: RecordContent; readonly target: FrontClb }
);

/** Something that is wanted or wrong, and is left alone. */
export interface Hold {
  readonly reason: Reason;
  readonly message: string;
  readonly needsPerson: boolean;
}

/** What the other regions must carry, by region. */
export interface Moves {
  readonly leaving: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Share of the whole load that would come. */
  readonly arriving: ReadonlyMap<string, number>;
  /** Regions that clients were led away from. */
  readonly away: readonly string[];
  /** How many addresses of each region are answered. */
  readonly answers: ReadonlyMap<string, number>;
}

export const NO_MOVES: Moves = { leaving: new Map(), arriving: new Map(), away: [], answers: new Map() };

/** What would become of a record if it were adopted. */
export interface Adoption {
  readonly record: RecordSeen;
  readonly changes: readonly string[];
}

/** One line of a name, for one type of address. */
export interface LinePlan {
  readonly line: string;
  readonly type: AddressType;
  /** Addresses that are answered now, in order. */
  readonly answers: readonly string[];
  /** Addresses that should be: those of healthy CLBs that serve. */
  readonly wanted: readonly string[];
  readonly additions: readonly Addition[];
  readonly removals: readonly Removal[];
  readonly holds: readonly Hold[];
  /** What keeps regions out that serve, and that people lead nobody to, in words. */
  readonly ledAway: readonly string[];
  /** Regions that clients leave or come to, whose load must find room: by region, the shares of those that get it. */
  readonly moves: Moves;
  readonly adoptable: readonly Adoption[];
  /** Records of somebody else, and locked ones. */
  readonly foreign: readonly RecordSeen[];
}

export interface NamePlan extends Outcome {
  readonly name: NameToPublish;
  /** TTL in seconds that records get: the configured one, or the smallest that the edition allows. */
  readonly ttl: number;
  readonly lines: readonly LinePlan[];
  readonly alarms: readonly Alarm[];
}
