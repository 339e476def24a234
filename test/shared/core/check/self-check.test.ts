import { commandLine, printed } from '../../../../shared/core/audit/fixes';
import { fail, notApplicable, pass, unknown } from '../../../../shared/core/audit/verdict';
import { INVOCATION_CHECKS, type InvocationSeen, skewOf } from '../../../../shared/core/check/invocation';
import { joined, judge } from '../../../../shared/core/check/self-check';

const BROKEN = fail(['it is broken'], printed('Mend it.', commandLine('mend')));

describe('several subjects in one check', () => {
  it.each([
    ['one that fails', [pass('well'), unknown('unread'), BROKEN, notApplicable('none')], 'fail'],
    ['one that is unknown', [pass('well'), unknown('unread'), notApplicable('none')], 'unknown'],
    ['none that is worse', [pass('well'), notApplicable('none')], 'pass'],
    ['none that applies', [notApplicable('none')], 'not-applicable'],
  ] as const)('are as bad as the worst: %s', (_, verdicts, outcome) => {
    const parts = verdicts.map((verdict, index) => [`g${index}`, verdict] as const);
    expect(joined(parts, 'nobody').outcome).toBe(outcome);
  });

  it('say whose each fact is, and are mended once by what mends them all', () => {
    const others = fail(['so is this'], printed('Mend it.', commandLine('mend'), commandLine('mend more')));
    expect(
      joined(
        [
          ['a', BROKEN],
          ['b', pass('well')],
          ['c', { ...others, severity: 'advice' }],
        ],
        'nobody',
      ),
    ).toEqual({
      outcome: 'fail',
      severity: 'advice',
      evidence: ['a: it is broken', 'b: well', 'c: so is this'],
      fix: {
        text: 'Mend it.',
        safe: false,
        patches: [
          { kind: 'command', line: 'mend' },
          { kind: 'command', line: 'mend more' },
        ],
      },
    });
  });

  it('say so when there are none', () => {
    expect(joined([], 'nobody')).toEqual({ outcome: 'not-applicable', evidence: ['nobody'], fix: undefined });
  });
});

describe('the difference of two clocks', () => {
  // The vendor says whole seconds: 10 stands for anything until 11.
  it.each([
    ['inside the second', 10_400, 10_500, 0],
    ['just before its end', 10_999, 11_200, 0],
    ['at its end', 11_000, 11_200, 0],
    ['past its end, by so much at least', 11_300, 11_500, 300],
    ['not yet begun, by so much at least', 9_000, 9_600, -400],
    ['at its beginning', 9_000, 10_000, 0],
    ['anywhere, the answer having taken long', 2_000, 30_000, 0],
  ])('is as little as it can be: %s', (_, sent, received, skew) => {
    expect(skewOf({ vendor: 10_000, sent, received })).toBe(skew);
  });
});

const SEEN: InvocationSeen = {
  function: 'attach-clb',
  region: 'cn-hangzhou',
  account: undefined,
  regions: ['cn-hangzhou'],
  timeout: 60,
  memory: undefined,
  deployed: { configuration: '0123456789ab', code: undefined },
  variables: [],
  reads: [{ action: 'cms:DescribeMetricList', on: 'cn-hangzhou', tried: { ok: true, value: undefined } }],
  clocks: [],
  signsRemovals: true,
};

function found(id: string, seen: Partial<InvocationSeen>) {
  const [finding] = judge(INVOCATION_CHECKS, { ...SEEN, ...seen }).filter((each) => each.id === id);
  return finding;
}

describe('an invocation', () => {
  it('whose context says neither account nor memory is judged without them', () => {
    expect(found('resources', {})).toMatchObject({
      outcome: 'pass',
      evidence: ['time-out 60 s, of 60 s that are needed'],
    });
    expect(found('context', {})).toMatchObject({
      outcome: 'pass',
      evidence: [
        'attach-clb in cn-hangzhou, account not said by Function Compute',
        'credentials are known to 1 answer',
      ],
    });
  });

  it('is told the time by the answer that was fastest', () => {
    const slow = { vendor: 0, sent: 60_000, received: 90_000 };
    const fast = { vendor: 100_000, sent: 100_100, received: 100_200 };
    expect(found('clock-skew', { clocks: [slow, fast] })?.outcome).toBe('pass');
    expect(found('clock-skew', { clocks: [slow] })?.outcome).toBe('fail');
    expect(found('clock-skew', { clocks: [] })?.outcome).toBe('unknown');
  });

  it.each([
    [5_000, 'pass', 'warning'],
    [5_001, 'fail', 'warning'],
    [30_000, 'fail', 'warning'],
    [30_001, 'fail', 'critical'],
  ])('behind by %i ms is a %s, %s', (behind, outcome, severity) => {
    const clocks = [{ vendor: 100_000 + behind, sent: 100_000, received: 100_000 }];
    expect(found('clock-skew', { clocks })).toMatchObject({ outcome, severity });
    expect(found('clock-skew', { clocks, signsRemovals: false })).toMatchObject({ outcome, severity: 'warning' });
  });

  it('that knows nothing to ask about has not tried the right, which is no failure', () => {
    const untried = { action: 'slb:DescribeHealthStatus', on: 'a CLB in cn-hangzhou', tried: undefined };
    expect(found('ram-reads', { reads: [...SEEN.reads, untried] })).toMatchObject({
      outcome: 'unknown',
      evidence: [
        'slb:DescribeHealthStatus was not tried: a CLB in cn-hangzhou is not known',
        'allowed: cms:DescribeMetricList',
        'writes cannot be tried: compare the policy of the role with what is printed',
      ],
    });
  });

  it('that hears of something that is not there was let in', () => {
    const tried = { ok: false, why: 'absent', problem: 'no such CLB', code: 'InvalidLoadBalancerId.NotFound' } as const;
    const reads = [{ action: 'slb:DescribeHealthStatus', on: 'a CLB', tried }];
    expect(found('ram-reads', { reads })?.outcome).toBe('pass');
  });
});
