/** Which answers of a line are to be taken away, and which are not although they should. Pure. */
import { steerWords } from './failover';
import type { Addition, FrontClb, Hold, Removal } from './publication-model';
import type { Line, Owner, Planned } from './publication-view';
import { readMark } from './record-mark';
import { leavingRegions, type MovedRegions, moveRegions } from './region-moves';
import type { RecordSeen } from './zone';

export function removalsOf(line: Line, additions: readonly Addition[]): MovedRegions {
  const { here } = line;
  const judged = here.flatMap((each) => (each.record.enabled ? [{ ...each, verdict: judge(line, each) }] : []));
  const leaving = judged.flatMap(({ owner, verdict }) =>
    owner === 'us' && verdict !== undefined && 'do' in verdict ? [verdict] : [],
  );
  const holds = judged.flatMap(({ owner, record, verdict }): readonly Hold[] => {
    if (verdict === undefined) return [];
    if (!('do' in verdict)) return owner === 'us' ? [verdict] : [];
    return verdict.clb === undefined ? [] : notOurs(owner, record, verdict.because);
  });
  const whole = leavingRegions(line, leaving);
  const regions = moveRegions(line, whole);
  const single = leaving.filter((removal) => !whole.some(({ removals }) => removals.includes(removal)));
  const moving = whole.map(({ region }) => region);
  const sick = oneSick(
    { ...line, here: here.filter(({ clb }) => !moving.includes(clb?.region ?? '')) },
    single,
    additions,
  );
  const unlisted = unlistedOf(line, single);
  const others = single.filter(
    (removal) => removal.reason === 'AddressNotServing' && !unlisted.removals.includes(removal),
  );
  const steps = [...others, ...sick.steps, ...regions.steps];
  const late = lateTtls(line, steps);
  const staying = here.filter(
    ({ clb, record }) =>
      record.enabled &&
      clb?.serving === true &&
      clb.health.state === 'well' &&
      !steps.some((step) => step.record === record && step.do !== 'lighten'),
  );
  const arriving = additions.some((step) => step.do === 'add' || step.do === 'enable');
  if (steps.length > 0 && staying.length === 0 && !arriving) {
    return { ...regions, steps: late, holds: [...holds, ...unlisted.holds, ...sick.holds, nothingHealthy(line)] };
  }
  const nothing = line.wanted.length === 0 && leaving.length === 0 && holds.length === 0 ? hopeless(line) : [];
  return {
    ...regions,
    steps: [...steps, ...late],
    holds: [...holds, ...unlisted.holds, ...sick.holds, ...regions.holds, ...nothing],
  };
}

/** An answer that should go and that we may not take away. */
function notOurs(owner: Owner, { value }: RecordSeen, because: string): readonly Hold[] {
  switch (owner) {
    case 'us':
      return [];
    case 'locked':
      return [{ reason: 'RecordLocked', message: `${value} should go (${because}) and is locked`, needsPerson: true }];
    case 'operator':
    case 'somebody': {
      const message = `${value} should go (${because}) and does not carry our mark`;
      return [{ reason: 'AdoptionNeeded', message, needsPerson: true }];
    }
  }
}

/** TTLs that differ on answers that stay. */
function lateTtls({ here, snapshot }: Line, steps: readonly Removal[]): readonly Removal[] {
  const { isTtlKnown, ttl } = snapshot;
  if (!isTtlKnown) return [];
  return here.flatMap(({ clb, owner, record }): readonly Removal[] => {
    const stays = record.enabled && !steps.some((step) => step.record === record);
    if (owner !== 'us' || !stays || record.ttl === ttl) return [];
    const because = `its TTL is ${record.ttl} s`;
    return [{ do: 'retime', ttl, record, clb, reason: 'RecordDiffers', because }];
  });
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
  if (clb.health.state === 'sick') {
    return { do: 'disable', record, clb, reason: 'AddressUnhealthy', because: `${clb.id}: ${clb.health.why}` };
  }
  return clb.health.state === 'well' && !line.wanted.includes(clb) ? resting(line, record, clb) : undefined;
}

/** A healthy address that should not answer: people, or regions before it, have the say. */
function resting({ choice, wanted }: Line, record: RecordSeen, clb: FrontClb): Removal {
  const standing = choice.standing.get(clb.region);
  if (standing === undefined || standing.is === 'in') {
    const first = wanted[0]?.region ?? 'none';
    return { do: 'disable', record, clb, reason: 'RegionStandby', because: `${first} is well, and comes before it` };
  }
  return { do: 'disable', record, clb, reason: 'RegionDrained', because: steerWords(standing.steer) };
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

/**
 * Answers of extra CLBs that no list shows: one may be gone, but where they are most of a region's answers it is rather the list that
 * shows a part only (GitHub rebuilt a zone from such a source on 2014-01-08).
 */
function unlistedOf(
  { here }: Line,
  leaving: readonly Removal[],
): { readonly removals: readonly Removal[]; readonly holds: readonly Hold[] } {
  const unlisted = leaving.filter(({ clb, record }) => clb === undefined && readMark(record.remark).isExtra);
  const regionOf = ({ remark }: RecordSeen): string | undefined => readMark(remark).region;
  const regions = [...new Set(unlisted.map(({ record }) => regionOf(record)))];
  const doubted = regions.flatMap((region) => {
    const removals = unlisted.filter(({ record }) => regionOf(record) === region);
    const answers = here.filter(
      ({ clb, record }) => record.enabled && (clb === undefined ? regionOf(record) : clb.region) === region,
    ).length;
    return removals.length > 1 && removals.length * 2 > answers ? [{ region, removals, answers }] : [];
  });
  const holds = doubted.map(({ answers, region, removals }): Hold => {
    const message = `${removals.length} of ${answers} answers of ${region} are of extra CLBs that are not listed any more, and none of them is withdrawn`;
    return { reason: 'ReadFailed', message, needsPerson: true };
  });
  return { removals: doubted.flatMap(({ removals }) => removals), holds };
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
