import { deliver, type Post } from '../../../shared/notify/deliver';
import type { Robot, Verdict } from '../../../shared/ports';
import { AT, HELD } from '../cloud/robots/a-notice';

const MESSAGE = { notices: [HELD], more: 0 };
const PLENTY = { left: () => 30_000 };

function robot(verdict: Verdict): Robot {
  return {
    spacing: 0,
    pause: 0,
    request: ({ notices }, at) => ({
      url: `https://hooks.example.com/s3cret?at=${at}`,
      headers: { 'x-count': String(notices.length) },
      body: 'the body',
    }),
    verdict: () => verdict,
  };
}

const TAKES = robot({ taken: true });

async function refusalOf(telling: Promise<void>): Promise<unknown> {
  return telling.then(
    () => 'told',
    (error: unknown) => error,
  );
}

it.each([
  [30_000, [5_000]],
  [1_200, [1_200]],
  [0, []],
])('with %i ms left it waits at most that long, and does not begin without any', async (left, timeouts) => {
  const seen: number[] = [];
  const post: Post = async (_url, _body, _headers, timeout) => {
    seen.push(timeout);
    return { status: 200, body: '' };
  };
  const refusal = await refusalOf(deliver(MESSAGE, { robot: TAKES, post, deadline: { left: () => left }, at: AT }));
  expect(seen).toEqual(timeouts);
  if (left === 0) expect(refusal).toMatchObject({ kind: 'deadline' });
});

it('posts once what the robot makes of the message', async () => {
  const sent: unknown[] = [];
  const post: Post = async (url, body, headers) => {
    sent.push({ url, body, headers });
    return { status: 200, body: '' };
  };
  await deliver(MESSAGE, { robot: TAKES, post, deadline: PLENTY, at: AT });
  expect(sent).toEqual([
    { url: `https://hooks.example.com/s3cret?at=${AT}`, body: 'the body', headers: { 'x-count': '1' } },
  ]);
});

it.each([
  [false, 'unavailable'],
  [true, 'throttled'],
] as const)('what the robot refuses is a failure, throttled %s: %s, without the URL', async (throttled, kind) => {
  const refusing = robot({ taken: false, problem: 'the robot answered errcode 7', throttled });
  const post: Post = async () => ({ status: 200, body: 's3cret' });
  const error = await refusalOf(deliver(MESSAGE, { robot: refusing, post, deadline: PLENTY, at: AT }));
  expect(error).toMatchObject({ name: 'CloudError', kind, status: 200 });
  expect(error).toHaveProperty('message', 'notify.POST: the robot answered errcode 7');
});

it('lets what the post throws through', async () => {
  const broken = new Error('a bug');
  const post: Post = async () => {
    throw broken;
  };
  expect(await refusalOf(deliver(MESSAGE, { robot: TAKES, post, deadline: PLENTY, at: AT }))).toBe(broken);
});
