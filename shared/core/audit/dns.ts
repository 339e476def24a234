import { listed } from '../words';
import type { RecordSeen } from '../zone';
import type { Patch } from './finding';
import { byHand, call, printed } from './fixes';
import { BEST_PRACTICE } from './regions';
import type { AuditedName, AuditSnapshot } from './snapshot';
import { type Check, fail, notApplicable, pass, unknown } from './verdict';

const LINES = { page: 'https://help.aliyun.com/en/dns/pubz-weight-configuration', date: '2025-12-17' } as const;

const NO_NAMES = notApplicable('no name is configured that leads to the gateway');
/** Types that lead clients somewhere. */
const ANSWERS: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME']);

export const DNS_CHECKS: readonly Check[] = [
  {
    id: 'dns-default-line',
    title: 'Every name answers on the line default',
    severity: 'critical',
    why: 'Clients that no other line is for, and those of a line without answers, are led by default or not at all.',
    source: LINES,
    examine: (snapshot) =>
      judged(snapshot, (names) => {
        const without = names.filter(
          ({ answers }) => !answers.some(({ enabled, line }) => enabled && line === 'default'),
        );
        const evidence = `names with an enabled record on default: ${names.length - without.length} of ${names.length}`;
        if (without.length === 0) return pass(evidence);
        return fail(
          [evidence, `without: ${listed(without.map(({ name }) => name))}`],
          printed(
            'Answer on default; failover-dns does it for the names that it publishes.',
            ...without.flatMap((name) => answering(name, snapshot)),
          ),
        );
      }),
  },
  {
    id: 'dns-nearest-region',
    title: 'Lines lead clients to the nearest region',
    severity: 'advice',
    why: 'A resolver that is led to the nearest CLB saves its clients the way across regions.',
    source: BEST_PRACTICE,
    examine: (snapshot) => {
      const { regions } = snapshot.gateway;
      if (regions.length < 2) return notApplicable('the gateway runs in one region');
      return judged(snapshot, (names) => {
        const flat = names.filter(({ answers }) => !answers.some(({ enabled, line }) => enabled && line !== 'default'));
        const evidence = `names that answer on lines beside default: ${names.length - flat.length} of ${names.length}`;
        if (flat.length === 0) return pass(evidence);
        const lines = Object.fromEntries(
          ['default', ...regions.map((region) => `… near ${region}`)].map((line, index) => {
            const nearest = regions[index - 1];
            const others = regions.filter((region) => region !== nearest);
            return [line, nearest === undefined ? regions : [nearest, ...others]];
          }),
        );
        return fail(
          [evidence, `default alone: ${listed(flat.map(({ name }) => name))}`],
          printed(
            'Give the names lines for the clients near each region; DescribeSupportLines has the codes that the edition allows.',
            { kind: 'configuration', patch: { names: Object.fromEntries(flat.map(({ name }) => [name, { lines }])) } },
          ),
        );
      });
    },
  },
];

interface NameWithAnswers extends AuditedName {
  readonly answers: readonly RecordSeen[];
}

/** A name that could not be read makes the whole unknown: it may be the one that fails. */
function judged(
  { names }: AuditSnapshot,
  judge: (names: readonly NameWithAnswers[]) => ReturnType<typeof pass>,
): ReturnType<typeof pass> {
  if (names.length === 0) return NO_NAMES;
  const problems = names.flatMap(({ records }) => (records.ok ? [] : [records.problem]));
  if (problems.length > 0) return unknown(...problems);
  return judge(
    names.map((name) => ({
      ...name,
      answers: name.records.ok ? name.records.value.filter(({ type }) => ANSWERS.has(type)) : [],
    })),
  );
}

/** A record that is disabled is enabled again before another one is made. */
function answering(
  { answers, rr, ttl, zone }: NameWithAnswers,
  { loadBalancers, region }: AuditSnapshot,
): readonly Patch[] {
  const standing = answers.find(({ line }) => line === 'default');
  if (standing !== undefined) {
    return [call('alidns', 'SetDomainRecordStatus', region, { RecordId: standing.id, Status: 'Enable' })];
  }
  const address = loadBalancers.ok
    ? loadBalancers.value.find(({ addressType, status }) => addressType === 'internet' && status === 'active')?.address
    : undefined;
  if (address === undefined) return [byHand(`add a record of ${rr} in ${zone} on default for a CLB that serves`)];
  const type = address.includes(':') ? 'AAAA' : 'A';
  const content = { DomainName: zone, RR: rr, Type: type, Value: address, Line: 'default', TTL: String(ttl) };
  return [call('alidns', 'AddDomainRecord', region, content)];
}
