/** What any function says of its invocation: who it is, its clock, its rights. Pure. */
import { commandLine, deployCommand, printed } from '../audit/fixes';
import { fail, notApplicable, pass, unknown } from '../audit/verdict';
import { formatDuration } from '../duration';
import { type Instant, type Millis, SECOND } from '../time';
import { counted, listed } from '../words';
import type { SelfCheck, Tried, Whose } from './self-check';

export interface InvocationSeen extends Whose {
  /** Regions in which the configuration has something for it to do. */
  readonly regions: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  /** MB; `undefined` where Function Compute did not say. */
  readonly memory: number | undefined;
  readonly deployed: DeployedSeen;
  readonly variables: readonly VariableSeen[];
  readonly reads: readonly ReadTried[];
  readonly clocks: readonly ClockSeen[];
  /** Whether it signs what takes answers away, by its own clock or the vendor's. */
  readonly signsRemovals: boolean;
}

/** Digits of what is deployed, or why the configuration cannot be used. */
export type DeployedSeen =
  | { readonly configuration: string; readonly code: string | undefined }
  | { readonly problems: readonly string[] };

/** An environment variable that a channel of `notify` names; never its value. */
export interface VariableSeen {
  readonly name: string;
  readonly channel: string;
  readonly state: 'set' | 'missing' | 'placeholder';
}

/** One harmless read by one right of its role. */
export interface ReadTried {
  /** As RAM has it, for example `slb:DescribeLoadBalancers`. */
  readonly action: string;
  /** What was asked about. */
  readonly on: string;
  /** `undefined`: it could not be tried, since nothing is known that could be asked about. */
  readonly tried: Tried<unknown> | undefined;
}

/** The vendor's clock in an answer, in whole seconds, and ours before and after. */
export interface ClockSeen {
  readonly vendor: Instant;
  readonly sent: Instant;
  readonly received: Instant;
}

/** What each function needs: the time-outs of s.yaml, and memory in MB. Loaded it takes 60 MB; the rest is for answers. */
export const NEEDS: Readonly<Record<string, { readonly timeout: number; readonly memory: number }>> = {
  'scale-gateway': { timeout: 60, memory: 256 },
  'attach-clb': { timeout: 60, memory: 256 },
  'failover-dns': { timeout: 90, memory: 256 },
  'probe-region': { timeout: 60, memory: 128 },
  'audit-gateway': { timeout: 60, memory: 256 },
};

/** More is noticed: leases, fences and the age of votes are counted in seconds. */
const SKEW_NOTICED: Millis = 5 * SECOND;
/** Half of what a removal has of its minute, the vendor's clock being another. */
const SKEW_DANGEROUS: Millis = 30 * SECOND;

/** Codes of credentials that are refused whatever is asked (RAM and STS, error centre). */
const CREDENTIALS = /^(InvalidAccessKeyId|InvalidSecurityToken|SignatureDoesNotMatch|IncompleteSignature)/;

/** By itself it is all that can be said where the configuration cannot be used. */
export const CONFIGURATION_CHECK: SelfCheck<Whose & Pick<InvocationSeen, 'deployed'>> = {
  id: 'configuration',
  title: 'Its configuration can be used',
  severity: 'critical',
  why: 'Without it nothing is looked at; and functions of several regions act as one only while they want the same.',
  examine: ({ deployed, function: name, region }) => {
    if ('problems' in deployed) {
      return fail(
        deployed.problems,
        printed(
          'Put it right, build and deploy.',
          commandLine('npx gateway-autopilot validate'),
          commandLine(deployCommand(region, name)),
        ),
      );
    }
    const { code, configuration } = deployed;
    return pass(`configuration ${configuration}`, ...(code === undefined ? [] : [`code ${code}`]));
  },
};

export const INVOCATION_CHECKS: readonly SelfCheck<InvocationSeen>[] = [
  {
    id: 'context',
    title: 'It runs where the configuration expects it, with credentials that are taken',
    severity: 'critical',
    why: 'In another region, or without a role that the vendor knows, it looks after nothing.',
    examine: ({ account, function: name, reads, region, regions }) => {
      const facts = [`${name} in ${region}, account ${account ?? 'not said by Function Compute'}`];
      if (!regions.includes(region)) {
        return fail(
          [...facts, `the configuration has it in: ${listed(regions)}`],
          printed(
            `Deploy the configuration that names ${region}, or take the function out of this region.`,
            commandLine(deployCommand(region, name)),
          ),
        );
      }
      const asked = reads.flatMap(({ tried }) => tried ?? []);
      const refused = asked.find((tried) => !tried.ok && CREDENTIALS.test(tried.code ?? ''));
      if (refused?.ok === false) {
        return fail(
          [...facts, refused.problem],
          printed(
            'Give the function a role that Function Compute may assume.',
            commandLine(`npx gateway-autopilot policy trust --account ${accountOf(account)}`),
          ),
        );
      }
      const answered = asked.filter((tried) => tried.ok || tried.why === 'denied' || tried.why === 'absent').length;
      if (asked.length > 0 && answered === 0) return unknown(...facts, 'no API answered, so that nobody took them');
      return pass(
        ...facts,
        asked.length === 0 ? 'it calls no API' : `credentials are known to ${counted(answered, 'answer')}`,
      );
    },
  },
  {
    id: 'clock-skew',
    title: "Its clock is the vendor's",
    severity: 'warning',
    why: 'The vendor refuses signatures 15 minutes off, and removals are signed to end with a minute of its clock.',
    examine: ({ clocks, function: name, reads, region, signsRemovals }) => {
      if (reads.length === 0) return notApplicable('it calls no API, and signs nothing');
      const closest = clocks.toSorted((a, b) => a.received - a.sent - (b.received - b.sent))[0];
      if (closest === undefined) return unknown('no answer said what time it is');
      const skew = skewOf(closest);
      const fact =
        skew === 0
          ? "no difference to the vendor's clock can be seen"
          : `${formatDuration(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the vendor's clock`;
      if (Math.abs(skew) <= SKEW_NOTICED) return pass(fact);
      const isDangerous = signsRemovals && Math.abs(skew) > SKEW_DANGEROUS;
      const limit = formatDuration(isDangerous ? SKEW_DANGEROUS : SKEW_NOTICED);
      return {
        ...fail(
          [`${fact}, more than ${limit}`],
          printed(
            'The clock is that of Function Compute: deploy the function again for new instances, and tell the vendor if it stays.',
            commandLine(deployCommand(region, name)),
          ),
        ),
        severity: isDangerous ? 'critical' : 'warning',
      };
    },
  },
  CONFIGURATION_CHECK,
  {
    id: 'environment',
    title: 'The environment variables of its channels are set',
    severity: 'warning',
    why: 'Without them nobody is told what only a person can settle.',
    examine: ({ function: name, region, variables }) => {
      if (variables.length === 0) return notApplicable('it tells nobody, or no channel is configured');
      const bad = variables.filter(({ state }) => state !== 'set');
      if (bad.length === 0) return pass(`set: ${variables.map((variable) => variable.name).join(', ')}`);
      return fail(
        bad.map((variable) => `${variable.name} of ${variable.channel} ${WORDS[variable.state]}`),
        printed(
          'Set them where you deploy from, and deploy.',
          commandLine(
            deployCommand(
              region,
              name,
              bad.map((variable) => `${variable.name}=…`),
            ),
          ),
        ),
      );
    },
  },
  {
    id: 'resources',
    title: 'Its time-out and memory are enough',
    severity: 'warning',
    why: 'A look that is cut off leaves its end to the next one, and failover-dns a gap in which nobody watches.',
    examine: ({ function: name, memory, region, timeout }) => {
      const needs = NEEDS[name];
      if (needs === undefined) return unknown(`nobody has said what ${name} needs`);
      const facts = [`time-out ${timeout} s, of ${needs.timeout} s that are needed`];
      if (memory !== undefined) facts.push(`memory ${memory} MB, of ${needs.memory} MB that are needed`);
      if (timeout >= needs.timeout && (memory === undefined || memory >= needs.memory)) return pass(...facts);
      return fail(
        facts,
        printed(
          `Set timeout: ${needs.timeout} and memorySize: ${needs.memory} or more in s.yaml.`,
          commandLine(deployCommand(region, name)),
        ),
      );
    },
  },
  {
    id: 'ram-reads',
    title: 'Its role may make every read that it needs',
    severity: 'critical',
    why: 'What cannot be read is unknown, and nothing is done on it.',
    examine: ({ account, function: name, reads }) => {
      if (reads.length === 0) return notApplicable('it calls no API');
      const denied = reads.filter(({ tried }) => tried?.ok === false && tried.why === 'denied');
      const unclear = reads.filter(
        ({ tried }) => tried?.ok === false && tried.why !== 'denied' && tried.why !== 'absent',
      );
      const allowed = [...new Set(reads.filter(isAllowed).map(({ action }) => action))];
      const facts = [
        ...denied.map(({ action, on, tried }) => `${action} on ${on}: ${problemOf(tried)}`),
        ...unclear.map(({ action, on, tried }) => `${action} on ${on} cannot be judged: ${problemOf(tried)}`),
        ...reads
          .filter(({ tried }) => tried === undefined)
          .map(({ action, on }) => `${action} was not tried: ${on} is not known`),
        ...(allowed.length === 0 ? [] : [`allowed: ${allowed.join(', ')}`]),
        'writes cannot be tried: compare the policy of the role with what is printed',
      ];
      if (denied.length > 0) {
        return fail(
          facts,
          printed(
            `Give the role of ${name} the policy that this prints.`,
            commandLine(`npx gateway-autopilot policy ${name} --account ${accountOf(account)}`),
          ),
        );
      }
      const isWhole = unclear.length === 0 && reads.every(({ tried }) => tried !== undefined);
      return isWhole ? pass(...facts) : unknown(...facts);
    },
  },
];

const WORDS = { missing: 'is not set', placeholder: 'still has the placeholder of s.yaml', set: 'is set' } as const;

function accountOf(account: string | undefined): string {
  return account ?? 'ACCOUNT_ID';
}

/** Who says that something is not there has let the caller in. */
function isAllowed({ tried }: ReadTried): boolean {
  return tried !== undefined && (tried.ok || tried.why === 'absent');
}

function problemOf(tried: ReadTried['tried']): string {
  return tried?.ok === false ? tried.problem : '';
}

/** Ours less the vendor's, as little as it can be: its second may have just begun or be over, and the answer was on its way. */
export function skewOf({ received, sent, vendor }: ClockSeen): Millis {
  const least = sent - (vendor + SECOND);
  const most = received - vendor;
  if (least > 0) return least;
  return most < 0 ? most : 0;
}
