import type { Route } from '../deploy/alarm-rules';
import type { Configuration } from '../shared/config/load';
import { SHORTEST_SECRET } from '../shared/core/alarm-targets';
import { InvalidInput } from '../shared/errors';
import type { World } from './world';

/** The emulated cloud writes down what it is asked, and is not to know a secret. */
const EMULATED = 'https://callback.example.com/{region}/alarm/emulated-secret-of-32-characters-or-more';

/**
 * How rules reach receive-alarm. The address of a callback ends with a secret: it comes from the environment, since a command
 * line is in the lists of processes, and is named in no message.
 *
 * @throws InvalidInput
 */
export function routeOf({ alarms }: Configuration, isEmulated: boolean, { environment }: World): Route {
  switch (alarms.route) {
    case 'topic':
      return { by: 'topic', topic: alarms.topic };
    case 'callback': {
      const address = isEmulated ? EMULATED : environment[alarms.callbackFrom];
      const problem = problemOf(address);
      if (address === undefined || problem !== undefined)
        throw new InvalidInput(`the environment variable ${alarms.callbackFrom} ${problem}`);
      return { by: 'callback', addressOf: (region) => address.replaceAll('{region}', region) };
    }
  }
}

function problemOf(address: string | undefined): string | undefined {
  if (address === undefined || address === '') return 'must hold the address of the callback, https://…/alarm/<secret>';
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:')
    return 'holds no address that begins with https://';
  const secret = address.slice(address.lastIndexOf('/') + 1);
  return secret.length < SHORTEST_SECRET
    ? `holds an address whose last part, the secret, has fewer than ${SHORTEST_SECRET} characters`
    : undefined;
}
