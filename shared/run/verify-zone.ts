import type { AddressType, NameToPublish } from '../core/publication-model';
import { QUESTIONS_UNDER_WEIGHTS } from '../core/publication-weights';
import { type Instant, type Millis, SECOND } from '../core/time';
import type { DnsAnswer, NameServer } from '../core/zone';
import { CloudError } from '../errors';
import type { Resolver } from '../ports';
import { FOR_A_CALL, sleepInTime, type Waiting } from './time-left';

/** One line of a name, as its zone's own servers are asked for it. */
export interface LineToAsk {
  /** Whole, without a dot at the end. */
  readonly name: string;
  readonly type: AddressType;
  /** A client network that stands for the line; may be missing where the name has the line default only. */
  readonly subnet: string | undefined;
  /** Whether the line has nothing beside it, so that an answer to every client is its own. */
  readonly isOnly: boolean;
  /** Whether each answer holds one address, drawn by weight. */
  readonly weighted: boolean;
}

/** What the servers of a zone are asked, and what is waited for. */
export interface Inquiry {
  readonly line: LineToAsk;
  readonly servers: readonly NameServer[];
  readonly enough: (answered: Answered) => boolean;
}

/** What the servers answer for a line. */
export interface Answered {
  /** Addresses that every server answers; under weights, that each has answered since the asking began. */
  readonly byAll: ReadonlySet<string>;
  /** Addresses that some server still answers. */
  readonly byAny: ReadonlySet<string>;
  /** Servers that gave no answer that can be used. */
  readonly problems: readonly string[];
  /** Whether some server gives this answer to every client, so that it says nothing of the line (scope 0, RFC 7871). */
  readonly alike: boolean;
  /** When the last answer came; 0 when nobody was asked. */
  readonly at: Instant;
}

/** How often in a row each server was silent in this look, by its host. */
export type Silences = Map<string, number>;

export interface Asking extends Waiting {
  readonly resolver: Resolver;
  readonly silences: Silences;
}

const STEP: Millis = SECOND;
/** Lines that are asked for at once. */
const AT_ONCE = 5;
/** A server that said nothing so often, each time for as long as a question may take, is not waited for again. */
const SILENT_AFTER = 2;

/**
 * How the clients of a line are asked for; `undefined` where nobody can tell what they are answered. Without a subnet a server
 * answers by where the question comes from, and where there are several lines that may be a client of any of them.
 */
export function lineToAsk(
  { lines, name, subnets }: NameToPublish,
  { line, type }: { readonly line: string; readonly type: AddressType },
  weighted: boolean,
): LineToAsk | undefined {
  const subnet = subnets[line];
  const isOnly = line === 'default' && lines.every((each) => each.line === line);
  return subnet === undefined && !isOnly ? undefined : { name, type, subnet, isOnly, weighted };
}

/** An inquiry on its way. */
interface Open {
  readonly inquiry: Inquiry;
  /** By host. */
  readonly seen: Map<string, ReadonlySet<string>>;
  answered: Answered;
  done: boolean;
}

const NOT_ASKED: Answered = {
  byAll: new Set(),
  byAny: new Set(),
  problems: ['no time was left to ask the name servers'],
  alike: false,
  at: 0,
};

/**
 * Asks for all lines together until each is answered as it should be, or patience is at its end: one slow server, or one line
 * that it does not follow for, takes no time from the others.
 */
export async function askAll(
  asking: Asking,
  inquiries: readonly Inquiry[],
  patience: Millis,
): Promise<readonly Answered[]> {
  const { clock, deadline } = asking;
  const all = inquiries.map((inquiry): Open => {
    const done = inquiry.servers.length === 0;
    return { inquiry, seen: new Map(), answered: NOT_ASKED, done };
  });
  let left = patience;
  for (;;) {
    const open = all.filter(({ done }) => !done);
    const startedAt = clock.now();
    for (let start = 0; start < open.length && deadline.left() >= FOR_A_CALL; start += AT_ONCE) {
      await Promise.all(open.slice(start, start + AT_ONCE).map((each) => askOnce(asking, each)));
    }
    left -= Math.max(0, clock.now() - startedAt) + STEP;
    const isOver = open.every(({ done }) => done) || left < 0;
    if (isOver || !(await sleepInTime(asking, STEP, FOR_A_CALL))) return all.map(({ answered }) => answered);
  }
}

async function askOnce(asking: Asking, open: Open): Promise<void> {
  const { inquiry, seen } = open;
  const { enough, line, servers } = inquiry;
  const rounds = await Promise.all(servers.map((server) => askServer(asking, server, line)));
  const problems: string[] = [];
  const byAny = new Set<string>();
  for (const [index, { problem, values }] of rounds.entries()) {
    const host = servers[index]?.host ?? '';
    if (problem !== undefined) problems.push(problem);
    for (const value of values) byAny.add(value);
    // Under weights an address may not have been drawn this time.
    seen.set(host, new Set([...(line.weighted ? (seen.get(host) ?? []) : []), ...values]));
  }
  const alike = rounds.some((round) => round.alike);
  open.answered = { byAll: inEach([...seen.values()]), byAny, problems, alike, at: asking.clock.now() };
  open.done ||= alike || (problems.length === 0 && enough(open.answered));
}

function inEach(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first, ...others] = sets;
  return new Set([...(first ?? [])].filter((value) => others.every((set) => set.has(value))));
}

/** The addresses that one server answers, and what is wrong with it. */
interface ServerAnswer {
  readonly values: ReadonlySet<string>;
  readonly problem: string | undefined;
  readonly alike: boolean;
}

async function askServer(
  { resolver, silences }: Asking,
  server: NameServer,
  { isOnly, name, subnet, type, weighted }: LineToAsk,
): Promise<ServerAnswer> {
  const wrong = (problem: string): ServerAnswer => ({ values: new Set(), problem, alike: false });
  const { host } = server;
  const silent = silences.get(host) ?? 0;
  if (silent >= SILENT_AFTER) return wrong(`${host} was silent ${silent} times and is not waited for again`);
  const question = { server, name, type, ...(subnet === undefined ? {} : { subnet }) };
  /** The clients that the answer must be told apart for. */
  const told = isOnly ? undefined : subnet;
  const values = new Set<string>();
  let alike = false;
  try {
    for (let asked = 0; asked < (weighted ? QUESTIONS_UNDER_WEIGHTS : 1); asked += 1) {
      const answer = await resolver.ask(question);
      silences.delete(host);
      const unusable = unusableFor(answer, told);
      if (unusable !== undefined) return wrong(`${host} ${unusable}`);
      alike ||= told !== undefined && answer.scope === 0;
      for (const record of answer.records) if (record.type === type) values.add(record.value);
    }
    return { values, problem: undefined, alike };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    if (error.kind === 'timeout') silences.set(host, (silences.get(host) ?? 0) + 1);
    return wrong(error.message);
  }
}

/** Why an answer does not say what clients of the line are answered. */
function unusableFor({ authoritative, scope }: DnsAnswer, subnet: string | undefined): string | undefined {
  if (!authoritative) return 'does not speak for the zone';
  return subnet !== undefined && scope === undefined ? 'takes no notice of client subnets' : undefined;
}
