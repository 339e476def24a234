import { createZones } from '../shared/cloud/zones';
import type { FunctionName } from '../shared/core/function-name';
import { isMarked } from '../shared/core/record-mark';
import { HOUR, MINUTE, type Millis, SECOND } from '../shared/core/time';
import type { LossEvent } from './region-loss-events';
import { createObserver, type LossTimes } from './region-loss-observer';
import type { LossScene } from './region-loss-scene';
import { lossStage } from './region-loss-stage';
import {
  answersText,
  createMinutes,
  followZone,
  type LossMinute,
  leftovers,
  type Protection,
  placesOf,
  protectionsOf,
  writesOf,
} from './region-loss-view';

export interface LossResult {
  readonly offered: number;
  readonly lost: number;
  /** Of all regions together. */
  readonly replicaHours: number;
  /** The same without failover-dns and vantage points; `undefined` when somebody stopped it before. */
  readonly without: { readonly lost: number; readonly replicaHours: number } | undefined;
  readonly sinceDeath: Readonly<LossTimes>;
  /** Seconds from its return until everything is answered as before. */
  readonly returned: number | undefined;
  readonly replicas: readonly RegionReplicas[];
  /** Writes to DNS that were accepted, by operation. */
  readonly writes: Readonly<Record<string, number>>;
  readonly left: LossLeft;
  /** Seconds of the emulated cloud's time that were watched. */
  readonly watched: number;
}

export interface RegionReplicas {
  readonly region: string;
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

/** What is there at the end. */
export interface LossLeft {
  readonly sameAnswers: boolean;
  /** Remarks of the records of ours. */
  readonly remarks: readonly string[];
  /** Records of ours that answer nobody. */
  readonly records: readonly string[];
  /** Extra CLBs. */
  readonly loadBalancers: number;
  readonly protections: readonly Protection[];
}

export interface LossWatcher {
  readonly event: (event: LossEvent) => void;
  readonly minute: (minute: LossMinute) => void;
  /** Says that somebody wants to stop. */
  readonly stopped: () => boolean;
}

const ALL: readonly FunctionName[] = ['scale-gateway', 'attach-clb', 'failover-dns'];
const WITHOUT: readonly FunctionName[] = ['scale-gateway', 'attach-clb'];
/** What is left is looked at so long after everything is answered as before. */
const REST: Millis = 4 * MINUTE;
/** Runs the loss with all functions and, on the same load, without those that move clients. */
export async function rehearseLoss(scene: LossScene, seed: number, watcher: LossWatcher): Promise<LossResult> {
  const played = await play(scene, seed, ALL, watcher);
  const to = scene.from + played.watched * SECOND;
  const silent = { event: () => undefined, minute: () => undefined, stopped: watcher.stopped };
  const { lost, replicaHours } = await play({ ...scene, to }, seed, WITHOUT, silent);
  return { ...played, without: watcher.stopped() ? undefined : { lost, replicaHours } };
}

async function play(
  scene: LossScene,
  seed: number,
  functions: readonly FunctionName[],
  watcher: LossWatcher,
): Promise<Omit<LossResult, 'without'>> {
  const { gateway, name, regions, revives } = scene;
  const stage = await lossStage(scene, seed, functions);
  const { clock, cloud } = stage;
  const places = placesOf(scene, stage);
  const { records } = await createZones(cloud.openApi()).records(name.zone);
  const zone = followZone(scene, stage, places, records);
  const answers = answersText(name, zone.answers());
  const before = cloud.nameStats(name.name);
  const replicaSeconds = (): number =>
    regions.reduce((sum, region) => sum + cloud.stats(region, gateway).replicaSeconds, 0);
  const secondsBefore = replicaSeconds();
  const replicas = (region: string): number => cloud.stats(region, gateway).specReplicas;
  const counts = regions.map((region) => ({ region, before: replicas(region), most: 0 }));
  const observer = createObserver(scene, stage, zone, places);
  const minuteOf = createMinutes(scene, stage, zone, places);
  const isAsBefore = (): boolean => zone.changedAt() > revives && answersText(name, zone.answers()) === answers;
  let at = scene.from;
  while (at < scene.to && !watcher.stopped() && !(isAsBefore() && at >= zone.changedAt() + REST)) {
    await stage.run(MINUTE, () => observer.watch(at + MINUTE));
    at += MINUTE;
    for (const event of observer.news()) watcher.event(event);
    const minute = minuteOf(at, MINUTE);
    for (const count of counts) count.most = Math.max(count.most, replicas(count.region));
    watcher.minute(minute);
  }
  const stats = cloud.nameStats(name.name);
  const result = {
    offered: stats.offered - before.offered,
    lost: stats.lost - before.lost,
    replicaHours: ((replicaSeconds() - secondsBefore) * SECOND) / HOUR,
    sinceDeath: observer.times,
    returned: isAsBefore() ? (zone.changedAt() - revives) / SECOND : undefined,
    replicas: counts.map((count) => ({ ...count, after: replicas(count.region) })),
    writes: writesOf(stage),
    left: {
      sameAnswers: answersText(name, zone.answers()) === answers,
      remarks: zone.answers().flatMap((record) => (isMarked(record) ? [record.remark] : [])),
      records: leftovers(scene, zone.records()),
      loadBalancers: cloud.loadBalancers.bill().filter(({ to }) => to === undefined).length,
      protections: protectionsOf(stage, scene),
    },
    watched: (clock.now() - scene.from) / SECOND,
  };
  await stage.end();
  return result;
}
