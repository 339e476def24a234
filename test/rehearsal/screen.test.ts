import { stripVTControlCharacters } from 'node:util';
import type { Minute } from '../../rehearsal/replay';
import { createScreen } from '../../rehearsal/screen';

const CHANGE: Minute = {
  at: Date.UTC(2026, 10, 23, 15, 11),
  requests: 32_261,
  capacity: 21_000,
  replicas: 22,
  ready: 15,
  lost: 5_000,
  outcome: 'change',
  reason: 'LoadAboveTarget',
  message: 'newConnections 6593 connections/s is 147 % of 15 × 300; the rate policies stop at 22 for now',
  change: { from: 15, to: 22 },
};

function shown(minute: Minute, width: number): readonly string[] {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(stripVTControlCharacters(line));
  };
  createScreen({ write, most: 40_000, long: false, width }).minute(minute);
  return lines.slice(2);
}

describe('a change on the screen', () => {
  it('is one line where lines may have any length', () => {
    expect(shown(CHANGE, Number.POSITIVE_INFINITY)).toEqual([
      ' 15:11      32,261  ████████████████▓▓▓▓▓▓▓▓           15/22  15 → 22  LoadAboveTarget  newConnections 6593 connections/s is 147 % of 15 × 300; the rate policies stop at 22 for now',
    ]);
  });

  it('is broken between words where it is wider than the terminal', () => {
    expect(shown(CHANGE, 80)).toEqual([
      ' 15:11      32,261  ████████████████▓▓▓▓▓▓▓▓           15/22  15 → 22  LoadAboveTarget',
      '          newConnections 6593 connections/s is 147 % of 15 × 300; the rate',
      '          policies stop at 22 for now',
    ]);
  });

  it('says what was lost since the last line when nothing changes', () => {
    const { change: _, ...minute } = CHANGE;
    const quiet: Minute = {
      ...minute,
      outcome: 'steady',
      reason: 'WithinTolerance',
      message: 'any',
      change: undefined,
    };
    expect(shown(quiet, 120)).toEqual([
      ' 15:11      32,261  ████████████████▓▓▓▓▓▓▓▓           15/22  WithinTolerance  5,000 requests lost',
    ]);
  });
});
