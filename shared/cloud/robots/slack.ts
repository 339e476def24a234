import { cardOf } from '../../core/card';
import { MINUTE, SECOND } from '../../core/time';
import type { Robot, RobotAnswer, Verdict } from '../../ports';
import { JSON_TYPE, type RobotAccess } from './access';
import { type Dialect, piecesOf } from './pieces';
import { refused, TAKEN } from './verdict';

/** The three characters that Slack wants escaped. */
const DIALECT: Dialect = {
  strong: (text) => `*${text}*`,
  newLine: '\n',
  literally: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
};
/** A section may have 3,000 characters; all blocks together were refused above 13,000 (slackapi/bolt-js issue 2509, 2025). */
const ROOM = { all: 11_000, piece: 2_900 };

/** What Slack answers to what it refuses (api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks); no other words are repeated. */
const REFUSALS: readonly string[] = [
  'invalid_payload',
  'invalid_blocks',
  'invalid_token',
  'user_not_found',
  'action_prohibited',
  'channel_not_found',
  'channel_is_archived',
  'no_service',
  'no_text',
  'rollup_error',
];

/**
 * An incoming webhook of Slack (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and …/apis/web-api/rate-limits, read
 * 2026-11): a text for notifications and blocks of `mrkdwn`; no signature; one message a second with short bursts, else 429;
 * `ok` in plain text for what was taken.
 */
export function slack({ url }: Pick<RobotAccess, 'url'>): Robot {
  return {
    spacing: 15 * SECOND,
    pause: MINUTE,
    request: (message) => {
      const card = cardOf(message);
      const blocks = piecesOf(card, DIALECT, ROOM).map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } }));
      return { url, headers: JSON_TYPE, body: JSON.stringify({ text: card.title, blocks }) };
    },
    verdict,
  };
}

function verdict({ body, status }: RobotAnswer): Verdict {
  const said = body.trim();
  if (status === 200 && said === 'ok') return TAKEN;
  const words = REFUSALS.includes(said) ? ` ${said}` : '';
  return status === 200
    ? refused(`Slack gave another answer than ok${words === '' ? '' : `:${words}`}`)
    : refused(`Slack answered ${status}${words}`, status === 429);
}
