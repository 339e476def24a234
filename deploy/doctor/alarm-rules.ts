import type { Configuration } from '../../shared/config/schema';
import type { Finding, Fix } from '../../shared/core/audit/finding';
import { fail, notApplicable, pass, unread, type Verdict } from '../../shared/core/audit/verdict';
import type { Reading } from '../../shared/core/gateway';
import type { MetricRuleSeen } from '../../shared/core/metric-rule';
import { counted } from '../../shared/core/words';
import { regionOfRule } from '../alarm-rules';
import { commands, findingOf, type Spec, steps } from './spec';

const PAGE = {
  page: 'https://alibabacloud.com/help/en/cms/developer-reference/api-describemetricrulelist',
  date: '2026-11-22',
};

const RULES: Spec = {
  id: 'alarm-rules',
  title: 'A rule of CloudMonitor watches each CLB',
  severity: 'warning',
  why: 'An alarm makes the functions look at once; without one a change waits for the timer.',
  source: PAGE,
};
const SILENCE: Spec = {
  id: 'alarm-silence',
  title: 'No rule is silent for a day after it rang',
  severity: 'warning',
  why: 'By default a rule that rings says so once in 24 hours, so that the second event of a day wakes nobody.',
  source: PAGE,
};
const NAMED: Spec = {
  id: 'alarms-exist',
  title: 'The rules that the configuration names exist, and are on',
  severity: 'warning',
  why: 'While one of these rings nobody is led back to its region; one that is not there never rings.',
  source: PAGE,
};

/** Seconds; the vendor's default. */
const DAY_LONG = 86_400;

/** @param account whose rules they are, for the command that makes them */
export function alarmFindings(
  { alarms, gateways }: Pick<Configuration, 'alarms' | 'gateways'>,
  account: string | undefined,
  seen: Reading<readonly MetricRuleSeen[]>,
): readonly Finding[] {
  const making = `npx gateway-autopilot alarms --account ${account ?? 'ACCOUNT_ID'}`;
  const fix = commands(
    'Let the configuration make the rules: see first which, then make them.',
    making,
    `${making} --yes`,
  );
  const isOurs = ({ id }: MetricRuleSeen): boolean => regionOfRule(alarms.prefix, id) !== undefined;
  const all = Object.entries(gateways);
  const clbs = all.flatMap(([gateway, { loadBalancers }]) =>
    Object.values(loadBalancers).flatMap((ids) => ids.map((id) => ({ gateway, id }))),
  );
  const named = [...new Set(all.flatMap(([, { alarms }]) => Object.values(alarms).flat()))];
  if (!seen.ok) return [RULES, SILENCE, NAMED].map((spec) => findingOf(spec, unread(seen)));
  const ours = new Set(clbs.map(({ id }) => id));
  const about = seen.value.filter((rule) => named.includes(rule.id) || [...ours].some((clb) => watches(rule, clb)));
  return [
    findingOf(RULES, rulesVerdict(clbs, about, fix)),
    findingOf(SILENCE, silenceVerdict(about, isOurs, fix)),
    findingOf(NAMED, namedVerdict(named, seen.value)),
  ];
}

/** `[{"resource":"_ALL"}]` is every instance of the account. */
function watches({ isOn, resources }: MetricRuleSeen, clb: string): boolean {
  return isOn && resources.some(({ instanceId, resource }) => resource === '_ALL' || instanceId === clb);
}

function rulesVerdict(
  clbs: readonly { readonly gateway: string; readonly id: string }[],
  rules: readonly MetricRuleSeen[],
  making: Fix,
): Verdict {
  if (clbs.length === 0) return notApplicable('no CLB is under gateways.*.loadBalancers');
  const watching = ({ id }: { readonly id: string }): number => rules.filter((rule) => watches(rule, id)).length;
  const lines = clbs.map(
    (clb) => `${clb.gateway}, ${clb.id}: ${watching(clb) === 0 ? 'none' : counted(watching(clb), 'rule')}`,
  );
  return clbs.every((clb) => watching(clb) > 0) ? pass(...lines) : fail(lines, making);
}

function silenceVerdict(
  rules: readonly MetricRuleSeen[],
  isOurs: (rule: MetricRuleSeen) => boolean,
  { patches: making }: Fix,
): Verdict {
  if (rules.length === 0) return notApplicable('no rule is about these CLBs');
  const long = rules.filter(({ silence }) => silence >= DAY_LONG);
  if (long.length === 0) return pass(...rules.map(({ name, silence }) => `${name}: ${silence} s`));
  const others = long.filter((rule) => !isOurs(rule));
  const again = long.length > others.length ? making : [];
  const { patches } = steps(
    '',
    ...others.map(
      ({ id, name }) =>
        `in the console of CloudMonitor, set the mute period of the rule ${name} (${id}) to an hour or less`,
    ),
  );
  return fail(
    long.map(({ name, silence }) => `${name}: ${silence} s`),
    { text: 'Let them ring again sooner.', safe: false, patches: [...again, ...patches] },
  );
}

function namedVerdict(named: readonly string[], rules: readonly MetricRuleSeen[]): Verdict {
  if (named.length === 0) return notApplicable('the configuration names none under gateways.*.alarms');
  const lines = named.map((id) => {
    const rule = rules.find((each) => each.id === id);
    return {
      id,
      isThere: rule?.isOn === true,
      said: rule === undefined ? 'no such rule' : rule.isOn ? rule.name : `${rule.name}, switched off`,
    };
  });
  const evidence = lines.map(({ id, said }) => `${id}: ${said}`);
  if (lines.every(({ isThere }) => isThere)) return pass(...evidence);
  return fail(
    evidence,
    steps(
      'Name rules that exist and are on.',
      'set gateways.<name>.alarms in autopilot.yaml to the ids that CloudMonitor shows, then run npm run build and s deploy in every region',
    ),
  );
}
