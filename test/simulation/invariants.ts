import type { Cloud, ZoneRecord, ZoneState } from '../../rehearsal/cloud';
import { isMarked } from '../../shared/core/record-mark';
import { STEER_RR, steersOf } from '../../shared/core/steer';
import { HOUR, MINUTE } from '../../shared/core/time';
import { LEASE_RR, leaseValue } from '../../shared/core/zone-lease';

/**
 * The invariants I1–I20 (`dns-failover` page, section 6). Those marked * are checked here, at every single change of a zone that is
 * watched; the others by the tests that are named. P1–P18 are in `post-mortems.test.ts`.
 *
 * - I1  fresh at the write: * every removal lands under the lease of its minute, or not at all; P1, `publication.test.ts`
 * - I2  never remove the active: * no answer is deleted; P1
 * - I3  never empty: * after every call; `publication.test.ts` with kills and pauses at every call
 * - I4  fail static: * nothing is taken from a line without a healthy answer; P3, `failover-regions.test.ts` "nothing changes"
 * - I5  capacity: `failover-regions.test.ts` "while the other has no room", `survivors.test.ts`
 * - I6  damping: * an address comes and goes a few times an hour at most; P2
 * - I7  one region at a time: * where regions are told; `scale.test.ts`, P2
 * - I8  observers in doubt have no vote: P3, `judgement.test.ts`
 * - I9  unknown is not down, absent not deleted: P4, P5
 * - I10 only what is ours, nothing locked: *
 * - I11 only the names, lines and types of the cause: *; P7, P8
 * - I12 any state converges, a second run changes nothing: P1, P14, `publication.test.ts` "a kill at any call"
 * - I13 how long an undo takes is said: P9. Journals of the originals are nowhere: a disabled record keeps its own
 * - I14 last-known-good after a soak: nothing is kept as known to be good, each look decides anew; P11 shows what holds
 * - I15 verified on the name servers: P16, P12, `failover-dns-publish.test.ts`, `failover-dns-delegation.test.ts`
 * - I16 one remover: * under the lease; P17, `lease.test.ts`
 * - I17 overrides end: * ours have an end; `failover-regions.test.ts` "drain a region", `steer.test.ts`
 * - I18 a dry run is inert: `failover-dns-records.test.ts` "nothing is written", `failover-dns.test.ts` "a dry look"
 * - I19 add before remove, in place only alone: *
 * - I20 guards cannot be forced off: P10; no command takes a force
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
  /** Whose an address is; without it nothing is said of regions. */
  readonly regionOf?: (address: string) => string;
  /** Regions that may be out at a time; 1 unless told. */
  readonly regionsOut?: number;
  /** How often an address may come or go within an hour; 6 times unless told. */
  readonly turns?: number;
}

/** What the watch remembers of earlier changes. */
interface Past {
  /** When each address came or went, by its line. */
  readonly turns: Map<string, number[]>;
  /** The lease under which a line lost an answer last, by line. */
  readonly taken: Map<string, string>;
}

const OURS = /^_gateway-autopilot/;

export function watchInvariants(cloud: Cloud, options: InvariantsOptions): Invariants {
  const broken: string[] = [];
  let hands = 0;
  const past: Past = { turns: new Map(), taken: new Map() };
  cloud.dns.watch(options.zone, (before, after) => {
    if (hands > 0) return;
    for (const rule of RULES) broken.push(...rule(before, after, { ...options, past, at: cloud.clock.now() }));
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
  world: InvariantsOptions & { readonly at: number; readonly past: Past },
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

function isSameLine(a: ZoneRecord, b: ZoneRecord): boolean {
  return a.rr === b.rr && a.type === b.type && a.line === b.line;
}

function answersLike({ records }: ZoneState, record: ZoneRecord): readonly ZoneRecord[] {
  return records.filter((each) => each.enabled && isSameLine(each, record));
}

/** Whether a record begins to be answered. */
function arrives({ is, was }: Changed): boolean {
  return is?.enabled === true && isAddress(is) && was?.enabled !== true;
}

function lineKey({ line, rr, type }: ZoneRecord): string {
  return `${rr} ${type} ${line}`;
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
  function failStatic(before, after, { isWell }) {
    if (isWell === undefined) return [];
    return changes(before, after)
      .filter(takesAway)
      .flatMap(({ was }) =>
        was !== undefined && !answersLike(before, was).some(({ value }) => isWell(value))
          ? [`I4: ${textOf(was)} was taken away although no answer of its line is healthy`]
          : [],
      );
  },
  function damped(before, after, { at, past, turns = 6 }) {
    return changes(before, after).flatMap((changed) => {
      const record = changed.is ?? changed.was;
      if (record === undefined || !(takesAway(changed) || arrives(changed))) return [];
      const recent = [...(past.turns.get(textOf(record)) ?? []).filter((then) => then > at - HOUR), at];
      past.turns.set(textOf(record), recent);
      return recent.length > turns ? [`I6: ${textOf(record)} came or went ${recent.length} times within an hour`] : [];
    });
  },
  function oneRegionAtATime(before, after, { isWell, regionOf, regionsOut = 1 }) {
    if (isWell === undefined || regionOf === undefined) return [];
    return changes(before, after)
      .filter(takesAway)
      .flatMap(({ was }) => {
        if (was === undefined || isWell(was.value)) return [];
        const here = after.records.filter((record) => isSameLine(record, was));
        const out = [...new Set(here.map(({ value }) => regionOf(value)))].filter((region) =>
          here.every(({ enabled, value }) => regionOf(value) !== region || (!enabled && !isWell(value))),
        );
        return out.length > regionsOut ? [`I7: ${out.join(', ')} are out at once on ${lineKey(was)}`] : [];
      });
  },
  function overridesEnd(before, after, { at }) {
    return changes(before, after)
      .flatMap(({ is }) =>
        is?.rr === STEER_RR ? steersOf([{ ...is, weight: undefined, updatedAt: at }], at).problems : [],
      )
      .map((problem) => `I17: ${problem}`);
  },
  function inPlaceOnlyAlone(before, after) {
    return changes(before, after).flatMap(({ is, was }) =>
      was?.enabled === true &&
      isAddress(was) &&
      is !== undefined &&
      is.value !== was.value &&
      answersLike(before, was).length > 1
        ? [`I19: ${textOf(was)} was changed in place beside other answers`]
        : [],
    );
  },
  /** Under one lease: what a line gets it has before anything is taken from it, unless it has nothing healthy left. */
  function addBeforeRemove(before, after, { isWell = () => true, past }) {
    const lease = before.records.find(({ rr }) => rr === LEASE_RR)?.id;
    const changed = changes(before, after);
    for (const each of changed) {
      if (each.was !== undefined && lease !== undefined && takesAway(each)) past.taken.set(lineKey(each.was), lease);
    }
    return changed.flatMap((each) => {
      const { is } = each;
      if (is === undefined || !arrives(each) || lease === undefined || past.taken.get(lineKey(is)) !== lease) return [];
      return answersLike(before, is).some(({ value }) => isWell(value))
        ? [`I19: ${textOf(is)} came after another answer of its line was taken away`]
        : [];
    });
  },
];
