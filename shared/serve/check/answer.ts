import type { Configuration } from '../../config/load';
import { regionsOf } from '../../config/region';
import type { Finding } from '../../core/audit/finding';
import { auditSummary, byUrgency } from '../../core/audit/render';
import {
  type ClockSeen,
  CONFIGURATION_CHECK,
  type DeployedSeen,
  INVOCATION_CHECKS,
  type ReadTried,
  type VariableSeen,
} from '../../core/check/invocation';
import { judge } from '../../core/check/self-check';
import type { CommandedFunction } from '../../core/function-name';
import { InvalidInput } from '../../errors';
import type { Trigger } from '../../event';
import { reportedFinding } from '../audit-answer';
import type { Answer, Closing, Invocation } from '../serve';

/** What a function found out by itself, beside what every function does. */
export interface OwnFindings {
  /** Whether it sends notices, and so needs what its channels name. */
  readonly tellsPeople: boolean;
  readonly signsRemovals: boolean;
  readonly reads: readonly ReadTried[];
  readonly clocks: readonly ClockSeen[];
  readonly findings: readonly Finding[];
}

export function asksForCheck(trigger: Trigger): boolean {
  return trigger.kind === 'command' && trigger.command.action === 'check';
}

/** The answer to the command `check`. A configuration that cannot be used is a finding like any other, and the only one. */
export async function selfCheck<Reach extends Closing>(
  name: CommandedFunction,
  invocation: Invocation<Reach>,
  examine: (configuration: Configuration) => Promise<OwnFindings>,
): Promise<Answer> {
  const { context, log, surroundings } = invocation;
  const { accountId: account, function: own, region } = context;
  const whose = { function: name, region, account };
  const deployed = deployedIn(surroundings);
  const said = 'problems' in deployed ? {} : deployed;
  let findings: readonly Finding[];
  if ('problems' in deployed) findings = judge([CONFIGURATION_CHECK], { ...whose, deployed });
  else {
    const configuration = surroundings.configuration();
    const { findings: further, tellsPeople, ...seen } = await examine(configuration);
    const variables = tellsPeople ? variablesOf(configuration, surroundings.environment) : [];
    const regions = regionsOf(configuration, name);
    const { memory, timeout } = own;
    const all = { ...whose, ...seen, regions, deployed, variables, memory, timeout };
    findings = [...judge(INVOCATION_CHECKS, all), ...further];
  }
  const message = auditSummary({ findings });
  const failed = findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  log.info('checked', { message, failed });
  return {
    message,
    ...(account === undefined ? {} : { account }),
    ...said,
    findings: byUrgency(findings).map(reportedFinding),
  };
}

function deployedIn({ deployed }: Pick<Invocation['surroundings'], 'deployed'>): DeployedSeen {
  try {
    return deployed();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { problems: [error.message, ...error.problems] };
  }
}

/** As s.yaml has it for what was not set where it was deployed from. */
const PLACEHOLDER = /^set-AUTOPILOT_/;

function variablesOf(
  { notify: { channels } }: Configuration,
  environment: (name: string) => string | undefined,
): readonly VariableSeen[] {
  return Object.entries(channels).flatMap(([channel, { secretFrom, urlFrom }]) =>
    [urlFrom, ...(secretFrom === undefined ? [] : [secretFrom])].map((name): VariableSeen => {
      const value = environment(name)?.trim() ?? '';
      return { name, channel, state: value === '' ? 'missing' : PLACEHOLDER.test(value) ? 'placeholder' : 'set' };
    }),
  );
}
