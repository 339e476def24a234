import type { FunctionSeen, TriggerSeen } from '../../shared/core/account';
import type { Finding } from '../../shared/core/audit/finding';
import { deployCommand } from '../../shared/core/audit/fixes';
import { fail, notApplicable, pass, unknown, unread, type Verdict } from '../../shared/core/audit/verdict';
import { formatDuration } from '../../shared/core/duration';
import type { FunctionName } from '../../shared/core/function-name';
import type { Reading } from '../../shared/core/gateway';
import type { Millis } from '../../shared/core/time';
import { ASYNC_SETTINGS, DEPLOYMENTS, RUNTIME } from '../functions';
import { commands, findingOf, type Spec, steps } from './spec';
import type { Rhythm } from './timers';

const TIMERS = { page: 'https://www.alibabacloud.com/help/en/functioncompute/fc/time-triggers', date: '2026-03-19' };

const DEPLOYED: Spec = {
  id: 'function-deployed',
  title: 'The function is deployed',
  severity: 'critical',
  why: 'What it looks after in this region is looked after by nobody.',
};
const ROLE: Spec = {
  id: 'function-role',
  title: 'It acts with the role that was made for it',
  severity: 'critical',
  why: 'With another role it may do less than it must, or more than it should.',
};
const SETTINGS: Spec = {
  id: 'function-settings',
  title: 'Runtime, time-out and memory are as s.yaml has them',
  severity: 'warning',
  why: 'A look that is cut off leaves its work to the next one, and failover-dns leaves a gap in its watch.',
};
const TIMER: Spec = {
  id: 'function-timer',
  title: 'Its timer is there and switched on',
  severity: 'critical',
  why: 'Without a timer it looks only when an alarm or a person says so.',
  source: TIMERS,
};
const CADENCE: Spec = {
  id: 'function-cadence',
  title: 'It looks as often as `cadence` says',
  severity: 'warning',
  why: 'Metric queries are counted by `cadence`, and cooldowns and windows expect looks that often.',
  source: TIMERS,
};
const ASYNC: Spec = {
  id: 'function-async',
  title: 'Late events are dropped, and a repeated alarm wakes it once',
  severity: 'warning',
  why: 'By default an event is tried again for hours; and without asyncTask each of many alarms makes a look of its own.',
  source: { page: 'fc-docs 064, 135, 151 (github.com/aliyun-fc/fc-docs)', date: '2026-08-09' },
};
const LOG: Spec = {
  id: 'function-log',
  title: 'Its log is kept',
  severity: 'warning',
  why: 'Every decision and every write is a line of the log, and nothing else keeps them.',
};
const NETWORK: Spec = {
  id: 'function-network',
  title: 'It is in the network that it needs',
  severity: 'critical',
  why: "A cluster's private address answers only inside its VPC; a vantage point must see what clients see.",
};

/** What is expected of a function in one region. */
export interface FunctionWanted {
  readonly function: FunctionName;
  readonly region: string;
  /** In Function Compute; `service/function` for one of FC 2.0. */
  readonly name: string;
  /** ARN of its role; `undefined` when the account is not known. */
  readonly role: string | undefined;
  readonly cadence: Millis | undefined;
  /** Of its timers that are switched on; `undefined` where it cannot be told. */
  readonly rhythm: Rhythm | undefined;
  readonly needsVpc: boolean;
}

/** What there is to say of a function in one region. */
export function functionFindings(wanted: FunctionWanted, seen: Reading<FunctionSeen | 'absent'>): readonly Finding[] {
  const { isOptional, schedule } = DEPLOYMENTS[wanted.function];
  const deployed: Spec = isOptional ? { ...DEPLOYED, severity: 'advice' } : DEPLOYED;
  const checks: readonly (readonly [Spec, (found: FunctionSeen) => Verdict])[] = [
    [ROLE, (found) => roleVerdict(wanted, found)],
    [SETTINGS, (found) => settingsVerdict(wanted, found)],
    ...(schedule === undefined ? [] : ([[TIMER, (found: FunctionSeen) => timerVerdict(wanted, found)]] as const)),
    ...(wanted.cadence === undefined
      ? []
      : ([[CADENCE, (found: FunctionSeen) => cadenceVerdict(wanted, found)]] as const)),
    [ASYNC, (found) => asyncVerdict(wanted, found)],
    [LOG, (found) => logVerdict(wanted, found)],
    [NETWORK, (found) => networkVerdict(wanted, found)],
  ];
  const all = (verdict: Verdict): readonly Finding[] => checks.map(([spec]) => findingOf(spec, verdict));
  if (wanted.name.includes('/')) {
    const old = notApplicable(`${wanted.name} is a function of FC 2.0: only its own answer is judged`);
    return [findingOf(deployed, old), ...all(old)];
  }
  if (!seen.ok) return [findingOf(deployed, unread(seen)), ...all(unread(seen))];
  const found = seen.value;
  if (found === 'absent') {
    const nothing = `there is no function ${wanted.name} in ${wanted.region}`;
    return [findingOf(deployed, fail([nothing], deploying(wanted, 'Deploy it'))), ...all(notApplicable(nothing))];
  }
  return [
    findingOf(deployed, pass(`${wanted.name} in ${wanted.region}`)),
    ...checks.map(([spec, examine]) => findingOf(spec, examine(found))),
  ];
}

function roleVerdict(wanted: FunctionWanted, { role }: FunctionSeen): Verdict {
  if (wanted.role === undefined) return unknown('the account is not known, and so neither is its role');
  // The component lower-cases what it deploys.
  if (role.toLowerCase() === wanted.role.toLowerCase()) return pass(role);
  const is = role === '' ? 'it has no role' : `it has ${role}`;
  return fail([`${is}, and should have ${wanted.role}`], deploying(wanted, 'Deploy it with its own role'));
}

function settingsVerdict(wanted: FunctionWanted, { memory, runtime, timeout }: FunctionSeen): Verdict {
  const least = DEPLOYMENTS[wanted.function];
  const evidence = [`runtime ${runtime || 'not told'}, time-out ${timeout} s, memory ${memory} MB`];
  const wrong = [
    ...(runtime === RUNTIME ? [] : [`the runtime should be ${RUNTIME}`]),
    ...(timeout >= least.timeout ? [] : [`the time-out should be ${least.timeout} s`]),
    ...(memory >= least.memory ? [] : [`the memory should be ${least.memory} MB`]),
  ];
  return wrong.length === 0 ? pass(...evidence) : fail([...evidence, ...wrong], deploying(wanted, 'Deploy it anew'));
}

function timerVerdict(wanted: FunctionWanted, { triggers }: FunctionSeen): Verdict {
  if (!triggers.ok) return unread(triggers);
  const timers = triggers.value.filter(({ type }) => type === 'timer');
  if (timers.some(({ isEnabled }) => isEnabled)) return pass(...timers.map(timerText));
  if (timers.length === 0) return fail(['it has no timer'], deploying(wanted, 'Deploy it with its timer'));
  return fail(timers.map(timerText), deploying(wanted, 'Switch its timer on: deploy it anew'));
}

function timerText({ isEnabled, name, schedule }: TriggerSeen): string {
  return `${name}: ${schedule ?? 'no schedule'}${isEnabled ? '' : ', switched off'}`;
}

function cadenceVerdict(wanted: FunctionWanted, { triggers }: FunctionSeen): Verdict {
  const { cadence = 0, rhythm } = wanted;
  if (!triggers.ok) return unread(triggers);
  const timers = enabledTimers(triggers.value);
  if (timers.length === 0) return notApplicable('no timer is switched on');
  if (rhythm === undefined) return unknown(...timers.map(timerText), 'how often that is cannot be told');
  const { longest, shortest } = rhythm;
  const often =
    longest === shortest
      ? `every ${formatDuration(longest)}`
      : `every ${formatDuration(shortest)} to ${formatDuration(longest)}`;
  const evidence = [...timers.map(timerText), `it looks ${often}; cadence says every ${formatDuration(cadence)}`];
  if (longest === cadence && shortest === cadence) return pass(...evidence);
  const { cadence: key } = DEPLOYMENTS[wanted.function];
  return fail(
    evidence,
    steps(
      'Make the timer and the configuration agree.',
      `set triggers[0].triggerConfig.cronExpression of ${wanted.function} in s.yaml, or cadence.${key} in autopilot.yaml, then run ${deployCommand(wanted.region, wanted.function)}`,
    ),
  );
}

/** Timers that go off. */
export function enabledTimers(triggers: readonly TriggerSeen[]): readonly TriggerSeen[] {
  return triggers.filter(({ isEnabled, type }) => type === 'timer' && isEnabled);
}

function asyncVerdict(wanted: FunctionWanted, { asyncSettings }: FunctionSeen): Verdict {
  if (!asyncSettings.ok) return unread(asyncSettings);
  const set = asyncSettings.value;
  const fix = deploying(wanted, 'Deploy it with the asynchronous settings of s.yaml');
  if (set === undefined) return fail(["none are set, so that the vendor's defaults hold"], fix);
  const { eventAge, isTask, retries } = set;
  const evidence = `retries ${retries ?? 'not told'}, events of ${eventAge ?? 'any'} s at most, asyncTask ${isTask ? 'on' : 'off'}`;
  const isRight =
    isTask &&
    retries !== undefined &&
    retries <= ASYNC_SETTINGS.retries &&
    eventAge !== undefined &&
    eventAge <= ASYNC_SETTINGS.eventAge;
  return isRight ? pass(evidence) : fail([evidence], fix);
}

function logVerdict(wanted: FunctionWanted, { logStore }: FunctionSeen): Verdict {
  if (logStore === undefined)
    return fail(['it has no log store'], deploying(wanted, 'Deploy it with AUTOPILOT_LOG_PROJECT set'));
  if (logStore.startsWith('set-AUTOPILOT_')) {
    return fail([`${logStore} is a placeholder`], deploying(wanted, 'Deploy it with AUTOPILOT_LOG_PROJECT set'));
  }
  return pass(logStore);
}

function networkVerdict(wanted: FunctionWanted, { internetAccess, vpcId }: FunctionSeen): Verdict {
  const where = vpcId === undefined ? 'in no VPC' : `in ${vpcId}`;
  if (wanted.function === 'probe-region' && vpcId !== undefined) {
    return fail([where], deploying(wanted, 'Deploy it without a VPC'));
  }
  if (wanted.needsVpc && vpcId === undefined) {
    return fail(
      [`${where}, and the cluster is reached at its private address`],
      deploying(wanted, 'Deploy it in the VPC of the cluster, with AUTOPILOT_VPC_ID and the others set'),
    );
  }
  if (internetAccess === false) {
    return vpcId === undefined
      ? fail([`${where}, without a way to the internet`], deploying(wanted, 'Deploy it with internetAccess: true'))
      : unknown(`${where}, without a way to the internet of its own: only it can tell whether the VPC has one`);
  }
  return pass(where);
}

function deploying({ function: of, region }: FunctionWanted, text: string) {
  return commands(`${text}.`, deployCommand(region, of));
}
