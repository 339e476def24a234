import type { createColors } from 'picocolors';
import { kept } from '../shared/event/fields';
import { type Found, isPlanned } from './findings';

/** How words of a line are shown: in colours on a terminal, else as they are. */
export type Paint = ReturnType<typeof createColors>;

/** Longer than any sentence of ours. */
const LONGEST = 1_000;

/** One finding as one line: what becomes of it first. */
export function foundLine(found: Found, paint: Paint): string {
  const { function: name, region, subject } = found;
  return `${marked(found, paint)}  ${region}  ${name.padEnd(13)}  ${shown(subject)}  ${saying(found, paint)}`;
}

/** What becomes of it, in one word. */
export function marked(found: Found, paint: Paint): string {
  const { needsPerson, outcome } = found;
  const mark = isPlanned(found) || outcome === 'change' ? 'change' : needsPerson ? 'person' : outcome;
  const word = mark.padEnd(6);
  if (mark === 'change') return paint.yellow(word);
  return mark === 'steady' ? paint.green(word) : paint.red(word);
}

/** The reason, and what is done or said. */
export function saying(found: Found, paint: Paint): string {
  const { message, reason } = found;
  const approve = found.proposal === undefined ? '' : `; plan ${found.proposal} waits for apply --plan`;
  const changes = found.changes.join('; ');
  // What became of records is told step by step already.
  const what = message.startsWith(changes) ? message : `${changes} (${message})`;
  return `${paint.bold(reason)}  ${shown(`${what}${approve}`)}`;
}

/** What others wrote (owners, reasons, messages of the vendor) must not move the cursor. */
export function shown(text: string): string {
  return kept(text, LONGEST);
}
