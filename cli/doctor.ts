import { apartFinding, callerFindings, type PhaseSeen } from '../deploy/doctor/account';
import { alarmFindings } from '../deploy/doctor/alarm-rules';
import { type Cadences, costFinding, queriesFinding } from '../deploy/doctor/cost';
import { enabledTimers, functionFindings } from '../deploy/doctor/functions';
import { backendsFinding, instancesFinding, recordsFinding } from '../deploy/doctor/quotas';
import { roleFindings } from '../deploy/doctor/roles';
import { type Rhythm, rhythmOf } from '../deploy/doctor/timers';
import { type VersionSeen, versionsFinding } from '../deploy/doctor/versions';
import { DEPLOYMENTS, failuresTopic, needsVpc, PREFIX } from '../deploy/functions';
import { ramPolicy } from '../deploy/ram-policies';
import type { Configuration } from '../shared/config/load';
import { regionsOf } from '../shared/config/region';
import type { Finding } from '../shared/core/audit/finding';
import { unknown } from '../shared/core/audit/verdict';
import { FUNCTIONS, type FunctionName } from '../shared/core/function-name';
import { reportedFinding } from '../shared/serve/audit-answer';
import { accountOf } from './account';
import type { Asked } from './commands';
import { type Answered, answerOf } from './doctor/answers';
import { type Group, isTrouble } from './doctor/group';
import { ACCOUNT, groupLines, summaryOf } from './doctor/render';
import { type FunctionRead, isOptional, type Survey, survey } from './doctor/survey';
import { textOf } from './options';
import { reachable } from './reachable';
import { ReportedFinding } from './reported-finding';
import { type Result, WrongUsage } from './result';
import { checkRegion } from './route';
import type { World } from './world';

/** Looks for whatever keeps the functions from doing their work: in the account, and through the functions' own eyes. It writes nothing. */
export async function doctor(asked: Asked, world: World): Promise<Result> {
  const { options } = asked;
  const { configuration, open } = reachable(asked, world);
  const region = textOf(options, 'region');
  if (region !== undefined) checkRegion(configuration, region);
  const told = accountOf(options, world);
  const prefix = textOf(options, 'role') ?? PREFIX;
  if (!/^[\w.-]{1,48}$/.test(prefix)) throw new WrongUsage('--role needs what the names of the roles begin with');
  const reach = await open();
  const seen = await reach.round((reached) => survey(reached, { configuration, region, prefix }));
  const caller = seen.caller.ok ? seen.caller.value : undefined;
  const inviter = { caller, names: Object.values(configuration.functions) };
  const answers = await reach.round(({ functions }) =>
    Promise.all(seen.functions.map((each) => answerOf(functions, each, inviter))),
  );
  const rhythms = rhythmsOf(seen.functions);
  const failures = failuresTopic(world.environment);
  const context: Context = { configuration, account: told ?? caller?.account, told, prefix, failures };
  const groups = [
    group(ACCOUNT, [...accountFindings(context, seen, rhythms), versionsFinding(versionsOf(seen.functions, answers))]),
    ...roleGroups(context, seen),
    ...functionGroups(context, seen.functions, rhythms, answers),
  ];
  const findings = groups.flatMap((each) => each.findings);
  return {
    outcome: findings.some(isTrouble) ? 'failed' : 'done',
    body: { account: context.account ?? null, summary: summaryOf(groups), groups },
    lines: [...groupLines(groups), '', summaryOf(groups)],
    errors: [],
    notes: reach.notes,
  };
}

interface Context {
  readonly configuration: Configuration;
  /** `undefined` when nobody says which one it is. */
  readonly account: string | undefined;
  readonly told: string | undefined;
  readonly prefix: string;
  /** MNS topic of what failed. */
  readonly failures: string;
}

function group(where: string, findings: readonly Finding[]): Group {
  return { where, findings: findings.map((each) => ReportedFinding.parse(reportedFinding(each))) };
}

function accountFindings(
  { account, configuration, told }: Context,
  seen: Survey,
  rhythms: readonly Timed[],
): readonly Finding[] {
  return [
    ...callerFindings(seen.caller, told),
    apartFinding(regionsOf(configuration, 'failover-dns'), phasesOf(rhythms), configuration.cadence.failoverDns),
    ...alarmFindings(configuration, account, seen.rules),
    instancesFinding(configuration, seen.clbs),
    backendsFinding(configuration),
    recordsFinding(configuration, seen.names),
    queriesFinding(configuration, cadencesOf(rhythms)),
    costFinding(configuration),
  ];
}

function versionsOf(functions: readonly FunctionRead[], answers: readonly Answered[]): readonly VersionSeen[] {
  return functions.map(({ function: of, region }, index) => {
    const { code, configuration } = answers[index] ?? {};
    return { function: of, region, configuration, code };
  });
}

interface Timed {
  readonly function: FunctionName;
  readonly region: string;
  readonly rhythm: Rhythm | undefined;
}

function rhythmsOf(functions: readonly FunctionRead[]): readonly Timed[] {
  return functions.map(({ function: of, region, seen }) => {
    const triggers = seen.ok && seen.value !== 'absent' && seen.value.triggers.ok ? seen.value.triggers.value : [];
    return { function: of, region, rhythm: rhythmOf(enabledTimers(triggers)) };
  });
}

function phasesOf(rhythms: readonly Timed[]): readonly PhaseSeen[] {
  return rhythms
    .filter((each) => each.function === 'failover-dns')
    .map(({ region, rhythm }) => ({ region, phase: rhythm?.phase }));
}

/** The most frequent of all regions. */
function cadencesOf(rhythms: readonly Timed[]): Cadences {
  const of = (name: FunctionName): number =>
    Math.min(...rhythms.flatMap((each) => (each.function === name ? (each.rhythm?.shortest ?? []) : [])));
  const [scaleGateway, attachClb] = [of('scale-gateway'), of('attach-clb')];
  return {
    ...(Number.isFinite(scaleGateway) ? { scaleGateway } : {}),
    ...(Number.isFinite(attachClb) ? { attachClb } : {}),
  };
}

function roleGroups({ account, configuration, failures, prefix }: Context, { roles }: Survey): readonly Group[] {
  return FUNCTIONS.flatMap((name) => {
    const seen = roles.get(name);
    if (seen === undefined) return [];
    const role = `${prefix}-${name}`;
    const wanted = { function: name, name: role, isOptional: isOptional(name) };
    const findings =
      account === undefined
        ? roleFindings({ ...wanted, account: '', policy: undefined }, seen).map((each) => ({
            ...each,
            ...unknown('the account is not known: say --account'),
          }))
        : roleFindings({ ...wanted, account, policy: ramPolicy(configuration, account, name, failures) }, seen);
    return [group(`role ${role}`, findings)];
  });
}

function functionGroups(
  { account, configuration, prefix }: Context,
  functions: readonly FunctionRead[],
  rhythms: readonly Timed[],
  answers: readonly Answered[],
): readonly Group[] {
  return functions.map(({ function: of, name, region, seen }, index) => {
    const { cadence } = DEPLOYMENTS[of];
    const wanted = {
      function: of,
      region,
      name,
      role: account === undefined ? undefined : `acs:ram::${account}:role/${prefix}-${of}`,
      cadence: cadence === undefined ? undefined : configuration.cadence[cadence],
      rhythm: rhythms[index]?.rhythm,
      needsVpc: needsVpc(configuration, region, of),
    };
    const answered = answers[index];
    const own = group(`${region} ${of}`, [
      ...functionFindings(wanted, seen),
      ...(answered === undefined ? [] : [answered.own]),
    ]);
    return { ...own, region, function: of, findings: [...own.findings, ...(answered?.found ?? [])] };
  });
}
