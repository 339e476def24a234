import type { News } from '../core/notice';
import type { NamePlan, Removal } from '../core/publication-model';
import type { Instant } from '../core/time';
import type { NameOutcome, PublishingResult } from '../run/publish';
import { longestTtl } from './publish-answer';
import { undoCommand } from './undo';

/** What people hear of the names: answers that were changed, and what only they can settle. */
export function newsOf({ zones }: PublishingResult, region: string, at: Instant): readonly News[] {
  return zones.flatMap(({ names }) =>
    names.flatMap((name) => {
      const about = { region, subject: name.plan.name.name, at };
      return [
        ...changes(name).map((each) => ({ ...about, ...each })),
        ...holds(name).map((each) => ({ ...about, ...each })),
      ];
    }),
  );
}

/** Names that answer what they should. */
export function wellIn(
  { zones }: Pick<PublishingResult, 'zones'>,
  region: string,
): readonly Pick<News, 'region' | 'subject'>[] {
  return zones.flatMap(({ names }) =>
    names.filter(({ outcome }) => outcome !== 'hold').map(({ plan }) => ({ region, subject: plan.name.name })),
  );
}

type OfTheName = Omit<News, 'region' | 'subject' | 'at'>;

function changes({ after, done, plan, reason }: NameOutcome): readonly OfTheName[] {
  if (done.length === 0) return [];
  const [from, to] = [answersOf(plan, after), answersOf(after, plan)];
  return [
    {
      kind: 'changed',
      // What stood in the way of the rest is no reason for what was done.
      reason: plan.outcome === 'change' ? plan.reason : reason,
      message: done.join('; '),
      ...(from === to ? {} : { from, to }),
      undo: undoOf(plan),
    },
  ];
}

/** Of the lines that differ from the other plan's. */
function answersOf(plan: NamePlan, other: NamePlan): string {
  const texts = plan.lines.flatMap(({ answers, line, type }) => {
    const now = other.lines.find((each) => each.line === line && each.type === type)?.answers ?? [];
    return answers.join() === now.join() ? [] : [`${line}: ${answers.join(', ') || 'nothing'}`];
  });
  return texts.join('; ') || 'the same answers';
}

/** A drain is ended, a region that was left is pinned; anything else would be done again, so that the zone is frozen first. */
function undoOf(plan: NamePlan): string {
  const { gateway, zone } = plan.name;
  const slow = `clients follow within ${longestTtl(plan)} s`;
  const removals = plan.lines.flatMap((line) => line.removals);
  if (removals.some(({ reason }) => reason === 'RegionDrained')) {
    return `${undoCommand('failover-dns', { action: 'resume', gateway })}; ${slow}`;
  }
  const left = removals.find(isOfRegion)?.clb?.region;
  if (left !== undefined) {
    return `${undoCommand('failover-dns', { action: 'pin', gateway, region: left }, '1h')}; ${slow}`;
  }
  return `add a TXT record _gateway-autopilot-freeze to ${zone}, then change the records by hand; ${slow}`;
}

function isOfRegion({ reason }: Removal): boolean {
  return reason === 'RegionUnhealthy' || reason === 'RegionStandby';
}

function holds({ after, failures, message, needsPerson, proposal, reason }: NameOutcome): readonly OfTheName[] {
  if (!needsPerson) return [];
  const told = [...failures, ...after.lines.flatMap((line) => line.holds)].filter((hold) => hold.needsPerson);
  const all = told.length === 0 ? [{ reason, message }] : told;
  const waits = proposal === undefined ? {} : { proposal };
  return all.map((each) => ({ kind: 'held', reason: each.reason, message: each.message, ...waits }));
}
