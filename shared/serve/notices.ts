import type { Configuration } from '../config/load';
import { CloudError, InvalidInput } from '../errors';
import { createWebhookNotifier, type EpisodeMemory, newEpisodes } from '../notify';
import type { Notice } from '../ports';
import type { Invocation } from './serve';

/** What was told, as far as this instance remembers; a new instance may tell once more. */
let told: EpisodeMemory = new Map();

/** What became of telling people, for the answer. A failing notifier never stops anything. */
export interface Telling {
  readonly notified?: number;
  readonly notifyProblem?: string;
}

export async function tellPeople(
  { context, deadline, log, surroundings }: Invocation,
  configuration: Configuration,
  all: readonly Omit<Notice, 'function'>[],
): Promise<Telling> {
  const webhook = configuration.notify?.webhook;
  if (webhook === undefined) return {};
  const url = surroundings.environment(webhook.urlFrom);
  if (url === undefined || url === '') {
    // Said at every look, not only when somebody should have been told.
    const notifyProblem = `nobody can be told: the environment variable ${webhook.urlFrom} is not set`;
    log.warn('notify-impossible', { problem: notifyProblem });
    return { notifyProblem };
  }
  const notices = all.map((notice) => ({ function: context.function.name, ...notice }));
  const news = newEpisodes(told, notices, surroundings.clock.now());
  if (news.notices.length === 0) return {};
  try {
    await createWebhookNotifier({ url, post: surroundings.post, deadline }).notify(news.notices);
    told = news.told;
    return { notified: news.notices.length };
  } catch (error) {
    if (!(error instanceof CloudError || error instanceof InvalidInput)) throw error;
    log.error('notify-failed', { notices: news.notices.length, error: error.message });
    return { notifyProblem: error.message };
  }
}
