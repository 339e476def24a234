import { stripVTControlCharacters } from 'node:util';
import colors from 'picocolors';
import { HOUR, type Instant } from '../shared/core/time';
import { LEGEND, scoreTable } from './comparison/table';
import type { Minute, ReplayResult } from './replay';

const BAR = 30;
const INDENT = ' '.repeat(10);

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

export interface ScreenSettings {
  readonly write: (line: string) => void;
  /** Requests per second at the right end of the bars. */
  readonly most: number;
  /** A replay of many days is shown by the day. */
  readonly long: boolean;
  /** Columns; Infinity where lines may have any length. */
  readonly width: number;
}

export function createScreen({ long, most, width, write }: ScreenSettings): Screen {
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
      const { message, start } = minuteLine(minute, most, long);
      const losses = !changed && lost >= 1 ? `${count(lost)} requests lost` : '';
      for (const line of folded(start, [message, losses].filter(Boolean).join('  '), width)) write(line);
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
): { readonly start: string; readonly message: string } {
  const load = count(requests).padStart(10);
  const pods = (ready === replicas ? `${replicas}` : `${ready}/${replicas}`).padStart(8);
  const start = `${clock(at, long)}  ${load}  ${bar(requests, capacity, most)}  ${pods}  `;
  if (change !== undefined) {
    const why = change.to > change.from ? colors.green(reason) : colors.cyan(reason);
    return { start: `${start}${colors.bold(`${change.from} → ${change.to}`)}  ${why}`, message };
  }
  if (outcome === 'hold' && !WAITING.has(reason)) return { start: `${start}${colors.yellow(reason)}`, message };
  return { start: `${start}${colors.dim(reason)}`, message: '' };
}

/** What does not fit behind `start` goes below it, indented, broken between words. */
function folded(start: string, text: string, width: number): readonly string[] {
  if (text === '') return [start];
  if (stripVTControlCharacters(start).length + 2 + text.length <= width) return [`${start}  ${text}`];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || INDENT.length + last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return [start, ...lines.map((line) => INDENT + line)];
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
  const [heading = '', ...rows] = scoreTable([
    { name: 'gateway-autopilot', score: result.autopilot },
    ...result.rivals,
  ]);
  const hours = (result.to - result.from) / HOUR;
  return [
    '',
    colors.bold(
      `${result.name}: ${hours.toFixed(hours < 100 ? 1 : 0)} hours, ${count(result.autopilot.offered)} requests, in ${seconds.toFixed(1)} s`,
    ),
    colors.dim(heading),
    ...rows,
    ...LEGEND.map((line) => colors.dim(line)),
    ...result.rivals.flatMap(({ note }) => note ?? []),
    '',
    `  ${count(result.looks)} looks, ${callsLine(result)}; --json lists them`,
    `  reasons: ${sorted(result.reasons)}`,
    ...heldLine(result),
    '',
    '  All others see the same CloudMonitor figures and bounds; the HPAs aim at 70 % of what a replica serves and look every',
    '  15 s. None of them is ever held by missing data, maintenance or a freeze. What a change does to connections is not',
    '  counted.',
  ];
}

function heldLine({ reasons }: ReplayResult): readonly string[] {
  const looks = (reasons['Maintenance'] ?? 0) + (reasons['Frozen'] ?? 0);
  return looks === 0 ? [] : [`  held on purpose (maintenance, freeze) in ${count(looks)} looks; the others were not`];
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
