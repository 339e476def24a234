import { MONTH, MOST_FREE_QUERIES, monthlyMetricQueries, TIMER_LOOKS_PER_EXTRA_LOOK } from '../../shared/config/budget';
import { gatewaysOf, regionsOf } from '../../shared/config/region';
import type { Configuration } from '../../shared/config/schema';
import type { Finding } from '../../shared/core/audit/finding';
import { fail, pass } from '../../shared/core/audit/verdict';
import { formatDuration } from '../../shared/core/duration';
import type { FunctionName } from '../../shared/core/function-name';
import { INSTANCE_FEE } from '../../shared/core/load-balancer';
import { DAY, HOUR, type Millis } from '../../shared/core/time';
import { counted } from '../../shared/core/words';
import { DEPLOYMENTS } from '../functions';
import { findingOf, type Spec, steps } from './spec';

const QUERIES: Spec = {
  id: 'cloudmonitor-queries',
  title: "The month's CloudMonitor queries are within the free ones",
  severity: 'warning',
  why: 'A million queries a month are free for the whole account; past them metrics cannot be read, and nothing is scaled in or out by load.',
  source: { page: 'https://alibabacloud.com/help/doc-detail/51936.htm', date: '2026-01-22' },
};
const COST: Spec = {
  id: 'monthly-cost',
  title: 'What a month of it costs',
  severity: 'advice',
  why: 'It follows from the cadence, and from the vantage points above all.',
  source: {
    page: 'https://help.aliyun.com/en/functioncompute/fc/product-overview/pay-as-you-go-billing-methods',
    date: '2026-11-28',
  },
};

/** Free calls of a month in an account. */
const FREE_QUERIES = 1_000_000;

/** How often the timers of a function really go off; a function that is not named does as `cadence` says. */
export type Cadences = Partial<Configuration['cadence']>;

export function queriesFinding(configuration: Configuration, seen: Cadences): Finding {
  const cadence = { ...configuration.cadence, ...seen };
  const { items, total } = monthlyMetricQueries({ ...configuration, cadence });
  const { paidMetrics } = configuration.cloudMonitor;
  const evidence = [
    ...items.map(
      ({ function: of, looksPerMonth, queriesPerLook, queriesPerMonth, region }) =>
        `${region} ${of}: ${number(looksPerMonth)} looks × ${queriesPerLook} = ${number(queriesPerMonth)}`,
    ),
    `${number(total)} of ${number(FREE_QUERIES)} free ones, of which ${number(MOST_FREE_QUERIES)} are ours to use${paidMetrics ? '; the account pays for those beyond' : ''}`,
  ];
  if (total <= MOST_FREE_QUERIES || paidMetrics) return findingOf(QUERIES, pass(...evidence));
  return findingOf(
    QUERIES,
    fail(
      evidence,
      steps(
        'Look less often, or pay for queries.',
        `make the timers of s.yaml agree with cadence in autopilot.yaml (scale-gateway every ${formatDuration(configuration.cadence.scaleGateway)}, attach-clb every ${formatDuration(configuration.cadence.attachClb)}), or activate CloudMonitor Basic (pay-as-you-go) and say cloudMonitor.paidMetrics: true`,
      ),
    ),
  );
}

/** Compute units (page of {@link COST}), and US dollars for each of the first 100 million of a month; those beyond cost less. */
const CU = { invocation: 75 / 10_000, vCpuSecond: 1, gbSecond: 0.15 } as const;
const DOLLARS_PER_CU = 0.00002;

/** Seconds that a look takes. ASSUMED: nothing was measured in a real account. */
const LOOK = { 'scale-gateway': 3, 'attach-clb': 4, 'failover-dns': 10, 'audit-gateway': 30 } as const;
/** Seconds that failover-dns watches, where there are vantage points, and an ask of one of these at most. */
const WATCH = 70;
const ASK = 55;

interface Usage {
  readonly what: string;
  readonly function: FunctionName;
  readonly invocations: number;
  readonly seconds: number;
}

/** US dollars, where they can be told. */
export function costFinding(configuration: Configuration): Finding {
  const usages = usagesOf(configuration).filter(({ invocations }) => invocations > 0);
  const units = usages.map((usage) => ({ ...usage, units: unitsOf(usage) }));
  const total = units.reduce((sum, each) => sum + each.units, 0);
  const functions = total * DOLLARS_PER_CU;
  const extra = Object.keys(configuration.regions)
    .flatMap((region) => gatewaysOf(configuration, region))
    .reduce((sum, { policy }) => sum + (policy.loadBalancers?.maxExtra ?? 0), 0);
  const clbs = (extra * INSTANCE_FEE * MONTH) / HOUR;
  return findingOf(
    COST,
    pass(
      `functions $${functions.toFixed(2)}, and up to $${clbs.toFixed(2)} for extra CLBs`,
      ...units.map(({ function: of, invocations, seconds, units: used, what }) => {
        const { cpu, memory } = DEPLOYMENTS[of];
        return `${what}: ${number(invocations)} × ${CU.invocation} + ${number(seconds)} s × (${cpu} vCPU + ${memory / 1024} GB × ${CU.gbSecond}) = ${number(used)} CU`;
      }),
      `${number(total)} CU × $${DOLLARS_PER_CU.toFixed(6)} = $${functions.toFixed(2)}; seconds are ASSUMED (${Object.entries(
        LOOK,
      )
        .map(([name, seconds]) => `${name} ${seconds}`)
        .join(', ')} a look, ${WATCH} where vantage points are watched)`,
      `${counted(extra, 'extra CLB')} × ${MONTH / HOUR} h × $${INSTANCE_FEE} = $${clbs.toFixed(2)} while all of them are there; LCU and traffic by use`,
      'not in it: logs (SLS), the failures topic (MNS), alarms, CloudMonitor queries past the free ones, traffic',
    ),
  );
}

function unitsOf({ function: of, invocations, seconds }: Usage): number {
  const { cpu, memory } = DEPLOYMENTS[of];
  return invocations * CU.invocation + seconds * (cpu * CU.vCpuSecond + (memory / 1024) * CU.gbSecond);
}

function usagesOf(configuration: Configuration): readonly Usage[] {
  const { cadence, probes } = configuration;
  const points = probes?.points.length ?? 0;
  const looking = (of: 'scale-gateway' | 'attach-clb', every: Millis): Usage => {
    const invocations = regionsOf(configuration, of).length * looksIn(every);
    return { what: of, function: of, invocations, seconds: invocations * LOOK[of] };
  };
  const leading = regionsOf(configuration, 'failover-dns').length;
  const looks = leading * looksIn(cadence.failoverDns);
  const asks = looks * Math.ceil(WATCH / ASK) * points;
  const audits = (regionsOf(configuration, 'audit-gateway').length * MONTH) / DAY;
  return [
    looking('scale-gateway', cadence.scaleGateway),
    looking('attach-clb', cadence.attachClb),
    {
      what: 'failover-dns',
      function: 'failover-dns',
      invocations: looks,
      seconds: looks * (points > 0 ? WATCH : LOOK['failover-dns']),
    },
    {
      what: `probe-region, ${points} vantage points asked from ${leading} regions`,
      function: 'probe-region',
      invocations: asks,
      seconds: looks * points * WATCH,
    },
    {
      what: 'audit-gateway',
      function: 'audit-gateway',
      invocations: Math.ceil(audits),
      seconds: audits * LOOK['audit-gateway'],
    },
  ];
}

/** The timer's, and those that alarms and people cause. */
function looksIn(every: Millis): number {
  const timer = MONTH / every;
  return Math.ceil(timer + timer / TIMER_LOOKS_PER_EXTRA_LOOK);
}

/** Digits in threes, the same on every machine. */
function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
