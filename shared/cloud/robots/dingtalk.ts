import { createHmac } from 'node:crypto';
import { cardOf } from '../../core/card';
import { MINUTE, SECOND } from '../../core/time';
import type { Robot } from '../../ports';
import { JSON_TYPE, type RobotAccess } from './access';
import { type Dialect, piecesOf } from './pieces';
import { type Codes, verdictByCode } from './verdict';

/** A single line break is none (DingTalk's Markdown, read 2026-11). */
const DIALECT: Dialect = { strong: (text) => `**${text}**`, newLine: '  \n' };
/** A message may have 20,000 bytes (ASSUMED: of several clients, not of the vendor's page), line ends being two of them each. */
const ROOM = { all: 15_000, piece: 4_000 };

/** 310000: DingTalk's page; 130101: answers that others have published (2021). */
const CODES: Codes = new Map([
  [310000, { meaning: 'the signature, the keyword or the address list of the robot does not let it through' }],
  [300001, { meaning: 'the token is not known' }],
  [130101, { meaning: 'more than 20 messages a minute', throttled: true }],
]);

/**
 * A custom robot of a DingTalk group (open.dingtalk.com/document/robots/custom-robot-access and …/customize-robot-security-settings,
 * read 2026-11): Markdown; signed by HMAC-SHA256 of `timestamp\nsecret` in base64, timestamp in milliseconds, both in the query;
 * 20 messages a minute for each robot, and none for ten minutes to whoever sends more.
 */
export function dingtalk({ secret, url }: RobotAccess): Robot {
  return {
    // As many as 18 instances at once (three functions of two regions) stay below 20 a minute together.
    spacing: 55 * SECOND,
    pause: 10 * MINUTE,
    request: (message, at) => {
      const card = cardOf(message);
      const text = piecesOf(card, DIALECT, ROOM).join('\n\n');
      return {
        url: secret === undefined ? url : signed(url, secret, at),
        headers: JSON_TYPE,
        body: JSON.stringify({ msgtype: 'markdown', markdown: { title: card.title, text } }),
      };
    },
    verdict: (answer) => verdictByCode(answer, 'errcode', CODES),
  };
}

function signed(url: string, secret: string, timestamp: number): string {
  const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
  return `${url}${url.includes('?') ? '&' : '?'}timestamp=${timestamp}&sign=${encodeURIComponent(sign)}`;
}
