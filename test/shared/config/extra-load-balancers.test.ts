import { checkConfiguration, loadConfiguration, problemText } from '../../../shared/config/load';
import { SMALLEST, smallestWith } from './a-configuration';

/** The smallest configuration with extra CLBs, on line 14. */
function withExtras(section: string): string {
  return `${SMALLEST}    loadBalancers: ${section}\n`;
}

function problemsOf(text: string): readonly string[] {
  return checkConfiguration(text, 'a.yaml').problems.map(problemText);
}

it('has every default filled in', () => {
  expect(loadConfiguration(withExtras('{}'), 'a.yaml').policies['web']?.loadBalancers).toEqual({
    mode: 'observe',
    maxExtra: 1,
    purchasesPerDay: 4,
    target: 0.7,
    releaseBelow: 0.45,
    releaseWindow: 3_600_000,
    backends: 1,
    fewConnections: 100,
    drainDeadline: 7_200_000,
    schedules: [],
  });
  expect(loadConfiguration(SMALLEST, 'a.yaml').policies['web']?.loadBalancers).toBeUndefined();
});

it('keeps where CLBs are bought', () => {
  const region = 'loadBalancers: { zones: [cn-hangzhou-h], vSwitch: vsw-1, resourceGroup: rg-1 }';
  const text = smallestWith('cluster: { id: c1 }\n', `cluster: { id: c1 }\n    ${region}\n`);
  expect(loadConfiguration(text, 'a.yaml').regions['cn-hangzhou']?.loadBalancers).toEqual({
    zones: ['cn-hangzhou-h'],
    vSwitch: 'vsw-1',
    resourceGroup: 'rg-1',
  });
});

it.each<[what: string, text: string, problem: string]>([
  [
    'more than makes sense',
    withExtras('{ maxExtra: 11 }'),
    'a.yaml:14:32 policies.web.loadBalancers.maxExtra: must be at most 10',
  ],
  [
    'a release that would be undone',
    withExtras('{ releaseBelow: 80% }'),
    'a.yaml:14:36 policies.web.loadBalancers.releaseBelow: is over the target, so that a release would be undone at once',
  ],
  [
    'a schedule for more than there may be',
    withExtras('{ maxExtra: 2, schedules: { sale: { from: "08:00", to: "10:00", timeZone: UTC, floor: 3 } } }'),
    "a.yaml:14:106 policies.web.loadBalancers.schedules.sale.floor: 3 is over the policy's maxExtra of 2",
  ],
  [
    'a schedule with an unknown calendar',
    withExtras('{ schedules: { sale: { from: "08:00", to: "10:00", timeZone: UTC, only: [sales], floor: 1 } } }'),
    'a.yaml:14:93 policies.web.loadBalancers.schedules.sale.only[0]: there is no calendar "sales" under calendars',
  ],
  [
    'a schedule that ends before it begins',
    withExtras(
      '{ schedules: { sale: { from: "08:00", to: "10:00", timeZone: UTC, firstDay: 2026-02-20, lastDay: 2026-02-19, floor: 1 } } }',
    ),
    'a.yaml:14:117 policies.web.loadBalancers.schedules.sale.lastDay: 2026-02-19 is before the firstDay of 2026-02-20',
  ],
  [
    'a floor over a ceiling',
    withExtras(
      '{ maxExtra: 3, schedules: { sale: { from: "08:00", to: "10:00", timeZone: UTC, floor: 3, ceiling: 2 } } }',
    ),
    'a.yaml:14:106 policies.web.loadBalancers.schedules.sale.floor: 3 is over the ceiling of 2',
  ],
  [
    'a release window that is too short',
    withExtras('{ releaseWindow: 5m }'),
    'a.yaml:14:37 policies.web.loadBalancers.releaseWindow: must be at least 10m',
  ],
  [
    'a deadline that is too long',
    withExtras('{ drainDeadline: 25h }'),
    'a.yaml:14:37 policies.web.loadBalancers.drainDeadline: must be at most 1d',
  ],
  [
    'a misspelt key',
    withExtras('{ maxExtras: 2 }'),
    'a.yaml:14:22 policies.web.loadBalancers.maxExtras: unknown key; did you mean "maxExtra"?',
  ],
  [
    'a vSwitch that is none',
    smallestWith('cluster: { id: c1 }\n', 'cluster: { id: c1 }\n    loadBalancers: { vSwitch: vpc-1 }\n'),
    'a.yaml:5:31 regions.cn-hangzhou.loadBalancers.vSwitch: is not the id of a vSwitch',
  ],
  [
    'a zone of another region',
    smallestWith(
      'cluster: { id: c1 }\n',
      'cluster: { id: c1 }\n    loadBalancers: { zones: [cn-hangzhou-h, cn-shanghai-b] }\n',
    ),
    'a.yaml:5:45 regions.cn-hangzhou.loadBalancers.zones[1]: "cn-shanghai-b" is not a zone of cn-hangzhou',
  ],
])('refuses %s', (_, text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

it('schedules of replicas and of CLBs do not contradict each other', () => {
  const schedules = 'schedules: { night: { from: "00:00", to: "24:00", timeZone: UTC, ceiling: 2 } }';
  const extras = 'schedules: { day: { from: "00:00", to: "24:00", timeZone: UTC, floor: 3 } }';
  expect(problemsOf(`${SMALLEST}    ${schedules}\n    loadBalancers: { maxExtra: 4, ${extras} }\n`)).toEqual([]);
});

it('schedules of CLBs that contradict each other are told with what they count', () => {
  const one = 'night: { from: "00:00", to: "24:00", timeZone: UTC, ceiling: 1 }';
  const other = 'day: { from: "00:00", to: "24:00", timeZone: UTC, floor: 2 }';
  const [problem, ...others] = problemsOf(withExtras(`{ maxExtra: 2, schedules: { ${one}, ${other} } }`));
  expect(others).toEqual([]);
  expect(problem).toMatch(
    /^a\.yaml:14:\d+ policies\.web\.loadBalancers\.schedules\.day: "day" wants at least 2 extra CLBs, while "night" allows at most 1; both hold, for example, at /,
  );
});
