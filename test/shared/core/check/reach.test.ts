import { type FunctionSaid, REACH_CHECKS } from '../../../../shared/core/check/reach';
import { judge } from '../../../../shared/core/check/self-check';

const SAID: FunctionSaid = {
  message: '1 gateway in cn-shanghai: 0 changed, 1 steady, 0 held',
  problems: [],
  retry: false,
  gateways: [{ gateway: 'web', reason: 'WithinTolerance', message: 'steady' }],
};
const UNREAD = { gateway: 'web', reason: 'ReadFailed', message: 'kube list pods: no answer' };
const OTHER = { gateway: 'api', reason: 'WithinTolerance', message: 'steady' };

/** What `functions-reach` makes of a function's answer about the gateway web. */
function functionsReach(said: Partial<FunctionSaid>) {
  const [found] = judge(REACH_CHECKS, {
    function: 'failover-dns',
    region: 'cn-hangzhou',
    account: '1234567890123456',
    points: [],
    addresses: { ok: true, value: [] },
    functions: [
      {
        name: 'scale-gateway',
        region: 'cn-shanghai',
        gateway: 'web',
        answer: { ok: true, value: { ...SAID, ...said } },
      },
    ],
  }).filter(({ id }) => id === 'functions-reach');
  return found;
}

describe('a function that was asked for a look', () => {
  it.each<[what: string, said: Partial<FunctionSaid>, outcome: string, evidence: readonly string[]]>([
    ['looked', {}, 'pass', [SAID.message]],
    [
      'has another reason to change nothing',
      { gateways: [{ ...UNREAD, reason: 'MissingMetrics' }] },
      'pass',
      [SAID.message],
    ],
    [
      'refuses, with more problems than anybody reads at once',
      { outcome: 'refused', message: 'autopilot.yaml cannot be used', problems: ['a', 'b', 'c', 'd'], gateways: [] },
      'fail',
      ['refused: autopilot.yaml cannot be used', 'a', 'b', 'c'],
    ],
    ['says nothing of the gateway', { gateways: [OTHER] }, 'fail', [`nothing of web: ${SAID.message}`]],
    [
      'does not understand what it is asked for',
      { outcome: 'nothing-done', message: 'Nothing was looked at', gateways: [] },
      'unknown',
      ['nothing-done: Nothing was looked at'],
    ],
    ['could look at nothing for now', { retry: true, gateways: [] }, 'unknown', [SAID.message]],
    ['could not read the gateway', { gateways: [UNREAD, OTHER] }, 'unknown', [SAID.message, UNREAD.message]],
  ])('%s', (_, said, outcome, evidence) => {
    const found = functionsReach(said);
    expect(found).toMatchObject({ outcome, severity: 'critical' });
    expect(found?.evidence).toEqual(evidence.map((fact) => `scale-gateway in cn-shanghai: ${fact}`));
    expect(found?.fix !== undefined).toBe(outcome === 'fail');
  });
});
