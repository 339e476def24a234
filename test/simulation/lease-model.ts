/**
 * A model of several writers of one DNS name, small enough to be searched whole: regions with one record each, controllers
 * that look, plan and write, and an API that applies each call at once, late or never.
 *
 * Every call is one atomic step, and any controller may pause between two steps for as long as the search likes. Faults cost one
 * each: a look that is told wrong votes, an answer that is lost while its write lands at any later time, a crash, a lease that
 * ends under its live holder, a stale read. Free are the order of steps, true changes of health (counted apart) and the end
 * of a dead holder's lease.
 *
 * The protocol: look; additions at once; for removals take the lease (whoever's Add is not refused), read the set in one answer that shows
 * the own lease, check that another healthy answer stays, remove, signed to be refused after the lease's end; give the lease back only
 * when every removal was answered.
 */
export interface Protocol {
  /** Removals need the lease. */
  readonly lease: boolean;
  /** The vendor refuses a removal that is signed for a lease that is over. */
  readonly fence: boolean;
  /** The set is read under the lease before a removal; without it, the one of the look counts. */
  readonly readUnderLease: boolean;
  /** That read shows the own lease record, so that it cannot be older than the lease. */
  readonly barrier: boolean;
  /** Additions need no lease. */
  readonly freeAdditions: boolean;
  /** The lease is kept until it ends when a removal was not answered. */
  readonly keptInDoubt: boolean;
}

export const PROTOCOL: Protocol = {
  lease: true,
  fence: true,
  readUnderLease: true,
  barrier: true,
  freeAdditions: true,
  keptInDoubt: true,
};

export type Fault = 'wrong' | 'late' | 'crash' | 'pause' | 'stale';

export interface Scope {
  readonly regions: number;
  readonly controllers: number;
  readonly faults: number;
  readonly flips: number;
  readonly kinds?: readonly Fault[];
}

export interface Found {
  readonly states: number;
  /** The steps to the first state without an answer; `undefined` when there is none. */
  readonly path: readonly string[] | undefined;
}

/** Sets of regions are bit masks. */
type Mask = number;

interface Write {
  readonly region: number;
  readonly removes: boolean;
  /** Whether its signature is still good: false once its lease is over. */
  readonly alive: boolean;
}

type Step = 'idle' | 'read' | 'acquire' | 'under' | 'write';

interface Controller {
  readonly step: Step;
  /** Regions that it takes for healthy. */
  readonly votes: Mask;
  /** Regions still to enable, and still to disable. */
  readonly enable: Mask;
  readonly disable: Mask;
  /** Its lease: none yet, held, or over. */
  readonly lease: 'none' | 'held' | 'over';
}

/** What clients get, and what they should. */
export interface Name {
  readonly healthy: Mask;
  readonly enabled: Mask;
}

interface State extends Name {
  /** What it was before the last change, which a stale read shows; the same as `enabled` after a barrier. */
  readonly before: Mask;
  /** Whose lease stands, dead or alive; `NOBODY` when there is none. */
  readonly holder: number;
  readonly late: readonly Write[];
  readonly controllers: readonly Controller[];
  readonly faults: number;
  readonly flips: number;
}

interface Move {
  readonly what: string;
  readonly to: State;
}

const IDLE: Controller = { step: 'idle', votes: 0, enable: 0, disable: 0, lease: 'none' };
const NOBODY = -1;

/** Searches everything that can happen, breadth first: what is found is among the shortest. By default, a name without an answer. */
export function search(protocol: Protocol, scope: Scope, sought: (name: Name) => boolean = isEmpty): Found {
  const cameFrom = new Map<string, { readonly key: string; readonly what: string }>();
  let end: string | undefined;
  const states = explore(protocol, scope, (from, move) => {
    const key = keyOf(move.to);
    cameFrom.set(key, { key: keyOf(from), what: move.what });
    if (sought(move.to)) end = key;
    return end === undefined;
  });
  return { states, path: end === undefined ? undefined : pathTo(end, cameFrom) };
}

/**
 * In every state that can be reached everybody dies, and one look with true votes and no further fault follows, while the lease of the
 * dead is still there. Counts the states after which the name has no healthy answer although there is a healthy region.
 */
export function unrescued(protocol: Protocol, scope: Scope): number {
  let count = 0;
  explore(protocol, scope, (_, { to }) => {
    if (to.healthy !== 0 && (afterOneLook(to, protocol) & to.healthy) === 0) count += 1;
    return true;
  });
  return count;
}

/** Calls `reached` for each state once, with the move that led there first, until it says no; returns how many there were. */
function explore(protocol: Protocol, scope: Scope, reached: (from: State, move: Move) => boolean): number {
  const start = startOf(scope);
  const seen = new Set([keyOf(start)]);
  let frontier = [start];
  while (frontier.length > 0) {
    const further: State[] = [];
    for (const state of frontier) {
      for (const move of moves(state, protocol, scope)) {
        const key = keyOf(move.to);
        if (seen.has(key)) continue;
        seen.add(key);
        if (!reached(state, move)) return seen.size;
        further.push(move.to);
      }
    }
    frontier = further;
  }
  return seen.size;
}

function startOf({ controllers, regions }: Scope): State {
  const all = (1 << regions) - 1;
  return {
    healthy: all,
    enabled: all,
    before: all,
    holder: NOBODY,
    late: [],
    controllers: Array.from({ length: controllers }, () => IDLE),
    faults: 0,
    flips: 0,
  };
}

function isEmpty({ enabled }: Name): boolean {
  return enabled === 0;
}

function afterOneLook({ enabled, healthy, holder }: State, { freeAdditions, lease }: Protocol): Mask {
  const mayAdd = freeAdditions || !lease || holder === NOBODY;
  return mayAdd ? enabled | healthy : enabled;
}

function keyOf({ before, controllers, enabled, faults, flips, healthy, holder, late }: State): string {
  const who = controllers.map(
    ({ disable, enable, lease, step, votes }) => `${step}${votes},${enable},${disable}${lease}`,
  );
  const under = late.map(({ alive, region, removes }) => `${region}${removes ? '-' : '+'}${alive ? '' : '!'}`).sort();
  return `${healthy} ${enabled} ${before} ${holder} ${faults} ${flips} ${under.join()} ${who.join('|')}`;
}

function pathTo(
  end: string,
  cameFrom: ReadonlyMap<string, { readonly key: string; readonly what: string }>,
): readonly string[] {
  const path: string[] = [];
  for (let at = cameFrom.get(end); at !== undefined; at = cameFrom.get(at.key)) path.unshift(at.what);
  return path;
}

function moves(state: State, protocol: Protocol, scope: Scope): readonly Move[] {
  return [
    ...flips(state, scope),
    ...leaseEnds(state, protocol, scope),
    ...landings(state),
    ...state.controllers.flatMap((controller, who) => [
      ...crash(state, who, scope),
      ...steps(state, controller, who, protocol, scope),
    ]),
  ];
}

function may(state: State, fault: Fault, { faults, kinds }: Scope): boolean {
  return state.faults < faults && (kinds === undefined || kinds.includes(fault));
}

function flips(state: State, { flips: most, regions }: Scope): readonly Move[] {
  if (state.flips >= most) return [];
  return range(regions).map((region) => ({
    what: `region ${region} ${has(state.healthy, region) ? 'falls sick' : 'recovers'}`,
    to: { ...state, healthy: state.healthy ^ (1 << region), flips: state.flips + 1 },
  }));
}

/** A lease ends by itself: under a dead holder for free, under a live one as a fault (it was paused). */
function leaseEnds(state: State, { fence }: Protocol, scope: Scope): readonly Move[] {
  if (state.holder === NOBODY) return [];
  const holder = state.controllers[state.holder];
  const live = holder?.lease === 'held';
  if (live && !may(state, 'pause', scope)) return [];
  const controllers = live
    ? put(state.controllers, state.holder, { ...holder, lease: 'over' as const })
    : state.controllers;
  const late = fence ? state.late.filter(({ removes }) => !removes) : state.late;
  return [
    {
      what: `the lease of ${state.holder} ends${live ? ' while it is paused' : ''}`,
      to: { ...state, holder: NOBODY, controllers, late, faults: state.faults + (live ? 1 : 0) },
    },
  ];
}

function landings(state: State): readonly Move[] {
  return state.late.map((write, index) => ({
    what: `the late ${named(write)} lands`,
    to: applied({ ...state, late: state.late.filter((_, place) => place !== index) }, write),
  }));
}

function crash(state: State, who: number, scope: Scope): readonly Move[] {
  if (state.controllers[who]?.step === 'idle' || !may(state, 'crash', scope)) return [];
  const to = { ...state, controllers: put(state.controllers, who, IDLE), faults: state.faults + 1 };
  return [{ what: `${who} crashes`, to }];
}

function steps(state: State, me: Controller, who: number, protocol: Protocol, scope: Scope): readonly Move[] {
  const become = (controller: Controller, changes: Partial<State> = {}): State => ({
    ...state,
    ...changes,
    controllers: put(state.controllers, who, controller),
  });
  switch (me.step) {
    case 'idle':
      return range(1 << scope.regions)
        .filter((votes) => votes !== 0 && (votes === state.healthy || may(state, 'wrong', scope)))
        .map((votes) => ({
          what: `${who} takes ${set(votes)} for healthy`,
          to: become({ ...IDLE, step: 'read', votes }, { faults: state.faults + (votes === state.healthy ? 0 : 1) }),
        }));
    case 'read': {
      const plan = { ...me, enable: me.votes & ~state.enabled, disable: state.enabled & ~me.votes };
      return [{ what: `${who} reads ${set(state.enabled)}`, to: become(next(plan, protocol)) }];
    }
    case 'acquire':
      if (state.holder !== NOBODY) return [{ what: `${who} finds the lease held`, to: become(IDLE) }];
      return [
        {
          what: `${who} takes the lease`,
          to: become(
            { ...me, step: protocol.readUnderLease ? 'under' : 'write', lease: 'held' },
            { holder: who, before: protocol.barrier ? state.enabled : state.before },
          ),
        },
      ];
    case 'under':
      return underLease(state, me, who, scope, become);
    case 'write':
      return writes(state, me, who, protocol, scope, become);
  }
}

type Become = (controller: Controller, changes?: Partial<State>) => State;

/** The one read before the removals: what is to go must still be there, and something healthy must stay. */
function underLease(state: State, me: Controller, who: number, scope: Scope, become: Become): readonly Move[] {
  const judge = (seen: Mask, cost: number): readonly Move[] => {
    const planned = (seen & me.disable) === me.disable;
    const staying = seen & me.votes & ~me.disable;
    const holds = planned && staying !== 0;
    if (cost > 0 && !holds) return [];
    const to = holds
      ? become({ ...me, step: 'write' }, { faults: state.faults + cost })
      : released(become(IDLE), who, me, true);
    return [{ what: `${who} reads ${set(seen)}${cost > 0 ? ' (stale)' : ''}: ${holds ? 'goes on' : 'stops'}`, to }];
  };
  const stale = state.before !== state.enabled && may(state, 'stale', scope) ? judge(state.before, 1) : [];
  return [...judge(state.enabled, 0), ...stale];
}

function writes(
  state: State,
  me: Controller,
  who: number,
  protocol: Protocol,
  scope: Scope,
  become: Become,
): readonly Move[] {
  const removes = me.enable === 0;
  const region = lowest(removes ? me.disable : me.enable);
  const write: Write = { region, removes, alive: true };
  if (removes && protocol.fence && protocol.lease && me.lease !== 'held') {
    return [{ what: `${who} sends ${named(write)}: refused, its lease is over`, to: become(IDLE) }];
  }
  const left = {
    ...me,
    enable: me.enable & ~(1 << region),
    disable: removes ? me.disable & ~(1 << region) : me.disable,
  };
  const done = left.enable === 0 && left.disable === 0;
  const answered = applied(become(done ? IDLE : next(left, protocol)), write);
  const sent: Move = {
    what: `${who} sends ${named(write)}`,
    to: done ? released(answered, who, me, true) : answered,
  };
  if (!may(state, 'late', scope)) return [sent];
  const lost = released(
    become(IDLE, { late: [...state.late, write], faults: state.faults + 1 }),
    who,
    me,
    !removes || !protocol.keptInDoubt,
  );
  return [sent, { what: `${who} sends ${named(write)}: no answer`, to: lost }];
}

/** What a controller does next with what is left of its plan: additions first. */
function next(plan: Controller, { freeAdditions, lease, readUnderLease }: Protocol): Controller {
  if (plan.enable === 0 && plan.disable === 0) return IDLE;
  const adds = plan.enable !== 0;
  if (!lease) return { ...plan, step: adds || !readUnderLease ? 'write' : 'under' };
  if ((adds && freeAdditions) || plan.lease !== 'none') return { ...plan, step: 'write' };
  return { ...plan, step: 'acquire' };
}

/** Kept, it ends by itself: nobody holds it any more, and nobody else can take it until then. */
function released(state: State, who: number, { lease }: Controller, gives: boolean): State {
  return gives && lease === 'held' && state.holder === who ? { ...state, holder: NOBODY } : state;
}

function applied(state: State, { region, removes }: Write): State {
  const enabled = removes ? state.enabled & ~(1 << region) : state.enabled | (1 << region);
  return enabled === state.enabled ? state : { ...state, enabled, before: state.enabled };
}

function put(controllers: readonly Controller[], who: number, controller: Controller): readonly Controller[] {
  return controllers.map((old, place) => (place === who ? controller : old));
}

function named({ region, removes }: Write): string {
  return `${removes ? 'Disable' : 'Enable'} ${region}`;
}

function set(mask: Mask): string {
  return `{${range(8)
    .filter((region) => has(mask, region))
    .join(',')}}`;
}

function has(mask: Mask, region: number): boolean {
  return ((mask >> region) & 1) === 1;
}

function lowest(mask: Mask): number {
  return range(8).find((region) => has(mask, region)) ?? 0;
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
