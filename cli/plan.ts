import { createColors } from 'picocolors';
import type { Configuration } from '../shared/config/load';
import { counted } from '../shared/core/words';
import { wouldBeMade } from './agreement';
import type { Asked } from './commands';
import type { Outcome } from './exit-code';
import { type Found, findingsIn, isPlanned, isProposed, unseenIn } from './findings';
import { textOf } from './options';
import { foundLine } from './paint';
import { reachable } from './reachable';
import type { Failure, Result } from './result';
import { gatewayOf, targetsOf } from './route';
import { isRefusal, refusalOf, send } from './send';
import type { Reach, World } from './world';

/** What every function would do now. */
export async function plan(asked: Asked, world: World): Promise<Result> {
  const { configuration, open } = reachable(asked, world);
  const seen = await look(asked, configuration, open);
  return planned(seen, world);
}

/** What a look of all functions came to. */
export interface Seen {
  readonly found: readonly Found[];
  readonly refused: readonly Failure[];
  readonly failures: readonly Failure[];
  readonly notes: readonly string[];
  readonly reach: Reach;
}

/** Asks all functions that the command is about to look, without writing. */
export async function look(
  { options }: Asked,
  configuration: Configuration,
  open: () => Promise<Reach>,
): Promise<Seen> {
  const named = textOf(options, 'gateway');
  const gateway = named === undefined ? {} : { gateway: gatewayOf(configuration, named) };
  const event = { action: 'look', ...gateway, dryRun: true } as const;
  const targets = targetsOf(event, configuration, textOf(options, 'region'));
  const reach = await open();
  const { answers, failures, notes } = await send(reach, configuration.functions, targets, event);
  const { found, ...unread } = findingsIn(answers);
  return {
    reach,
    found,
    refused: answers.filter(isRefusal).map(refusalOf),
    failures: [...failures, ...unread.failures, ...unseenIn(found)],
    notes: [...reach.notes, ...notes, ...unread.notes],
  };
}

/** The plan as it is shown. */
export function planned({ failures, found, notes, refused }: Seen, { hasColour }: Pick<World, 'hasColour'>): Result {
  const paint = createColors(hasColour);
  const changes = found.filter(isPlanned).length;
  const isWanted = changes > 0 || found.some(isProposed);
  const outcome: Outcome =
    failures.length > 0 ? 'failed' : refused.length > 0 ? 'refused' : isWanted ? 'changes' : 'nothing-to-do';
  return {
    outcome,
    body: { changes, found: found.map((each) => ({ ...each, planned: isPlanned(each) })) },
    lines: [
      ...found.map((each) => foundLine(each, paint)),
      totalOf(found, changes, failures.length + refused.length === 0),
    ],
    errors: [...failures, ...refused],
    notes,
  };
}

/** What is wanted and would not be done is counted apart: what waits for an approval of its own, and what is held. */
function totalOf(found: readonly Found[], changes: number, isSeen: boolean): string {
  const proposed = found.filter(isProposed).length;
  const held = found.filter(
    (each) => each.changes.length > 0 && each.outcome === 'hold' && !isPlanned(each) && !isProposed(each),
  ).length;
  return wouldBeMade(changes, isSeen, [
    ...(proposed === 0 ? [] : [`${counted(proposed, 'plan')} ${proposed === 1 ? 'waits' : 'wait'} for apply --plan`]),
    ...(held === 0 ? [] : [`${held} ${held === 1 ? 'is' : 'are'} held`]),
  ]);
}
