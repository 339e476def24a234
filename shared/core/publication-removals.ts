/** Which answers of a line are to be taken away, and which are not although they should. Pure. */
import type { Addition, FrontClb, Hold, Removal } from './publication-model';
import type { Line, Planned } from './publication-view';

export function removalsOf(line: Line, additions: readonly Addition[]): Planned<Removal> {
  const { here } = line;
  const judged = here.flatMap((each) => (each.owner === 'us' && each.record.enabled ? [judge(line, each)] : []));
  const leaving = judged.flatMap((each) => (each !== undefined && 'do' in each ? [each] : []));
  const holds = judged.flatMap((each) => (each !== undefined && !('do' in each) ? [each] : []));
  const sick = oneSick(line, leaving, additions);
  const steps = [...leaving.filter(({ reason }) => reason !== 'AddressUnhealthy'), ...sick.steps];
  const staying = here.filter(
    ({ clb, record }) =>
      record.enabled &&
      clb?.serving === true &&
      clb.health.state === 'well' &&
      !steps.some((step) => step.record === record),
  );
  const arriving = additions.some((step) => step.do === 'add' || step.do === 'enable');
  if (steps.length > 0 && staying.length === 0 && !arriving) {
    return { steps: [], holds: [...holds, ...sick.holds, nothingHealthy(line)] };
  }
  const nothing = line.wanted.length === 0 && leaving.length === 0 && holds.length === 0 ? hopeless(line) : [];
  return { steps, holds: [...holds, ...sick.holds, ...nothing] };
}

/** Why a record is not to be answered any more; `undefined` when it is, or when that is not known. */
export function judge(line: Line, { clb, record }: Line['here'][number]): Removal | Hold | undefined {
  if (clb === undefined) {
    if (line.unread.length > 0) {
      const message = `${record.value} may belong to ${line.unread.join(', ')}, which could not be read`;
      return { reason: 'ReadFailed', message, needsPerson: false };
    }
    const because = `${record.value} is the address of no CLB of the gateway`;
    return { do: 'disable', record, clb, reason: 'AddressNotServing', because };
  }
  if (!clb.serving) {
    return { do: 'disable', record, clb, reason: 'AddressNotServing', because: `${clb.id} does not serve any more` };
  }
  if (!line.serving.includes(clb)) {
    const because = `${clb.id} is in ${clb.region}, which is not a region of line ${line.line}`;
    return { do: 'disable', record, clb, reason: 'AddressNotServing', because };
  }
  if (clb.health.state !== 'sick') return undefined;
  return { do: 'disable', record, clb, reason: 'AddressUnhealthy', because: `${clb.id}: ${clb.health.why}` };
}

/**
 * One sick address of a line at a time, and none when most of its answers are sick: then it is a region that fails, or our
 * eyes.
 */
function oneSick(line: Line, leaving: readonly Removal[], additions: readonly Addition[]): Planned<Removal> {
  const sick = line.here.filter(({ clb, record }) => record.enabled && clb?.health.state === 'sick');
  const arriving = additions.filter((step) => step.do === 'add' || step.do === 'enable').length;
  const answers = line.here.filter(({ record }) => record.enabled).length + arriving;
  const candidates = leaving.filter(({ reason }) => reason === 'AddressUnhealthy');
  if (candidates.length === 0) return { steps: [], holds: [] };
  if (line.wanted.length > 0 && sick.length * 2 > answers) {
    const message = `${sick.length} of ${answers} answers are sick at once, and none of them is withdrawn`;
    return { steps: [], holds: [{ reason: 'TooManySick', message, needsPerson: true }] };
  }
  return { steps: candidates.slice(0, 1), holds: [] };
}

/** A line whose answers are all sick, or that has none: what is there stays. */
function hopeless(line: Line): readonly Hold[] {
  if (line.serving.some(({ health }) => health.state === 'unknown')) return [];
  return [nothingHealthy(line)];
}

function nothingHealthy({ serving, unread }: Line): Hold {
  const sick = serving.flatMap((clb) => (clb.health.state === 'well' ? [] : [`${clb.id}: ${whyOf(clb)}`]));
  const missing = unread.map((region) => `${region} could not be read`);
  const because = [...sick, ...missing].join('; ') || 'no CLB serves';
  return {
    reason: 'NothingHealthy',
    message: `no healthy address is left, nothing is withdrawn: ${because}`,
    needsPerson: true,
  };
}

function whyOf({ health }: FrontClb): string {
  return health.state === 'well' ? 'healthy' : health.why;
}
