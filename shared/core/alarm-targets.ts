/** Which functions look because of an alarm. Pure. An alarm is a reason to look; what it says decides only who does. */

/** The functions that look when an alarm says so. */
export type LookingFunction = 'scaleGateway' | 'attachClb' | 'failoverDns';

/** Characters of the secret that ends the address of receive-alarm, for callbacks of CloudMonitor: with fewer it takes none. */
export const SHORTEST_SECRET = 32;

/** A function in a region. */
export interface AlarmTarget {
  readonly function: LookingFunction;
  readonly region: string;
}

/** A gateway in one of its regions, and what alarms about it have in them. */
export interface AlarmedGateway {
  readonly gateway: string;
  readonly region: string;
  /** Its functions. */
  readonly functions: readonly LookingFunction[];
  readonly ruleIds: readonly string[];
  /** Ids of its own CLBs; extra ones come and go. */
  readonly loadBalancerIds: readonly string[];
}

/** What the operator says of rules by their names. */
export interface AlarmRoute {
  /** Name or id of the rule; a star at its end stands for anything. */
  readonly rule: string;
  readonly gateway: string;
  /** All of the gateway's where none is named. */
  readonly regions: readonly string[] | undefined;
  /** All of its functions where none is named. */
  readonly functions: readonly LookingFunction[] | undefined;
}

export interface AlarmFacts {
  readonly rule: string;
  readonly ruleId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly region?: string | undefined;
  /** How many alarms came together: only one of them is told. */
  readonly count?: number | undefined;
}

export interface AlarmWorld {
  readonly gateways: readonly AlarmedGateway[];
  readonly routes: readonly AlarmRoute[];
  /** Where failover-dns is asked: names are not of a region, and the alarm's own may be dead. */
  readonly here: string;
}

export interface AlarmTargets {
  readonly targets: readonly AlarmTarget[];
  readonly because: string;
}

/**
 * By the operator's own routes first, then by the rules and CLBs that the configuration names, then by region; an alarm of
 * which nobody can tell whose it is wakes everybody, since a look in vain costs less than one that is missed.
 */
export function alarmTargets(alarm: AlarmFacts, world: AlarmWorld): AlarmTargets {
  const { gateways, here, routes } = world;
  const isOne = (alarm.count ?? 1) === 1;
  const route = isOne ? routes.find(({ rule }) => isNamed(rule, alarm)) : undefined;
  if (route !== undefined) {
    const mine = gateways.filter(
      ({ gateway, region }) => gateway === route.gateway && (route.regions?.includes(region) ?? true),
    );
    return { targets: targetsOf(mine, here, route.functions), because: `alarms.rules says so of ${route.rule}` };
  }
  const { instanceId, region, ruleId } = alarm;
  const found: readonly (readonly [because: string, gateways: readonly AlarmedGateway[]])[] = isOne
    ? [
        [`its rule is one of theirs`, gateways.filter(({ ruleIds }) => ruleIds.some((id) => id === ruleId))],
        [
          `${instanceId ?? ''} is in front of them`,
          gateways.filter((each) => each.loadBalancerIds.some((id) => id === instanceId)),
        ],
        [`it is of ${region ?? ''}`, gateways.filter((each) => each.region === region)],
      ]
    : [];
  const [because, mine] = found.find(([, each]) => each.length > 0) ?? ['nobody can tell whose it is', gateways];
  return { targets: targetsOf(mine, here, undefined), because };
}

function isNamed(pattern: string, { rule, ruleId }: AlarmFacts): boolean {
  const names = [rule, ruleId].filter((name) => name !== undefined);
  return pattern.endsWith('*') ? names.some((name) => name.startsWith(pattern.slice(0, -1))) : names.includes(pattern);
}

function targetsOf(
  gateways: readonly AlarmedGateway[],
  here: string,
  only: readonly LookingFunction[] | undefined,
): readonly AlarmTarget[] {
  const targets = new Map<string, AlarmTarget>();
  for (const { functions, region } of gateways) {
    for (const name of functions) {
      const target = { function: name, region: name === 'failoverDns' ? here : region };
      if (only?.includes(name) ?? true) targets.set(`${target.function} ${target.region}`, target);
    }
  }
  return [...targets.values()];
}
