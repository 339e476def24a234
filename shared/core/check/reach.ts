/** What failover-dns and vantage points say of whom they reach. Pure. */
import { byHand, commandLine, deployCommand, printed } from '../audit/fixes';
import { fail, type Judged, notApplicable, pass, unknown, unread } from '../audit/verdict';
import { formatDuration } from '../duration';
import type { Isolation } from '../probe';
import { type Millis, SECOND } from '../time';
import { listed } from '../words';
import { joined, type SelfCheck, type Tried, type Untried, type Whose } from './self-check';

export interface ReachSnapshot extends Whose {
  readonly points: readonly PointTried[];
  /** What the names answer now. */
  readonly addresses: Tried<readonly unknown[]>;
  readonly functions: readonly FunctionTried[];
}

/** A vantage point that was asked for a moment. */
export interface PointTried {
  readonly point: string;
  readonly answer: Tried<PointSeen>;
}

export interface PointSeen {
  readonly isolation: Isolation;
  /** Addresses that it would not probe, and why. */
  readonly refused: readonly { readonly address: string; readonly why: string }[];
  readonly asked: number;
  /** Its clock less ours, as little as it can be. */
  readonly skew: Millis;
}

/** A function that was asked for a look at one gateway that writes nothing. */
export interface FunctionTried {
  readonly name: string;
  readonly region: string;
  readonly gateway: string;
  readonly answer: Tried<FunctionSaid>;
}

export interface FunctionSaid {
  /** One sentence. */
  readonly message: string;
  /** For example `refused`; a look that was made has none. */
  readonly outcome?: string | undefined;
  /** Why it refused, one by one. */
  readonly problems: readonly string[];
  /** Whether nothing could be looked at for a reason that may pass. */
  readonly retry: boolean;
  readonly gateways: readonly { readonly gateway: string; readonly reason: string; readonly message: string }[];
}

/** Votes count for 20 seconds: a clock that is half of that behind makes fresh ones old, one ahead makes old ones fresh. */
const POINT_SKEW: Millis = 10 * SECOND;

export const REACH_CHECKS: readonly SelfCheck<ReachSnapshot>[] = [
  {
    id: 'vantage-points',
    title: 'Every vantage point answers, reaches its control targets and knows the time',
    severity: 'critical',
    why: 'A region is left only when most of the points outside it say so; silent and isolated ones say nothing.',
    examine: ({ account, points }) =>
      joined(
        points.map((each) => [each.point, point(each, account)] as const),
        'no vantage points are configured: the health checks of the CLBs count alone',
      ),
  },
  {
    id: 'probe-targets',
    title: 'Every address that is answered may be probed',
    severity: 'warning',
    why: 'An address that no point probes is judged by nobody.',
    examine: ({ addresses, points }) =>
      addresses.ok
        ? joined(
            points.map((each) => [each.point, targets(each)] as const),
            'no vantage points are configured',
          )
        : unread(addresses),
  },
  {
    id: 'functions-reach',
    title: 'The functions of every region can be asked, and see their gateways',
    severity: 'critical',
    why: 'Before clients are led to a region its scale-gateway is asked whether it has room for them.',
    examine: ({ account, functions }) =>
      joined(
        functions.map((each) => [`${each.name} in ${each.region}`, asked(each, account)] as const),
        'it asks no other function',
      ),
  },
];

function point({ answer, point: region }: PointTried, account: string | undefined): Judged {
  if (!answer.ok) return notReached('probe-region', region, answer, account);
  const { isolation, skew } = answer.value;
  const facts = [
    isolation.message,
    skew === 0
      ? 'its clock is ours'
      : `its clock is ${formatDuration(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}`,
  ];
  if (isolation.isolated) {
    return fail(
      [`isolated: ${isolation.message}`],
      printed(
        'Let it out: a vantage point runs outside any VPC, with internet access.',
        byHand(`look at the network of probe-region in ${region}, or choose other controls under probes`),
      ),
    );
  }
  if (Math.abs(skew) <= POINT_SKEW) return pass(...facts);
  return fail(
    facts,
    printed(
      `Its votes count as ${skew > 0 ? 'younger' : 'older'} than they are: deploy it again for a new instance.`,
      commandLine(deployCommand(region, 'probe-region')),
    ),
  );
}

function targets({ answer }: PointTried): Judged {
  if (!answer.ok) return unknown(answer.problem);
  const { asked: count, refused } = answer.value;
  if (count === 0) return notApplicable('no address is answered yet');
  if (refused.length === 0) return pass(`${count} of ${count} addresses may be probed`);
  return fail(
    refused.map(({ address, why }) => `${address} ${why}`),
    printed('Let the networks of these addresses be probed, if they are yours and meant to be reached.', {
      kind: 'configuration',
      patch: { probes: { allow: refused.map(({ address }) => `${address}/${address.includes(':') ? 128 : 32}`) } },
    }),
  );
}

function asked(tried: FunctionTried, account: string | undefined): Judged {
  const { answer, name, region } = tried;
  return answer.ok ? answered(tried, answer.value) : notReached(name, region, answer, account);
}

/** A configuration that cannot be used has a problem for each of its mistakes. */
const MOST_PROBLEMS = 3;

/** One that refuses, or sees nothing of the gateway, is asked in vain when clients are to be led to its region. */
function answered({ gateway, name, region }: FunctionTried, said: FunctionSaid): Judged {
  const { gateways, message, outcome, problems, retry } = said;
  const deploy = printed(
    'Mend what it says, and deploy it with the configuration that failover-dns has.',
    commandLine(deployCommand(region, name)),
  );
  if (outcome === 'refused') return fail([`refused: ${message}`, ...problems.slice(0, MOST_PROBLEMS)], deploy);
  if (outcome !== undefined) return unknown(`${outcome}: ${message}`);
  const mine = gateways.filter((each) => each.gateway === gateway);
  const isBlind = mine.length > 0 && mine.every(({ reason }) => reason === 'ReadFailed');
  if (retry || isBlind) return unknown(message, ...mine.map((each) => each.message));
  return mine.length === 0 ? fail([`nothing of ${gateway}: ${message}`], deploy) : pass(message);
}

function notReached(name: string, region: string, untried: Untried, account: string | undefined): Judged {
  const { problem, why } = untried;
  switch (why) {
    case 'denied':
      return fail(
        [problem],
        printed(
          'Give the role of failover-dns the policy that this prints.',
          commandLine(`npx gateway-autopilot policy failover-dns --account ${account ?? 'ACCOUNT_ID'}`),
        ),
      );
    case 'absent':
      return fail(
        [problem],
        printed('Deploy it there, or say under functions what it is called.', commandLine(deployCommand(region, name))),
      );
    case 'silent':
    case 'failed':
      return unknown(problem);
  }
}

export interface EgressSnapshot {
  readonly region: string;
  /** `undefined` where no vantage points are configured. */
  readonly points: readonly string[] | undefined;
  readonly controls: readonly { readonly name: string; readonly failure: string | undefined }[];
}

/** Of a vantage point itself. */
export const EGRESS_CHECKS: readonly SelfCheck<EgressSnapshot>[] = [
  {
    id: 'egress',
    title: 'It reaches its control targets',
    severity: 'critical',
    why: 'A point that reaches fewer than half of them is isolated, and judges nobody.',
    examine: ({ controls, points }) => {
      if (points === undefined) return notApplicable('no vantage points are configured');
      const bad = controls.filter(({ failure }) => failure !== undefined);
      const facts = [
        `${controls.length - bad.length} of ${controls.length} control targets answer`,
        ...bad.map(({ failure, name }) => `${name}: ${failure ?? ''}`),
      ];
      if (bad.length === 0) return pass(...facts);
      const isIsolated = bad.length * 2 > controls.length;
      return {
        ...fail(
          facts,
          printed(
            'Let it out: it runs outside any VPC, with internet access; or choose other controls.',
            byHand('look at internetAccess and vpcConfig of probe-region, and at probes.controls'),
          ),
        ),
        severity: isIsolated ? 'critical' : 'warning',
      };
    },
  },
  {
    id: 'vantage-point',
    title: 'It is one of the vantage points',
    severity: 'warning',
    why: 'Nobody asks a function that probes in a region which is not named.',
    examine: ({ points, region }) => {
      if (points === undefined) return notApplicable('no vantage points are configured');
      if (points.includes(region)) return pass(`one of ${listed(points)}`);
      return fail(
        [`${region} is none of ${listed(points)}`],
        printed('Name it, or take the function out of this region.', {
          kind: 'configuration',
          patch: { probes: { points: [...points, region] } },
        }),
      );
    },
  },
];
