import type { CallerSeen } from '../../shared/core/account';
import type { Finding } from '../../shared/core/audit/finding';
import { deployCommand } from '../../shared/core/audit/fixes';
import { quotedWord } from '../../shared/core/audit/render';
import { fail, notApplicable, pass, unknown, unread, type Verdict } from '../../shared/core/audit/verdict';
import { formatDuration } from '../../shared/core/duration';
import type { Reading } from '../../shared/core/gateway';
import { MINUTE, type Millis, SECOND } from '../../shared/core/time';
import { commands, findingOf, type Spec, steps } from './spec';
import { apart } from './timers';

const SIGNATURE = {
  page: 'https://help.aliyun.com/en/sdk/product-overview/v3-request-structure-and-signature',
  date: '2026-11-22',
};

const CREDENTIALS: Spec = {
  id: 'credentials',
  title: 'The credentials are those of the account',
  severity: 'critical',
  why: 'Everything below is about the account that these credentials are of.',
};
const CLOCK: Spec = {
  id: 'clock-skew',
  title: 'The clock of this machine is right',
  severity: 'warning',
  why: 'Requests that are signed more than 15 minutes off are refused.',
  source: SIGNATURE,
};
const APART: Spec = {
  id: 'timers-apart',
  title: 'The timers of failover-dns are half a minute apart',
  severity: 'warning',
  why: 'The loss of one region is for the timer of another one to see, and from then on the clients of the dead region wait.',
};

/** A clock that is off by this much is not kept right by anything. */
const MOST_SKEW: Millis = MINUTE;
/** Half a minute, give or take. */
const LEAST_APART: Millis = 25 * SECOND;

/** @param told the account that somebody says it is, if anybody does */
export function callerFindings(seen: Reading<CallerSeen>, told: string | undefined): readonly Finding[] {
  return [
    findingOf(CREDENTIALS, seen.ok ? credentialsVerdict(seen.value, told) : unread(seen)),
    findingOf(CLOCK, clockVerdict(seen)),
  ];
}

function credentialsVerdict({ account, arn }: CallerSeen, told: string | undefined): Verdict {
  if (told === undefined || told === account) return pass(`${arn} of the account ${account}`);
  return fail(
    [`${arn} is of the account ${account}, and not of ${told}`],
    commands(
      'Use credentials of that account, or say the other one.',
      `aliyun configure --profile gateway-autopilot && export ALIBABA_CLOUD_PROFILE=gateway-autopilot`,
      `npx gateway-autopilot doctor --account ${quotedWord(account)}`,
    ),
  );
}

function clockVerdict(seen: Reading<CallerSeen>): Verdict {
  const fix = steps(
    'Let the machine keep its time by NTP.',
    'switch the synchronisation of the clock on, for example timedatectl set-ntp true',
  );
  if (!seen.ok) {
    return seen.problem.includes('InvalidTimeStamp') ? fail([seen.problem], fix) : unread(seen);
  }
  const { clocks } = seen.value;
  if (clocks === undefined) return unknown('the vendor did not say what time it is');
  const skew = clocks.ours - clocks.vendor;
  const off =
    Math.abs(skew) < SECOND
      ? 'less than a second off'
      : `${formatDuration(Math.abs(skew))} ${skew > 0 ? 'fast' : 'slow'}`;
  return Math.abs(skew) <= MOST_SKEW ? pass(off) : fail([off], fix);
}

/** The first look of a region's failover-dns after a full minute; `undefined` where it cannot be told. */
export interface PhaseSeen {
  readonly region: string;
  readonly phase: Millis | undefined;
}

/** @param regions in which failover-dns has something to do */
export function apartFinding(regions: readonly string[], phases: readonly PhaseSeen[], cadence: Millis): Finding {
  if (regions.length === 0) return findingOf(APART, notApplicable('no name is published'));
  if (regions.length === 1) return findingOf(APART, notApplicable('there is one region'));
  if (phases.length < regions.length) return findingOf(APART, notApplicable('not all of its regions were looked at'));
  const evidence = phases.map(({ phase, region }) =>
    phase === undefined
      ? `${region}: cannot be told`
      : `${region}: ${formatDuration(phase % cadence)} after each ${formatDuration(cadence)}`,
  );
  const told = phases.flatMap(({ phase }) => (phase === undefined ? [] : [phase]));
  const most = Math.max(0, ...told.flatMap((one) => told.map((other) => apart(one, other, cadence))));
  if (most >= (LEAST_APART / MINUTE) * cadence) return findingOf(APART, pass(...evidence));
  if (told.length < regions.length) return findingOf(APART, unknown(...evidence));
  const [, second = ''] = regions;
  return findingOf(
    APART,
    fail(
      evidence,
      commands(
        'Deploy it in a second region half a minute away.',
        deployCommand(second, 'failover-dns', ['AUTOPILOT_DNS_SECOND=25']),
      ),
    ),
  );
}
