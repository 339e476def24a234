import { createColors } from 'picocolors';
import { declined, isAgreed } from './agreement';
import { applyPlan } from './apply-plan';
import type { Asked } from './commands';
import { type Found, findingsIn, isPlanned, isProposed } from './findings';
import { isOn, textOf } from './options';
import { foundLine } from './paint';
import { look, planned, type Seen } from './plan';
import { reachable } from './reachable';
import { type Failure, type Result, WrongUsage } from './result';
import type { Target } from './route';
import { isRefusal, refusalOf, send } from './send';
import type { World } from './world';

/**
 * Shows the plan and lets the functions that have changes in it look again, this time with writes. Each looks afresh, so that
 * what is done is what is right then.
 */
export async function apply(asked: Asked, world: World): Promise<Result> {
  const { options } = asked;
  if (textOf(options, 'plan') !== undefined) return applyPlan(asked, world);
  for (const name of ['owner', 'reason', 'name'] as const) {
    if (options.has(name)) throw new WrongUsage(`--${name} is for apply --plan HASH`);
  }
  const isSure = isOn(options, 'yes');
  if (!isSure && !world.isInteractive) throw new WrongUsage('there is no terminal to ask on; say --yes');
  const { configuration, open } = reachable(asked, world);
  const seen = await look(asked, configuration, open);
  const before = planned(seen, world);
  const todo = seen.found.filter(isPlanned);
  if (todo.length === 0) return before;
  if (!isSure && !(await isAgreed(before, todo.length, world))) return declined(before);
  const gateway = textOf(options, 'gateway');
  const event = { action: 'look', ...(gateway === undefined ? {} : { gateway }) };
  const { answers, failures } = await send(seen.reach, configuration.functions, targetsWith(todo), event);
  const { found, ...unread } = findingsIn(answers);
  const errors = [...seen.failures, ...failures, ...unread.failures, ...notDone(todo, found)];
  const refused = answers.filter(isRefusal).map(refusalOf);
  return { ...applied(seen, before, found, errors, refused, world), isNoted: !isSure };
}

function applied(
  seen: Seen,
  before: Result,
  found: readonly Found[],
  failures: readonly Failure[],
  refused: readonly Failure[],
  { hasColour }: Pick<World, 'hasColour'>,
): Result {
  const paint = createColors(hasColour);
  const errors = [...failures, ...seen.refused, ...refused];
  return {
    outcome:
      failures.length > 0 ? 'failed' : errors.length > 0 ? 'refused' : found.some(isProposed) ? 'changes' : 'done',
    body: { ...before.body, done: found },
    lines: found.map((each) => foundLine(each, paint)),
    errors,
    notes: seen.notes,
  };
}

/** Only where something is to be done, and where it was seen. */
function targetsWith(todo: readonly Found[]): readonly Target[] {
  const places = new Map(todo.map((found) => [`${found.function} ${found.region}`, found]));
  return [...places.values()].flatMap(({ function: name, region }): readonly Target[] =>
    name === 'scale-gateway' || name === 'attach-clb' || name === 'failover-dns'
      ? [{ function: name, regions: [region], ask: 'each' }]
      : [],
  );
}

/** What was planned and is held now. What is as wanted by now was done by somebody else. */
function notDone(todo: readonly Found[], found: readonly Found[]): readonly Failure[] {
  return todo.flatMap((planned) => {
    const now = found.find(
      ({ function: name, region, subject }) =>
        name === planned.function && region === planned.region && subject === planned.subject,
    );
    if (now === undefined || now.outcome !== 'hold' || isChanged(now) || isProposed(now)) return [];
    return [
      {
        function: now.function,
        region: now.region,
        message: `${now.subject} was not changed: ${now.reason}: ${now.message}`,
      },
    ];
  });
}

/** Steps that were taken before something stood in the way. A number that was withheld is none. */
function isChanged({ changes, function: name }: Found): boolean {
  return name === 'failover-dns' && changes.length > 0;
}
