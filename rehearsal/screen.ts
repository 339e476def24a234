import colors from 'picocolors';
import { HOUR, type Instant } from '../shared/core/time';
import type { Score } from './plain-autoscaler';
import type { Minute, ReplayResult } from './replay';

const BAR = 30;

/** Writes a replay for a person: a line an hour, a line for every change, and the figures at the end. */
export interface Screen {
  begin(title: string, notes: readonly string[]): void;
  note(text: string): void;
  minute(minute: Minute): void;
  event(at: Instant, what: string): void;
  end(result: ReplayResult, seconds: number): void;
}

/** Holds that end by themselves and need no line of their own. */
const WAITING: ReadonlySet<string> = new Set([
  'ScaleDownStabilized',
  'ScaleUpStabilized',
  'ScaleDownLimit',
  'CoolingDown',
]);

/** @param long a replay of many days is shown by the day */
export function createScreen(write: (line: string) => void, most: { requests: number }, long: boolean): Screen {
  let shownUntil = 0;
  let lost = 0;
  let held = '';
  return {
    begin: (title, notes) => {
      write(colors.bold(title));
      for (const note of notes) write(colors.dim(note));
    },
    note: (text) => write(colors.dim(text)),
    minute: (minute) => {
      if (shownUntil === 0) for (const line of header(long)) write(colors.dim(line));
      lost += minute.lost;
      const changed = minute.change !== undefined;
      const hold = minute.outcome === 'hold' && !WAITING.has(minute.reason) ? minute.reason : '';
      const news = changed || hold !== held;
      held = hold;
      if (!(news && !long) && minute.at < shownUntil) return;
      shownUntil = Math.max(shownUntil, nextShown(minute.at, long));
      write(
        `${minuteLine(minute, most.requests, long)}${!changed && lost >= 1 ? colors.red(`  ${count(lost)} requests lost`) : ''}`,
      );
      if (!changed) lost = 0;
    },
    event: (at, what) => write(colors.yellow(`${clock(at, long)}  ${what}`)),
    end: (result, seconds) => {
      for (const line of summaryLines(result, seconds)) write(line);
    },
  };
}

function header(long: boolean): readonly string[] {
  const legend = 'load █ capacity ░ lost ▓'.padEnd(BAR);
  return ['', `${long ? 'day       ' : ''}  UTC   requests/s  ${legend}  replicas  what and why`];
}

function nextShown(at: Instant, long: boolean): Instant {
  const span = long ? 24 * HOUR : HOUR;
  return (Math.floor(at / span) + 1) * span;
}

function minuteLine(
  { at, capacity, change, message, outcome, ready, reason, replicas, requests }: Minute,
  most: number,
  long: boolean,
): string {
  const count_ = count(requests).padStart(10);
  const pods = (ready === replicas ? `${replicas}` : `${ready}/${replicas}`).padStart(8);
  const why = outcome === 'hold' && !WAITING.has(reason) ? `${colors.yellow(reason)}  ${message}` : colors.dim(reason);
  const what =
    change === undefined
      ? why
      : `${colors.bold(`${change.from} → ${change.to}`)}  ${change.to > change.from ? colors.green(reason) : colors.cyan(reason)}  ${message}`;
  return `${clock(at, long)}  ${count_}  ${bar(requests, capacity, most)}  ${pods}  ${what}`;
}

function bar(requests: number, capacity: number, most: number): string {
  const cells = (value: number): number => Math.min(BAR, Math.round((value / most) * BAR));
  const served = cells(Math.min(requests, capacity));
  const free = Math.max(0, cells(capacity) - served);
  const over = Math.max(0, cells(requests) - served);
  const rest = Math.max(0, BAR - served - Math.max(free, over));
  return `${colors.green('█'.repeat(served))}${colors.red('▓'.repeat(over))}${colors.dim('░'.repeat(free))}${' '.repeat(rest)}`;
}

function summaryLines(result: ReplayResult, seconds: number): readonly string[] {
  const rows: readonly (readonly [string, (score: Score) => string])[] = [
    ['requests lost', ({ lost, offered }) => `${count(lost)} (${percent(lost / Math.max(1, offered))})`],
    ['replica-hours', ({ replicaHours }) => replicaHours.toFixed(1)],
    ['changes', ({ changes }) => String(changes)],
  ];
  const table = rows.map(
    ([name, show]) =>
      `  ${name.padEnd(16)}${show(result.autopilot).padStart(22)}${show(result.plainAutoscaler).padStart(22)}`,
  );
  const hours = (result.to - result.from) / HOUR;
  return [
    '',
    colors.bold(
      `${result.name}: ${hours.toFixed(hours < 100 ? 1 : 0)} hours, ${count(result.autopilot.offered)} requests, in ${seconds.toFixed(1)} s`,
    ),
    colors.dim(`  ${''.padEnd(16)}${'gateway-autopilot'.padStart(22)}${'plain HPA'.padStart(22)}`),
    ...table,
    '',
    `  ${count(result.looks)} looks, ${callsLine(result)}; --json lists them`,
    `  reasons: ${sorted(result.reasons)}`,
    ...heldLine(result),
    '',
    '  The plain HPA reads the same CloudMonitor figures with the same targets and bounds: 15 s sync, 10 % tolerance,',
    '  down after 5 minutes. It is never held by missing data, maintenance or a freeze, and it keeps no margin',
    '  (scaleInBelow). A change breaks or moves connections, which the losses above do not count.',
  ];
}

function heldLine({ reasons }: ReplayResult): readonly string[] {
  const looks = (reasons['Maintenance'] ?? 0) + (reasons['Frozen'] ?? 0);
  return looks === 0 ? [] : [`  held on purpose (maintenance, freeze) in ${count(looks)} looks; the plain HPA was not`];
}

function callsLine({ calls, looks }: ReplayResult): string {
  const total = Object.values(calls).reduce((sum, number) => sum + number, 0);
  return `${count(total)} API calls (${(total / Math.max(1, looks)).toFixed(1)} a look)`;
}

function sorted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, number]) => `${name} ${count(number)}`)
    .join(', ');
}

function clock(at: Instant, long: boolean): string {
  const text = new Date(at).toISOString();
  return long ? text.slice(0, 16).replace('T', '  ') : ` ${text.slice(11, 16)}`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}
