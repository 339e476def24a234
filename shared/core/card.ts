/** Notices as people read them, before any robot's format. Pure. */
import type { Message, Notice } from './notice';
import { isoTime } from './time';
import { counted, printable, shortened } from './words';

export interface Card {
  readonly title: string;
  /** Whether somebody must act. */
  readonly urgent: boolean;
  readonly sections: readonly Section[];
  /** Notices that are not among the sections. */
  readonly more: number;
  readonly requestIds: readonly string[];
}

/** One notice. */
export interface Section {
  readonly heading: string;
  readonly facts: readonly Fact[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

const HEADINGS: Readonly<Record<Notice['kind'], string>> = {
  held: 'Needs a person',
  resolved: 'Resolved',
  changed: 'Changed',
};
/** In the order in which they are read. */
const COUNTS: readonly (readonly [Notice['kind'], one: string, several: string])[] = [
  ['held', 'needs a person', 'need a person'],
  ['resolved', 'resolved', 'resolved'],
  ['changed', 'changed', 'changed'],
];
/** Of one fact; causes that vendors give may be long. */
const LONGEST_FACT = 600;
const MOST_IDS = 6;

export function cardOf({ more, notices }: Message): Card {
  const counts = COUNTS.flatMap(([kind, one, several]) => {
    const count = notices.filter((notice) => notice.kind === kind).length;
    return count === 0 ? [] : [counted(count, one, several)];
  });
  return {
    // Robots with a list of keywords let `gateway-autopilot` through.
    title: `gateway-autopilot: ${counts.join(', ')}`,
    urgent: notices.some(({ kind }) => kind === 'held'),
    sections: notices.map(sectionOf),
    more,
    requestIds: [...new Set(notices.flatMap(({ requestIds }) => requestIds))].map(plain).slice(0, MOST_IDS),
  };
}

function sectionOf(notice: Notice): Section {
  const { at, from, kind, measured, message, reason, region, subject, to, undo, who } = notice;
  const facts: readonly (Fact | undefined)[] = [
    from === undefined || to === undefined ? undefined : { name: 'change', value: `${from} → ${to}` },
    { name: 'why', value: message },
    measured === undefined ? undefined : { name: 'measured', value: measuredText(measured) },
    { name: 'who', value: `${notice.function} for ${who}, ${isoTime(at)}` },
    undo === undefined ? undefined : { name: 'undo', value: undo },
  ];
  return {
    heading: plain(`${HEADINGS[kind]}: ${region} ${subject}, ${reason}`),
    facts: facts.flatMap((fact) => (fact === undefined ? [] : [{ name: fact.name, value: plain(fact.value) }])),
  };
}

function measuredText({ metric, target, value }: NonNullable<Notice['measured']>): string {
  return `${metric} ${value}${target === undefined ? '' : `, target ${target}`}`;
}

/** What makes links, pictures and mentions of everybody in one of the robots' dialects, and what stands for it. */
const HARMLESS: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '[': '(',
  ']': ')',
  '*': '∗',
  '`': "'",
};

/** Texts of vendors and people come as text, whatever they hold. */
function plain(text: string): string {
  const line = printable(text).replace(/[<>[\]*`]/g, (mark) => HARMLESS[mark] ?? ' ');
  return shortened(line, LONGEST_FACT);
}
