import { type Options, textOf } from './options';
import { WrongUsage } from './result';
import type { World } from './world';

/** As `s.yaml` needs it, too. */
const VARIABLE = 'AUTOPILOT_ACCOUNT_ID';

/** Id of the account that everything is in; `undefined` where nobody says which one. Throws WrongUsage for what is no id. */
export function accountOf(options: Options, { environment }: Pick<World, 'environment'>): string | undefined {
  const told = textOf(options, 'account');
  // A variable that is set to nothing is taken for none.
  const account = told ?? (environment[VARIABLE] || undefined);
  if (account === undefined || /^\d{1,32}$/.test(account)) return account;
  throw new WrongUsage(
    told === undefined ? `${VARIABLE} does not hold the id of an account` : '--account needs the id of the account',
  );
}

/** Throws WrongUsage also where nobody says which one. */
export function neededAccountOf(options: Options, world: Pick<World, 'environment'>): string {
  const account = accountOf(options, world);
  if (account !== undefined) return account;
  throw new WrongUsage(`--account needs the id of the account, or ${VARIABLE} holds it`);
}
