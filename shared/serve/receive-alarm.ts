import { isSecret } from '../cloud/digests';
import { createNetworks } from '../cloud/networks';
import { publishedNames } from '../config/names';
import { gatewaysOf } from '../config/region';
import type { Configuration } from '../config/schema';
import {
  type AlarmedGateway,
  type AlarmTarget,
  type AlarmTargets,
  alarmTargets,
  type LookingFunction,
  SHORTEST_SECRET,
} from '../core/alarm-targets';
import { MINUTE, type Millis } from '../core/time';
import { CloudError, InvalidInput } from '../errors';
import { type AlarmTrigger, callbackOf, decodeEvent, type Trigger } from '../event';
import type { Functions } from '../ports';
import { errorFields } from '../run/error-fields';
import { alarmText } from './alarm-answer';
import { type Answer, type Closing, type Handler, type Invocation, invoked, serve } from './serve';
import type { Surroundings } from './surroundings';

/** What the receiver of alarms reaches: the other functions, and nothing else. */
export interface Intake extends Closing {
  readonly functions: Functions;
}

/**
 * Wakes the functions that an alarm concerns and answers at once. Over HTTP whoever knows the secret at the end of the path may
 * do so, from the networks that callbacks come from; from MNS and FC's own triggers whoever may invoke it. What an alarm says is
 * never acted on: at most one look of each function a minute comes of it.
 */
export function receiveAlarmHandler(surroundings: Surroundings<Intake>): Handler {
  const direct = serve(NAME, surroundings, receive);
  return async (event, context) => {
    const trigger = decodeEvent(event);
    return isOverHttp(trigger) ? overHttp(surroundings, trigger, context) : direct(event, context);
  };
}

const NAME = 'receive-alarm';

type OverHttp = Extract<Trigger, { kind: 'alarm' | 'unknown' }> & { readonly http: NonNullable<AlarmTrigger['http']> };

function isOverHttp(trigger: Trigger): trigger is OverHttp {
  return 'http' in trigger && trigger.http !== undefined;
}

/** One that is older has been looked at long ago: queues may deliver for a day. */
const LONGEST_AGE: Millis = 15 * MINUTE;

/** What becomes of an alarm; each is a log line, by which they are counted. */
type Outcome = 'handed-over' | 'not-handed-over' | 'stale' | 'foreign' | 'not-understood' | 'refused';

interface Received {
  readonly outcome: Outcome;
  readonly message: string;
  readonly targets?: readonly AlarmTarget[];
}

/** From MNS, EventBridge, or by hand. */
async function receive(invocation: Invocation<Intake>): Promise<Answer> {
  const { trigger } = invocation;
  if (trigger.kind !== 'alarm') throw new InvalidInput(`receive-alarm takes alarms, and not a ${trigger.kind}`);
  const received = await judged(invocation, trigger);
  return { ...received, retry: received.outcome === 'not-handed-over' };
}

async function overHttp(surroundings: Surroundings<Intake>, trigger: OverHttp, context: unknown): Promise<string> {
  return invoked(NAME, surroundings, trigger, context, async (invocation) => {
    const stranger = strangerBecause(invocation, trigger.http);
    if (stranger !== undefined) {
      invocation.log.warn('intake', { outcome: 'refused', why: stranger, sourceIp: trigger.http.sourceIp });
      // The same as for an address that is not there.
      return httpAnswer(404, { message: 'not found' });
    }
    if (trigger.kind === 'unknown') {
      invocation.log.warn('intake', { outcome: 'not-understood', why: trigger.why });
      return httpAnswer(400, { outcome: 'not-understood', message: trigger.why });
    }
    const received = await judged(invocation, trigger);
    return httpAnswer(STATUS[received.outcome], received);
  });
}

/** After anything but 2xx CloudMonitor tries up to three times more. */
const STATUS: Readonly<Record<Outcome, number>> = {
  'handed-over': 202,
  'not-handed-over': 502,
  stale: 200,
  foreign: 403,
  'not-understood': 400,
  refused: 404,
};

function httpAnswer(statusCode: number, body: object): string {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return JSON.stringify({ statusCode, headers, isBase64Encoded: false, body: JSON.stringify(body) });
}

/** Why a request is not taken for one of CloudMonitor's; never with anything of the path, which may hold the secret. */
function strangerBecause(
  { log, surroundings }: Invocation<Intake>,
  { path = '', sourceIp = '' }: OverHttp['http'],
): string | undefined {
  const { sources, tokenFrom } = surroundings.configuration().alarms;
  const secret = surroundings.environment(tokenFrom) ?? '';
  if (secret.length < SHORTEST_SECRET) {
    const problem = `the environment variable ${tokenFrom} must hold ${SHORTEST_SECRET} characters or more`;
    log.error('intake-closed', { problem });
    return problem;
  }
  const isKnown = isSecret(path.slice(path.lastIndexOf('/') + 1), secret);
  if (!createNetworks(sources)(sourceIp)) return 'it does not come from a network of alarms.sources';
  return isKnown ? undefined : 'its path does not end with the secret';
}

async function judged(invocation: Invocation<Intake>, alarm: AlarmTrigger): Promise<Received> {
  const received = foreign(invocation, alarm) ?? stale(invocation, alarm) ?? (await handOver(invocation, alarm));
  invocation.log.info('intake', { ...received, alarm: alarmText(alarm) });
  return received;
}

function foreign({ surroundings }: Invocation<Intake>, { accountId }: AlarmTrigger): Received | undefined {
  const own = surroundings.environment('FC_ACCOUNT_ID');
  const accounts = surroundings.configuration().alarms.accounts ?? (own === undefined ? undefined : [own]);
  if (accountId === undefined || accounts === undefined || accounts.includes(accountId)) return undefined;
  return { outcome: 'foreign', message: 'it is an alarm of another account' };
}

function stale({ surroundings }: Invocation<Intake>, { at }: AlarmTrigger): Received | undefined {
  const age = at === undefined ? 0 : surroundings.clock.now() - at;
  if (age <= LONGEST_AGE) return undefined;
  return { outcome: 'stale', message: `it is ${Math.round(age / MINUTE)} minutes old: timers have looked since` };
}

async function handOver(
  { connections, context, log, surroundings }: Invocation<Intake>,
  alarm: AlarmTrigger,
): Promise<Received> {
  const configuration = surroundings.configuration();
  const { because, targets } = targetsOf(configuration, context.region, alarm);
  const { functions: names } = configuration;
  // Of all alarms of a minute the first one wakes a function.
  const taskId = `alarm-${Math.floor(surroundings.clock.now() / MINUTE)}`;
  const event = callbackOf(alarm);
  const failures = await Promise.all(
    targets.map(async (target): Promise<string | undefined> => {
      try {
        await connections.functions.tell({ region: target.region, name: names[target.function] }, event, taskId);
        return undefined;
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        log.error('not-woken', {
          targetRegion: target.region,
          targetFunction: target.function,
          ...errorFields(error),
        });
        return `${names[target.function]} of ${target.region}: ${error.message}`;
      }
    }),
  );
  const failed = failures.filter((failure) => failure !== undefined);
  const woken = `${targets.length - failed.length} of ${targets.length} functions look, since ${because}`;
  return failed.length === 0
    ? { outcome: 'handed-over', message: woken, targets }
    : { outcome: 'not-handed-over', message: `${woken}; ${failed.join('; ')}`, targets };
}

function targetsOf(configuration: Configuration, here: string, alarm: AlarmTrigger): AlarmTargets {
  const routes = Object.entries(configuration.alarms.rules).map(([rule, { functions, gateway, regions }]) => ({
    rule,
    gateway,
    regions,
    functions,
  }));
  return alarmTargets(alarm, { gateways: alarmedGateways(configuration), routes, here });
}

function alarmedGateways(configuration: Configuration): readonly AlarmedGateway[] {
  const published = new Set(publishedNames(configuration).map(({ gateway }) => gateway));
  return Object.keys(configuration.regions).flatMap((region) =>
    gatewaysOf(configuration, region).map(({ names: { gateway }, policy }): AlarmedGateway => {
      const { alarms = {}, loadBalancers = {} } = configuration.gateways[gateway] ?? {};
      const functions: readonly LookingFunction[] = [
        'scaleGateway',
        ...(policy.loadBalancers === undefined ? [] : (['attachClb'] as const)),
        ...(published.has(gateway) ? (['failoverDns'] as const) : []),
      ];
      return {
        gateway,
        region,
        functions,
        ruleIds: alarms[region] ?? [],
        loadBalancerIds: loadBalancers[region] ?? [],
      };
    }),
  );
}
