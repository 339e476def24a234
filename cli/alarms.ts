import { createColors } from 'picocolors';
import { alarmPlan } from '../deploy/alarm-plan';
import { type Implied, impliedIds, impliedRules } from '../deploy/alarm-rules';
import type { Configuration } from '../shared/config/load';
import { InvalidInput } from '../shared/errors';
import { neededAccountOf } from './account';
import { declined, isAgreed, wouldBeMade } from './agreement';
import { type ChangeOutcome, carryOut } from './alarm-changes';
import { changeBody, changeLines, outcomeLine } from './alarm-lines';
import { absentGroups, readRules, type SeenRules } from './alarm-reading';
import { routeOf } from './alarm-route';
import type { Asked } from './commands';
import { isOn, type Options, textOf } from './options';
import { reachable } from './reachable';
import type { Failure, Result } from './result';
import { checkRegion } from './route';
import type { Reach, World } from './world';

/**
 * Shows what differs between the rules of CloudMonitor and those that the configuration implies, and with `--yes` or a person's
 * word makes them so. `--remove` takes all of ours away instead.
 */
export async function alarms(asked: Asked, world: World): Promise<Result> {
  const { options } = asked;
  const { configuration, open } = reachable(asked, world);
  const named = textOf(options, 'region');
  if (named !== undefined) checkRegion(configuration, named);
  const implied = isOn(options, 'remove') ? NOTHING : impliedBy(configuration, options, world);
  const reach = await open();
  const seen = await see({ configuration, implied, named, reach });
  const before = planned(seen, world);
  const isSure = isOn(options, 'yes');
  if (seen.plan.changes.length === 0 || (!isSure && !world.isInteractive)) return before;
  if (!isSure && !(await isAgreed(before, seen.plan.changes.length, world))) return declined(before);
  return { ...applied(seen, before, await carryOut(reach, seen), world), isNoted: !isSure };
}

const NOTHING: Implied = { rules: [], notes: [] };

/** Throws InvalidInput and WrongUsage. */
function impliedBy(configuration: Configuration, options: Options, world: World): Implied {
  const account = neededAccountOf(options, world);
  const { contactGroups, route } = configuration.alarms;
  if (contactGroups === undefined)
    throw new InvalidInput('alarms.contactGroups names no contact group, and CloudMonitor takes no rule without one');
  const isEmulated = isOn(options, 'emulated');
  const reached = routeOf(configuration, isEmulated, world);
  const { notes, rules } = impliedRules(configuration, account, contactGroups, reached);
  const isMadeUp = isEmulated && route === 'callback';
  return { rules, notes: isMadeUp ? [...notes, 'the callback has a made-up address in the emulated cloud'] : notes };
}

async function see(about: {
  readonly configuration: Configuration;
  readonly implied: Implied;
  readonly named: string | undefined;
  readonly reach: Reach;
}): Promise<SeenRules> {
  const { configuration, implied, named, reach } = about;
  const { prefix } = configuration.alarms;
  const configured = Object.keys(configuration.regions);
  const regions = named === undefined ? configured : [named];
  const ids = impliedIds(configuration);
  const again: SeenRules['again'] = (reached) =>
    readRules(reached, { prefix, regions, configured, isNarrowed: named !== undefined, ids });
  const { absent, read } = await reach.round(async ({ openApi }) => {
    const read = await again(openApi);
    return { read, absent: await absentGroups(openApi, read.readable[0], implied) };
  });
  const wanted = implied.rules.filter(({ region }) => read.readable.includes(region));
  return {
    prefix,
    again,
    implied: { ...implied, rules: wanted },
    plan: absent.failures.length > 0 ? { changes: [], notes: [] } : alarmPlan(prefix, wanted, read.seen),
    failures: [...read.failures, ...absent.failures],
    notes: [...reach.notes, ...implied.notes, ...absent.notes],
  };
}

function planned({ failures, notes, plan }: SeenRules, { hasColour }: Pick<World, 'hasColour'>): Result {
  const paint = createColors(hasColour);
  const { changes } = plan;
  return {
    outcome: failures.length > 0 ? 'failed' : changes.length > 0 ? 'changes' : 'nothing-to-do',
    body: { changes: changes.length, rules: changes.map(changeBody) },
    lines: [
      ...changes.flatMap((change) => changeLines(change, paint)),
      wouldBeMade(changes.length, failures.length === 0),
    ],
    errors: failures,
    notes: [...notes, ...plan.notes],
  };
}

function applied(
  seen: SeenRules,
  before: Result,
  outcomes: readonly ChangeOutcome[],
  { hasColour }: Pick<World, 'hasColour'>,
): Result {
  const paint = createColors(hasColour);
  const failed = outcomes.flatMap(({ change, problem }): readonly Failure[] =>
    problem === undefined ? [] : [{ region: change.region, message: problem }],
  );
  const errors = [...seen.failures, ...failed];
  return {
    ...before,
    outcome: errors.length > 0 ? 'failed' : 'done',
    body: {
      ...before.body,
      done: outcomes.map(({ change, outcome }) => ({ ...changeBody(change), outcome })),
    },
    lines: outcomes.map((each) => outcomeLine(each, paint)),
    errors,
  };
}
