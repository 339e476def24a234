import { HOUR, type Instant, isoTime, type Millis, SECOND } from './core/time';
import { CloudError } from './errors';
import type { Deadline, Notice, Notifier } from './ports';

/** One HTTP POST. Throws CloudError when no answer came in time; any status that came is an answer. */
export type Post = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeoutMs: Millis,
) => Promise<{ readonly status: number }>;

/** A receiver that needs longer must not hold up the function, which has a deadline. */
const TIMEOUT: Millis = 5 * SECOND;
/** So many notices are spelt out in the text; the rest are in the list beside it. */
const MOST_LINES = 10;

/** `url` is a secret: whoever knows it can write to the receiver. It appears in no error. */
export interface WebhookSettings {
  readonly url: string;
  readonly post: Post;
  readonly deadline: Deadline;
}

/**
 * Tells people through a webhook: one POST a call with `{ notices, text }`, where `text` is what a receiver that knows
 * nothing of us can show. Nothing is sent when there are no notices. Throws CloudError `unavailable` for any status but 2xx,
 * `deadline` when no time is left, and whatever `post` throws; sending again is harmless.
 */
export function createWebhookNotifier({ deadline, post, url }: WebhookSettings): Notifier {
  return {
    async notify(notices) {
      if (notices.length === 0) return;
      const timeout = Math.min(TIMEOUT, deadline.left());
      if (timeout <= 0) throw new CloudError('no time was left', { kind: 'deadline', operation: 'webhook.POST' });
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const { status } = await post(url, bodyOf(notices), headers, timeout);
      if (status >= 200 && status < 300) return;
      throw new CloudError(`the receiver answered ${status}`, {
        kind: 'unavailable',
        operation: 'webhook.POST',
        status,
      });
    },
  };
}

function bodyOf(notices: readonly Notice[]): string {
  const written = notices.map((notice) => ({ ...notice, at: isoTime(notice.at) }));
  return JSON.stringify({ notices: written, text: textOf(notices) });
}

function textOf(notices: readonly Notice[]): string {
  const head = `gateway-autopilot: ${notices.length === 1 ? '1 notice' : `${notices.length} notices`}`;
  const lines = notices
    .slice(0, MOST_LINES)
    .map(({ region, subject, reason, message }) => `${region} ${subject}: ${reason}: ${message}`);
  const left = notices.length - lines.length;
  return [head, ...lines, ...(left > 0 ? [`and ${left} more`] : [])].join('\n');
}

/** What people have been told, as `region/subject/reason`, and when. Only a subject can hold a slash: no two keys are alike. */
export type EpisodeMemory = ReadonlyMap<string, Instant>;

export interface Episodes {
  /** What is to be told now. */
  readonly notices: readonly Notice[];
  /** What to remember once it has been told. When telling fails, the old memory is kept, and it is tried again. */
  readonly told: EpisodeMemory;
}

/**
 * Keeps a hold that lasts for hours from being told at every look: the same region, subject and reason are told again only
 * after `every`. Older entries are forgotten. Pure; the caller keeps the memory.
 */
export function newEpisodes(
  before: EpisodeMemory,
  notices: readonly Notice[],
  at: Instant,
  every: Millis = HOUR,
): Episodes {
  const told = new Map([...before].filter(([, toldAt]) => at - toldAt < every));
  const fresh: Notice[] = [];
  for (const notice of notices) {
    const key = `${notice.region}/${notice.subject}/${notice.reason}`;
    if (told.has(key)) continue;
    told.set(key, at);
    fresh.push(notice);
  }
  return { notices: fresh, told };
}
