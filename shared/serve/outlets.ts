import { createCustomEvents } from '../cloud/custom-events';
import { robotOf } from '../cloud/robots';
import type { Configuration } from '../config/load';
import type { Message } from '../core/notice';
import { type Instant, MINUTE, type Millis } from '../core/time';
import { deliver } from '../notify/deliver';
import type { Invocation } from './serve';

/** One place where people hear of something. */
export interface Outlet {
  readonly name: string;
  readonly hears: 'people' | 'everything';
  readonly way: Way | Blocked;
}

/** How it is reached. */
export interface Way {
  readonly blocked: false;
  readonly spacing: Millis;
  readonly pause: Millis;
  /** Throws CloudError or InvalidInput, without the URL. */
  send(message: Message, at: Instant): Promise<void>;
}

export interface Blocked {
  readonly blocked: true;
  readonly problem: string;
}

type Channel = Configuration['notify']['channels'][string];

/** No channel can have its name, which has capitals. */
const CLOUD_MONITOR = 'CloudMonitor';

export function outletsOf(
  invocation: Invocation,
  { channels, cloudMonitor }: Configuration['notify'],
): readonly Outlet[] {
  const robots = Object.entries(channels).map(([name, channel]) => ({
    name,
    hears: channel.tells,
    way: wayTo(invocation, name, channel),
  }));
  if (cloudMonitor === 'nothing') return robots;
  const events = createCustomEvents(invocation.connections.openApi, invocation.context.region);
  const send = ({ notices }: Message): Promise<void> => events.put(notices);
  return [
    ...robots,
    { name: CLOUD_MONITOR, hears: cloudMonitor, way: { blocked: false, spacing: 0, pause: MINUTE, send } },
  ];
}

function wayTo(
  { deadline, surroundings }: Invocation,
  name: string,
  { kind, secretFrom, urlFrom }: Channel,
): Way | Blocked {
  // What is pasted into a console often ends with a line end.
  const secretIn = (variable: string): string => surroundings.environment(variable)?.trim() ?? '';
  const missing = [urlFrom, ...(secretFrom === undefined ? [] : [secretFrom])].find((each) => secretIn(each) === '');
  if (missing !== undefined) {
    return {
      blocked: true,
      problem: `nobody can be told through ${name}: the environment variable ${missing} is not set`,
    };
  }
  const secret = secretFrom === undefined ? undefined : secretIn(secretFrom);
  const robot = robotOf(kind, { url: secretIn(urlFrom), secret });
  const { pause, spacing } = robot;
  const send = (message: Message, at: Instant): Promise<void> =>
    deliver(message, { robot, post: surroundings.post, deadline, at });
  return { blocked: false, pause, spacing, send };
}
