import { type Instant, type Millis, SECOND } from '../../../../shared/core/time';
import type { Clock } from '../../../../shared/ports';
import type { Chance } from '../../chance';
import { ApiRefusal } from '../operation';
import { EDITIONS, type Edition, type EditionName } from './editions';
import { DEFAULT_LINE } from './lines';
import { checkFields, type RecordFields, type ZoneRecord } from './record';
import { checkAgainst, checkRoom, duplicate, isSame, isWildcard, notOurs } from './rules';
import { type Change, createZoneHistory, isWeighted, linesAfter, type Weighted, type ZoneState } from './zone-state';

export interface ZoneSetup {
  /** For example `example.com`. */
  readonly name: string;
  readonly edition: EditionName;
  /** Two unless told, which follow the API after 2 and 4 s. Their hosts may serve other zones too. */
  readonly nameServers?: readonly NameServerSetup[];
  /** What was there before; enabled, on the default line and with the smallest TTL unless told. */
  readonly records?: readonly InitialRecord[];
}

export interface NameServerSetup {
  readonly host: string;
  /** From a write to the moment at which this server answers by it. */
  readonly delay: Millis;
}

export type InitialRecord = Pick<ZoneRecord, 'rr' | 'type' | 'value'> &
  Partial<Pick<ZoneRecord, 'line' | 'ttl' | 'enabled' | 'locked' | 'remark'>>;

/** What a zone was like, and is like from now on. */
export type ZoneListener = (before: ZoneState, after: ZoneState) => void;

/** A zone with what was true of it during the last hours, since servers and lists may show the past. */
export interface Zone {
  readonly name: string;
  readonly edition: Edition;
  readonly nameServers: readonly NameServerSetup[];
  readonly createdAt: Instant;
  state(): ZoneState;
  stateAt(at: Instant): ZoneState;
  /** All of these throw ApiRefusal. */
  add(fields: RecordFields): ZoneRecord;
  update(id: string, fields: RecordFields): ZoneRecord;
  setEnabled(id: string, enabled: boolean): ZoneRecord;
  setRemark(id: string, remark: string): ZoneRecord;
  setWeight(id: string, weight: number): ZoneRecord;
  remove(id: string): ZoneRecord;
  /** @returns how many enabled records of the type there are */
  openWeights(name: Omit<Weighted, 'line'>, line: string | undefined, open: boolean): number;
  watch(listener: ZoneListener): void;
  /** Locks or unlocks a record, which only the vendor does. */
  lock(id: string, locked: boolean): void;
  /** For how long the vendor is busy after each write; not at all unless told. */
  busyAfterWrite(duration: Millis): void;
}

const NAME_SERVERS: readonly NameServerSetup[] = [
  { host: 'ns1.alidns.example', delay: 2 * SECOND },
  { host: 'ns2.alidns.example', delay: 4 * SECOND },
];

export function createZone(setup: ZoneSetup, clock: Clock, chance: Chance): Zone {
  const edition = EDITIONS[setup.edition];
  const createdAt = clock.now();
  const history = createZoneHistory((setup.records ?? []).map(initialRecord), clock);
  const listeners: ZoneListener[] = [];
  let busyFor: Millis = 0;
  let busyUntil = Number.NEGATIVE_INFINITY;

  /** Writes to one domain wait for each other; the vendor refuses the second. */
  function claim(): void {
    if (clock.now() < busyUntil) {
      throw new ApiRefusal(400, 'LastOperationNotFinished', 'The last operation is not finished. Try again later.');
    }
  }

  function commit(change: Change): void {
    const before = history.present();
    history.change(change);
    for (const listener of listeners) listener(before, history.present());
    busyUntil = clock.now() + busyFor;
  }

  function changeable(id: string): ZoneRecord {
    claim();
    const record = history.present().records.find((candidate) => candidate.id === id);
    if (record === undefined) throw notOurs();
    if (record.locked) throw new ApiRefusal(400, 'DomainRecordLocked', 'The domain record has been locked.');
    return record;
  }

  function put(record: ZoneRecord): ZoneRecord {
    commit({ records: history.present().records.map((known) => (known.id === record.id ? record : known)) });
    return record;
  }

  function newRecord(fields: RecordFields, at: Instant): ZoneRecord {
    const id = `9${chance.text(17, '0123456789')}`;
    return { ...fields, id, enabled: true, locked: false, weight: 1, remark: '', createdAt: at, updatedAt: at };
  }

  function initialRecord(record: InitialRecord): ZoneRecord {
    const { rr, type, value, line = DEFAULT_LINE, ttl = edition.minTtl } = record;
    checkFields({ rr, type, value, line, ttl }, edition);
    return { ...newRecord({ rr, type, value, line, ttl }, createdAt), ...record, line, ttl };
  }

  function add(fields: RecordFields): ZoneRecord {
    claim();
    checkFields(fields, edition);
    checkAgainst(fields, history.present().records);
    checkRoom(fields, history.present().records, edition);
    const record = newRecord(fields, clock.now());
    commit({ records: [...history.present().records, record] });
    return record;
  }

  function update(id: string, fields: RecordFields): ZoneRecord {
    const record = changeable(id);
    checkFields(fields, edition);
    if (isSame(record, fields) && record.ttl === fields.ttl) throw duplicate();
    const others = history.present().records.filter((other) => other.id !== id);
    checkAgainst(fields, others);
    checkRoom(fields, others, edition);
    return put({ ...record, ...fields, updatedAt: clock.now() });
  }

  function setWeight(id: string, weight: number): ZoneRecord {
    const record = changeable(id);
    if (!record.enabled) throw new ApiRefusal(400, 'DomainRecordDisable', 'The domain record is disable.');
    if (isWildcard(record.rr)) throw new ApiRefusal(400, 'PanDomainRecord', 'The domain record is Pan domain record.');
    if (!isWeighted(history.present(), record)) {
      throw new ApiRefusal(400, 'DisableDNSSLB', "The subdomain's DNS SLB status is closed.");
    }
    return put({ ...record, weight, updatedAt: clock.now() });
  }

  function remove(id: string): ZoneRecord {
    const record = changeable(id);
    commit({ records: history.present().records.filter((known) => known.id !== id) });
    return record;
  }

  function openWeights({ rr, type }: Omit<Weighted, 'line'>, line: string | undefined, open: boolean): number {
    claim();
    const { records, weighted } = history.present();
    const named = records.filter((record) => record.rr === rr && record.type === type);
    if (named.length === 0) throw new ApiRefusal(400, 'InvalidRR.NoExist', 'The specified host record does not exist.');
    const others = weighted.filter((entry) => entry.rr !== rr || entry.type !== type);
    const before = weighted.filter((entry) => !others.includes(entry)).map((entry) => entry.line);
    const after = linesAfter(before, [...new Set(named.map((record) => record.line))], line, open);
    commit({ weighted: [...others, ...after.map((entry) => ({ rr, type, line: entry }))] });
    return named.filter((record) => record.enabled && (line === undefined || record.line === line)).length;
  }

  function lock(id: string, locked: boolean): void {
    const record = history.present().records.find((candidate) => candidate.id === id);
    if (record === undefined) throw notOurs();
    history.change({
      records: history.present().records.map((known) => (known.id === id ? { ...record, locked } : known)),
    });
  }

  return {
    name: setup.name,
    edition,
    nameServers: setup.nameServers ?? NAME_SERVERS,
    createdAt,
    state: history.present,
    stateAt: history.at,
    add,
    update,
    setEnabled: (id, enabled) => {
      const record = changeable(id);
      return record.enabled === enabled ? record : put({ ...record, enabled, updatedAt: clock.now() });
    },
    setRemark: (id, remark) => put({ ...changeable(id), remark, updatedAt: clock.now() }),
    setWeight,
    remove,
    openWeights,
    watch: (listener) => listeners.push(listener),
    lock,
    busyAfterWrite: (duration) => {
      busyFor = duration;
    },
  };
}
