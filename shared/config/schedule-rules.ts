import { DAY, HOUR, type Instant } from '../core/time';
import { type Calendars, exceptionDayText, nextIn, sayTheSame } from './exception-days';
import { didYouMean, type Finding } from './finding';
import { dayText, type LocalDay } from './local-day';
import type { Parts, PolicyParts, ScheduleParts } from './parts';
import { type Path, quoted } from './positions';
import { comesAfter, everComes, firstMeeting } from './schedule-meetings';
import type { Schedule } from './schedule-schema';
import { nearest } from './suggest';
import { wallClockText } from './wall-clock';

export function unknownCalendar({ calendars, policies }: Parts): readonly Finding[] {
  const names = calendars.map(({ name }) => name);
  return eachSchedule(policies, (owner, schedule) =>
    references(schedule)
      .filter(({ calendar }) => !names.includes(calendar))
      .map(({ calendar, index, key }) => ({
        path: [...owner.path, schedule.name, key, index],
        spot: 'value',
        message: `there is no calendar ${quoted(calendar)} under calendars${didYouMean(nearest(calendar, names))}`,
      })),
  );
}

/** A warning. Silent while a schedule names no calendar that exists: what it means may be this one. */
export function unusedCalendar(parts: Parts): readonly Finding[] {
  if (unknownCalendar(parts).length > 0) return [];
  const used = ownersOf(parts.policies)
    .flatMap(({ schedules }) => schedules.flatMap(references))
    .map(({ calendar }) => calendar);
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
  return eachSchedule(policies, ({ path }, { firstDay, lastDay, name }) =>
    firstDay === undefined || lastDay === undefined || firstDay <= lastDay
      ? []
      : [
          {
            path: [...path, name, 'lastDay'],
            spot: 'value',
            message: `${dayText(lastDay)} is before the firstDay of ${dayText(firstDay)}`,
          },
        ],
  );
}

/** A maximum is never raised and a minimum never lowered by a schedule. */
export function scheduleOutsideBounds({ policies }: Parts): readonly Finding[] {
  return eachSchedule(policies, ({ least, most, path }, schedule) => {
    const finding = (key: BoundKey, message: string): Finding => {
      return { path: [...path, schedule.name, key], spot: 'value', message };
    };
    const over = boundsOf(schedule, ['floor', 'exact']).filter(({ value }) => most !== undefined && value > most.value);
    const under = boundsOf(schedule, ['ceiling', 'exact']).filter(
      ({ value }) => least !== undefined && value < least.value,
    );
    return [
      ...over.map(({ key, value }) => finding(key, `${value} is over the policy's ${most?.name} of ${most?.value}`)),
      ...under.map(({ key, value }) =>
        finding(key, `${value} is under the policy's ${least?.name} of ${least?.value}`),
      ),
    ];
  });
}

export function scheduleFloorOverCeiling({ policies }: Parts): readonly Finding[] {
  return eachSchedule(policies, ({ path }, { ceiling, floor, name }) =>
    floor === undefined || ceiling === undefined || floor <= ceiling
      ? []
      : [
          {
            path: [...path, name, 'floor'],
            spot: 'value',
            message: `${floor} is over the ceiling of ${ceiling}`,
          },
        ],
  );
}

export function scheduleNeverComes(parts: Parts): readonly Finding[] {
  return eachSchedule(parts.policies, (owner, schedule) => {
    const calendars = calendarsOf(schedule, parts);
    const { firstDay, lastDay, name, whole } = schedule;
    if (whole === undefined || calendars === undefined || (firstDay ?? 0) > (lastDay ?? Number.POSITIVE_INFINITY)) {
      return [];
    }
    const path = [...owner.path, name];
    const message = 'never comes: no day is allowed by its days or starts, its dates and its calendars all together';
    return everComes(whole, calendars) ? [] : [{ path, spot: 'key', message }];
  });
}

/** A warning. Its holidays are working days from now on. */
export function calendarOver({ calendars }: Parts, now: Instant): readonly Finding[] {
  const today = dayBegunEverywhere(now);
  return calendars.flatMap(({ name, whole }) => {
    if (whole === undefined || nextIn(whole, today) !== undefined) return [];
    const lasts = whole.flatMap((day) => (day.kind === 'dated' ? [day.last] : []));
    const message = `all of its days are over, the last on ${dayText(Math.max(...lasts))}`;
    return [{ path: ['calendars', name], spot: 'key', message }];
  });
}

/** A warning. One that never comes at all is an error already. */
export function scheduleOver(parts: Parts, now: Instant): readonly Finding[] {
  return eachSchedule(parts.policies, (owner, schedule) => {
    const calendars = calendarsOf(schedule, parts);
    const { name, whole } = schedule;
    if (whole === undefined || calendars === undefined || !everComes(whole, calendars)) return [];
    if (comesAfter(whole, calendars, now)) return [];
    const path = [...owner.path, name];
    const { lastDay, ...endless } = whole;
    return lastDay !== undefined && comesAfter(endless, calendars, now)
      ? [{ path: [...path, 'lastDay'], spot: 'value', message: `no window comes any more after ${dayText(lastDay)}` }]
      : [{ path, spot: 'key', message: 'no window comes any more: its days are over' }];
  });
}

/** Looks at pairs of a floor over a ceiling only; whether windows can meet takes a while to find out. */
export function contradictingSchedules(parts: Parts): readonly Finding[] {
  return ownersOf(parts.policies).flatMap(({ counts, path: place, schedules }) => {
    const usable = schedules.flatMap((schedule) => {
      const calendars = calendarsOf(schedule, parts);
      return schedule.whole === undefined || calendars === undefined ? [] : [{ calendars, schedule: schedule.whole }];
    });
    return usable.flatMap((one, order) =>
      usable.slice(0, order).flatMap((earlier) => {
        const calendars = { ...earlier.calendars, ...one.calendars };
        const message =
          contradiction(one.schedule, earlier.schedule, calendars, counts) ??
          contradiction(earlier.schedule, one.schedule, calendars, counts);
        const path = [...place, one.schedule.name];
        return message === undefined ? [] : [{ path, spot: 'key' as const, message }];
      }),
    );
  });
}

function contradiction(asking: Schedule, limiting: Schedule, calendars: Calendars, counts: string): string | undefined {
  const { floor, name, timeZone } = asking;
  const { ceiling, name: other } = limiting;
  if (floor === undefined || ceiling === undefined || floor <= ceiling) return undefined;
  const at = firstMeeting(asking, limiting, calendars);
  if (at === undefined) return undefined;
  const example = `${wallClockText(timeZone, at)} in ${timeZone}`;
  return `${quoted(name)} wants at least ${floor} ${counts}, while ${quoted(other)} allows at most ${ceiling}; both hold, for example, at ${example}. Move one of them, let it except the day, or change a number`;
}

/** Clocks are 12 hours behind UTC at most, so that a day before this one is over on all of them. */
function dayBegunEverywhere(now: Instant): LocalDay {
  return Math.floor((now - 12 * HOUR) / DAY);
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

/** What has schedules: the replicas of a policy, and its extra CLBs. */
interface ScheduleOwner {
  readonly path: Path;
  readonly schedules: readonly ScheduleParts[];
  /** What their numbers count. */
  readonly counts: string;
  readonly most: Bound | undefined;
  readonly least: Bound | undefined;
}

interface Bound {
  readonly name: string;
  readonly value: number;
}

function ownersOf(policies: readonly PolicyParts[]): readonly ScheduleOwner[] {
  return policies.flatMap(({ loadBalancers, name, replicas, schedules }): readonly ScheduleOwner[] => {
    const ofReplicas: ScheduleOwner = {
      path: ['policies', name, 'schedules'],
      schedules,
      counts: 'replicas',
      most: replicas && { name: 'replicas.max', value: replicas.max },
      least: replicas && { name: 'replicas.min', value: replicas.min },
    };
    if (loadBalancers === undefined) return [ofReplicas];
    const { maxExtra } = loadBalancers;
    const ofExtras: ScheduleOwner = {
      path: ['policies', name, 'loadBalancers', 'schedules'],
      schedules: loadBalancers.schedules,
      counts: 'extra CLBs',
      most: maxExtra === undefined ? undefined : { name: 'maxExtra', value: maxExtra },
      least: undefined,
    };
    return [ofReplicas, ofExtras];
  });
}

function eachSchedule(
  policies: readonly PolicyParts[],
  check: (owner: ScheduleOwner, schedule: ScheduleParts) => readonly Finding[],
): readonly Finding[] {
  return ownersOf(policies).flatMap((owner) => owner.schedules.flatMap((schedule) => check(owner, schedule)));
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
