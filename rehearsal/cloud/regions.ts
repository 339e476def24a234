import type { Millis } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { ASSUMED, type Behaviour } from './behaviour';
import type { Chance } from './chance';

const part = 'Regions';

export const REGION_BEHAVIOURS: readonly Behaviour[] = [
  {
    part,
    what: 'A region that died takes no packet: load and probes to its addresses vanish, its functions do not run, its APIs never answer.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'While it is dead its controllers stand still and its pods stay as they were; its metrics have no data for any minute that it was dead in.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'Calls of slb, cms, cs, fc and the Kubernetes APIs of clusters and meshes are for one region, whatever endpoint takes them; alidns, servicemesh, ram and sts are for none.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'A call that its region does not answer is not carried out; one that is under way when the region dies gets no answer.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'A region without a control plane goes on serving as it stands, and its functions run; one without a data plane shows all well and loads of 0.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'Of a region that is half dead a share of the load is lost before any of its CLBs, and each probe is lost by chance.',
    basis: ASSUMED,
  },
  {
    part,
    what: 'A slow region serves everything, and takes so much longer for each answer, also for a handshake.',
    basis: ASSUMED,
  },
];

export const REGIONS_NOT_IMITATED: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'The end of a function that runs when its region dies',
    why: 'no time passes while it looks, and what it calls still finds the others; where functions wait by the clock, no API answers it any more',
  },
  {
    what: 'The end of API access for a vantage point that is isolated',
    why: 'calls do not say from where they come',
  },
  { what: 'Connections that outlive the region or the DNS answer that they were opened by', why: 'load has no memory' },
];

/** Whether clients get an answer where vantage points do not. */
export interface AnswerOptions {
  /** True unless told. */
  readonly clients?: boolean;
}

/** Ways in which regions fail. A region is known by its name; one that nothing is in may fail as well. */
export interface RegionControls {
  /** Nothing of the region answers or runs any more; what it holds stays as it is. */
  die(region: string): void;
  /** Undoes `die`; what else ails the region stays. */
  revive(region: string): void;
  /** Whether anything of it answers or runs. */
  isAlive(region: string): boolean;
  /** Its APIs do not answer, while traffic and functions go on. */
  loseControl(region: string, lost: boolean): void;
  /** Its addresses do not answer, while its APIs say that all is well. */
  loseData(region: string, lost: boolean): void;
  /** How much longer answers of its CLBs take; 0 ends it. Throws InvalidInput. */
  slow(region: string, extra: Millis): void;
  /** Share of its load and of the probes of its addresses that is lost, 0 to 1; 0 ends it. Throws InvalidInput. */
  halfDie(region: string, share: number): void;
  /** Its addresses answer only the vantage points in the named regions. */
  answerOnly(region: string, points: readonly string[] | 'all', options?: AnswerOptions): void;
  /** A vantage point, by its region, whose probes all fail, those of control targets included. Its function runs. */
  isolate(point: string, isolated: boolean): void;
}

/** What became of the regions, for the parts of the cloud that are in one. */
export interface Regions {
  readonly controls: RegionControls;
  /** Whether it is there at all: its functions run and its metrics are kept. */
  isAlive(region: string): boolean;
  /** Whether its APIs answer and its controllers work. */
  hasControl(region: string): boolean;
  /** Whether its addresses answer anybody. */
  hasData(region: string): boolean;
  /** How much longer its answers take. */
  delay(region: string): Millis;
  /** The part of the clients' load that arrives, 0 to 1. */
  arriving(region: string): number;
  /** Whether a vantage point reaches anything. */
  sees(point: string): boolean;
  /** Whether the region answers this vantage point, but for chance. */
  answers(region: string, point: string): boolean;
  /** Draws whether one more probe or connection gets through to a region that is half dead. */
  getsThrough(region: string): boolean;
}

interface Ailments {
  dead: boolean;
  withoutControl: boolean;
  withoutData: boolean;
  delay: Millis;
  lostShare: number;
  points: readonly string[] | 'all';
  clients: boolean;
}

const HEALTHY: Readonly<Ailments> = {
  dead: false,
  withoutControl: false,
  withoutData: false,
  delay: 0,
  lostShare: 0,
  points: 'all',
  clients: true,
};

/** @param draws a stream of chance for single probes and connections */
export function createRegions(draws: Chance): Regions {
  const ailing = new Map<string, Readonly<Ailments>>();
  const isolated = new Set<string>();

  function stateOf(region: string): Readonly<Ailments> {
    return ailing.get(region) ?? HEALTHY;
  }

  function change(region: string, changed: Partial<Ailments>): void {
    ailing.set(region, { ...stateOf(region), ...changed });
  }

  function hasData(region: string): boolean {
    const { dead, withoutData } = stateOf(region);
    return !dead && !withoutData;
  }

  return {
    controls: {
      die: (region) => change(region, { dead: true }),
      revive: (region) => change(region, { dead: false }),
      isAlive: (region) => !stateOf(region).dead,
      loseControl: (region, withoutControl) => change(region, { withoutControl }),
      loseData: (region, withoutData) => change(region, { withoutData }),
      slow: (region, delay) => {
        if (!(Number.isFinite(delay) && delay >= 0)) {
          throw new InvalidInput(`${region} cannot be ${delay} ms slower; it must be 0 or more`);
        }
        change(region, { delay });
      },
      halfDie: (region, lostShare) => {
        if (!(lostShare >= 0 && lostShare <= 1)) {
          throw new InvalidInput(`${region} cannot lose a share of ${lostShare}; it must be from 0 to 1`);
        }
        change(region, { lostShare });
      },
      answerOnly: (region, points, { clients = true } = {}) => change(region, { points, clients }),
      isolate: (point, alone) => {
        if (alone) isolated.add(point);
        else isolated.delete(point);
      },
    },
    isAlive: (region) => !stateOf(region).dead,
    hasControl: (region) => {
      const { dead, withoutControl } = stateOf(region);
      return !dead && !withoutControl;
    },
    hasData,
    delay: (region) => stateOf(region).delay,
    arriving: (region) => (hasData(region) && stateOf(region).clients ? 1 - stateOf(region).lostShare : 0),
    sees: (point) => !isolated.has(point) && !stateOf(point).dead,
    answers: (region, point) => {
      const { points } = stateOf(region);
      return hasData(region) && (points === 'all' || points.includes(point));
    },
    getsThrough: (region) => {
      const { lostShare } = stateOf(region);
      return lostShare === 0 || draws.next() >= lostShare;
    },
  };
}
