import fc from 'fast-check';
import type { AddressState, AddressVerdict, ProbeFailure, ProbeOutcome } from '../../../shared/core/probe';
import { disregarded, isolationOf, judged, noted, unprobed } from '../../../shared/core/probing';

const GOOD: ProbeOutcome = { failure: undefined, message: '', took: 12 };

function bad(failure: ProbeFailure = 'timeout'): ProbeOutcome {
  return { failure, message: `${failure} after 2000 ms`, took: 2_000 };
}

/** The states after each probe; `+` went well, `-` failed. */
function states(known: AddressState, probes: string, thresholds = { fall: 2, rise: 3 }): readonly AddressState[] {
  let verdict = unprobed('203.0.113.7', known);
  return [...probes].map((probe, index) => {
    verdict = judged(verdict, { at: index * 5_000, outcome: probe === '+' ? GOOD : bad() }, thresholds);
    return verdict.state;
  });
}

describe('the verdict of an address', () => {
  it.each<[known: AddressState, probes: string, expected: string]>([
    ['up', '+++', 'up up up'],
    ['up', '-', 'up'],
    ['up', '--', 'up down'],
    ['up', '-+-+-+', 'up up up up up up'],
    ['up', '-+--', 'up up up down'],
    ['down', '---', 'down down down'],
    ['down', '++', 'down down'],
    ['down', '+++', 'down down up'],
    ['down', '++-+++', 'down down down down down up'],
    ['down', '+++--', 'down down up up down'],
    ['unknown', '+', 'unknown'],
    ['unknown', '++-', 'unknown unknown unknown'],
    ['unknown', '+++', 'unknown unknown up'],
    ['unknown', '--', 'unknown down'],
    ['unknown', '++--', 'unknown unknown unknown down'],
    ['unknown', '-+++', 'unknown unknown unknown up'],
  ])('from %s by %s', (known, probes, expected) => {
    expect(states(known, probes)).toEqual(expected.split(' '));
  });

  it('changes by one probe where one is enough', () => {
    expect(states('up', '-+-', { fall: 1, rise: 1 })).toEqual(['down', 'up', 'down']);
  });

  it('holds what the last probe saw', () => {
    const first = judged(
      unprobed('203.0.113.7', 'up'),
      { at: 1_000, outcome: { ...GOOD, certificateEnds: 9_000_000 } },
      { fall: 2, rise: 3 },
    );
    expect(first).toEqual({
      address: '203.0.113.7',
      state: 'up',
      probedAt: 1_000,
      failure: undefined,
      why: '',
      inARow: 1,
      took: 12,
      certificateEnds: 9_000_000,
    });
    expect(judged(first, { at: 6_000, outcome: bad('refused') }, { fall: 2, rise: 3 })).toEqual({
      address: '203.0.113.7',
      state: 'up',
      probedAt: 6_000,
      failure: 'refused',
      why: 'refused after 2000 ms',
      inARow: 1,
      took: 2_000,
      certificateEnds: 9_000_000,
    });
  });

  it('does not follow from probes that are only noted', () => {
    const verdict = noted(noted(unprobed('203.0.113.7', 'up'), { at: 1, outcome: bad() }), { at: 2, outcome: bad() });
    expect(verdict).toMatchObject({ state: 'up', inARow: 0, failure: 'timeout', probedAt: 2 });
    expect(judged(verdict, { at: 3, outcome: bad() }, { fall: 2, rise: 3 })).toMatchObject({ state: 'up', inARow: 1 });
  });

  it('is what was known before, once isolation was found', () => {
    const down: AddressVerdict = { ...unprobed('203.0.113.7', 'down'), inARow: 4, failure: 'timeout' };
    expect(disregarded(down, 'up')).toMatchObject({ state: 'up', inARow: 0, failure: 'timeout' });
  });
});

describe('the verdict, by whatever probes', () => {
  const run = fc.string({ unit: fc.constantFrom('+', '-'), maxLength: 60 });
  const thresholds = fc.record({ fall: fc.integer({ min: 1, max: 5 }), rise: fc.integer({ min: 1, max: 5 }) });
  const known = fc.constantFrom<AddressState>('up', 'down', 'unknown');

  it('changes only at the end of a run that is long enough, and always there', () => {
    fc.assert(
      fc.property(known, run, thresholds, (from, probes, { fall, rise }) => {
        const seen = states(from, probes, { fall, rise });
        for (const [index, state] of seen.entries()) {
          const before = seen[index - 1] ?? from;
          const past = probes.slice(0, index + 1);
          if (state !== before)
            expect(past.endsWith(state === 'down' ? '-'.repeat(fall) : '+'.repeat(rise))).toBe(true);
          if (past.endsWith('-'.repeat(fall))) expect(state).toBe('down');
          if (past.endsWith('+'.repeat(rise))) expect(state).toBe('up');
        }
      }),
    );
  });

  it('depends on nothing older than the longest run once it is definite', () => {
    fc.assert(
      fc.property(known, known, run, thresholds, (one, other, probes, { fall, rise }) => {
        const tail = '-'.repeat(fall) + probes;
        expect(states(one, tail, { fall, rise }).slice(fall - 1)).toEqual(
          states(other, tail, { fall, rise }).slice(fall - 1),
        );
      }),
    );
  });
});

describe('isolation', () => {
  const controls = (answers: string) => [...answers].map((sign, i) => ({ name: `c${i + 1}`, answered: sign === '+' }));

  it.each([
    ['', true, 'no control target was asked'],
    ['+', false, '1 of 1 control target answers'],
    ['-', true, '0 of 1 control target answers, not c1'],
    ['+-', false, '1 of 2 control targets answer, not c2'],
    ['--', true, '0 of 2 control targets answer, not c1, c2'],
    ['++-', false, '2 of 3 control targets answer, not c3'],
    ['+--', true, '1 of 3 control targets answer, not c2, c3'],
    ['++--', false, '2 of 4 control targets answer, not c3, c4'],
    ['+---', true, '1 of 4 control targets answer, not c2, c3, c4'],
  ])('%s', (answers, isolated, message) => {
    expect(isolationOf(controls(answers))).toEqual({ isolated, message });
  });
});
