import { type Instant, type Millis, SECOND } from '../shared/core/time';
import { createLogReader, type LossEvent } from './region-loss-events';
import type { LossScene } from './region-loss-scene';
import { SERVERS } from './region-loss-stage';
import { createFollowers, type ZoneView } from './region-loss-view';
import type { Stage } from './stage';

/** Seconds since the region died; `undefined` for what did not come. */
export interface LossTimes {
  /** The first that was done about it. */
  decided: number | undefined;
  /** The last write that takes its addresses out. */
  written: number | undefined;
  /** Every name server of the zone answers by it. */
  visible: number | undefined;
  /** Of its clients that have somewhere else to go. */
  half: number | undefined;
  nearlyAll: number | undefined;
}

/** Lets the region die and come back, and sees what happens. */
export interface Observer {
  /** Second by second, until an instant. */
  watch(until: Instant): Promise<void>;
  /** In the order of time, since the last asking. */
  news(): readonly LossEvent[];
  readonly times: Readonly<LossTimes>;
}

/** How finely the emulated cloud's traffic moves. */
const TICK: Millis = 5 * SECOND;
const SLOWEST: Millis = Math.max(...SERVERS.map(({ delay }) => delay));
/** What is left of its clients when half, or nearly all, have followed. */
const HALF = 0.5;
const FEW = 0.05;

export function createObserver(
  scene: LossScene,
  { clock, cloud, log }: Stage,
  zone: ZoneView,
  places: ReadonlyMap<string, string>,
): Observer {
  const { dies, dying, gateway, name, regions, revives } = scene;
  const read = createLogReader(scene, places);
  const staying = createFollowers(scene, () => cloud.nameStats(name.name));
  const unready = new Set<string>();
  const times: LossTimes = {
    decided: undefined,
    written: undefined,
    visible: undefined,
    half: undefined,
    nearlyAll: undefined,
  };
  let told = log.length;
  let events: LossEvent[] = [];

  function since(at: Instant): number {
    return (at - dies) / SECOND;
  }

  function tell(event: LossEvent): void {
    events.push(event);
    if (event.at < dies || event.at >= revives) return;
    if (event.kind === 'asked' || event.kind === 'noted' || event.kind === 'moved') times.decided ??= since(event.at);
    if (event.kind === 'moved') {
      times.written = since(event.at);
      times.visible = undefined;
    }
  }

  function turn(at: Instant): void {
    if (at === dies) {
      cloud.regions.die(dying);
      tell({ at, kind: 'died', what: `${dying} dies: nothing in it answers or runs any more` });
    }
    if (at === revives) {
      cloud.regions.revive(dying);
      tell({ at, kind: 'revived', what: `${dying} is back, as it was` });
    }
  }

  function look(at: Instant): void {
    for (const line of log.slice(told)) for (const event of read(line)) tell(event);
    told = log.length;
    for (const event of zone.news()) tell(event);
    for (const region of regions) {
      const { readyReplicas, specReplicas } = cloud.stats(region, gateway);
      if (readyReplicas < specReplicas) unready.add(region);
      else if (unready.delete(region)) {
        tell({ at, kind: 'ready', what: `${region}: all ${readyReplicas} replicas are ready` });
      }
    }
  }

  function follow(at: Instant): void {
    if (times.written !== undefined && times.visible === undefined && since(at) >= times.written + SLOWEST / SECOND) {
      times.visible = times.written + SLOWEST / SECOND;
      tell({ at, kind: 'followed', what: `all ${SERVERS.length} name servers of the zone answer without ${dying}` });
    }
    if (at % TICK !== 0) return;
    const left = staying();
    if (left <= HALF && times.half === undefined) {
      times.half = since(at);
      tell({ at, kind: 'followed', what: 'half of its clients have followed' });
    }
    if (left <= FEW && times.nearlyAll === undefined) {
      times.nearlyAll = since(at);
      tell({ at, kind: 'followed', what: '95 % of its clients have followed' });
    }
  }

  return {
    times,
    watch: async (until) => {
      for (let at = clock.now(); at < until; at = clock.now()) {
        turn(at);
        look(at);
        if (at > dies && at < revives) follow(at);
        await clock.sleep(SECOND);
      }
    },
    news: () => {
      const news = events.toSorted((a, b) => a.at - b.at);
      events = [];
      return news;
    },
  };
}
