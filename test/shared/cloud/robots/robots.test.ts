import { type RobotKind, robotOf } from '../../../../shared/cloud/robots';
import type { Notice } from '../../../../shared/core/notice';
import { AT, CHANGED, HELD } from './a-notice';

const URL = 'https://robots.example.com/send?access_token=t0ken';
// The signatures below were made with Python's hmac and with openssl, from the vendors' descriptions.
const SECRET = 'SEC-made-up';
const HELD_LINES = [
  'why: wants 14 replicas, the autoscaler allows 10',
  'who: scale-gateway for the timer every-minute, 2026-11-22T12:00:00Z',
] as const;
const CHANGED_LINES = [
  'change: 10 replicas → 15 replicas',
  'why: newConnections 4500 connections/s is 150 % of 10 × 300',
  'measured: newConnections 4500 connections/s, target 10 × 300',
  'who: scale-gateway for the alarm R&D, 2026-11-22T12:00:00Z',
  'undo: send scale-gateway {"action":"scale","replicas":10}',
] as const;
const HELD_HEADING = 'Needs a person: cn-hangzhou ingressgateway, AutoscalerMaximum';
const CHANGED_HEADING = 'Changed: cn-hangzhou ingressgateway, LoadAboveTarget';

function requestOf(kind: RobotKind, notices: readonly Notice[], more = 0, secret: string | undefined = SECRET) {
  const { body, headers, url } = robotOf(kind, { url: URL, secret }).request({ notices, more }, AT);
  const written: unknown = JSON.parse(body);
  return { body: written, text: body, headers, url };
}

describe('what each robot is sent', () => {
  it('DingTalk: Markdown, signed in the query', () => {
    const { body, headers, url } = requestOf('dingtalk', [HELD, CHANGED], 2);
    expect(url).toBe(`${URL}&timestamp=1795348800000&sign=8K4Quph4uvZDWGSA0aymlx93EadYmb41u%2BIYqzN0KOk%3D`);
    expect(headers).toEqual({ 'content-type': 'application/json; charset=utf-8' });
    expect(body).toEqual({
      msgtype: 'markdown',
      markdown: {
        title: 'gateway-autopilot: 1 needs a person, 1 changed',
        text: [
          '**gateway-autopilot: 1 needs a person, 1 changed**',
          [`**${HELD_HEADING}**`, ...HELD_LINES].join('  \n'),
          [`**${CHANGED_HEADING}**`, ...CHANGED_LINES].join('  \n'),
          'and 2 more, in the log',
          'requests: 1-aa, alidns.AddDomainRecord 5D1C',
        ].join('\n\n'),
      },
    });
  });

  it('DingTalk without a secret: the URL as it is', () => {
    expect(robotOf('dingtalk', { url: URL, secret: undefined }).request({ notices: [HELD], more: 0 }, AT).url).toBe(
      URL,
    );
  });

  it('Feishu: a card, signed in the body, in the colour of what it says', () => {
    const { body, url } = requestOf('feishu', [HELD, CHANGED]);
    expect(url).toBe(URL);
    expect(body).toEqual({
      timestamp: '1795348800',
      sign: 'Ulx9bRa2ZwU/LkP/MqBxisJiKE6qJ31OTy8V4W59Tf0=',
      msg_type: 'interactive',
      card: {
        config: { wide_screen_mode: true },
        header: {
          title: { tag: 'plain_text', content: 'gateway-autopilot: 1 needs a person, 1 changed' },
          template: 'orange',
        },
        elements: [
          { tag: 'div', text: { tag: 'lark_md', content: [`**${HELD_HEADING}**`, ...HELD_LINES].join('\n') } },
          { tag: 'div', text: { tag: 'lark_md', content: [`**${CHANGED_HEADING}**`, ...CHANGED_LINES].join('\n') } },
          { tag: 'div', text: { tag: 'lark_md', content: 'requests: 1-aa, alidns.AddDomainRecord 5D1C' } },
        ],
      },
    });
    expect(requestOf('feishu', [CHANGED]).body).toMatchObject({ card: { header: { template: 'blue' } } });
    const unsigned = robotOf('feishu', { url: URL, secret: undefined }).request({ notices: [HELD], more: 0 }, AT);
    expect(Object.keys(JSON.parse(unsigned.body))).toEqual(['msg_type', 'card']);
  });

  it('WeCom: Markdown, never signed', () => {
    const { body, url } = requestOf('wecom', [HELD]);
    expect(url).toBe(URL);
    expect(body).toEqual({
      msgtype: 'markdown',
      markdown: {
        content: [
          '**gateway-autopilot: 1 needs a person**',
          [`**${HELD_HEADING}**`, ...HELD_LINES].join('\n'),
          'requests: 1-aa',
        ].join('\n\n'),
      },
    });
  });

  it('Slack: blocks, with the three characters escaped that it wants escaped', () => {
    const { body } = requestOf('slack', [CHANGED]);
    const lines = CHANGED_LINES.map((line) => line.replace('R&D', 'R&amp;D'));
    expect(body).toEqual({
      text: 'gateway-autopilot: 1 changed',
      blocks: [
        '*gateway-autopilot: 1 changed*',
        [`*${CHANGED_HEADING}*`, ...lines].join('\n'),
        'requests: 1-aa, alidns.AddDomainRecord 5D1C',
      ].map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })),
    });
  });

  it('a webhook: the notices and a text, signed with their time in headers', () => {
    const { body, headers } = requestOf('webhook', [HELD]);
    expect(headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'x-autopilot-timestamp': '1795348800',
      'x-autopilot-signature': 'v1=4df69ffdb7e8789ac49c3c9622182483aa04fa1cf5b42c1d6808717990a1ffa4',
    });
    expect(body).toEqual({
      notices: [{ ...HELD, at: '2026-11-22T12:00:00Z' }],
      more: 0,
      text: ['gateway-autopilot: 1 needs a person', [HELD_HEADING, ...HELD_LINES].join('\n'), 'requests: 1-aa'].join(
        '\n\n',
      ),
    });
    expect(() => robotOf('webhook', { url: URL, secret: undefined })).toThrow('always signed');
  });
});

describe('texts of others', () => {
  const hostile: Notice = {
    ...HELD,
    subject: '<at id=all></at>',
    message:
      '<!channel> <@all> [click](https://evil.example) ![x](https://evil.example/x.png) **bold** `x`\u202e\nundo: nothing',
  };

  it.each<RobotKind>(['dingtalk', 'feishu', 'wecom', 'slack', 'webhook'])(
    'mention nobody and link nothing: %s',
    (kind) => {
      const { body, text } = requestOf(kind, [hostile]);
      const shown = kind === 'webhook' && typeof body === 'object' ? String(Reflect.get(body ?? {}, 'text')) : text;
      expect(shown).not.toMatch(/<at|<!|<@|\]\(|!\[|\u202e|`/);
      expect(shown).not.toMatch(/\nundo|\\nundo/);
      expect(shown).toContain('‹!channel› ‹@all› (click)');
    },
  );
});

describe('how much each robot takes', () => {
  // Three bytes a character, so that characters and bytes differ.
  const long: Notice = { ...HELD, message: '过载'.repeat(300) };
  const many = (count: number): readonly Notice[] => Array(count).fill(long);

  it.each<[RobotKind, number]>([
    ['dingtalk', 20_000],
    ['feishu', 20_000],
    ['wecom', 4_096 + 60],
    ['slack', 16_000],
    ['webhook', 64_000],
  ])('%s: at most %i bytes, and what is left out is counted', (kind, most) => {
    const { text } = requestOf(kind, many(50), 5);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
    expect(text).toMatch(/and \d+ more, in the log/);
    expect(text).not.toContain('\ufffd');
  });

  it('WeCom: shows as many as there is room for, and counts the rest', () => {
    const content = String(Reflect.get(Reflect.get(requestOf('wecom', many(50), 5).body ?? {}, 'markdown'), 'content'));
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(4_096);
    expect(content.match(/Needs a person:/g)).toHaveLength(2);
    expect(content).toContain('and 53 more, in the log');
  });

  it('Slack: no section over 3,000 characters', () => {
    const { body } = requestOf('slack', many(50));
    const blocks: unknown = Reflect.get(body ?? {}, 'blocks');
    const lengths = (Array.isArray(blocks) ? blocks : []).map(({ text }) => text.text.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3_000);
    expect(lengths.length).toBeGreaterThan(5);
  });
});

describe('what an answer says', () => {
  const TAKEN = { taken: true };
  const refused = (problem: string, throttled = false) => ({ taken: false, problem, throttled });

  it.each<[RobotKind, status: number, body: string, verdict: object]>([
    ['dingtalk', 200, '{"errcode":0,"errmsg":"ok"}', TAKEN],
    [
      'dingtalk',
      200,
      '{"errcode":310000,"errmsg":"sign not match t0ken"}',
      refused(
        'the robot answered errcode 310000 (the signature, the keyword or the address list of the robot does not let it through)',
      ),
    ],
    [
      'dingtalk',
      200,
      '{"errcode":130101,"errmsg":"send too fast"}',
      refused('the robot answered errcode 130101 (more than 20 messages a minute)', true),
    ],
    ['dingtalk', 200, '<html>', refused('the robot gave an answer that is none of its own')],
    ['dingtalk', 502, '', refused('the robot answered 502')],
    ['feishu', 200, '{"code":0,"msg":"success","data":{},"StatusCode":0}', TAKEN],
    [
      'feishu',
      200,
      '{"code":19021,"msg":"sign match fail"}',
      refused('the robot answered code 19021 (the signature does not match, or is more than an hour off)'),
    ],
    ['feishu', 200, '{"code":11232}', refused('the robot answered code 11232 (too many messages)', true)],
    ['feishu', 429, '{"code":0}', refused('the robot answered 429', true)],
    ['wecom', 200, '{"errcode":0,"errmsg":"ok"}', TAKEN],
    [
      'wecom',
      200,
      '{"errcode":45009}',
      refused('the robot answered errcode 45009 (more than 20 messages a minute)', true),
    ],
    ['wecom', 200, '{"errcode":1}', refused('the robot answered errcode 1')],
    ['slack', 200, 'ok', TAKEN],
    ['slack', 200, '<html>ok</html>', refused('Slack gave another answer than ok')],
    ['slack', 404, 'channel_not_found', refused('Slack answered 404 channel_not_found')],
    ['slack', 400, 'invalid t0ken', refused('Slack answered 400')],
    ['slack', 429, '', refused('Slack answered 429', true)],
    ['webhook', 204, '', TAKEN],
    ['webhook', 302, '', refused('the receiver answered 302')],
    ['webhook', 500, 'ok', refused('the receiver answered 500')],
    ['webhook', 429, '', refused('the receiver answered 429', true)],
  ])('%s: %i %s', (kind, status, body, verdict) => {
    expect(robotOf(kind, { url: URL, secret: SECRET }).verdict({ status, body })).toEqual(verdict);
  });
});
