import { cardOf } from '../../core/card';
import { MINUTE, SECOND } from '../../core/time';
import type { Robot } from '../../ports';
import { JSON_TYPE, type RobotAccess } from './access';
import { type Dialect, piecesOf } from './pieces';
import { type Codes, verdictByCode } from './verdict';

const DIALECT: Dialect = { strong: (text) => `**${text}**`, newLine: '\n' };
/** Of the content; one byte more and all of it is refused with 40058. */
const LONGEST = 4_096;
const ROOM = { all: LONGEST, piece: LONGEST / 2 };

/** 45009 is WeCom's code for too many calls; that robots use it is ASSUMED. */
const CODES: Codes = new Map([
  [40058, { meaning: 'longer than 4096 bytes' }],
  [45009, { meaning: 'more than 20 messages a minute', throttled: true }],
  [93000, { meaning: 'the key is not known' }],
]);

/**
 * A robot of a WeCom group (developer.work.weixin.qq.com/document/path/91770, read 2026-11): Markdown of at most 4096 bytes of UTF-8; no
 * signature, the key in the URL is all; 20 messages a minute for each robot.
 */
export function wecom({ url }: Pick<RobotAccess, 'url'>): Robot {
  return {
    // As many as 18 instances at once stay below 20 a minute together.
    spacing: 55 * SECOND,
    pause: MINUTE,
    request: (message) => {
      const content = piecesOf(cardOf(message), DIALECT, ROOM).join('\n\n');
      return { url, headers: JSON_TYPE, body: JSON.stringify({ msgtype: 'markdown', markdown: { content } }) };
    },
    verdict: (answer) => verdictByCode(answer, 'errcode', CODES),
  };
}
