import type { CloudError } from '../../shared/errors';
import { createWebhookNotifier, newEpisodes, type Post } from '../../shared/notify';
import type { Notice } from '../../shared/ports';

const AT = Date.parse('2026-11-22T12:00:00Z');
const MINUTE = 60_000;

const full: Notice = {
  function: 'scale-gateway',
  region: 'cn-hangzhou',
  subject: 'ingressgateway',
  reason: 'AtCeiling',
  message: 'wants 14 replicas, the autoscaler allows 10',
  at: AT,
};
const unreadable: Notice = {
  function: 'scale-gateway',
  region: 'cn-shanghai',
  subject: 'istio-system/edge',
  reason: 'MissingMetrics',
  message: 'no data for 9m',
  at: AT,
};

interface Sent {
  readonly url: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

function recorder(status: number): { readonly post: Post; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const post: Post = async (url, body, headers, timeoutMs) => {
    sent.push({ url, body: JSON.parse(body), headers, timeoutMs });
    return { status };
  };
  return { post, sent };
}

async function refusalOf(telling: Promise<void>): Promise<unknown> {
  return telling.then(
    () => 'told',
    (error: unknown) => error,
  );
}

const PLENTY = { left: () => 30_000 };

describe('createWebhookNotifier', () => {
  it.each([
    [30_000, [5_000]],
    [1_200, [1_200]],
    [0, []],
  ])('with %i ms left it waits at most that long, and does not begin without any', async (left, timeouts) => {
    const seen: number[] = [];
    const post: Post = async (_url, _body, _headers, timeout) => {
      seen.push(timeout);
      return { status: 200 };
    };
    const telling = createWebhookNotifier({
      url: 'https://hooks.example.com/',
      post,
      deadline: { left: () => left },
    }).notify([full]);
    const refusal = await refusalOf(telling);
    expect(seen).toEqual(timeouts);
    if (left === 0) expect(refusal).toMatchObject({ kind: 'deadline' });
  });

  it('posts all notices at once, with a text for receivers that know nothing of us', async () => {
    const { post, sent } = recorder(200);
    await createWebhookNotifier({ url: 'https://hooks.example.com/T0/secret', post, deadline: PLENTY }).notify([
      full,
      unreadable,
    ]);
    expect(sent).toEqual([
      {
        url: 'https://hooks.example.com/T0/secret',
        body: {
          notices: [
            {
              function: 'scale-gateway',
              region: 'cn-hangzhou',
              subject: 'ingressgateway',
              reason: 'AtCeiling',
              message: 'wants 14 replicas, the autoscaler allows 10',
              at: '2026-11-22T12:00:00Z',
            },
            {
              function: 'scale-gateway',
              region: 'cn-shanghai',
              subject: 'istio-system/edge',
              reason: 'MissingMetrics',
              message: 'no data for 9m',
              at: '2026-11-22T12:00:00Z',
            },
          ],
          text: [
            'gateway-autopilot: 2 notices',
            'cn-hangzhou ingressgateway: AtCeiling: wants 14 replicas, the autoscaler allows 10',
            'cn-shanghai istio-system/edge: MissingMetrics: no data for 9m',
          ].join('\n'),
        },
        headers: { 'content-type': 'application/json; charset=utf-8' },
        timeoutMs: 5_000,
      },
    ]);
  });

  it('spells out ten notices and counts the rest', async () => {
    const { post, sent } = recorder(204);
    await createWebhookNotifier({ url: 'https://hooks.example.com/', post, deadline: PLENTY }).notify(
      Array(12).fill(full),
    );
    expect(sent).toHaveLength(1);
    const text = (sent[0]?.body as { text?: string } | undefined)?.text ?? '';
    expect(sent[0]?.body).toHaveProperty('notices.length', 12);
    expect(text.split('\n')).toHaveLength(12);
    expect(text).toMatch(/^gateway-autopilot: 12 notices\n/);
    expect(text).toMatch(/\nand 2 more$/);
  });

  it('says one notice in the singular', async () => {
    const { post, sent } = recorder(200);
    await createWebhookNotifier({ url: 'https://hooks.example.com/', post, deadline: PLENTY }).notify([full]);
    expect(sent[0]?.body).toMatchObject({
      text: 'gateway-autopilot: 1 notice\ncn-hangzhou ingressgateway: AtCeiling: wants 14 replicas, the autoscaler allows 10',
    });
  });

  it('sends nothing when there is nothing to tell', async () => {
    const { post, sent } = recorder(200);
    await createWebhookNotifier({ url: 'https://hooks.example.com/', post, deadline: PLENTY }).notify([]);
    expect(sent).toEqual([]);
  });

  it.each([199, 301, 302, 400, 404, 429, 500, 503])('fails on status %d without naming the URL', async (status) => {
    const { post } = recorder(status);
    const telling = createWebhookNotifier({
      url: 'https://hooks.example.com/T0/secret',
      post,
      deadline: PLENTY,
    }).notify([full]);
    const error = (await refusalOf(telling)) as CloudError;
    expect(error).toMatchObject({ name: 'CloudError', kind: 'unavailable', operation: 'webhook.POST', status });
    expect(error.message).toBe(`webhook.POST: the receiver answered ${status}`);
  });

  it('lets what the post throws through', async () => {
    const broken = new Error('a bug');
    const post: Post = async () => {
      throw broken;
    };
    const telling = createWebhookNotifier({ url: 'https://hooks.example.com/', post, deadline: PLENTY }).notify([full]);
    expect(await refusalOf(telling)).toBe(broken);
  });
});

describe('newEpisodes', () => {
  it('tells everything to begin with and remembers it', () => {
    expect(newEpisodes(new Map(), [full, unreadable], AT)).toEqual({
      notices: [full, unreadable],
      told: new Map([
        ['cn-hangzhou/ingressgateway/AtCeiling', AT],
        ['cn-shanghai/istio-system/edge/MissingMetrics', AT],
      ]),
    });
  });

  it.each([
    ['a minute later', MINUTE, 0],
    ['just before an hour', 60 * MINUTE - 1, 0],
    ['an hour later', 60 * MINUTE, 1],
    ['a day later', 24 * 60 * MINUTE, 1],
  ])('tells the same hold %s: %d ms, %d notices', (_, later, told) => {
    const before = new Map([['cn-hangzhou/ingressgateway/AtCeiling', AT]]);
    expect(newEpisodes(before, [full], AT + later).notices).toHaveLength(told);
  });

  it('does not let a repeated hold put off its next telling', () => {
    const before = new Map([['cn-hangzhou/ingressgateway/AtCeiling', AT]]);
    expect(newEpisodes(before, [full], AT + 59 * MINUTE).told).toEqual(
      new Map([['cn-hangzhou/ingressgateway/AtCeiling', AT]]),
    );
  });

  it('takes the same hold with other numbers for the same, another reason or region for another', () => {
    const before = new Map([['cn-hangzhou/ingressgateway/AtCeiling', AT]]);
    const [otherNumbers, otherReason, otherRegion] = [
      { ...full, message: 'wants 15 replicas, the autoscaler allows 10' },
      { ...full, reason: 'Frozen' },
      { ...full, region: 'cn-shanghai' },
    ];
    const { notices } = newEpisodes(before, [otherNumbers, otherReason, otherRegion], AT + MINUTE);
    expect(notices).toEqual([otherReason, otherRegion]);
  });

  it('tells what comes twice in one look once', () => {
    expect(newEpisodes(new Map(), [full, full], AT).notices).toEqual([full]);
  });

  it('forgets what was not seen again, after the length given', () => {
    const before = new Map([
      ['cn-hangzhou/old/AtCeiling', AT - 10 * MINUTE],
      ['cn-hangzhou/young/AtCeiling', AT - 10 * MINUTE + 1],
    ]);
    expect(newEpisodes(before, [], AT, 10 * MINUTE).told).toEqual(
      new Map([['cn-hangzhou/young/AtCeiling', AT - 10 * MINUTE + 1]]),
    );
  });

  it('leaves the memory that it was given as it was', () => {
    const before = new Map([['cn-hangzhou/old/AtCeiling', 0]]);
    newEpisodes(before, [full], AT);
    expect(before).toEqual(new Map([['cn-hangzhou/old/AtCeiling', 0]]));
  });
});
