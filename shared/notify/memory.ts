/**
 * What one channel has been told, and what it is to be told yet. Pure: an instance keeps it between invocations, for each
 * channel apart. A new instance knows nothing and may tell once more.
 *
 * A hold is one episode, however many looks see it: told when it begins, again every six hours while it lasts, and as resolved
 * when its subject has been well for ten minutes. Changes of one subject that follow each other become one notice.
 */
import type { Message, Notice } from '../core/notice';
import { DAY, HOUR, type Instant, MINUTE, type Millis } from '../core/time';

export interface Memory {
  /** Holds that were told, or are about to be, by {@link holdKey}. */
  readonly episodes: ReadonlyMap<string, Episode>;
  /** When changes of a subject were told last, by {@link subjectKey}. */
  readonly changes: ReadonlyMap<string, Instant>;
  /** Not told yet, the oldest first. */
  readonly waiting: readonly Notice[];
  /** Notices that there was no room to keep. */
  readonly dropped: number;
  /** The receiver is left alone until then. */
  readonly notBefore: Instant;
}

interface Episode {
  readonly notice: Notice;
  readonly toldAt: Instant;
  readonly seenAt: Instant;
  /** Since when the subject is seen to be well. */
  readonly wellSince: Instant | undefined;
}

export const NOTHING_TOLD: Memory = {
  episodes: new Map(),
  changes: new Map(),
  waiting: [],
  dropped: 0,
  notBefore: 0,
};

/** What one look came to. */
export interface Heard {
  readonly at: Instant;
  /** Holds and changes. */
  readonly notices: readonly Notice[];
  /** Subjects that are as they should be. One that is not named was not looked at, or nobody knows. */
  readonly well: readonly Pick<Notice, 'region' | 'subject'>[];
  /** Who looked, for what is said of the end of an episode. */
  readonly by: Pick<Notice, 'who' | 'requestIds'>;
}

const REMINDED_EVERY: Millis = 6 * HOUR;
/** A hold that is gone for a minute and back is the same one. */
const WELL_FOR: Millis = 10 * MINUTE;
/** Between two notices of the same subject's changes. */
const CHANGES_APART: Millis = 5 * MINUTE;
const FORGOTTEN_AFTER: Millis = DAY;
const MOST_WAITING = 50;
const LONGEST_MERGED = 500;

/** Takes in what a look came to. */
export function hear(memory: Memory, heard: Heard): Memory {
  const episodes = new Map([...memory.episodes].filter(([, { seenAt }]) => heard.at - seenAt < FORGOTTEN_AFTER));
  let waiting = memory.waiting;
  for (const notice of heard.notices) {
    if (notice.kind !== 'held') {
      waiting = withChange(waiting, notice);
      continue;
    }
    const key = holdKey(notice);
    const known = episodes.get(key);
    const isAnother = known?.notice.proposal !== notice.proposal;
    const isNew = known === undefined || isAnother || heard.at - known.toldAt >= REMINDED_EVERY;
    episodes.set(key, {
      notice,
      toldAt: isNew ? heard.at : known.toldAt,
      seenAt: heard.at,
      wellSince: undefined,
    });
    if (isNew) waiting = [...waiting.filter((each) => !isSameHold(each, key)), notice];
  }
  waiting = ended(episodes, waiting, heard);
  const kept = byUrgency(waiting).slice(0, MOST_WAITING);
  return { ...memory, episodes, waiting: kept, dropped: memory.dropped + waiting.length - kept.length };
}

/** Ends the episodes of subjects that have been well for long enough, which leave the map. */
function ended(episodes: Map<string, Episode>, before: readonly Notice[], { at, by, well }: Heard): readonly Notice[] {
  const isWell = new Set(well.map(subjectKey));
  let waiting = before;
  for (const [key, episode] of episodes) {
    const { notice, wellSince = at } = episode;
    if (!isWell.has(subjectKey(notice))) continue;
    if (at - wellSince < WELL_FOR) {
      episodes.set(key, { ...episode, wellSince });
      continue;
    }
    episodes.delete(key);
    // Nobody heard of it: nobody needs to hear of its end.
    const untold = waiting.filter((each) => !isSameHold(each, key));
    waiting = untold.length < waiting.length ? untold : [...waiting, resolved(notice, wellSince, at, by)];
  }
  return waiting;
}

function resolved(held: Notice, since: Instant, at: Instant, by: Heard['by']): Notice {
  const minutes = Math.round((at - since) / MINUTE);
  return { ...held, ...by, kind: 'resolved', at, message: `gone for ${minutes} minutes; it was: ${held.message}` };
}

/** A change joins one of the same subject that waits. */
function withChange(waiting: readonly Notice[], notice: Notice): readonly Notice[] {
  const key = subjectKey(notice);
  const before = waiting.find((each) => each.kind === 'changed' && subjectKey(each) === key);
  if (before === undefined) return [...waiting, notice];
  return [...waiting.filter((each) => each !== before), merged(before, notice)];
}

function merged(before: Notice, after: Notice): Notice {
  const both = before.message === after.message ? after.message : `${before.message}; then ${after.message}`;
  const message = both.length <= LONGEST_MERGED ? both : after.message;
  const requestIds = [...new Set([...before.requestIds, ...after.requestIds])];
  return {
    ...after,
    message,
    requestIds,
    ...(before.from === undefined ? {} : { from: before.from }),
    // Back to where it all began.
    ...(before.undo === undefined ? {} : { undo: before.undo }),
  };
}

/** What may be sent now; `undefined` when there is nothing, or the receiver is to be left alone. */
export function due({ changes, dropped, notBefore, waiting }: Memory, at: Instant): Message | undefined {
  if (at < notBefore) return undefined;
  const notices = waiting.filter(
    (notice) => notice.kind !== 'changed' || at - (changes.get(subjectKey(notice)) ?? -Infinity) >= CHANGES_APART,
  );
  return notices.length === 0 ? undefined : { notices, more: dropped };
}

export function delivered(memory: Memory, { more, notices }: Message, at: Instant, spacing: Millis): Memory {
  const recent = [...memory.changes].filter(([, toldAt]) => at - toldAt < CHANGES_APART);
  const now = notices.flatMap((notice) => (notice.kind === 'changed' ? [[subjectKey(notice), at] as const] : []));
  return {
    ...memory,
    changes: new Map([...recent, ...now]),
    waiting: memory.waiting.filter((notice) => !notices.includes(notice)),
    dropped: memory.dropped - more,
    notBefore: at + spacing,
  };
}

/** Nothing is forgotten; the receiver is left alone for a while. */
export function undelivered(memory: Memory, at: Instant, pause: Millis): Memory {
  return { ...memory, notBefore: at + pause };
}

const ORDER: readonly Notice['kind'][] = ['held', 'resolved', 'changed'];

/** What needs a person first; else in the order in which it happened. */
function byUrgency(waiting: readonly Notice[]): readonly Notice[] {
  return [...waiting].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
}

function isSameHold(notice: Notice, key: string): boolean {
  return notice.kind === 'held' && holdKey(notice) === key;
}

/** Only a subject can hold a slash: no two keys are alike. */
function holdKey({ reason, region, subject }: Notice): string {
  return `${region}/${subject}/${reason}`;
}

function subjectKey({ region, subject }: Pick<Notice, 'region' | 'subject'>): string {
  return `${region}/${subject}`;
}
