import { createHmac } from 'node:crypto';
import { cardOf } from '../../core/card';
import type { Message } from '../../core/notice';
import { isoTime, MINUTE, SECOND } from '../../core/time';
import type { Robot } from '../../ports';
import { JSON_TYPE } from './access';
import { type Dialect, piecesOf } from './pieces';
import { refused, TAKEN } from './verdict';

const DIALECT: Dialect = { strong: (text) => text, newLine: '\n' };
/** Of the text beside the list, for receivers that can only show one. */
const ROOM = { all: 8_000, piece: 2_000 };
/** Of all notices; what is left out is counted. */
const LARGEST_BODY = 64_000;

/**
 * A receiver of the operator's own. `X-Autopilot-Signature` is `v1=` and HMAC-SHA256 in hex over `timestamp.body`, the timestamp
 * being the Unix time in seconds of `X-Autopilot-Timestamp`, so that nobody can send an old message again; the README says how to
 * check it. Any status of 2xx takes the message.
 */
export function signedWebhook({ secret, url }: { readonly url: string; readonly secret: string }): Robot {
  return {
    spacing: 0,
    pause: MINUTE,
    request: (message, at) => {
      const body = bodyOf(message);
      const timestamp = String(Math.floor(at / SECOND));
      const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
      return {
        url,
        headers: { ...JSON_TYPE, 'x-autopilot-timestamp': timestamp, 'x-autopilot-signature': `v1=${signature}` },
        body,
      };
    },
    verdict: ({ status }) =>
      status >= 200 && status < 300 ? TAKEN : refused(`the receiver answered ${status}`, status === 429),
  };
}

function bodyOf(message: Message): string {
  const text = piecesOf(cardOf(message), DIALECT, ROOM).join('\n\n');
  const written = message.notices.map((notice) => ({ ...notice, at: isoTime(notice.at) }));
  for (let shown = written.length; ; shown -= 1) {
    const more = message.more + written.length - shown;
    const body = JSON.stringify({ notices: written.slice(0, shown), more, text });
    if (shown === 0 || Buffer.byteLength(body) <= LARGEST_BODY) return body;
  }
}
