import type { Score } from '../../../rehearsal/comparison/score';
import { LEGEND, scoreTable } from '../../../rehearsal/comparison/table';

const SCORE: Score = {
  offered: 1_000_000,
  lost: 30_050,
  replicaHours: 1_695.4,
  chargedHours: 999.96,
  idealHours: 918.7,
  hours: 336,
  changes: 3_129,
  reversals: 928,
  under: 1.884,
  over: 102.77,
  timeUnder: 6.014,
  timeOver: 77.31,
  instability: 29.94,
};

describe('a table of scores', () => {
  it('has a column for each figure, right under its title', () => {
    expect(scoreTable([{ name: 'HPA 70 %, 300 s + CronHPA', score: SCORE }])).toEqual([
      '                            lost %  replica-h  charged  changes/d  turns/d     θU %     θO %     τU %     τO %      υ %',
      'HPA 70 %, 300 s + CronHPA    3.005      1,695    1,000      223.5     66.3     1.88    102.8     6.01     77.3     29.9',
    ]);
  });

  it('fits a terminal of 120 columns with its longest name, as does the legend', () => {
    const lines = [...scoreTable([{ name: 'HPA 70 %, 300 s + CronHPA', score: SCORE }]), ...LEGEND];
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
