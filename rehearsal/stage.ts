import type { ClusterApi, Kube, OpenApi } from '../shared/cloud/seams';
import { calledAs, USUAL_NAMES } from '../shared/config/functions-schema';
import type { Configuration } from '../shared/config/load';
import { FUNCTIONS, type FunctionName } from '../shared/core/function-name';
import { type Instant, isoTime, MINUTE, type Millis, SECOND } from '../shared/core/time';
import { CloudError } from '../shared/errors';
import { attachClbHandler } from '../shared/serve/attach-clb';
import { auditGatewayHandler } from '../shared/serve/audit-gateway';
import { failoverDnsHandler } from '../shared/serve/failover-dns';
import type { Networked } from '../shared/serve/network';
import { probeRegionHandler } from '../shared/serve/probe-region';
import { receiveAlarmHandler } from '../shared/serve/receive-alarm';
import { scaleGatewayHandler } from '../shared/serve/scale-gateway';
import type { Surroundings } from '../shared/serve/surroundings';
import type { Cloud, FunctionSettings } from './cloud';
import { createIdleClock, type IdleClock } from './cloud/idle-clock';

import { settingsIn } from './deployment';
import { type RehearsedSurroundings, rehearsedSurroundings } from './surroundings';

import type { Timer } from './timers';

/** The functions of all regions in virtual time, side by side as in the cloud: one waits while another goes on. */
export interface Stage {
  readonly cloud: Cloud;
  readonly clock: IdleClock;
  /** Lets time pass with the timers; `meanwhile` runs beside them. What is at work at the end goes on in the next run. */
  run(duration: Millis, meanwhile?: () => Promise<void>): Promise<void>;
  /** Deploys the functions anew, with another configuration of the same regions; what is at work goes on as it began. */
  deploy(configuration: Configuration): void;
  /** Lets what is at work come to its end. */
  end(): Promise<void>;
  /** An event of a person's, beside whatever runs. Only inside `run`. */
  invoke(region: string, name: FunctionName, event: object): Promise<unknown>;
  /** What functions answered, the newest last. */
  readonly answers: readonly StageAnswer[];
  /** Their log lines. */
  readonly log: readonly StageLine[];
}

export interface StageAnswer {
  readonly at: Instant;
  readonly region: string;
  readonly function: string;
  readonly answer: unknown;
}

export interface StageLine {
  readonly at: Instant;
  /** Of the function, unless the line is about another one. */
  readonly region: string;
  /** Region of the function. */
  readonly by: string;
  readonly [field: string]: unknown;
}

export interface StageSetup {
  readonly cloud: Cloud;
  readonly configuration: Configuration;
  readonly written?: RehearsedSurroundings['written'];
  readonly timers: readonly StageTimer[];
  /** Of the functions; empty unless told. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What every call of a function passes on its way; nothing unless told. */
  readonly through?: (name: FunctionName, openApi: OpenApi) => OpenApi;
  /** The same for calls to clusters and meshes. */
  readonly throughKube?: (name: FunctionName, kube: Kube, api: ClusterApi) => Kube;
}

/** With their time-outs in seconds, as in s.yaml. */
export const STAGE_FUNCTIONS = {
  'scale-gateway': { handler: scaleGatewayHandler, timeout: 60 },
  'attach-clb': { handler: attachClbHandler, timeout: 60 },
  'failover-dns': { handler: failoverDnsHandler, timeout: 90 },
  'probe-region': { handler: probeRegionHandler, timeout: 60 },
  'receive-alarm': { handler: receiveAlarmHandler, timeout: 5 },
  'audit-gateway': { handler: auditGatewayHandler, timeout: 60 },
} as const;
/** A timer of s.yaml of one of them. */
export interface StageTimer extends Timer {
  readonly function: FunctionName;
}

/** @param surroundings of the region's functions */
export function deploy(
  cloud: Cloud,
  region: string,
  name: FunctionName,
  surroundings: Surroundings<Networked>,
  called = calledAs(USUAL_NAMES, name),
  settings?: FunctionSettings,
): void {
  const { handler, timeout } = STAGE_FUNCTIONS[name];
  const about = settings === undefined ? {} : { settings };
  const setup = { region, name: called, timeout, memory: 512, asyncTask: true, ...about };
  cloud.functions.deploy({ ...setup, handler: handler(surroundings) });
}

export function timerEvent(at: Instant): object {
  return { triggerTime: isoTime(at), triggerName: 'every-minute', payload: '' };
}

/** When a timer goes off for the first time, from now on. */
export function firstOf({ second }: Timer, now: Instant): Instant {
  return Math.ceil((now - second * SECOND) / MINUTE) * MINUTE + second * SECOND;
}

export function createStage(setup: StageSetup): Stage {
  const { cloud, configuration, environment = {}, timers } = setup;
  const { through = (_, openApi) => openApi, throughKube = (_, kube) => kube } = setup;
  const clock = createIdleClock(cloud.clock.now, cloud.step);
  const answers: StageAnswer[] = [];
  const log: StageLine[] = [];
  const running = new Set<Promise<void>>();
  const regions = [...new Set([...Object.keys(configuration.regions), ...(configuration.probes?.points ?? [])])];
  function deployAll(deployed: Configuration): void {
    for (const region of regions) {
      for (const name of FUNCTIONS) {
        const surroundings = rehearsedSurroundings({
          cloud,
          configuration: deployed,
          ...(setup.written === undefined ? {} : { written: setup.written }),
          url: undefined,
          clock,
          environment,
          region,
          through: (openApi) => through(name, openApi),
          throughKube: (kube, api) => throughKube(name, kube, api),
          writeLine: (line) => log.push({ region, ...JSON.parse(line), at: cloud.clock.now(), by: region }),
        });
        const settings = settingsIn(cloud, deployed, region, name);
        deploy(cloud, region, name, surroundings, calledAs(deployed.functions, name), settings);
      }
    }
  }
  deployAll(configuration);
  for (const region of regions) {
    if (configuration.alarms.route === 'topic')
      cloud.topics.subscribe(region, configuration.alarms.topic, calledAs(configuration.functions, 'receive-alarm'));
  }

  async function invoke(region: string, name: FunctionName, event: object): Promise<unknown> {
    const at = cloud.clock.now();
    const { body, code, errorType } = await cloud.functions.invoke(
      region,
      calledAs(configuration.functions, name),
      JSON.stringify(event),
    );
    const answer = errorType === undefined && code === undefined ? JSON.parse(body) : { failed: code ?? body };
    answers.push({ at, region, function: name, answer });
    return answer;
  }

  /** In a dead region no timer goes off. */
  async function invokedByTimer(region: string, name: FunctionName, event: object): Promise<void> {
    try {
      await invoke(region, name, event);
    } catch (error) {
      if (!(error instanceof CloudError) || error.kind !== 'timeout') throw error;
    }
  }

  async function timed(timer: StageTimer, end: Instant): Promise<void> {
    const { function: name, region } = timer;
    for (let at = firstOf(timer, cloud.clock.now()); at < end; at += MINUTE) {
      await clock.sleep(at - cloud.clock.now());
      const work: Promise<void> = invokedByTimer(region, name, timerEvent(at)).finally(() => running.delete(work));
      running.add(work);
    }
  }

  /** What functions hand over to each other arrives within a second. */
  async function deliver(end: Instant): Promise<void> {
    while (cloud.clock.now() < end) {
      await clock.sleep(SECOND);
      await cloud.functions.drain();
    }
  }

  return {
    cloud,
    clock,
    answers,
    log,
    invoke,
    deploy: deployAll,
    end: () => clock.run(async () => void (await Promise.all(running))),
    run: (duration, meanwhile = async () => undefined) =>
      clock.run(async () => {
        const end = cloud.clock.now() + duration;
        await Promise.all([
          ...timers.map((timer) => timed(timer, end)),
          deliver(end),
          meanwhile(),
          clock.sleep(duration),
        ]);
      }),
  };
}
