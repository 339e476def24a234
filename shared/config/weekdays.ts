import { array, NEVER, string } from 'zod';
import type { Weekday } from './local-day';

const NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export const EVERY_DAY: readonly Weekday[] = NAMES.map((_, day) => day);
const FORMS = 'write for example Mon, monday, Mon-Fri or daily';

const WeekdaySpan = string({ error: `is not a weekday; ${FORMS}` }).transform((text, context): readonly Weekday[] => {
  const days = weekdaysIn(text);
  if (days === undefined) {
    context.issues.push({ code: 'custom', input: text, message: `is not a weekday; ${FORMS}` });
    return NEVER;
  }
  return days;
});

/** The days of the week on which a window starts, in the order of the week from Sunday. */
export const Weekdays = array(WeekdaySpan, {
  error: ({ input }) =>
    typeof input === 'string' ? 'must be a list; put it into brackets, such as [Mon-Fri]' : undefined,
})
  .min(1)
  .transform((spans): readonly Weekday[] => EVERY_DAY.filter((day) => spans.flat().includes(day)));

/** `Fri-Mon` goes over the weekend. */
function weekdaysIn(text: string): readonly Weekday[] | undefined {
  if (text.toLowerCase() === 'daily') return EVERY_DAY;
  const [first, last, ...more] = text.split('-').map(weekday);
  if (first === undefined || more.length > 0) return undefined;
  if (!text.includes('-')) return [first];
  if (last === undefined) return undefined;
  const length = ((last - first + 7) % 7) + 1;
  return EVERY_DAY.slice(0, length).map((after) => (first + after) % 7);
}

/** A name or its first letters, at least three: Tue, Tues, Thur, Thurs. A dot may follow. */
function weekday(text: string): Weekday | undefined {
  const letters = text.trim().toLowerCase().replace(/\.$/, '');
  const day = letters.length < 3 ? -1 : NAMES.findIndex((name) => name.startsWith(letters));
  return day < 0 ? undefined : day;
}
