import { createVantagePoints } from '../../../shared/cloud/vantage-points';
import type { AddressState } from '../../../shared/core/probe';
import { CloudError } from '../../../shared/errors';
import { decodeEvent } from '../../../shared/event';
import type { Functions, WatchRequest } from '../../../shared/ports';

const REQUEST: WatchRequest = {
  targets: [
    { gateway: 'web', address: '203.0.113.7' },
    { gateway: 'web', address: '203.0.113.8' },
  ],
  known: new Map<string, AddressState>([['203.0.113.7', 'up']]),
  for: 50_000,
};

const ANSWER = {
  function: 'probe-region',
  message: 'cn-beijing sees 1 up, 1 down',
  point: 'cn-beijing',
  isolation: { isolated: false, message: '3 of 3 control targets answer' },
  verdicts: [
    {
      address: '203.0.113.7',
      state: 'down',
      probedAt: '2026-11-22T12:00:00Z',
      failure: 'certificate',
      why: 'the certificate is not for www.example.com',
      inARow: 2,
      took: 31,
      certificateEnds: '2027-01-01T00:00:00Z',
    },
    { address: '203.0.113.8', state: 'unknown', why: '', inARow: 0 },
  ],
  changed: [],
};

/** Function Compute that answers so, and what it was asked. */
function answering(answer: unknown) {
  const asked: { readonly address: object; readonly event: object; readonly timeout: number }[] = [];
  const functions: Functions = {
    ask: async (address, event, timeout) => {
      asked.push({ address, event, timeout });
      if (answer instanceof Error) throw answer;
      return answer;
    },
    tell: () => Promise.reject(new Error('nothing is handed over')),
  };
  return { asked, points: createVantagePoints(functions, 'gateway-autopilot-probe-region') };
}

it('asks the function of the region, with an event that it takes', async () => {
  const { asked, points } = answering(ANSWER);
  await points.watch('cn-beijing', REQUEST);
  expect(asked).toEqual([
    {
      address: { region: 'cn-beijing', name: 'gateway-autopilot-probe-region' },
      event: {
        action: 'probe',
        targets: [
          { gateway: 'web', address: '203.0.113.7' },
          { gateway: 'web', address: '203.0.113.8' },
        ],
        known: { '203.0.113.7': 'up' },
        for: '50s',
      },
      timeout: 54_000,
    },
  ]);
  expect(decodeEvent(Buffer.from(JSON.stringify(asked[0]?.event)))).toMatchObject({ kind: 'command' });
});

it('says of which addresses failures were seen right before, and when they were probed', async () => {
  const { asked, points } = answering(ANSWER);
  const before = { failed: new Map([['203.0.113.7', 1]]), since: new Map([['203.0.113.8', 1_950]]) };
  await points.watch('cn-beijing', { ...REQUEST, ...before });
  expect(asked[0]?.event).toMatchObject({ failed: { '203.0.113.7': 1 }, since: { '203.0.113.8': 1_950 } });
  expect(decodeEvent(Buffer.from(JSON.stringify(asked[0]?.event)))).toMatchObject({ kind: 'command' });
});

const REPORT = {
  point: 'cn-beijing',
  isolation: { isolated: false, message: '3 of 3 control targets answer' },
  verdicts: [
    {
      address: '203.0.113.7',
      state: 'down',
      probedAt: Date.parse('2026-11-22T12:00:00Z'),
      failure: 'certificate',
      why: 'the certificate is not for www.example.com',
      inARow: 2,
      took: 31,
      certificateEnds: Date.parse('2027-01-01T00:00:00Z'),
    },
    {
      address: '203.0.113.8',
      state: 'unknown',
      probedAt: undefined,
      failure: undefined,
      why: '',
      inARow: 0,
      took: undefined,
      certificateEnds: undefined,
    },
  ],
};

it('reads the report', async () => {
  expect(await answering(ANSWER).points.watch('cn-beijing', REQUEST)).toEqual(REPORT);
});

it('passes over what it does not know and what it did not ask', async () => {
  const more = {
    ...ANSWER,
    weather: 'fine',
    verdicts: [
      ...ANSWER.verdicts.map((verdict) => ({ ...verdict, score: 7 })),
      { address: '198.51.100.9', state: 'down', why: 'not asked', inARow: 9 },
    ],
  };
  expect(await answering(more).points.watch('cn-beijing', REQUEST)).toEqual(REPORT);
});

it.each<[what: string, answer: unknown, message: string]>([
  ['nothing', undefined, 'the answer: '],
  ['text', 'ok', 'the answer: '],
  ['help', { outcome: 'nothing-done', help: [] }, 'point: '],
  [
    'a refusal',
    { outcome: 'refused', message: 'the configuration has no vantage points (probes)' },
    'refused: the configuration has no vantage points (probes)',
  ],
  ['another region', { ...ANSWER, point: 'cn-shanghai' }, 'the answer is of "cn-shanghai"'],
  ['no isolation', { ...ANSWER, isolation: undefined }, 'isolation: '],
  ['an unknown state', { ...ANSWER, verdicts: [{ ...ANSWER.verdicts[0], state: 'sick' }] }, 'verdicts.0.state: '],
  [
    'a time that is none',
    { ...ANSWER, verdicts: [{ ...ANSWER.verdicts[0], probedAt: 'noon' }] },
    'verdicts.0.probedAt: ',
  ],
])('cannot read %s', async (_, answer, message) => {
  const failure = await answering(answer)
    .points.watch('cn-beijing', REQUEST)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CloudError);
  expect(failure).toMatchObject({ kind: 'unreadable', operation: 'probe-region cn-beijing' });
  expect(String(failure)).toContain(`probe-region cn-beijing: ${message}`);
});

it('leaves what Function Compute says as it is', async () => {
  const gone = new CloudError('no such function', { kind: 'not-found', operation: 'fc.InvokeFunction' });
  await expect(answering(gone).points.watch('cn-beijing', REQUEST)).rejects.toBe(gone);
});
