import type { EventAt, FieldsOf } from '../core/log-events';
import type { Log } from '../ports';

/** What a look came to, by gateways and names. */
export interface LookCounts {
  readonly changed: number;
  /** To be changed, and waiting for a step of an earlier look, or for a look that writes. */
  readonly underWay: number;
  readonly steady: number;
  readonly held: number;
  /** Of gateways, names and extra CLBs. */
  readonly forPerson: number;
  /** Lines of level error. */
  readonly errors: number;
  readonly actions: Readonly<Record<string, number>>;
  readonly holds: Readonly<Record<string, number>>;
}

/** A log that counts what it is told, so that the end of a look agrees with its lines. */
export interface Tally {
  readonly log: Log;
  counts(): LookCounts;
}

/** Each of a gateway or a name. */
const VERDICTS: Readonly<Partial<Record<EventAt<'info'>, 'gateway' | 'name'>>> = {
  decision: 'gateway',
  balancing: 'gateway',
  publication: 'name',
};

/** What the last line on a gateway or a name says; it may have been acted on before. */
interface Standing {
  readonly state: 'changed' | 'underWay' | 'steady' | 'held';
  readonly reason: string;
  readonly forPerson: number;
}

type Fields = Readonly<Record<string, unknown>>;

export function createTally(log: Log): Tally {
  const subjects = new Map<unknown, Standing>();
  const actions: Record<string, number> = {};
  let errors = 0;

  function info<Event extends EventAt<'info'>>(event: Event, fields: FieldsOf<Event>): void {
    const subject = VERDICTS[event];
    if (subject !== undefined) count(subject, { ...fields });
    log.info(event, fields);
  }

  function count(subject: string, fields: Fields): void {
    const reason = String(fields['reason']);
    const acted = hasActed(fields);
    if (acted) actions[reason] = (actions[reason] ?? 0) + 1;
    const before = subjects.get(fields[subject])?.state;
    const state = acted || before === 'changed' ? 'changed' : STATES[String(fields['outcome'])];
    subjects.set(fields[subject], { state: state ?? 'held', reason, forPerson: forPerson(fields) });
  }

  return {
    log: {
      info,
      warn: (event, fields) => log.warn(event, fields),
      error: (event, fields) => {
        errors += 1;
        log.error(event, fields);
      },
    },
    counts: () => {
      const standings = [...subjects.values()];
      const number = (state: Standing['state']): number => standings.filter((each) => each.state === state).length;
      const holds: Record<string, number> = {};
      for (const { reason, state } of standings) if (state === 'held') holds[reason] = (holds[reason] ?? 0) + 1;
      return {
        changed: number('changed'),
        underWay: number('underWay'),
        steady: number('steady'),
        held: number('held'),
        forPerson: standings.reduce((sum, each) => sum + each.forPerson, 0),
        errors,
        actions,
        holds,
      };
    },
  };
}

const STATES: Readonly<Record<string, Standing['state']>> = { change: 'underWay', steady: 'steady', hold: 'held' };

/** A decision that was acted on, a name of which something was done, an extra CLB that took a step. */
function hasActed({ acted, done, extras }: Fields): boolean {
  return acted === true || isFilled(done) || listed(extras).some((extra) => isFilled(extra['done']));
}

function forPerson({ alarms, extras, needsPerson }: Fields): number {
  const waiting = listed(extras).filter((extra) => extra['needsPerson'] === true).length;
  return (needsPerson === true || isFilled(alarms) ? 1 : 0) + waiting;
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function listed(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value : [];
}
