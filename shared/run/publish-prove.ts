import type { Reading } from '../core/gateway';
import { takes } from '../core/publication-guard';
import type { Hold, Removal } from '../core/publication-model';
import { type Instant, MINUTE, type Millis, SECOND } from '../core/time';
import { isSameLine, type NameServer, type RecordSeen } from '../core/zone';
import type { Candidate, Confirmed, Refused } from './publish-confirm';
import { type Answered, type Asking, askAll, type Inquiry, lineToAsk } from './verify-zone';

/** What is to be taken away in one zone. */
export interface ZoneCandidates {
  readonly candidates: readonly Candidate[];
  /** As they were read last. */
  readonly records: readonly RecordSeen[];
  readonly servers: readonly NameServer[];
}

export interface Proven {
  readonly proven: readonly Confirmed[];
  readonly refused: readonly Refused[];
}

/** A line that cannot be asked for: what has been enabled for so long is taken for answered. */
const SETTLED: Millis = 5 * MINUTE;
/** As long as the second look at the health is waited for anyway. */
const PATIENCE: Millis = 10 * SECOND;

/** A candidate with the answers of its line that would stay, and how it is found out which of them clients get. */
interface Question {
  readonly zone: ZoneCandidates;
  readonly candidate: Candidate;
  readonly staying: readonly RecordSeen[];
  /** `undefined` when nobody can be asked. */
  readonly inquiry: Inquiry | undefined;
}

/** For each candidate the healthy addresses that stay on its line and that every server of its zone answers; for all zones together. */
export async function proveAll(
  asking: Asking,
  zones: readonly ZoneCandidates[],
): Promise<ReadonlyMap<ZoneCandidates, Proven>> {
  const questions = zones.flatMap((zone) => zone.candidates.map((candidate) => questionOf(zone, candidate)));
  const inquiries = questions.flatMap(({ inquiry }) => (inquiry === undefined ? [] : [inquiry]));
  const answers = await askAll(asking, inquiries, PATIENCE);
  const at = asking.clock.now();
  const judged = questions.map((question) => {
    const answered = question.inquiry === undefined ? undefined : answers[inquiries.indexOf(question.inquiry)];
    return { ...question, proof: proofOf(question, answered, at) };
  });
  return new Map(zones.map((zone) => [zone, sorted(judged.filter((each) => each.zone === zone))]));
}

function sorted(
  judged: readonly (Pick<Question, 'candidate'> & { readonly proof: Reading<ReadonlySet<string>> })[],
): Proven {
  const hold = (message: string): Hold => ({ reason: 'NotVerified', message, needsPerson: false });
  return {
    proven: judged.flatMap(({ candidate, proof }) => (proof.ok ? [{ candidate, proven: proof.value }] : [])),
    refused: judged.flatMap(({ candidate, proof }) => (proof.ok ? [] : [{ candidate, hold: hold(proof.problem) }])),
  };
}

/** The same one, or the new one in its place. */
function leavesAnAnswer(removal: Removal): boolean {
  return removal.do === 'move' || removal.do === 'retime';
}

function questionOf(zone: ZoneCandidates, candidate: Candidate): Question {
  const { name, plan, removal } = candidate;
  if (leavesAnAnswer(removal)) return { zone, candidate, staying: [], inquiry: undefined };
  const staying = zone.records.filter(
    (record) =>
      isSameLine(record, removal.record) &&
      record.enabled &&
      !zone.candidates.some((other) => takes(other.removal, record.id)) &&
      plan.wanted.includes(record.value),
  );
  const weighted = staying.some(({ weight }) => weight !== undefined);
  const line = lineToAsk(name, plan, weighted);
  if (line === undefined) return { zone, candidate, staying, inquiry: undefined };
  const enough = ({ byAll }: Answered): boolean => staying.some(({ value }) => byAll.has(value));
  return { zone, candidate, staying, inquiry: { line, servers: zone.servers, enough } };
}

function proofOf(
  { candidate: { plan, removal }, inquiry, staying }: Question,
  answered: Answered | undefined,
  at: Instant,
): Reading<ReadonlySet<string>> {
  if (leavesAnAnswer(removal)) return { ok: true, value: new Set() };
  if (inquiry === undefined || answered === undefined || answered.alike) return settledOn(staying, plan.line, at);
  if (inquiry.servers.length === 0) return { ok: false, problem: 'the name servers of the zone are not known' };
  const { byAll, problems } = answered;
  const proven = staying.map(({ value }) => value).filter((value) => byAll.has(value));
  if (proven.length > 0 && problems.length === 0) return { ok: true, value: new Set(proven) };
  const because = problems.length > 0 ? `: ${problems.join('; ')}` : '';
  const problem = `not every name server answers another healthy address on line ${plan.line}${because}`;
  return { ok: false, problem };
}

function settledOn(staying: readonly RecordSeen[], line: string, at: Instant): Reading<ReadonlySet<string>> {
  const settled = staying.filter(({ updatedAt }) => updatedAt !== undefined && updatedAt + SETTLED <= at);
  if (settled.length > 0) return { ok: true, value: new Set(settled.map(({ value }) => value)) };
  return { ok: false, problem: `line ${line} cannot be asked for, and no other answer has been there for 5 minutes` };
}
