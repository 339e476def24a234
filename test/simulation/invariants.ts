import type { Cloud, ZoneRecord, ZoneState } from '../../rehearsal/cloud';
import { isMarked } from '../../shared/core/record-mark';
import { MINUTE } from '../../shared/core/time';
import { LEASE_RR, leaseValue } from '../../shared/core/zone-lease';

/**
 * The invariants of a zone that can be seen in the zone alone, checked at every single change of it (`dns-failover` page,
 * section 6). The others are held by tests of their own.
 */
export interface Invariants {
  /** What was broken, one sentence each. */
  readonly broken: readonly string[];
  /** Lets a person, or the vendor, do what no function may. */
  byHand<T>(act: () => Promise<T>): Promise<T>;
}

export interface InvariantsOptions {
  readonly zone: string;
  /** Host records of the names that may be changed. */
  readonly names: readonly string[];
  /** Whether what is behind an address serves, in truth. */
  readonly isWell?: (address: string) => boolean;
}

const OURS = /^_gateway-autopilot/;

export function watchInvariants(cloud: Cloud, options: InvariantsOptions): Invariants {
  const broken: string[] = [];
  let hands = 0;
  cloud.dns.watch(options.zone, (before, after) => {
    if (hands > 0) return;
    for (const rule of RULES) broken.push(...rule(before, after, { ...options, at: cloud.clock.now() }));
  });
  return {
    broken,
    byHand: async (act) => {
      hands += 1;
      try {
        return await act();
      } finally {
        hands -= 1;
      }
    },
  };
}

type Rule = (
  before: ZoneState,
  after: ZoneState,
  world: InvariantsOptions & { readonly at: number },
) => readonly string[];

interface Changed {
  readonly was: ZoneRecord | undefined;
  readonly is: ZoneRecord | undefined;
}

function changes(before: ZoneState, after: ZoneState): readonly Changed[] {
  const ids = new Set([...before.records, ...after.records].map(({ id }) => id));
  return [...ids].flatMap((id) => {
    const was = before.records.find((record) => record.id === id);
    const is = after.records.find((record) => record.id === id);
    return was === is ? [] : [{ was, is }];
  });
}

function isAddress({ type }: ZoneRecord): boolean {
  return type === 'A' || type === 'AAAA';
}

function textOf({ line, rr, type, value }: ZoneRecord): string {
  return `${rr} ${type} ${line} ${value}`;
}

/** Whether an answer is taken away, changed or made lighter. */
function takesAway({ is, was }: Changed): boolean {
  if (was === undefined || !was.enabled || !isAddress(was)) return false;
  return is === undefined || !is.enabled || is.value !== was.value || is.line !== was.line;
}

const RULES: readonly Rule[] = [
  function neverEmpty(before, after) {
    const answers = ({ records }: ZoneState, { line, rr, type }: ZoneRecord): number =>
      records.filter((each) => each.enabled && each.rr === rr && each.type === type && each.line === line).length;
    return before.records
      .filter((record) => record.enabled && isAddress(record) && answers(after, record) === 0)
      .map((record) => `I3: ${record.rr} ${record.type} ${record.line} has no answer any more`);
  },
  function neverDeleteTheActive(before, after) {
    return changes(before, after).flatMap(({ is, was }) =>
      was?.enabled === true && is === undefined && !OURS.test(was.rr)
        ? [`I2: ${textOf(was)} was deleted while answered`]
        : [],
    );
  },
  function onlyOurs(before, after) {
    return changes(before, after).flatMap(({ is, was }) => {
      if (was === undefined || OURS.test(was.rr) || isMarked(was)) return [];
      const isJustMarked = is !== undefined && isMarked(is) && is.value === was.value && is.enabled === was.enabled;
      return isJustMarked && was.remark === '' ? [] : [`I10: ${textOf(was)} is not ours and was changed`];
    });
  },
  function neverLocked(before, after) {
    return changes(before, after).flatMap(({ was }) => (was?.locked === true ? [`I10: ${textOf(was)} is locked`] : []));
  },
  function onlyItsNames(before, after, { names }) {
    return changes(before, after).flatMap(({ is, was }) => {
      const record = was ?? is;
      if (record === undefined) return [];
      const may = record.type === 'TXT' ? OURS.test(record.rr) : isAddress(record) && names.includes(record.rr);
      return may ? [] : [`I11: ${textOf(record)} is none of the names' addresses`];
    });
  },
  function underTheLease(before, after, { at }) {
    const epoch = leaseValue(Math.floor(at / MINUTE));
    const isHeld = before.records.some(({ rr, value }) => rr === LEASE_RR && value === epoch);
    const taken = changes(before, after).filter(takesAway);
    return isHeld
      ? []
      : taken.map(({ was }) => `I16: ${was === undefined ? '' : textOf(was)} was taken away without the lease`);
  },
  function neverOnlySick(before, after, { isWell }) {
    if (isWell === undefined) return [];
    const well = ({ records }: ZoneState, { line, rr, type }: ZoneRecord): number =>
      records.filter(
        (each) => each.enabled && each.rr === rr && each.type === type && each.line === line && isWell(each.value),
      ).length;
    return changes(before, after)
      .filter(takesAway)
      .flatMap(({ was }) =>
        was !== undefined && well(before, was) > 0 && well(after, was) === 0
          ? [`${textOf(was)} was the last healthy answer and was taken away`]
          : [],
      );
  },
];
