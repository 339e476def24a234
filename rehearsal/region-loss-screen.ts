import colors from 'picocolors';
import { formatDuration } from '../shared/core/duration';
import { type Instant, MINUTE, SECOND } from '../shared/core/time';
import type { LossResult, RegionReplicas } from './region-loss';
import type { LossEvent } from './region-loss-events';
import type { LossScene } from './region-loss-scene';
import type { LossMinute, RegionMinute } from './region-loss-view';

/** Writes the loss of a region for a person: a line for everything that happens, one a minute while clients lose, and the figures. */
export interface LossScreen {
  begin(scene: LossScene): void;
  event(event: LossEvent): void;
  minute(minute: LossMinute): void;
  end(result: LossResult): void;
}

const SHOWN_EVERY = 5 * MINUTE;
const GAP = '   ';
/** More do not fit beside each other. */
const MOST_COLUMNS = 3;

export function createLossScreen(write: (line: string) => void): LossScreen {
  let scene: LossScene | undefined;
  let shown = '';
  let told = false;
  let withheld: LossMinute | undefined;
  return {
    begin: (begun) => {
      scene = begun;
      for (const line of headerLines(begun)) write(line);
    },
    event: (event) => {
      told = true;
      write(`  ${clock(event.at)}  ${sinceText(scene, event.at).padStart(7)}  ${coloured(event)}`);
    },
    minute: (minute) => {
      const columns = columnsOf(minute);
      const state = columns.map(({ answered, ready, replicas }) => `${answered} ${ready} ${replicas}`).join(', ');
      const isShown = told || state !== shown || minute.lost >= 1 || minute.at % SHOWN_EVERY === 0;
      told = false;
      shown = state;
      withheld = isShown ? undefined : minute;
      if (isShown) write(minuteText(minute));
    },
    end: (result) => {
      if (withheld !== undefined) write(minuteText(withheld));
      if (scene !== undefined) for (const line of summaryLines(scene, result)) write(line);
    },
  };
}

function headerLines(scene: LossScene): readonly string[] {
  const { configuration, dying, gateway, name, notes, policy, regions } = scene;
  const points = configuration.probes?.points ?? [];
  const shown = regions.length > MOST_COLUMNS ? [dying, `${regions.length - 1} others`] : regions;
  const heads = shown.map((region) => region.padEnd(COLUMN.length));
  return [
    '',
    colors.bold(`The loss of ${dying} under load, and its return: ${gateway} in ${regions.join(', ')}, ${name.name}`),
    ...[
      'All functions of all regions side by side in this process, virtual time, with the timers of s.yaml.',
      `Vantage points: ${points.join(', ')}. Clients keep what the name answers for its TTL of ${name.ttl} s; 8.74 % of`,
      'resolvers lengthen TTLs, as was measured, here to 10 minutes. Connections are taken to end with the answers.',
      `The other regions begin with too few replicas for all clients, of at most ${policy.replicas.max}; lost: requests of the minute.`,
      ...notes,
      '',
      `            ${heads.join(GAP)}`.trimEnd(),
      `       UTC  ${shown.map(() => COLUMN).join(GAP)}${GAP}     lost`,
    ].map((line) => colors.dim(line)),
  ];
}

function minuteText(minute: LossMinute): string {
  const lost = minute.lost < 1 ? '' : colors.red(count(minute.lost).padStart(9));
  return `  ${clock(minute.at)}  ${columnsOf(minute).map(columnText).join(GAP)}${GAP}${lost}`.trimEnd();
}

const COLUMN = 'requests/s  replicas  in DNS';

function columnsOf({ regions }: LossMinute): readonly RegionMinute[] {
  const [dying, ...others] = regions;
  if (dying === undefined || regions.length <= MOST_COLUMNS) return regions;
  const sum = (of: (region: RegionMinute) => number): number => others.reduce((all, each) => all + of(each), 0);
  return [
    dying,
    {
      region: `${others.length} others`,
      requests: sum(({ requests }) => requests),
      ready: sum(({ ready }) => ready),
      replicas: sum(({ replicas }) => replicas),
      answered: sum(({ answered }) => answered),
      lines: sum(({ lines }) => lines),
    },
  ];
}

function columnText({ answered, lines, ready, replicas, requests }: RegionMinute): string {
  const pods = ready === replicas ? `${replicas}` : `${ready}/${replicas}`;
  const dns = answered === 0 ? 'no' : answered === lines ? 'yes' : `${answered}/${lines}`;
  return `${count(requests).padStart(10)}  ${pods.padStart(8)}  ${dns.padStart(6)}`;
}

function coloured({ kind, what }: LossEvent): string {
  switch (kind) {
    case 'died':
      return colors.red(what);
    case 'revived':
    case 'returned':
    case 'ready':
      return colors.green(what);
    case 'moved':
      return colors.bold(what);
    case 'seen':
    case 'asked':
    case 'raised':
    case 'noted':
    case 'followed':
      return colors.yellow(what);
  }
}

/** Since the death, and since the return when there is one. */
function sinceText(scene: LossScene | undefined, at: Instant): string {
  if (scene === undefined || at < scene.dies) return '';
  const since = at - (at < scene.revives ? scene.dies : scene.revives);
  return `+${formatDuration(Math.round(since / SECOND) * SECOND)}`;
}

function summaryLines(scene: LossScene, result: LossResult): readonly string[] {
  const { replicas, returned, sinceDeath } = result;
  const { decided, half, nearlyAll, visible, written } = sinceDeath;
  const steps = [
    ['first step', decided],
    ['out of DNS', written],
    ['on all name servers', visible],
    ['half of its clients', half],
    ['95 %', nearlyAll],
  ] as const;
  return [
    '',
    lossText(result),
    `  after the death: ${steps.map(([what, at]) => `${what} ${seconds(at)}`).join(', ')}`,
    `  after the return: answered as before ${returned === undefined ? 'not within this scene' : `after ${formatDuration(Math.round(returned) * SECOND)}`}; failover.recovery is ${formatDuration(scene.configuration.failover.recovery)}`,
    `  replicas: ${replicas.map(replicasText).join('; ')}`,
    ...costLines(result),
    `  ${writesText(result)}`,
    ...leftLines(result),
  ];
}

function lossText({ lost, offered, without }: LossResult): string {
  const spared =
    without === undefined
      ? 'stopped before it was run without failover-dns'
      : `${count(without.lost)} (${percent(without.lost, offered)}) without failover-dns and vantage points`;
  return `  lost: ${count(lost)} requests of ${count(offered)} (${percent(lost, offered)}); ${spared}`;
}

function costLines({ replicaHours, without }: LossResult): readonly string[] {
  if (without === undefined) return [];
  const more = (replicaHours - without.replicaHours).toFixed(1);
  return [`    ${replicaHours.toFixed(1)} replica-hours, ${more} more than without`];
}

function replicasText({ after, before, most, region }: RegionReplicas): string {
  return `${region} ${before} before, ${most} at most, ${after} at the end`;
}

const ANSWERS = /^(SetDomainRecordStatus|UpdateDomainRecord|SetDNSSLBStatus|UpdateDNSSLBWeight)$/;

function writesText({ writes }: LossResult): string {
  const sum = (isMeant: (operation: string) => boolean): number =>
    Object.entries(writes).reduce((all, [operation, number]) => all + (isMeant(operation) ? number : 0), 0);
  const all = sum(() => true);
  const answers = sum((operation) => ANSWERS.test(operation));
  const remarks = sum((operation) => operation === 'UpdateDomainRecordRemark');
  return `writes to DNS: ${all} (${answers} of answers, ${remarks} of remarks, ${all - answers - remarks} of records beside them, such as the lease)`;
}

function leftLines({ left }: LossResult): readonly string[] {
  const { loadBalancers, protections, records, remarks, sameAnswers } = left;
  const floors = protections.map(
    ({ floor, region, until }) => `${region} at ${floor} or more until ${until.slice(11, 16)}`,
  );
  const marks = remarks.filter((remark) => remark.includes(':'));
  return [
    `  left at the end: ${sameAnswers ? 'the same answers as before' : 'not the answers of before'}; ${records.length === 0 ? 'no record beside them' : `records that answer nobody: ${records.join(', ')}`}; ${loadBalancers === 0 ? 'no extra CLB' : `${loadBalancers} extra CLBs`}`,
    ...(marks.length === 0
      ? []
      : [`    remarks: ${marks.join(', ')} (so that a second loss within hours is known as such)`]),
    ...(floors.length === 0 ? [] : [`    protected, which ends by itself: ${floors.join(', ')}`]),
  ];
}

function seconds(value: number | undefined): string {
  return value === undefined ? 'never' : `${Math.round(value)} s`;
}

function percent(part: number, all: number): string {
  return `${((part / Math.max(1, all)) * 100).toFixed(1)} %`;
}

function clock(at: Instant): string {
  return new Date(at).toISOString().slice(11, 19);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
