import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { smallestWith } from './a-configuration';

const TARGET = '      - { metric: newConnections, target: 300 }\n';

function withSignals(...lines: readonly string[]): string {
  return smallestWith(TARGET, lines.map((line) => `      - ${line}\n`).join(''));
}

function withPolicy(...lines: readonly string[]): string {
  return smallestWith('    signals:\n', `${lines.map((line) => `    ${line}\n`).join('')}    signals:\n`);
}

function policyOf(text: string) {
  return loadConfiguration(text, 'a.yaml').policies['web'];
}

function problemsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').problems.map(problemText);
}

describe('step rules', () => {
  it('are read with their defaults', () => {
    const text = withSignals(
      '{ metric: serverErrors, steps: [{ below: 1, change: -1 }, { from: 1, below: 20, percent: 10 }, { from: 20, percent: 30, atLeast: 3 }] }',
      '{ metric: newConnections, per: replica, warmUp: 90s, whenMissing: ignore, steps: [{ from: 400, change: 12 }] }',
    );
    expect(policyOf(text)?.signals).toEqual([
      {
        metric: 'serverErrors',
        per: 'gateway',
        warmUp: 60_000,
        whenMissing: 'hold',
        steps: [
          { from: undefined, below: 1, adjust: { type: 'Change', value: -1 } },
          { from: 1, below: 20, adjust: { type: 'Percent', value: 10, atLeast: 1 } },
          { from: 20, below: undefined, adjust: { type: 'Percent', value: 30, atLeast: 3 } },
        ],
      },
      {
        metric: 'newConnections',
        per: 'replica',
        warmUp: 90_000,
        whenMissing: 'ignore',
        steps: [{ from: 400, below: undefined, adjust: { type: 'Change', value: 12 } }],
      },
    ]);
  });

  it.each<[what: string, signal: string, problem: string]>([
    [
      'a gap',
      '{ metric: serverErrors, steps: [{ below: 5, change: 1 }, { from: 6, change: 2 }] }',
      'leaves a gap: the step before it ends below 5, this one begins at 6',
    ],
    [
      'an overlap',
      '{ metric: serverErrors, steps: [{ below: 5, change: 1 }, { from: 4, change: 2 }] }',
      'overlaps: the step before it ends below 5, this one begins at 4',
    ],
    [
      'a step after one without end',
      '{ metric: serverErrors, steps: [{ from: 5, change: 1 }, { from: 6, change: 2 }] }',
      'is never reached: the step before it has no end (below)',
    ],
    [
      'an empty step',
      '{ metric: serverErrors, steps: [{ from: 5, below: 5, change: 1 }] }',
      'is empty: from 5 to below 5',
    ],
    [
      'no adjustment',
      '{ metric: serverErrors, steps: [{ from: 5 }] }',
      'needs exactly one of exact, change and percent',
    ],
    [
      'two adjustments',
      '{ metric: serverErrors, steps: [{ from: 5, change: 1, percent: 10 }] }',
      'needs exactly one of exact, change and percent',
    ],
    [
      'atLeast without percent',
      '{ metric: serverErrors, steps: [{ from: 5, change: 1, atLeast: 2 }] }',
      'has an atLeast, which goes with percent only',
    ],
    [
      'steps and a target',
      '{ metric: requests, target: 5, steps: [{ from: 5, change: 1 }] }',
      'has steps and also a target; write two signals of the metric',
    ],
    ['neither', '{ metric: requests }', 'needs a target per replica, or steps'],
    ['a warm-up without a target', '{ metric: requests, warmUp: 3m }', 'needs a target per replica, or steps'],
    [
      'a target of what replicas do not divide',
      '{ metric: responseTime, target: 100 }',
      'responseTime is not spread over replicas, so that a target per replica makes no sense; write steps',
    ],
    [
      'what only steps have, beside a target',
      '{ metric: requests, target: 5, warmUp: 3m }',
      'has a target; warmUp, per and whenMissing go with steps only',
    ],
    [
      'a misspelt adjustment, once',
      '{ metric: serverErrors, steps: [{ from: 5, chnage: 1 }] }',
      'unknown key; did you mean "change"?',
    ],
    [
      'a percentage with its sign',
      '{ metric: serverErrors, steps: [{ from: 5, percent: 10% }] }',
      'must be a plain number, for example 10 or -10',
    ],
    [
      'taking away without data',
      '{ metric: serverErrors, whenMissing: ignore, steps: [{ below: 5, change: -1 }] }',
      'takes replicas away, which never happens without data; whenMissing: ignore is for steps that only add',
    ],
    [
      'a share of what replicas do not share',
      '{ metric: responseTime, per: replica, steps: [{ from: 5, change: 1 }] }',
      'has bounds per replica, but responseTime is not spread over replicas; leave per out',
    ],
    ['a share of everything', '{ metric: serverErrors, steps: [{ from: 5, percent: -101 }] }', '-100'],
  ])('are refused: %s', (_, signal, problem) => {
    expect(problemsOf(withSignals(signal))).toEqual([expect.stringContaining(problem)]);
  });

  it('of one metric stand once, beside a target of it', () => {
    const steps = '{ metric: requests, per: replica, steps: [{ from: 5, change: 1 }] }';
    expect(problemsOf(withSignals('{ metric: requests, target: 4 }', steps))).toEqual([]);
    expect(problemsOf(withSignals(steps, steps))).toEqual([
      'a.yaml:14:19 policies.web.signals[1].metric: requests has step rules in this policy already; write all steps there',
    ]);
  });

  it('of a total that replicas do not change are warned of', () => {
    const warnings = (signal: string) => checkConfiguration(withSignals(signal), 'a.yaml').warnings.map(problemText);
    expect(warnings('{ metric: requests, steps: [{ from: 5, change: 1 }] }')).toEqual([
      expect.stringContaining('requests of the whole gateway does not change with its replicas'),
    ]);
    expect(warnings('{ metric: requests, steps: [{ from: 5, exact: 7 }] }')).toEqual([]);
    expect(warnings('{ metric: requests, per: replica, steps: [{ from: 5, change: 1 }] }')).toEqual([]);
    expect(warnings('{ metric: droppedConnections, steps: [{ from: 5, change: 1 }] }')).toEqual([]);
  });
});

describe('budget and connectionDrain', () => {
  it('are read', () => {
    const text = withPolicy('connectionDrain: 5m', 'budget: { replicasPerHour: 30, whenExceeded: hold }');
    expect(policyOf(text)).toMatchObject({
      connectionDrain: 300_000,
      budget: { replicasPerHour: 30, replicaHoursPerDay: undefined, whenExceeded: 'hold' },
    });
    expect(policyOf(withPolicy('budget: { replicaHoursPerDay: 500.5 }'))).toMatchObject({
      budget: { replicaHoursPerDay: 500.5, whenExceeded: 'alarm' },
    });
  });

  it.each<[line: string, problem: string]>([
    ['connectionDrain: 16m', 'must be at most 15m'],
    ['budget: { replicasPerHour: 0 }', 'replicasPerHour'],
    ['budget: {}', 'needs replicasPerHour, replicaHoursPerDay or both'],
    ['budget: { replicasPerHour: 3, whenExceeded: stop }', 'whenExceeded'],
  ])('are refused: %s', (line, problem) => {
    expect(problemsOf(withPolicy(line))).toEqual([expect.stringContaining(problem)]);
  });
});
