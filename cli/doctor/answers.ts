import { z } from 'zod';
import { commands, findingOf, type Spec, steps } from '../../deploy/doctor/spec';
import type { CallerSeen } from '../../shared/core/account';
import type { Finding } from '../../shared/core/audit/finding';
import { deployCommand } from '../../shared/core/audit/fixes';
import { quotedWord } from '../../shared/core/audit/render';
import { fail, notApplicable, pass, unknown, type Verdict } from '../../shared/core/audit/verdict';
import { MINUTE, type Millis } from '../../shared/core/time';
import { counted } from '../../shared/core/words';
import { CloudError } from '../../shared/errors';
import { ReportedFinding } from '../reported-finding';
import type { Reached } from '../world';
import { problemOf } from './reading';
import { type FunctionRead, isOptional } from './survey';

const ANSWERS: Spec = {
  id: 'function-answers',
  title: 'The function answers what only it can know',
  severity: 'critical',
  why: 'Its own rights, its network and its clock are seen by nobody else; and a function that does not answer does not look either.',
};

/** As long as a function may take, whatever its own time-out. */
const LIMIT: Millis = MINUTE;

const Answer = z.looseObject({
  function: z.string(),
  message: z.string().default(''),
  outcome: z.string().optional(),
  problems: z.array(z.string()).default([]),
  findings: z.array(z.unknown()).optional(),
  configuration: z.string().optional(),
  code: z.string().optional(),
});

/** What a function found by itself, and what is to be said of its answer. */
export interface Answered {
  readonly own: Finding;
  readonly found: readonly ReportedFinding[];
  /** Digits of what it is deployed with, where it says so. */
  readonly configuration?: string | undefined;
  readonly code?: string | undefined;
}

/** Who is to be let in, and to what. */
export interface Inviting {
  readonly caller: CallerSeen | undefined;
  /** Of all functions that take commands. */
  readonly names: readonly string[];
}

/** Asks one function to check itself; nothing is changed by it. Whatever it does not say is a finding. */
export async function answerOf(
  functions: Reached['functions'],
  asked: FunctionRead,
  inviter: Inviting,
): Promise<Answered> {
  const spec: Spec = isOptional(asked.function) ? { ...ANSWERS, severity: 'advice' } : ANSWERS;
  const alone = (verdict: Verdict): Answered => ({ own: findingOf(spec, verdict), found: [] });
  // It is woken by alarms, and takes no commands.
  if (asked.function === 'receive-alarm') return alone(notApplicable('it takes no commands'));
  if (asked.seen.ok && asked.seen.value === 'absent') return alone(notApplicable(`there is no ${asked.name}`));
  try {
    const body = await functions.ask(asked, { action: 'check' }, LIMIT);
    const { verdict, ...said } = read(asked, body);
    return { own: findingOf(spec, verdict), ...said };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return alone(silence(asked, error, inviter));
  }
}

function read(asked: FunctionRead, body: unknown): Omit<Answered, 'own'> & { readonly verdict: Verdict } {
  const answer = Answer.safeParse(body);
  const nothing = (verdict: Verdict) => ({ verdict, found: [] });
  if (!answer.success) {
    return nothing(fail([`what ${asked.name} answered is no answer of ours; is that its name?`], naming(asked)));
  }
  const { code, configuration, findings, function: by, message, outcome, problems } = answer.data;
  if (by !== asked.function) return nothing(fail([`${asked.name} is ${by}`], naming(asked)));
  if (outcome === 'refused' || findings === undefined) {
    const [first = message] = problems;
    const why = `it does not know the command check, and is of an older version: ${first}`;
    return nothing(fail([why], deploying(asked, 'Deploy the present version.')));
  }
  const all = findings.map((each) => ReportedFinding.safeParse(each));
  const found = all.flatMap((each) => (each.success ? [each.data] : []));
  const lost = all.length - found.length;
  const said = { found, configuration, code };
  if (lost === 0) return { ...said, verdict: pass(counted(found.length, 'check')) };
  const problem = `${lost} of its ${counted(all.length, 'finding')} cannot be read; is it of another version?`;
  return { ...said, verdict: unknown(problem) };
}

function silence(asked: FunctionRead, error: CloudError, inviter: Inviting): Verdict {
  const problem = problemOf(error);
  switch (error.kind) {
    case 'not-found':
      return fail(
        [problem],
        deploying(asked, 'Deploy it, or say under functions in autopilot.yaml what it is called.'),
      );
    case 'permission':
      return fail([problem], inviting(inviter));
    case 'throttled':
    case 'busy':
    case 'deadline':
      return unknown(problem);
    default:
      return fail(
        [problem],
        steps(
          'Look at what it says itself.',
          `open the log of ${asked.name} in ${asked.region}: the last lines before it ended`,
        ),
      );
  }
}

function deploying({ function: of, region }: FunctionRead, text: string) {
  return commands(text, deployCommand(region, of));
}

function naming({ function: of }: FunctionRead) {
  return steps('Say what it is called.', `set functions in autopilot.yaml to the name of ${of} in Function Compute`);
}

/** The right to invoke all of them, for whoever runs the command: the same commands, wherever it is missing. */
function inviting({ caller, names }: Inviting) {
  const account = caller?.account ?? '*';
  const Resource = names.map((name) => {
    const [service, ofService] = name.split('/');
    const path = ofService === undefined ? `functions/${service}` : `services/${service}.*/functions/${ofService}`;
    return `acs:fc:*:${account}:${path}`;
  });
  const document = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'fc:InvokeFunction', Resource }] };
  const policy = 'gateway-autopilot-operator';
  return commands(
    'Let whoever runs this invoke the functions.',
    `aliyun ram CreatePolicy --PolicyName ${policy} --PolicyDocument ${quotedWord(JSON.stringify(document))}`,
    `aliyun ram ${attaching(caller)} --PolicyType Custom --PolicyName ${policy}`,
  );
}

function attaching(caller: CallerSeen | undefined): string {
  const [, kind, name] = /:(user|assumed-role)\/([^/]+)/.exec(caller?.arn ?? '') ?? [];
  if (kind === undefined || name === undefined) return "AttachPolicyToUser --UserName '<you>'";
  return kind === 'user'
    ? `AttachPolicyToUser --UserName ${quotedWord(name)}`
    : `AttachPolicyToRole --RoleName ${quotedWord(name)}`;
}
