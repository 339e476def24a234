import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type LossResult, rehearseLoss } from '../../rehearsal/region-loss';
import type { LossEvent } from '../../rehearsal/region-loss-events';
import { type LossScene, lossScene } from '../../rehearsal/region-loss-scene';
import { createLossScreen } from '../../rehearsal/region-loss-screen';
import type { LossMinute } from '../../rehearsal/region-loss-view';
import { loadConfiguration } from '../../shared/config/load';
import { SMALLEST } from '../shared/config/a-configuration';

const EXAMPLE = readFileSync(path.join(__dirname, '../../autopilot.example.yaml'), 'utf8');

interface Rehearsed {
  readonly scene: LossScene;
  readonly result: LossResult;
  readonly events: readonly LossEvent[];
  readonly minutes: readonly LossMinute[];
  readonly lines: readonly string[];
}

function sceneOf(text: string, seed: number): LossScene {
  return lossScene(loadConfiguration(text, 'autopilot.yaml'), 'cn-hangzhou', 'ingressgateway', seed);
}

async function rehearse(text: string, seed: number): Promise<Rehearsed> {
  const scene = sceneOf(text, seed);
  const events: LossEvent[] = [];
  const minutes: LossMinute[] = [];
  const lines: string[] = [];
  const screen = createLossScreen((line) => lines.push(stripVTControlCharacters(line)));
  screen.begin(scene);
  const result = await rehearseLoss(scene, seed, {
    event: (event) => {
      events.push(event);
      screen.event(event);
    },
    minute: (minute) => {
      minutes.push(minute);
      screen.minute(minute);
    },
    stopped: () => false,
  });
  screen.end(result);
  return { scene, result, events, minutes, lines };
}

describe('the loss of a region of the example', () => {
  let first: Rehearsed;
  beforeAll(async () => {
    first = await rehearse(EXAMPLE, 1);
  }, 180_000);

  it('is told step by step, in the order of time', () => {
    const { events } = first;
    const told = events.map(({ what }) => what);
    const steps = [
      /^cn-hangzhou dies/,
      /^the vantage point in cn-shanghai sees cn-hangzhou fail, 1 of 2 votes: no answer within 2000 ms$/,
      /^the vantage point in cn-beijing sees cn-hangzhou fail, 2 of 2 votes/,
      /^cn-shanghai is asked to have at least 33 replicas$/,
      /^the record of cn-hangzhou says: down; .*SurvivorsNotReady/,
      /^cn-shanghai: 20 → 33 replicas \(Protected\)$/,
      /^cn-shanghai: all 33 replicas are ready$/,
      /^DNS: cn-hangzhou is not answered any more on the line default$/,
      /^all 2 name servers of the zone answer without cn-hangzhou$/,
      /^half of its clients have followed$/,
      /^95 % of its clients have followed$/,
      /^cn-hangzhou is back/,
      /^the vantage point in cn-beijing sees cn-hangzhou answer again, 2 of 2 votes$/,
      /^the record of cn-hangzhou says: well again, watched for 10m \(Recovering\)$/,
      /^DNS: cn-hangzhou is answered on the line default$/,
      /^the record of cn-hangzhou says: back$/,
    ];
    const found = steps.map((step) => told.findIndex((what) => step.test(what)));
    expect(found.filter((place) => place < 0)).toEqual([]);
    const times = events.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const instants = found.map((place) => events[place]?.at ?? 0);
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
  });

  it('costs little beside what it would have cost', () => {
    const { lost, offered, replicaHours, sinceDeath, returned, without } = first.result;
    expect(lost).toBeGreaterThan(0.001 * offered);
    expect(lost).toBeLessThan(0.04 * offered);
    expect(without?.lost).toBeGreaterThan(0.14 * offered);
    expect(replicaHours).toBeGreaterThan(without?.replicaHours ?? Number.NaN);
    // Two probes that fail, every 5 s with a timeout of 2 s, then whoever watches acts at once.
    expect(sinceDeath.decided).toBeLessThan(15);
    // The others' replicas start in 45 s, and who waits looks every 8 s.
    expect(sinceDeath.written).toBeGreaterThan(45);
    expect(sinceDeath.written).toBeLessThan(45 + 15 + 8);
    expect(sinceDeath.visible).toBeCloseTo((sinceDeath.written ?? 0) + 4, 3);
    expect(sinceDeath.half).toBeLessThan((sinceDeath.visible ?? 0) + 60);
    // 8.74 % of the resolvers keep answers for 10 min.
    expect(sinceDeath.nearlyAll).toBeGreaterThan((sinceDeath.visible ?? 0) + 60);
    expect(sinceDeath.nearlyAll).toBeLessThan((sinceDeath.visible ?? 0) + 600);
    expect(returned).toBeGreaterThan(500);
    expect(returned).toBeLessThan(800);
  });

  it('raises those that stay, and loses nothing before and after', () => {
    const { minutes, result, scene } = first;
    expect(result.replicas).toMatchObject([
      { region: 'cn-hangzhou', before: 12 },
      { region: 'cn-shanghai', before: 20, most: 33 },
    ]);
    const lossless = minutes.filter(({ at }) => at <= scene.dies || at > scene.revives + 60_000);
    expect(lossless.length).toBeGreaterThan(10);
    expect(lossless.every(({ lost }) => lost < 1)).toBe(true);
    expect(minutes.every(({ regions }) => regions.some(({ answered }) => answered > 0))).toBe(true);
  });

  it('leaves the same answers, the mark of what happened, and protections with an end', () => {
    const { left, writes } = first.result;
    expect(left).toMatchObject({ sameAnswers: true, records: [], loadBalancers: 0 });
    expect(left.remarks.filter((remark) => /^gateway-autopilot cn-hangzhou back:\d{10}:1$/.test(remark))).toHaveLength(
      1,
    );
    expect(left.protections.map(({ region }) => region)).toEqual(['cn-hangzhou', 'cn-shanghai']);
    expect(left.protections.every(({ until }) => until.startsWith('2026-11-24T13:'))).toBe(true);
    expect(writes).toMatchObject({ SetDomainRecordStatus: 2, AddDomainRecord: 1, DeleteDomainRecord: 1 });
  });

  it('is printed in lines that fit a terminal', () => {
    const { lines } = first;
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(lines.join('\n')).toMatch(/^ {2}12:04:00 .*601,113$/m);
    expect(lines.join('\n')).toContain('first step 8 s, out of DNS 58 s');
  });

  it('is the same again with the same seed, and happens at another second with another one', async () => {
    const again = await rehearse(EXAMPLE, 1);
    expect([again.result, again.events, again.minutes]).toEqual([first.result, first.events, first.minutes]);
    expect(sceneOf(EXAMPLE, 2).dies).not.toBe(first.scene.dies);
  }, 180_000);
});

describe('what the configuration lacks', () => {
  it('is made up, and said so', async () => {
    const { lines, result } = await rehearse(SMALLEST, 3);
    const text = lines.join('\n');
    expect(text).toContain('The gateway is in cn-hangzhou alone; a second region, cn-shanghai, is made up.');
    expect(text).toContain('No vantage points are configured; cn-hangzhou, cn-shanghai, cn-beijing are made up.');
    expect(text).toContain('No name leads to the gateway; www.example.com is made up.');
    expect(result.left.sameAnswers).toBe(true);
    expect(result.lost).toBeLessThan(0.5 * (result.without?.lost ?? 0));
  }, 180_000);

  it.each<[string, string, string]>([
    [
      'a third vantage point',
      EXAMPLE.replace('publish: observe', 'publish: none').replace(', cn-beijing]', ']'),
      'Vantage points in cn-beijing are made up: two are needed outside each region.',
    ],
    [
      'a line to two regions',
      EXAMPLE.replace('default: [cn-hangzhou, cn-shanghai]', 'default: [cn-shanghai]'),
      'No line of www.example.com leads to two regions; default does here.',
    ],
    [
      'a line that the emulation knows',
      EXAMPLE.replaceAll('cn_region_huadong', 'aliyun_r_cn-shanghai'),
      'The emulated DNS does not know the line aliyun_r_cn-shanghai; its clients are those of default.',
    ],
    [
      'somewhere else to go on each line',
      EXAMPLE.replace('cn_region_huadong: [cn-shanghai]', 'cn_region_huadong: [cn-hangzhou]'),
      'The line cn_region_huadong leads to cn-hangzhou alone: its clients have nowhere else to go.',
    ],
    [
      'a short recovery',
      EXAMPLE.replace('recovery: 10m', 'recovery: 2h'),
      'failover.recovery is 10m here, and not 2h.',
    ],
  ])('%s', (_, text, note) => {
    expect(sceneOf(text, 1).notes).toContain(note);
  });

  it('is not taken for a mistake in one that has all', () => {
    expect(sceneOf(EXAMPLE, 1).notes).toEqual(['The line default has 3 times the clients of any other.']);
  });
});

it('stops when it is asked to, with what it has so far', async () => {
  const scene = sceneOf(EXAMPLE, 1);
  let minutes = 0;
  const result = await rehearseLoss(scene, 1, {
    event: () => undefined,
    minute: () => {
      minutes += 1;
    },
    stopped: () => minutes >= 5,
  });
  expect(result).toMatchObject({ watched: 300, without: undefined });
}, 180_000);
