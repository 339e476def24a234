import type { Card, Section } from '../../core/card';

/** How a robot writes its own kind of markdown. */
export interface Dialect {
  readonly strong: (text: string) => string;
  readonly newLine: string;
  /** For what the robot reads as markup beyond what cards leave out. */
  readonly literally?: (text: string) => string;
}

/** In bytes of UTF-8, which is what robots count. */
export interface Room {
  readonly all: number;
  readonly piece: number;
}

/** Beside the pieces: what joins them. */
const JOINT = 4;

/**
 * The card as texts of one piece each: its title, as many notices as there is room for, and what is left out. A robot that
 * gets too much refuses all of it.
 */
export function piecesOf(card: Card, dialect: Dialect, room: Room): readonly string[] {
  const { literally = (text: string) => text, strong } = dialect;
  const title = strong(literally(card.title));
  const sections = card.sections.map((section) => cut(sectionText(section, dialect), room.piece));
  const requests = card.requestIds.length === 0 ? undefined : literally(`requests: ${card.requestIds.join(', ')}`);
  const tail = (shown: number): readonly string[] => {
    const left = card.more + sections.length - shown;
    return [...(left === 0 ? [] : [`and ${left} more, in the log`]), ...(requests === undefined ? [] : [requests])];
  };
  for (let shown = sections.length; shown > 0; shown -= 1) {
    const pieces = [title, ...sections.slice(0, shown), ...tail(shown)];
    if (bytesOf(pieces) <= room.all) return pieces;
  }
  const others = [title, ...tail(1)];
  const [first = ''] = sections;
  return [title, cut(first, Math.max(0, room.all - bytesOf(others) - JOINT)), ...tail(1)];
}

function sectionText({ facts, heading }: Section, dialect: Dialect): string {
  const { literally = (text: string) => text, newLine, strong } = dialect;
  const lines = facts.map(({ name, value }) => `${name}: ${literally(value)}`);
  return [strong(literally(heading)), ...lines].join(newLine);
}

function bytesOf(pieces: readonly string[]): number {
  return pieces.reduce((bytes, piece) => bytes + Buffer.byteLength(piece) + JOINT, 0);
}

/** At most so many bytes, cut at a character. */
export function cut(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const mark = '…';
  let kept = '';
  let bytes = Buffer.byteLength(mark);
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return `${kept}${mark}`;
}
