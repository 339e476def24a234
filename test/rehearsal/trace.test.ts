import { readTrace } from '../../rehearsal/trace';
import { MINUTE } from '../../shared/core/time';

const START = Date.UTC(2014, 3, 10, 0, 4);

describe('a recorded request rate', () => {
  const csv =
    'timestamp,value\n2014-04-10 00:04:00,100\n2014-04-10 00:09:00,50\n2014-04-10 00:14:00,200\n2014-04-10 00:24:00,0\n';

  it('is scaled to its peak and taken as linear between samples and across gaps', () => {
    const trace = readTrace('elb.csv', csv, 20);
    expect([trace.from, trace.to]).toEqual([START, START + 20 * MINUTE]);
    const demands = [0, 2.5, 5, 10, 15, 20, 10].map((minutes) => trace.demand(START + minutes * MINUTE));
    expect(demands).toEqual([10, 7.5, 5, 20, 10, 0, 20]);
  });

  it.each([
    ['seconds', '1397088240', '1397088540'],
    ['milliseconds', '1397088240000', '1397088540000'],
    ['ISO 8601 with an offset', '2014-04-10T08:04:00+08:00', '2014-04-10T08:09:00+08:00'],
    ['a date with hours and minutes', '2014-04-10 00:04', '2014-04-10 00:09'],
  ])('reads timestamps in %s', (_, first, second) => {
    const trace = readTrace('t.csv', `timestamp,value\n${first},1\n${second},2\n`, 1);
    expect([trace.from, trace.to]).toEqual([START, START + 5 * MINUTE]);
  });

  it('takes other columns, a BOM, blank lines and rows out of order; of two rows for one time the last', () => {
    const trace = readTrace(
      't.csv',
      '\uFEFFvalue,host,timestamp\n4,a,2014-04-10 00:09:00\n\n2,a,2014-04-10 00:04:00\n3,b,2014-04-10 00:04:00\n',
      4,
    );
    expect(trace.demand(START)).toBe(3);
    expect(trace.flaws).toEqual({ duplicates: 1, gaps: 0, longestGap: undefined });
  });

  it('says how many gaps it has and where the longest is', () => {
    const minutes = [0, 5, 10, 20, 25, 30, 50, 55, 56];
    const rows = minutes.map((each) => `2014-04-10 01:${String(each).padStart(2, '0')}:00,1`);
    expect(readTrace('t.csv', `timestamp,value\n${rows.join('\n')}\n`, 1).flaws).toEqual({
      duplicates: 0,
      gaps: 2,
      longestGap: { from: Date.UTC(2014, 3, 10, 1, 30), length: 20 * MINUTE },
    });
  });

  it.each([
    ['no such column', 'time,rate\n1,2\n', 'columns timestamp and value are needed'],
    ['a rate that is none', 'timestamp,value\n2014-04-10 00:04:00,many\n', 'row 2: "many" is no rate'],
    ['a negative rate', 'timestamp,value\n2014-04-10 00:04:00,-1\n', 'row 2: "-1" is no rate'],
    ['a time that is none', 'timestamp,value\nyesterday,1\n', 'row 2: "yesterday" is no time'],
    ['one sample', 'timestamp,value\n2014-04-10 00:04:00,1\n', 'at least two samples'],
    ['nothing', '', 'at least two samples'],
    ['only zeros', 'timestamp,value\n2014-04-10 00:04:00,0\n2014-04-10 00:09:00,0\n', 'every value is 0'],
    ['no CSV', 'timestamp,value\n"2014,1\n', 'not a CSV file'],
  ])('refuses %s', (_, text, why) => {
    expect(() => readTrace('t.csv', text, 1)).toThrow(why);
  });
});
