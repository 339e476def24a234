import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { SECRET_MARK } from '../../rehearsal/cloud/secret-mark';
import type { RobotKind } from '../../shared/cloud/robots';

/** The token in the address and the secret of every robot: neither may be seen anywhere but here. */
export const TOKEN = `t0ken-${SECRET_MARK}`;
export const SECRET = `SEC${SECRET_MARK}`;
const HOUR = 3_600_000;

/** A message that a robot took. */
export interface Card {
  readonly kind: RobotKind;
  readonly at: number;
  /** As people see it. */
  readonly text: string;
  readonly notices?: readonly Readonly<Record<string, unknown>>[];
}

export interface Robots {
  readonly cards: readonly Card[];
  /** How many requests came, taken or not. */
  readonly requests: number;
  address(kind: RobotKind): string;
  /** What becomes of every request from now on. */
  behave(how: 'as usual' | 'fail' | 'be silent', kind?: RobotKind): void;
  close(): Promise<void>;
}

interface Asked {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly card?: Omit<Card, 'kind' | 'at'>;
}

/** Messages of one robot within a minute; what comes beyond that is refused. */
const MOST: Readonly<Record<RobotKind, number>> = {
  dingtalk: 20,
  feishu: 100,
  wecom: 20,
  slack: 60,
  webhook: Infinity,
};

const Markdown = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
});
const WecomMarkdown = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ content: z.string().min(1) }),
});
const FeishuCard = z.strictObject({
  timestamp: z.string(),
  sign: z.string(),
  msg_type: z.literal('interactive'),
  card: z.looseObject({
    header: z.looseObject({ title: z.object({ content: z.string() }) }),
    elements: z.array(
      z.object({ tag: z.literal('div'), text: z.object({ tag: z.literal('lark_md'), content: z.string() }) }),
    ),
  }),
});
const SlackBlocks = z.strictObject({
  text: z.string(),
  blocks: z.array(z.object({ type: z.literal('section'), text: z.object({ text: z.string().max(3_000) }) })).max(50),
});
const Hook = z.strictObject({
  notices: z.array(z.record(z.string(), z.unknown())),
  more: z.number(),
  text: z.string(),
});

/**
 * Robots as their vendors describe them: DingTalk and Feishu check signature and time, WeCom and Slack sizes, all of them how
 * many come within a minute. They say what they refuse with status 200, but for Slack. The words of their answers are ASSUMED,
 * and repeat the request, as nobody promises that they do not.
 *
 * @param now the time by which they check timestamps and count minutes
 */
export async function robotsOnLoopback(now: () => number): Promise<Robots> {
  const cards: Card[] = [];
  const behaviour = new Map<RobotKind, 'as usual' | 'fail' | 'be silent'>();
  let requests = 0;

  function answer(kind: RobotKind, asked: Asked): Reply {
    if (behaviour.get(kind) === 'fail') return { status: 500, body: `broken ${asked.url} ${asked.body}` };
    const within = cards.filter((card) => card.kind === kind && now() - card.at < 60_000).length;
    if (within >= MOST[kind]) return tooMany(kind);
    return REPLIES[kind](asked, now());
  }

  const server = createServer((request, response) => {
    requests += 1;
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const kind = z.enum(['dingtalk', 'feishu', 'wecom', 'slack', 'webhook']).parse(url.pathname.split('/')[1]);
      if (behaviour.get(kind) === 'be silent') return;
      const reply = answer(kind, { url, headers: request.headers, body });
      if (reply.card !== undefined) cards.push({ kind, at: now(), ...reply.card });
      response.writeHead(reply.status).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    cards,
    get requests() {
      return requests;
    },
    address: (kind) => `http://127.0.0.1:${port}/${kind}?access_token=${TOKEN}`,
    behave: (how, kind) => {
      for (const each of kind === undefined ? KINDS : [kind]) behaviour.set(each, how);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const KINDS = ['dingtalk', 'feishu', 'wecom', 'slack', 'webhook'] as const satisfies readonly RobotKind[];

const REPLIES: Readonly<Record<RobotKind, (asked: Asked, now: number) => Reply>> = {
  dingtalk: ({ body, url }, now) => {
    const timestamp = url.searchParams.get('timestamp') ?? '';
    const sign = createHmac('sha256', SECRET).update(`${timestamp}\n${SECRET}`).digest('base64');
    if (url.searchParams.get('sign') !== sign || Math.abs(now - Number(timestamp)) > HOUR) {
      return { status: 200, body: JSON.stringify({ errcode: 310000, errmsg: `sign not match ${url}` }) };
    }
    const read = Markdown.safeParse(JSON.parse(body));
    if (!read.success) return { status: 200, body: JSON.stringify({ errcode: 40035, errmsg: body }) };
    return { status: 200, body: '{"errcode":0,"errmsg":"ok"}', card: { text: read.data.markdown.text } };
  },
  feishu: ({ body }, now) => {
    const read = FeishuCard.safeParse(JSON.parse(body));
    if (!read.success || Buffer.byteLength(body) > 20_000) {
      return { status: 200, body: JSON.stringify({ code: 9499, msg: `Bad Request ${body}` }) };
    }
    const { card, sign, timestamp } = read.data;
    const expected = createHmac('sha256', `${timestamp}\n${SECRET}`).update('').digest('base64');
    if (sign !== expected || Math.abs(now - Number(timestamp) * 1_000) > HOUR) {
      return { status: 200, body: JSON.stringify({ code: 19021, msg: `sign match fail ${sign}` }) };
    }
    const text = [card.header.title.content, ...card.elements.map((element) => element.text.content)].join('\n');
    return { status: 200, body: '{"code":0,"msg":"success","data":{},"StatusCode":0}', card: { text } };
  },
  wecom: ({ body }) => {
    const read = WecomMarkdown.safeParse(JSON.parse(body));
    if (!read.success) return { status: 200, body: JSON.stringify({ errcode: 40008, errmsg: body }) };
    const { content } = read.data.markdown;
    if (Buffer.byteLength(content) > 4_096)
      return { status: 200, body: '{"errcode":40058,"errmsg":"exceed max length"}' };
    return { status: 200, body: '{"errcode":0,"errmsg":"ok"}', card: { text: content } };
  },
  slack: ({ body }) => {
    const read = SlackBlocks.safeParse(JSON.parse(body));
    if (!read.success) return { status: 400, body: 'invalid_blocks' };
    return { status: 200, body: 'ok', card: { text: read.data.blocks.map(({ text }) => text.text).join('\n') } };
  },
  // As the README tells its readers to check it.
  webhook: ({ body, headers }, now) => {
    const timestamp = String(headers['x-autopilot-timestamp']);
    const expected = `v1=${createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex')}`;
    const isFresh = Math.abs(now - Number(timestamp) * 1_000) <= 300_000;
    if (headers['x-autopilot-signature'] !== expected || !isFresh) return { status: 401, body: `no: ${body}` };
    const { notices, text } = Hook.parse(JSON.parse(body));
    return { status: 204, body: '', card: { text, notices } };
  },
};

function tooMany(kind: RobotKind): Reply {
  switch (kind) {
    case 'dingtalk':
      return { status: 200, body: '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}' };
    case 'feishu':
      return { status: 200, body: '{"code":11232,"msg":"frequency limited"}' };
    case 'wecom':
      return { status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' };
    default:
      return { status: 429, body: 'rate_limited' };
  }
}
