import type { AddressType, LinePlan, NamePlan, NameToPublish } from '../core/publication-model';
import { MINUTE, type Millis } from '../core/time';
import type { NameServer, RecordSeen } from '../core/zone';
import type { ZoneRun } from './publish-run';
import { askUntil, canAsk } from './verify-zone';

/** What the zone's own name servers say of one line that was changed. */
export interface LineVerification {
  readonly line: string;
  readonly type: AddressType;
  readonly outcome: 'verified' | 'unverified' | 'unverifiable';
  readonly message: string;
}

/** What changed so recently is asked for also by a look that changes nothing itself. */
const RECENT: Millis = 10 * MINUTE;

/** Asks for the lines of a name that changed a short while ago, until they are answered as the zone has them. */
export async function verifyLines(
  run: ZoneRun,
  servers: () => Promise<readonly NameServer[]>,
  { after, name, plan }: { readonly name: NameToPublish; readonly plan: NamePlan; readonly after: NamePlan },
  records: readonly RecordSeen[],
): Promise<readonly LineVerification[]> {
  const verifications: LineVerification[] = [];
  for (const line of after.lines) {
    const here = records.filter(
      (record) => record.rr === name.rr && record.type === line.type && record.line === line.line,
    );
    const since = run.look.clock.now() - RECENT;
    if (!here.some(({ updatedAt }) => updatedAt !== undefined && updatedAt >= since)) continue;
    const before = plan.lines.find((each) => each.line === line.line && each.type === line.type);
    verifications.push(await verifyLine(run, await servers(), name, line, here, before?.answers ?? []));
  }
  return verifications;
}

async function verifyLine(
  run: ZoneRun,
  servers: readonly NameServer[],
  name: NameToPublish,
  { line, type }: LinePlan,
  here: readonly RecordSeen[],
  before: readonly string[],
): Promise<LineVerification> {
  const enabled = here.filter((record) => record.enabled);
  const present = enabled.map(({ value }) => value);
  const known = new Set([...before, ...here.map(({ value }) => value)]);
  const absent = [...known].filter((value) => !present.includes(value));
  const weighted = enabled.some(({ weight }) => weight !== undefined);
  const question = { name: name.name, type, line, subnet: name.subnets[line], weighted };
  if (!canAsk(question)) {
    return { line, type, outcome: 'unverifiable', message: 'no subnet is configured that stands for this line' };
  }
  if (servers.length === 0) return { line, type, outcome: 'unverified', message: 'the name servers are not known' };
  const isLeft = (values: ReadonlySet<string>): boolean => absent.some((value) => values.has(value));
  const { byAll, byAny, problems } = await askUntil(
    { ...run.look, patience: run.patience, servers },
    question,
    (answered) => present.every((value) => answered.byAll.has(value)) && !isLeft(answered.byAny),
  );
  const missing = present.filter((value) => !byAll.has(value)).map((value) => `${value} is not answered everywhere`);
  const left = absent.filter((value) => byAny.has(value)).map((value) => `${value} is still answered`);
  const wrong = [...problems, ...missing, ...left];
  if (wrong.length > 0) return { line, type, outcome: 'unverified', message: wrong.join('; ') };
  return { line, type, outcome: 'verified', message: `${servers.length} name servers answer ${present.join(', ')}` };
}
