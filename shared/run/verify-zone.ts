import type { AddressType } from '../core/publication-model';
import { type Millis, SECOND } from '../core/time';
import type { NameServer } from '../core/zone';
import { CloudError } from '../errors';
import type { Clock, Resolver } from '../ports';

/** One line of a name, as its zone's own servers are asked for it. */
export interface LineToAsk {
  /** Whole, without a dot at the end. */
  readonly name: string;
  readonly type: AddressType;
  readonly line: string;
  /** A client network that stands for the line. */
  readonly subnet: string | undefined;
  /** Whether each answer holds one address, drawn by weight. */
  readonly weighted: boolean;
}

/** What the servers answer for a line. */
export interface Answered {
  /** Addresses that every server answers; under weights, that each has answered since the asking began. */
  readonly byAll: ReadonlySet<string>;
  /** Addresses that some server still answers. */
  readonly byAny: ReadonlySet<string>;
  /** Servers that gave no answer that can be used. */
  readonly problems: readonly string[];
}

/** How long a look may wait for the servers to follow, all lines together. */
export interface Patience {
  left: Millis;
}

export interface Asking {
  readonly clock: Clock;
  readonly resolver: Resolver;
  readonly servers: readonly NameServer[];
  readonly patience: Patience;
}

const STEP: Millis = SECOND;
/** Enough to see an answer of equal weight among five with 99 % (1 − 0.8²⁰). */
const QUESTIONS_UNDER_WEIGHTS = 20;

/** Whether it can be told what the clients of a line are answered: the default line is what everybody else gets. */
export function canAsk({ line, subnet }: Pick<LineToAsk, 'line' | 'subnet'>): boolean {
  return subnet !== undefined || line === 'default';
}

/** Asks every server of the zone until the answers are as they should be, or patience is at its end. */
export async function askUntil(
  asking: Asking,
  line: LineToAsk,
  enough: (answered: Answered) => boolean,
): Promise<Answered> {
  const { clock, patience, servers } = asking;
  const seen = new Map<string, Set<string>>();
  for (;;) {
    const startedAt = clock.now();
    const rounds = await Promise.all(servers.map((server) => askServer(asking.resolver, server, line)));
    const problems: string[] = [];
    const byAny = new Set<string>();
    for (const [index, round] of rounds.entries()) {
      const host = servers[index]?.host ?? '';
      if (typeof round === 'string') problems.push(round);
      const values = typeof round === 'string' ? new Set<string>() : round;
      for (const value of values) byAny.add(value);
      // Under weights an address may not have been drawn this time.
      seen.set(host, line.weighted ? new Set([...(seen.get(host) ?? []), ...values]) : values);
    }
    const answered = { byAll: inEach([...seen.values()]), byAny, problems };
    patience.left -= clock.now() - startedAt;
    if ((problems.length === 0 && enough(answered)) || patience.left < STEP) return answered;
    await clock.sleep(STEP);
    patience.left -= STEP;
  }
}

function inEach(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first, ...others] = sets;
  return new Set([...(first ?? [])].filter((value) => others.every((set) => set.has(value))));
}

/** The addresses that one server answers, or what is wrong with it. */
async function askServer(
  resolver: Resolver,
  server: NameServer,
  { name, subnet, type, weighted }: LineToAsk,
): Promise<Set<string> | string> {
  const question = { server, name, type, ...(subnet === undefined ? {} : { subnet }) };
  const values = new Set<string>();
  try {
    for (let asked = 0; asked < (weighted ? QUESTIONS_UNDER_WEIGHTS : 1); asked += 1) {
      const { records } = await resolver.ask(question);
      for (const record of records) if (record.type === type) values.add(record.value);
    }
    return values;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return error.message;
  }
}
