import { type Calendars, exceptionDayText, sayTheSame } from './exception-days';
import { didYouMean, type Finding } from './finding';
import { dayText } from './local-day';
import type { Parts, PolicyParts, ScheduleParts } from './parts';
import { quoted } from './positions';
import { everComes, firstMeeting } from './schedule-meetings';
import type { Schedule } from './schedule-schema';
import { nearest } from './suggest';
import { wallClockText } from './wall-clock';

export function unknownCalendar({ calendars, policies }: Parts): readonly Finding[] {
  const names = calendars.map(({ name }) => name);
  return eachSchedule(policies, (policy, schedule) =>
    references(schedule)
      .filter(({ calendar }) => !names.includes(calendar))
      .map(({ calendar, index, key }) => ({
        path: ['policies', policy.name, 'schedules', schedule.name, key, index],
        spot: 'value',
        message: `there is no calendar ${quoted(calendar)} under calendars${didYouMean(nearest(calendar, names))}`,
      })),
  );
}

/** A warning. Silent while a schedule names no calendar that exists: what it means may be this one. */
export function unusedCalendar(parts: Parts): readonly Finding[] {
  if (unknownCalendar(parts).length > 0) return [];
  const used = parts.policies.flatMap(({ schedules }) => schedules.flatMap(references).map(({ calendar }) => calendar));
  return parts.calendars
    .filter(({ name }) => !used.includes(name))
    .map(({ name }) => ({ path: ['calendars', name], spot: 'key', message: 'no schedule names this calendar' }));
}

export function repeatedDay({ calendars }: Parts): readonly Finding[] {
  return calendars.flatMap(({ days, name }) =>
    days.flatMap(({ index, value }, place) => {
      const earlier = days.slice(0, place).find((other) => sayTheSame(other.value, value));
      if (earlier === undefined) return [];
      const message = `is in ${quoted(exceptionDayText(earlier.value))} of this calendar already, at least in part`;
      return [{ path: ['calendars', name, index], spot: 'value', message }];
    }),
  );
}

export function lastDayBeforeFirst({ policies }: Parts): readonly Finding[] {
  return eachSchedule(policies, (policy, { firstDay, lastDay, name }) =>
    firstDay === undefined || lastDay === undefined || firstDay <= lastDay
      ? []
      : [
          {
            path: ['policies', policy.name, 'schedules', name, 'lastDay'],
            spot: 'value',
            message: `${dayText(lastDay)} is before the firstDay of ${dayText(firstDay)}`,
          },
        ],
  );
}

/** A maximum is never raised and a minimum never lowered by a schedule. */
export function scheduleOutsideReplicas({ policies }: Parts): readonly Finding[] {
  return eachSchedule(policies, ({ name: policy, replicas }, schedule) => {
    if (replicas === undefined) return [];
    const finding = (key: BoundKey, message: string): Finding => {
      return { path: ['policies', policy, 'schedules', schedule.name, key], spot: 'value', message };
    };
    const over = boundsOf(schedule, ['floor', 'exact']).filter(({ value }) => value > replicas.max);
    const under = boundsOf(schedule, ['ceiling', 'exact']).filter(({ value }) => value < replicas.min);
    return [
      ...over.map(({ key, value }) => finding(key, `${value} is over the policy's replicas.max of ${replicas.max}`)),
      ...under.map(({ key, value }) => finding(key, `${value} is under the policy's replicas.min of ${replicas.min}`)),
    ];
  });
}

export function scheduleFloorOverCeiling({ policies }: Parts): readonly Finding[] {
  return eachSchedule(policies, (policy, { ceiling, floor, name }) =>
    floor === undefined || ceiling === undefined || floor <= ceiling
      ? []
      : [
          {
            path: ['policies', policy.name, 'schedules', name, 'floor'],
            spot: 'value',
            message: `${floor} is over the ceiling of ${ceiling}`,
          },
        ],
  );
}

export function scheduleNeverComes(parts: Parts): readonly Finding[] {
  return eachSchedule(parts.policies, (policy, schedule) => {
    const calendars = calendarsOf(schedule, parts);
    const { firstDay, lastDay, name, whole } = schedule;
    if (whole === undefined || calendars === undefined || (firstDay ?? 0) > (lastDay ?? Number.POSITIVE_INFINITY)) {
      return [];
    }
    const path = ['policies', policy.name, 'schedules', name];
    const message = 'never comes: no day is allowed by its days or starts, its dates and its calendars all together';
    return everComes(whole, calendars) ? [] : [{ path, spot: 'key', message }];
  });
}

/** Looks at pairs of a floor over a ceiling only; whether windows can meet takes a while to find out. */
export function contradictingSchedules(parts: Parts): readonly Finding[] {
  return parts.policies.flatMap((policy) => {
    const usable = policy.schedules.flatMap((schedule) => {
      const calendars = calendarsOf(schedule, parts);
      return schedule.whole === undefined || calendars === undefined ? [] : [{ calendars, schedule: schedule.whole }];
    });
    return usable.flatMap((one, place) =>
      usable.slice(0, place).flatMap((earlier) => {
        const calendars = { ...earlier.calendars, ...one.calendars };
        const message =
          contradiction(one.schedule, earlier.schedule, calendars) ??
          contradiction(earlier.schedule, one.schedule, calendars);
        const path = ['policies', policy.name, 'schedules', one.schedule.name];
        return message === undefined ? [] : [{ path, spot: 'key' as const, message }];
      }),
    );
  });
}

function contradiction(asking: Schedule, limiting: Schedule, calendars: Calendars): string | undefined {
  const { floor, name, timeZone } = asking;
  const { ceiling, name: other } = limiting;
  if (floor === undefined || ceiling === undefined || floor <= ceiling) return undefined;
  const at = firstMeeting(asking, limiting, calendars);
  if (at === undefined) return undefined;
  const example = `${wallClockText(timeZone, at)} in ${timeZone}`;
  return `${quoted(name)} wants at least ${floor} replicas, while ${quoted(other)} allows at most ${ceiling}; both hold, for example, at ${example}. Move one of them, let it except the day, or change a number`;
}

type BoundKey = 'floor' | 'ceiling' | 'exact';

function boundsOf(
  schedule: ScheduleParts,
  keys: readonly BoundKey[],
): readonly { readonly key: BoundKey; readonly value: number }[] {
  return keys.flatMap((key) => {
    const value = schedule[key];
    return value === undefined ? [] : [{ key, value }];
  });
}

function eachSchedule(
  policies: readonly PolicyParts[],
  check: (policy: PolicyParts, schedule: ScheduleParts) => readonly Finding[],
): readonly Finding[] {
  return policies.flatMap((policy) => policy.schedules.flatMap((schedule) => check(policy, schedule)));
}

interface Reference {
  readonly key: 'only' | 'except';
  readonly index: number;
  readonly calendar: string;
}

function references({ except, only }: ScheduleParts): readonly Reference[] {
  return [
    ...only.map(({ index, value }): Reference => ({ key: 'only', index, calendar: value })),
    ...except.map(({ index, value }): Reference => ({ key: 'except', index, calendar: value })),
  ];
}

/** The calendars that a schedule names; `undefined` when one is missing or invalid. */
function calendarsOf(schedule: ScheduleParts, { calendars }: Parts): Calendars | undefined {
  const named = references(schedule).map(({ calendar }) => calendar);
  const found = calendars.flatMap(({ name, whole }) =>
    whole !== undefined && named.includes(name) ? [[name, whole] as const] : [],
  );
  return found.length === new Set(named).size ? Object.fromEntries(found) : undefined;
}
