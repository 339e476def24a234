import { type Delegation, judgeDelegation, othersByName } from '../core/delegation';
import type { Reading } from '../core/gateway';
import type { NamePlan } from '../core/publication-model';
import { MINUTE, type Millis } from '../core/time';
import type { NameServerHost, ZoneInfo } from '../core/zone';
import type { PublishingLook } from './publish-run';
import type { Work } from './publish-work';
import { reading } from './reading';

/** Whom the clients of a zone are sent to. It is asked for beside what else a look does, and what is urgent waits for no answer. */
export interface DelegationAsked {
  /** What is known by now. */
  readonly now: () => Delegation;
  /** Within a second and a half after the look began. */
  readonly answered: () => Promise<Delegation>;
}

/** Resolvers keep a delegation for hours: one that was changed a few minutes ago leads hardly anybody away yet. */
const LASTS: Millis = 5 * MINUTE;
const NOT_YET: Delegation = { state: 'unknown', why: 'the answer has not come yet' };

type Sources = Pick<PublishingLook, 'clock' | 'delegations' | 'log' | 'memory'>;

/**
 * Begins to ask, unless that is known from a few minutes ago; a zone that was elsewhere is asked for again at every look.
 *
 * @returns what takes the servers that the zone should have, once they are known
 */
export function askDelegation(sources: Sources, zone: string): (info: Reading<ZoneInfo>) => DelegationAsked {
  const { clock, delegations, memory } = sources;
  const known = memory.get(zone)?.delegation;
  if (known !== undefined && known.value.state !== 'elsewhere' && clock.now() - known.at < LASTS) {
    return () => ({ now: () => known.value, answered: () => Promise.resolve(known.value) });
  }
  const delegated = reading(delegations.of(zone));
  // Who awaits it later hears of a defect; until then it is not one that nobody handles.
  delegated.catch(() => undefined);
  return (info) => {
    let seen = known?.value ?? NOT_YET;
    const answer = judged(sources, zone, delegated, info).then((delegation) => {
      seen = delegation;
      remember(sources, zone, delegation);
      return delegation;
    });
    answer.catch(() => undefined);
    return { now: () => seen, answered: () => answer };
  };
}

/** Whether clients are sent to the servers that the zone should have. What cannot be asked is `unknown`. */
export async function judged(
  { delegations }: Pick<Sources, 'delegations'>,
  zone: string,
  asked: Promise<Reading<readonly NameServerHost[]>>,
  info: Reading<ZoneInfo>,
): Promise<Delegation> {
  const delegated = await asked;
  if (!delegated.ok) return { state: 'unknown', why: delegated.problem };
  const hosts = info.ok ? info.value.nameServers : [];
  const nameless = hosts.map((host): NameServerHost => ({ host, addresses: [] }));
  if (othersByName(delegated.value, hosts).length === 0) return judgeDelegation(zone, delegated.value, nameless);
  const own = await reading(delegations.addressesOf(hosts));
  return judgeDelegation(zone, delegated.value, own.ok ? own.value : nameless);
}

function remember({ clock, log, memory }: Sources, zone: string, value: Delegation): void {
  const before = memory.get(zone)?.delegation?.value.state;
  memory.set(zone, { ...memory.get(zone), delegation: { value, at: clock.now() } });
  if (value.state === before) return;
  if (value.state === 'here') log.info('delegation', { zone, ...value });
  else log.warn('delegation', { zone, ...value });
}

export function isElsewhere(asked: DelegationAsked): boolean {
  return asked.now().state === 'elsewhere';
}

/** What a look says of a name whose clients are sent to other servers, or some of them. */
export function withDelegation<T extends Pick<Work, 'after' | 'failures'>>(report: T, delegation: Delegation): T {
  const { after, failures } = report;
  switch (delegation.state) {
    case 'elsewhere': {
      const { message } = delegation;
      return { ...report, failures: [{ reason: 'DelegatedElsewhere', message, needsPerson: true }, ...failures] };
    }
    case 'partly': {
      const alarms: NamePlan['alarms'] = [
        ...after.alarms,
        { reason: 'DelegatedElsewhere', message: delegation.message },
      ];
      return { ...report, after: { ...after, alarms } };
    }
    case 'here':
    case 'unknown':
      return report;
  }
}
