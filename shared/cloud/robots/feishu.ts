import { createHmac } from 'node:crypto';
import { cardOf } from '../../core/card';
import { MINUTE, SECOND } from '../../core/time';
import type { Robot } from '../../ports';
import { JSON_TYPE, type RobotAccess } from './access';
import { type Dialect, piecesOf } from './pieces';
import { type Codes, verdictByCode } from './verdict';

const DIALECT: Dialect = { strong: (text) => `**${text}**`, newLine: '\n' };
/** A request may have 20 KB. */
const ROOM = { all: 15_000, piece: 4_000 };

/** 11232 also comes at full and half hours, when everybody sends. 9499 and 19036: clients' experience (2026). */
const CODES: Codes = new Map([
  [9499, { meaning: 'the request is not as the robot wants it, or too large' }],
  [11232, { meaning: 'too many messages', throttled: true }],
  [19021, { meaning: 'the signature does not match, or is more than an hour off' }],
  [19022, { meaning: 'the address list of the robot does not let it through' }],
  [19024, { meaning: 'no keyword of the robot is in it' }],
  [19036, { meaning: 'too large' }],
]);

/**
 * A custom bot of a Feishu or Lark group (open.larkoffice.com/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN, read 2026-11): an interactive
 * card; signed by HMAC-SHA256 over nothing with the key `timestamp\nsecret` in base64, timestamp in seconds, both in the body;
 * 100 messages a minute and 5 a second for each bot; an answer with `code` 0 for what was taken.
 */
export function feishu({ secret, url }: RobotAccess): Robot {
  return {
    // As many as 18 instances at once stay below 100 a minute together.
    spacing: 15 * SECOND,
    pause: MINUTE,
    request: (message, at) => {
      const card = cardOf(message);
      const [, ...texts] = piecesOf(card, DIALECT, ROOM);
      return {
        url,
        headers: JSON_TYPE,
        body: JSON.stringify({
          ...(secret === undefined ? {} : signature(secret, Math.floor(at / SECOND))),
          msg_type: 'interactive',
          card: {
            config: { wide_screen_mode: true },
            header: {
              title: { tag: 'plain_text', content: card.title },
              template: card.urgent ? 'orange' : 'blue',
            },
            elements: texts.map((content) => ({ tag: 'div', text: { tag: 'lark_md', content } })),
          },
        }),
      };
    },
    verdict: (answer) => verdictByCode(answer, 'code', CODES),
  };
}

function signature(secret: string, timestamp: number): { readonly timestamp: string; readonly sign: string } {
  const sign = createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
  return { timestamp: String(timestamp), sign };
}
