import type { AlarmPlan, SeenIn } from '../deploy/alarm-plan';
import { type Implied, type impliedIds, regionOfRule } from '../deploy/alarm-rules';
import { createMetricRules } from '../shared/cloud/metric-rules';
import type { OpenApi } from '../shared/cloud/seams';
import type { MetricRuleSeen } from '../shared/core/metric-rule';
import { CloudError } from '../shared/errors';
import type { Failure } from './result';

/** What the command is about, and what is there. */
export interface SeenRules {
  readonly prefix: string;
  readonly implied: Implied;
  readonly plan: AlarmPlan;
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
  /** Reads the same again. */
  readonly again: (openApi: OpenApi) => Promise<ReadRules>;
}

export interface ReadRules {
  /** Rules of ours that the command is about. */
  readonly seen: readonly SeenIn[];
  /** Regions whose rules could be read: of the others nothing is known, and nothing is done there. */
  readonly readable: readonly string[];
  readonly failures: readonly Failure[];
}

export interface ReadingOf {
  readonly prefix: string;
  /** Whose endpoints are asked. */
  readonly regions: readonly string[];
  /** All that the configuration names. */
  readonly configured: readonly string[];
  /** Whether the command is about one region alone. */
  readonly isNarrowed: boolean;
  /** Rules that the configuration implies, which are known by their ids whatever they are called. */
  readonly ids: ReturnType<typeof impliedIds>;
}

/**
 * The rules of ours at the endpoints of all regions. Whether an endpoint knows the rules of the others is not documented: a rule
 * counts where its own region's endpoint tells it, and one of a region that the configuration has no longer wherever it is told.
 */
export async function readRules(openApi: OpenApi, about: ReadingOf): Promise<ReadRules> {
  const { prefix, regions } = about;
  const reads = await Promise.all(
    regions.map(
      async (
        region,
      ): Promise<{
        readonly region: string;
        readonly rules?: readonly MetricRuleSeen[];
        readonly failure?: Failure;
      }> => {
        const ids = about.ids.filter((each) => each.region === region).map(({ id }) => id);
        try {
          return { region, rules: await createMetricRules(openApi, region).read(`${prefix} `, ids) };
        } catch (error) {
          if (!(error instanceof CloudError)) throw error;
          return { region, failure: { region, message: error.message } };
        }
      },
    ),
  );
  const seen = new Map<string, SeenIn>();
  for (const { region, rules = [] } of reads) {
    for (const rule of rules)
      if (isMeant(about, region, rule) && !seen.has(rule.id)) seen.set(rule.id, { region, rule });
  }
  return {
    seen: [...seen.values()],
    readable: reads.flatMap(({ region, rules }) => (rules === undefined ? [] : [region])),
    failures: reads.flatMap(({ failure }) => failure ?? []),
  };
}

function isMeant({ configured, isNarrowed, prefix }: ReadingOf, told: string, { id }: MetricRuleSeen): boolean {
  const region = regionOfRule(prefix, id);
  if (region === undefined) return false;
  return region === told || (!isNarrowed && !configured.includes(region));
}

/**
 * Contact groups that rules name and that are not there: a rule that tells nobody is refused, or worse, taken.
 *
 * @param region whose endpoint is asked; `undefined` where none answers
 */
export async function absentGroups(
  openApi: OpenApi,
  region: string | undefined,
  { rules }: Implied,
): Promise<{ readonly failures: readonly Failure[]; readonly notes: readonly string[] }> {
  const named = [...new Set(rules.flatMap(({ rule }) => rule.contactGroups))];
  if (named.length === 0 || region === undefined) return { failures: [], notes: [] };
  try {
    const known = await createMetricRules(openApi, region).contactGroups();
    const failures = named
      .filter((group) => !known.includes(group))
      .map((group) => ({
        message: `CloudMonitor has no contact group "${group}" (alarms.contactGroups); there is: ${known.join(', ') || 'none'}`,
      }));
    return { failures, notes: [] };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { failures: [], notes: [`whether the contact groups are there is not known: ${error.message}`] };
  }
}
