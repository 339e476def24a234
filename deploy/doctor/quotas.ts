import { type PublishedName, publishedNames } from '../../shared/config/names';
import { gatewaysOf } from '../../shared/config/region';
import type { Configuration } from '../../shared/config/schema';
import type { Finding } from '../../shared/core/audit/finding';
import { fail, notApplicable, pass, unknown, unread, type Verdict } from '../../shared/core/audit/verdict';
import type { Reading } from '../../shared/core/gateway';
import { counted } from '../../shared/core/words';
import type { RecordSeen } from '../../shared/core/zone';
import { findingOf, type Spec, steps } from './spec';

const LIMITS = {
  page: 'https://help.aliyun.com/en/slb/classic-load-balancer/product-overview/limits-1',
  date: '2026-11-28',
};

const INSTANCES: Spec = {
  id: 'clb-quota',
  title: 'The account has room for the CLBs that may be bought',
  severity: 'warning',
  why: 'Past the quota an order is refused, just when the load asks for it.',
  source: LIMITS,
};
const BACKENDS: Spec = {
  id: 'clb-backends',
  title: 'A CLB takes as many backends as there may be replicas',
  severity: 'warning',
  why: 'A pod that is no backend of a CLB gets none of its traffic.',
  source: LIMITS,
};
const RECORDS: Spec = {
  id: 'zone-records',
  title: 'The edition of each zone takes the records of its names',
  severity: 'warning',
  why: 'A healthy address whose record is refused gets no clients.',
  source: { page: 'https://help.aliyun.com/en/dns/pubz-weight-configuration', date: '2025-12-17' },
};

/** Instances of an account by default: the Chinese page says 60, the international one of 2025-07-06 says 30. */
const INSTANCES_BY_DEFAULT = { atMost: 60, atLeast: 30 } as const;
const BACKENDS_BY_DEFAULT = 200;
/** Records of one name, type and line. */
const RECORDS_PER_LINE = { free: 10, paid: 90 } as const;
const FREE_EDITION = 'mianfei';

const MORE = steps(
  'Ask for a higher quota.',
  'open Quota Center, General Quotas, Server Load Balancer, and apply for more of slb_quota_instances_num (or of slb_quota_backendservers_num)',
);

export interface CountSeen {
  readonly region: string;
  readonly clbs: Reading<ClbCount>;
}

export interface ClbCount {
  readonly all: number;
  /** Of these, those that were bought already, or are in the warm pool. */
  readonly ours: number;
}

/** @param counts CLBs of each region of the configuration; those of other regions count, too, and are not seen */
export function instancesFinding(configuration: Configuration, counts: readonly CountSeen[]): Finding {
  const most = Object.keys(configuration.regions)
    .flatMap((region) => gatewaysOf(configuration, region))
    .reduce((sum, { policy }) => sum + (policy.loadBalancers?.maxExtra ?? 0), 0);
  if (most === 0) return findingOf(INSTANCES, notApplicable('no policy has extra CLBs'));
  const problems = counts.flatMap(({ clbs }) => (clbs.ok ? [] : [clbs.problem]));
  if (problems.length > 0) return findingOf(INSTANCES, unknown(...problems));
  const read = counts.flatMap(({ clbs, region }) => (clbs.ok ? [{ region, ...clbs.value }] : []));
  const total = read.reduce((sum, { all }) => sum + all, 0);
  const more = Math.max(0, most - read.reduce((sum, { ours }) => sum + ours, 0));
  const evidence = [
    ...read.map(({ all, ours, region }) => `${region}: ${counted(all, 'CLB')}, ${ours} of them ours`),
    `${more} more may be bought: ${total + more} of ${INSTANCES_BY_DEFAULT.atMost} by default (${INSTANCES_BY_DEFAULT.atLeast} on the international site); what this account is allowed is not asked, and CLBs of other regions count, too`,
  ];
  if (total + more > INSTANCES_BY_DEFAULT.atMost) return findingOf(INSTANCES, fail(evidence, MORE));
  if (total + more <= INSTANCES_BY_DEFAULT.atLeast) return findingOf(INSTANCES, pass(...evidence));
  // It depends on the site, and stays so: no reason to fail each time.
  return findingOf({ ...INSTANCES, severity: 'advice' }, unknown(...evidence));
}

export function backendsFinding({ policies }: Pick<Configuration, 'policies'>): Finding {
  const all = Object.entries(policies).map(([name, { replicas }]) => ({ name, max: replicas.max }));
  const evidence = all.map(
    ({ max, name }) => `${name}: up to ${max} replicas; ${BACKENDS_BY_DEFAULT} backends by default`,
  );
  const isTooMany = all.some(({ max }) => max > BACKENDS_BY_DEFAULT);
  return findingOf(BACKENDS, isTooMany ? fail(evidence, MORE) : pass(...evidence));
}

/** What a zone says of one name. */
export interface NameSeen {
  readonly name: string;
  readonly seen: Reading<{ readonly edition: string; readonly records: readonly RecordSeen[] }>;
}

export function recordsFinding(configuration: Configuration, names: readonly NameSeen[]): Finding {
  const published = publishedNames(configuration);
  if (published.length === 0) return findingOf(RECORDS, notApplicable('no name is published'));
  const judged = published.flatMap((name) => {
    const found = names.find((each) => each.name === name.name);
    return found === undefined ? [] : [verdictOf(configuration, name, found)];
  });
  const evidence = judged.flatMap((each) => each.evidence);
  const failed = judged.filter(({ outcome }) => outcome === 'fail');
  if (failed.length > 0) {
    const step =
      'buy a paid edition for the zone in the console of Alibaba Cloud DNS, or lower loadBalancers.maxExtra in autopilot.yaml';
    return findingOf(RECORDS, fail(evidence, steps('Make room for the records.', step)));
  }
  const isUnknown = judged.some(({ outcome }) => outcome === 'unknown');
  return findingOf(RECORDS, isUnknown ? unknown(...evidence) : pass(...evidence));
}

function verdictOf(
  { gateways, policies }: Configuration,
  { gateway, lines, name, rr }: PublishedName,
  { seen }: NameSeen,
): Pick<Verdict, 'outcome' | 'evidence'> {
  if (!seen.ok) return unread(seen);
  const { edition, records } = seen.value;
  if (edition === '') return unknown(`${name}: the edition of its zone is not told`);
  const limit = edition === FREE_EDITION ? RECORDS_PER_LINE.free : RECORDS_PER_LINE.paid;
  const extra = policies[gateways[gateway]?.policy ?? '']?.loadBalancers?.maxExtra ?? 0;
  const counts = lines.map(({ line, regions }) => {
    const now = records.filter((record) => record.rr === rr && record.type === 'A' && record.line === line).length;
    return { line, now, more: extra * regions.length };
  });
  const evidence = counts.map(
    ({ line, more, now }) =>
      `${name}, line ${line}: ${counted(now, 'record')} and up to ${more} more; ${limit} in the edition ${edition}`,
  );
  return counts.some(({ more, now }) => now + more > limit) ? { outcome: 'fail', evidence } : pass(...evidence);
}
