import type { AddressType, LinePlan } from '../core/publication-model';
import { MINUTE, type Millis, SECOND } from '../core/time';
import { isSameLine, type RecordSeen } from '../core/zone';
import type { Work, ZoneWork } from './publish-work';
import { type Answered, type Asking, askAll, type Inquiry, lineToAsk } from './verify-zone';

/** What the zone's own name servers say of one line that was changed. */
export interface LineVerification {
  readonly line: string;
  readonly type: AddressType;
  readonly outcome: 'verified' | 'unverified' | 'unverifiable';
  readonly message: string;
}

/** What changed so recently is asked for also by a look that changes nothing itself. */
const RECENT: Millis = 10 * MINUTE;
/** For how long one look waits for name servers to follow what it wrote. */
const PATIENCE: Millis = 20 * SECOND;

/** A line that changed a short while ago. */
interface Changed {
  readonly work: Work;
  readonly line: LinePlan;
  /** Addresses that should be answered, and those that should not be any more. */
  readonly present: readonly string[];
  readonly absent: readonly string[];
  /** `undefined` when nobody can be asked. */
  readonly inquiry: Inquiry | undefined;
}

/** Asks for the lines that changed a short while ago, of all zones together, until they are answered as their zones have them. */
export async function verifyLines(
  asking: Asking,
  zones: readonly ZoneWork[],
): Promise<ReadonlyMap<Work, readonly LineVerification[]>> {
  const changed: Changed[] = [];
  for (const zone of zones) for (const work of zone.works) changed.push(...(await changedLines(asking, zone, work)));
  const inquiries = changed.flatMap(({ inquiry }) => (inquiry === undefined ? [] : [inquiry]));
  const answers = await askAll(asking, inquiries, PATIENCE);
  const verifications = new Map<Work, LineVerification[]>();
  for (const each of changed) {
    const answered = each.inquiry === undefined ? undefined : answers[inquiries.indexOf(each.inquiry)];
    const lines = [...(verifications.get(each.work) ?? []), verdict(each, answered)];
    verifications.set(each.work, lines);
    const { times } = each.work;
    const isVisible = lines.every(({ outcome }) => outcome === 'verified');
    times.visible = isVisible ? Math.max(times.visible ?? 0, answered?.at ?? 0) : undefined;
  }
  return verifications;
}

async function changedLines(
  { clock }: Asking,
  { records, servers }: ZoneWork,
  work: Work,
): Promise<readonly Changed[]> {
  const since = clock.now() - RECENT;
  const changed: Changed[] = [];
  for (const line of work.after.lines) {
    const here = records.filter((record) => isSameLine(record, { rr: work.name.rr, ...line }));
    if (!here.some(({ updatedAt }) => updatedAt !== undefined && updatedAt >= since)) continue;
    changed.push(changedLine(work, line, here, await servers()));
  }
  return changed;
}

function changedLine(work: Work, line: LinePlan, here: readonly RecordSeen[], servers: Inquiry['servers']): Changed {
  const { name, plan } = work;
  const before = plan.lines.find((each) => each.line === line.line && each.type === line.type);
  const enabled = here.filter((record) => record.enabled);
  const present = enabled.map(({ value }) => value);
  const known = new Set([...(before?.answers ?? []), ...here.map(({ value }) => value)]);
  const absent = [...known].filter((value) => !present.includes(value));
  const weighted = enabled.some(({ weight }) => weight !== undefined);
  const question = lineToAsk(name, line, weighted);
  const enough = ({ byAll, byAny }: Answered): boolean =>
    present.every((value) => byAll.has(value)) && !absent.some((value) => byAny.has(value));
  return {
    work,
    line,
    present,
    absent,
    inquiry: question === undefined ? undefined : { line: question, servers, enough },
  };
}

function verdict(
  { absent, inquiry, line: { line, type }, present }: Changed,
  answered: Answered | undefined,
): LineVerification {
  const said = (outcome: LineVerification['outcome'], message: string) => ({ line, type, outcome, message });
  if (inquiry === undefined || answered === undefined) {
    return said('unverifiable', 'no subnet is configured that stands for this line');
  }
  const { servers } = inquiry;
  if (servers.length === 0) return said('unverified', 'the name servers are not known');
  if (answered.alike) return said('unverifiable', 'the name servers answer every client alike, whatever its subnet');
  const { byAll, byAny, problems } = answered;
  const missing = present.filter((value) => !byAll.has(value)).map((value) => `${value} is not answered everywhere`);
  const left = absent.filter((value) => byAny.has(value)).map((value) => `${value} is still answered`);
  const wrong = [...problems, ...missing, ...left];
  if (wrong.length > 0) return said('unverified', wrong.join('; '));
  return said('verified', `${servers.length} name servers answer ${present.join(', ')}`);
}
