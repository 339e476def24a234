import type { ClbCount, CountSeen, NameSeen } from '../../deploy/doctor/quotas';
import { DEPLOYMENTS } from '../../deploy/functions';
import { callerIdentity } from '../../shared/cloud/caller-identity';
import { readFunction } from '../../shared/cloud/function-settings';
import { createLoadBalancers } from '../../shared/cloud/load-balancers';
import { createMetricRules } from '../../shared/cloud/metric-rules';
import { readRole } from '../../shared/cloud/ram-roles';
import type { OpenApi } from '../../shared/cloud/seams';
import { createZones } from '../../shared/cloud/zones';
import { calledAs } from '../../shared/config/functions-schema';
import type { Configuration } from '../../shared/config/load';
import { publishedNames } from '../../shared/config/names';
import { regionsOf } from '../../shared/config/region';
import type { CallerSeen, FunctionSeen, RoleSeen } from '../../shared/core/account';
import { FUNCTIONS, type FunctionName } from '../../shared/core/function-name';
import type { Reading } from '../../shared/core/gateway';
import { isOurs } from '../../shared/core/load-balancer';
import type { MetricRuleSeen } from '../../shared/core/metric-rule';
import type { Reached } from '../world';
import { bounded } from './bounded';
import { reading } from './reading';

/** Everything that the account says to whoever runs the doctor. */
export interface Survey {
  readonly caller: Reading<CallerSeen>;
  readonly roles: ReadonlyMap<FunctionName, Reading<RoleSeen | 'absent'>>;
  readonly functions: readonly FunctionRead[];
  readonly rules: Reading<readonly MetricRuleSeen[]>;
  /** CLBs of each region. */
  readonly clbs: readonly CountSeen[];
  readonly names: readonly NameSeen[];
}

export interface FunctionRead {
  readonly function: FunctionName;
  readonly region: string;
  readonly name: string;
  readonly seen: Reading<FunctionSeen | 'absent'>;
}

export interface Asked {
  readonly configuration: Configuration;
  /** Only functions of this one. */
  readonly region: string | undefined;
  /** What the names of the roles begin with. */
  readonly prefix: string;
}

/** Reads all of it side by side. Nothing is written. */
export async function survey({ now, openApi: unbounded }: Reached, asked: Asked): Promise<Survey> {
  const { configuration, prefix, region: only } = asked;
  const openApi = bounded(unbounded);
  const regions = Object.keys(configuration.regions);
  const wanted = FUNCTIONS.filter((name) => regionsOf(configuration, name).length > 0);
  const [caller, roles, functions, rules, clbs, names] = await Promise.all([
    reading(callerIdentity(unbounded, now)),
    Promise.all(wanted.map(async (name) => [name, await reading(readRole(openApi, `${prefix}-${name}`))] as const)),
    Promise.all(
      placesIn(configuration, only).flatMap((region) =>
        wanted
          .filter((name) => regionsOf(configuration, name).includes(region))
          .map((name) => functionIn(openApi, configuration, name, region)),
      ),
    ),
    reading(rulesIn(openApi, configuration, regions)),
    Promise.all(regions.map(async (region) => ({ region, clbs: await reading(countOf(openApi, region)) }))),
    Promise.all(namesSeen(openApi, configuration)),
  ]);
  return { caller, roles: new Map(roles), functions, rules, clbs, names };
}

/** Every region that has a function, those with nothing but a vantage point last. */
function placesIn({ probes, regions }: Configuration, only: string | undefined): readonly string[] {
  const all = new Set([...Object.keys(regions), ...(probes?.points ?? [])]);
  return [...all].filter((region) => only === undefined || region === only);
}

async function functionIn(
  openApi: OpenApi,
  configuration: Configuration,
  name: FunctionName,
  region: string,
): Promise<FunctionRead> {
  const called = calledAs(configuration.functions, name);
  // The API of FC 3.0 has no functions of a service; they are only asked.
  const seen: FunctionRead['seen'] = called.includes('/')
    ? { ok: false, problem: `${called} is a function of FC 2.0` }
    : await reading(readFunction(openApi, { name: called, region }, reading));
  return { function: name, region, name: called, seen };
}

/** Each endpoint is asked, since none is known to have the rules of all regions. */
async function rulesIn(
  openApi: OpenApi,
  { gateways }: Configuration,
  regions: readonly string[],
): Promise<readonly MetricRuleSeen[]> {
  const named = [...new Set(Object.values(gateways).flatMap(({ alarms }) => Object.values(alarms).flat()))];
  const lists = await Promise.all(
    regions.map((region) => createMetricRules(openApi, region).about('acs_slb_dashboard', named)),
  );
  return [...new Map(lists.flat().map((rule) => [rule.id, rule])).values()];
}

async function countOf(openApi: OpenApi, region: string): Promise<ClbCount> {
  const clbs = await createLoadBalancers(openApi, region).all();
  return { all: clbs.length, ours: clbs.filter(isOurs).length };
}

function namesSeen(openApi: OpenApi, configuration: Configuration): readonly Promise<NameSeen>[] {
  const zones = createZones(openApi);
  return publishedNames(configuration).map(async ({ name, rr, zone }) => ({
    name,
    seen: await reading(
      Promise.all([zones.info(zone), zones.recordsOf(zone, rr)]).then(([{ edition }, { records }]) => {
        return { edition, records };
      }),
    ),
  }));
}

export function isOptional(name: FunctionName): boolean {
  return DEPLOYMENTS[name].isOptional;
}
