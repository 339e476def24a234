/** Whether a region is ready for the clients that would come to it, first or step by step. Pure. */
import { isLedAwayByNow, isShared } from './move-deadline';
import type { FrontClb, Hold } from './publication-model';
import type { Line } from './publication-view';
import { readMark } from './record-mark';
import { type CapacityPlan, isKeptByPeople } from './survivors';

/** A region to which clients would come is ready for them first, unless no other address is healthy. */
export function noRoomFor(line: Line, { region }: Pick<FrontClb, 'region'>): Hold | undefined {
  const { failover } = line.snapshot;
  if (failover === undefined || !arrivesAt(line, region)) return undefined;
  const plan = failover.arriving.get(region);
  if (plan !== undefined && (plan.fits >= 1 || isDue(line, plan))) return undefined;
  const because = plan?.message ?? 'it has not been asked';
  const message = `${region} waits until it can carry the load: ${because}`;
  return { reason: 'RegionNotReady', message, needsPerson: plan?.floors.length === 0 };
}

/** A standby takes over from a region that is drained when the deadline of the drain is over, as others would that answer already. */
function isDue(line: Line, plan: CapacityPlan): boolean {
  return isLedAwayByNow(line) && !isShared(line) && !isKeptByPeople(plan);
}

/** Whether clients would come to a region that answers nobody on the line, or few since it came back, while others answer. */
export function arrivesAt(line: Line, region: string): boolean {
  const answers = line.here.filter(({ clb, record }) => record.enabled && clb?.region === region);
  return isAnswered(line) && answers.every((answer) => comesBack(line, answer));
}

/** An answer that was away and has not got its whole share yet. */
export function comesBack({ here, snapshot }: Line, { record }: Pick<Line['here'][number], 'record'>): boolean {
  if (snapshot.failover === undefined || snapshot.name.weights === 'off' || record.weight === undefined) return false;
  const highest = Math.max(...here.map((other) => (other.record.enabled ? (other.record.weight ?? 0) : 0)));
  return readMark(record.remark).absence?.state === 'back' && record.weight < highest;
}

/** Whether a healthy address is answered already. */
export function isAnswered({ here }: Line): boolean {
  return here.some(({ clb, record }) => record.enabled && clb?.serving === true && clb.health.state === 'well');
}
