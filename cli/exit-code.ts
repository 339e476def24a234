/** What a command came to. */
export type Outcome = 'done' | 'nothing-to-do' | 'changes' | 'refused' | 'failed' | 'wrong-usage' | 'stopped';

/** Stable: scripts go by them. */
export const EXIT_CODES: Readonly<Record<Outcome, number>> = {
  done: 0,
  'nothing-to-do': 0,
  failed: 1,
  /** Something is to be done and was not: `plan` and `alarms` have changes, a person said no, a plan waits for one, a check of `audit` fails. */
  changes: 2,
  /** By a function, which says why. */
  refused: 3,
  /** EX_USAGE of sysexits.h. */
  'wrong-usage': 64,
  /** By SIGINT, as shells have it. */
  stopped: 130,
};
