import { lostPercent, perDay, type Score } from './score';

export interface Compared {
  readonly name: string;
  readonly score: Score;
  /** What its figures leave somebody wondering, for below the legend. */
  readonly note?: string;
}

const COLUMNS: readonly { readonly title: string; readonly show: (score: Score) => string }[] = [
  { title: 'lost %', show: (score) => lostPercent(score).toFixed(3) },
  { title: 'replica-h', show: ({ replicaHours }) => hours(replicaHours) },
  { title: 'charged', show: ({ chargedHours }) => hours(chargedHours) },
  { title: 'changes/d', show: (score) => perDay(score.changes, score).toFixed(1) },
  { title: 'turns/d', show: (score) => perDay(score.reversals, score).toFixed(1) },
  { title: 'θU %', show: ({ under }) => under.toFixed(2) },
  { title: 'θO %', show: ({ over }) => over.toFixed(1) },
  { title: 'τU %', show: ({ timeUnder }) => timeUnder.toFixed(2) },
  { title: 'τO %', show: ({ timeOver }) => timeOver.toFixed(1) },
  { title: 'υ %', show: ({ instability }) => instability.toFixed(1) },
];

/** What the columns mean, for below a table. */
export const LEGEND: readonly string[] = [
  'replica-h: ready replicas; charged: with those that are starting. turns: changes of direction. d: fewest replicas that',
  'serve the load. θU, θO: replicas missing and too many, as shares of d; τU, τO: time with too few and too many; υ:',
  'minutes in which replicas and d moved differently.',
];

/** Lines of a table, at most 120 columns wide; the first is the heading. */
export function scoreTable(rows: readonly Compared[]): readonly string[] {
  const first = Math.max(...rows.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(first) +
    cells.map((cell, index) => cell.padStart(Math.max(7, COLUMNS[index]?.title.length ?? 0) + 2)).join('');
  return [
    line(
      '',
      COLUMNS.map(({ title }) => title),
    ),
    ...rows.map(({ name, score }) =>
      line(
        name,
        COLUMNS.map(({ show }) => show(score)),
      ),
    ),
  ];
}

function hours(value: number): string {
  return value < 999.95 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
}
