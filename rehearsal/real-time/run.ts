import { type Instant, MINUTE, type Millis, SECOND } from '../../shared/core/time';
import { type GatewayRegion, type LossLine, type LossStage, openLossStage } from './stage';

export interface LossPlan {
  readonly seed: number;
  readonly region: GatewayRegion;
  /** When in its minute the region dies. */
  readonly phase: Millis;
}

/** From the death of the region; `undefined` for what did not happen. */
export interface Loss extends LossPlan {
  /** Enough vantage points have said so. */
  readonly detected: Millis | undefined;
  /** failover-dns knows, and acts. */
  readonly decided: Millis | undefined;
  readonly lease: Millis | undefined;
  readonly written: Millis | undefined;
  /** The authoritative server answers without the dead address, and with the other. */
  readonly visible: Millis | undefined;
  /** Of the functions of the regions that live, from the death on. */
  readonly log: readonly LossLine[];
}

/** Things settle for at least so long: every timer has gone off, and every function knows loads and zone. */
const SETTLING: Millis = 65 * SECOND;
const POLLED: Millis = SECOND / 10;
/** A run that takes longer has failed. */
const LONGEST: Millis = 60 * SECOND;

/** Lets a region die in real time, and asks the authoritative server until it answers without it. Takes two minutes. */
export async function loseRegion(plan: LossPlan, now: Instant): Promise<Loss> {
  const { phase, region, seed } = plan;
  // Clocks are set so that the minute fits, instead of waiting for it.
  const ahead = phase - ((now + SETTLING) % MINUTE);
  const stage = await openLossStage(ahead, seed);
  try {
    const { clock, log } = stage;
    await clock.sleep(Math.max(0, now + ahead + SETTLING - clock.now()));
    stage.kill(region);
    const from = clock.now();
    const visible = await polled(stage, region, from);
    const since = log.filter((line) => line.at >= from && line.region !== region);
    return { ...plan, ...stepsOf(since, stage.address(region), from), visible, log: since };
  } finally {
    await stage.close();
  }
}

async function polled({ address, answered, clock }: LossStage, dead: GatewayRegion, from: Instant) {
  while (clock.now() < from + LONGEST) {
    const answers = await answered();
    if (answers.length > 0 && !answers.includes(address(dead))) return clock.now() - from;
    await clock.sleep(POLLED);
  }
  return undefined;
}

function stepsOf(log: readonly LossLine[], address: string, from: Instant) {
  const first = (is: (line: LossLine) => boolean): Millis | undefined => {
    const line = log.find(is);
    return line === undefined ? undefined : line.at - from;
  };
  const points = new Set<string>();
  return {
    detected: first(({ address: of, event, region, to }) => {
      if (event === 'verdict-changed' && of === address && to === 'down') points.add(region);
      return points.size === 2;
    }),
    decided: first(({ address: of, event, state }) => event === 'judged' && of === address && state === 'down'),
    lease: first(({ event }) => event === 'lease'),
    written: first(({ event, step }) => event === 'write' && String(step).startsWith(`disable ${address}`)),
  };
}
