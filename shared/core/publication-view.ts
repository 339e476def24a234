/** One line of a name as a look saw it: whose its records are, and which CLBs they should lead to. Pure. */
import type { AddressType, FrontClb, Hold, PublicationSnapshot } from './publication-model';
import { isMarked } from './record-mark';
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
  /** Those of them that are healthy. */
  readonly wanted: readonly FrontClb[];
  /** Regions of the name that could not be read: an address that is known to nobody may belong to them. */
  readonly unread: readonly string[];
}

/** Steps, and what is wanted or wrong and left alone. */
export interface Planned<Step> {
  readonly steps: readonly Step[];
  readonly holds: readonly Hold[];
}

export function lineOf(snapshot: LineSnapshot, line: string, regions: readonly string[], type: AddressType): Line {
  const clbs = [...snapshot.fronts.values()].flatMap((seen) => (seen.ok ? seen.value.clbs : []));
  const serving = clbs.filter(
    (clb) => clb.serving && regions.includes(clb.region) && (type === 'AAAA') === clb.address.includes(':'),
  );
  const here = snapshot.records
    .filter((record) => record.type === type && record.line === line)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((record) => {
      const clb = clbs.find(({ address }) => address === record.value);
      return { record, clb, owner: ownerOf(record, clb, snapshot.adopt) };
    });
  return {
    snapshot,
    line,
    type,
    here,
    serving,
    wanted: serving.filter(({ health }) => health.state === 'well'),
    unread: [...snapshot.fronts].flatMap(([region, seen]) => (seen.ok ? [] : [region])),
  };
}

function ownerOf(record: RecordSeen, clb: FrontClb | undefined, adopt: boolean): Owner {
  if (record.locked) return 'locked';
  // A crash between adding and marking leaves no remark at all.
  if (isMarked(record) || (clb?.origin === 'extra' && record.remark === '')) return 'us';
  if (clb?.origin === 'own') return adopt ? 'us' : 'operator';
  return 'somebody';
}
