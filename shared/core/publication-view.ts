/** One line of a name as a look saw it: whose its records are, and which CLBs they should lead to. Pure. */
import { type Choice, chooseAnswers } from './failover';
import type { AddressType, FrontClb, FrontsByRegion, Hold, PublicationSnapshot } from './publication-model';
import { isMarked, readMark } from './record-mark';
import { votedHealth } from './voted-health';
import type { RecordSeen } from './zone';

export type LineSnapshot = PublicationSnapshot & {
  /** Seconds, of records that are made. */
  readonly ttl: number;
  /** Whether the zone's edition is known to allow it. */
  readonly isTtlKnown: boolean;
};

export type Owner = 'us' | 'operator' | 'somebody' | 'locked';

/** Everything that the plan of a line goes by. */
export interface Line {
  readonly snapshot: LineSnapshot;
  readonly line: string;
  readonly type: AddressType;
  /** Records of this name, type and line. */
  readonly here: readonly { readonly record: RecordSeen; readonly owner: Owner; readonly clb: FrontClb | undefined }[];
  /** CLBs of the line's regions that serve, sick ones included. */
  readonly serving: readonly FrontClb[];
  /** Those of them that are healthy and should answer. */
  readonly wanted: readonly FrontClb[];
  readonly choice: Choice;
  /** Regions of the name that could not be read: an address that is known to nobody may belong to them. */
  readonly unread: readonly string[];
}

/** Steps, and what is wanted or wrong and left alone. */
export interface Planned<Step> {
  readonly steps: readonly Step[];
  readonly holds: readonly Hold[];
}

export function lineOf(snapshot: LineSnapshot, line: string, regions: readonly string[], type: AddressType): Line {
  const { at, failover, name } = snapshot;
  const records = snapshot.records
    .filter((record) => record.type === type && record.line === line)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const clbs = clbsOf(snapshot.fronts, records).map((clb) => ({
    ...clb,
    health: votedHealth(clb, failover?.votes),
  }));
  const serving = clbs.filter(
    (clb) => clb.serving && regions.includes(clb.region) && (type === 'AAAA') === clb.address.includes(':'),
  );
  const here = records.map((record) => {
    const clb = clbs.find(({ address }) => address === record.value);
    return { record, clb, owner: ownerOf(record, clb, snapshot.adopt) };
  });
  const unread = unreadIn(snapshot.fronts);
  const doubted = here.flatMap(({ clb, owner, record }) => {
    const isKnown = clb === undefined ? unread.length === 0 : clb.health.state !== 'unknown';
    return owner !== 'us' || !record.enabled || isKnown ? [] : [clb?.region];
  });
  const choice = chooseAnswers({ at, mode: name.mode, regions, serving, records, doubted, failover });
  return { snapshot, line, type, here, serving, wanted: choice.wanted, choice, unread };
}

/** The CLBs in front of a name: as they were seen and, in regions that could not be read, as our own records remember them. */
export function clbsOf(fronts: FrontsByRegion, records: readonly RecordSeen[]): readonly FrontClb[] {
  const known = [...fronts.values()].flatMap((seen) => (seen.ok ? seen.value.clbs : []));
  const unread = unreadIn(fronts);
  return [...known, ...records.flatMap((record) => rememberedClb(record, unread))];
}

function unreadIn(fronts: FrontsByRegion): readonly string[] {
  return [...fronts].flatMap(([region, seen]) => (seen.ok ? [] : [region]));
}

/** What our own remark says of an address of a region that could not be read: clients can still be asked about it. */
function rememberedClb(record: RecordSeen, unread: readonly string[]): readonly FrontClb[] {
  const { absence, isExtra, region } = readMark(record.remark);
  if (region === undefined || !unread.includes(region)) return [];
  return [
    {
      region,
      id: record.value,
      address: record.value,
      origin: isExtra ? 'extra' : 'own',
      // An extra one may have been drained; own ones serve always.
      serving: !isExtra || record.enabled || absence !== undefined,
      health: { state: 'unknown', why: `the CLBs of ${region} could not be read` },
    },
  ];
}

function ownerOf(record: RecordSeen, clb: FrontClb | undefined, adopt: boolean): Owner {
  if (record.locked) return 'locked';
  // A crash between adding and marking leaves no remark at all.
  if (isMarked(record) || (clb?.origin === 'extra' && record.remark === '')) return 'us';
  if (clb?.origin === 'own') return adopt ? 'us' : 'operator';
  return 'somebody';
}
