import colors from 'picocolors';
import { MINUTE } from '../shared/core/time';
import type { PromotionMinute, PromotionResult } from './promotion';
import type { Scene } from './promotion-scene';

/** Writes the promotion for a person: a line every half hour, one for everything that happens, and the figures at the end. */
export interface PromotionScreen {
  begin(scene: Scene): void;
  minute(minute: PromotionMinute): void;
  end(result: PromotionResult): void;
}

const SHOWN_EVERY = 30 * MINUTE;
const INDENT = ' '.repeat(10);

export function createPromotionScreen(write: (line: string) => void): PromotionScreen {
  return {
    begin: ({ gateway, name, notes, specification }) => {
      write('');
      write(
        colors.bold(`A promotion at ${gateway}, whose only CLB (${specification}) is too small for it: ${name.name}`),
      );
      write(
        colors.dim(
          'All three functions in this process, virtual time; clients keep what the name answers for its TTL.',
        ),
      );
      for (const note of notes) write(colors.dim(note));
      write(colors.dim('  UTC   requests/s  CLBs  answers   refused  what happens'));
    },
    minute: ({ answers, at, clbs, events, refused, requests }) => {
      if (events.length === 0 && refused < 1 && at % SHOWN_EVERY !== 0) return;
      const lost = refused < 1 ? ' '.repeat(8) : colors.red(count(refused).padStart(8));
      const [first = '', ...more] = events;
      const time = new Date(at).toISOString().slice(11, 16);
      write(
        `  ${time}  ${count(requests).padStart(9)}  ${String(clbs).padStart(4)}  ${String(answers).padStart(7)}  ${lost}  ${first}`,
      );
      for (const event of more) write(`${INDENT}${event}`);
    },
    end: (result) => {
      for (const line of summaryLines(result)) write(line);
    },
  };
}

function summaryLines(result: PromotionResult): readonly string[] {
  const { bought, hoursCharged, instanceCost, left, looksToAnswered, looksToServing } = result;
  const took =
    looksToServing === undefined || looksToAnswered === undefined
      ? 'no extra CLB came to serve'
      : `counted from the look that wanted it, an extra CLB served at look ${looksToServing} and was answered at look ${looksToAnswered}`;
  return [
    '',
    `  refused for want of room: ${count(result.refused)} requests, and ${count(result.refusedWithout)} with its own CLB alone (of ${count(result.offered)})`,
    `  ${took}`,
    `  bought: ${bought}, still there: ${left}; ${hoursCharged} instance-hours charged, $${instanceCost.toFixed(3)}, and LCU and traffic by use`,
  ];
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
