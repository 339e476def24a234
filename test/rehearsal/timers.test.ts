import type { Cloud } from '../../rehearsal/cloud';
import { answerOf, type Played, playMinute, type Timer } from '../../rehearsal/timers';
import { MINUTE, SECOND } from '../../shared/core/time';
import { START } from './cloud/faces';
import { HERE, THERE, twoRegions } from './cloud/two-regions';

const TIMERS: readonly Timer[] = [
  { region: HERE, function: 'look', second: 40 },
  { region: THERE, function: 'look', second: 10 },
];

/** A cloud whose functions note where and when they ran, in seconds from the start. */
function deployed(): { readonly cloud: Cloud; readonly ran: string[] } {
  const cloud = twoRegions();
  const ran: string[] = [];
  for (const region of [HERE, THERE]) {
    const handler = () => {
      ran.push(`${region} ${(cloud.clock.now() - START) / SECOND}`);
      return { region };
    };
    cloud.functions.deploy({ region, name: 'look', timeout: 1, memory: 128, handler });
  }
  return { cloud, ran };
}

async function play(cloud: Cloud, minutes: number, timers = TIMERS): Promise<readonly (readonly [Timer, Played])[]> {
  const played: (readonly [Timer, Played])[] = [];
  const from = cloud.clock.now();
  for (let minute = from; minute < from + minutes * MINUTE; minute += MINUTE) {
    await playMinute(cloud, timers, minute, (timer, outcome) => played.push([timer, outcome]));
  }
  return played;
}

describe('timers', () => {
  it('invoke functions at their second of each minute, as the vendor does', async () => {
    const { cloud, ran } = deployed();
    const played = await play(cloud, 2);
    expect(ran).toEqual([`${THERE} 10`, `${HERE} 40`, `${THERE} 70`, `${HERE} 100`]);
    expect(cloud.clock.now()).toBe(START + 2 * MINUTE);
    expect(played.map(([timer, outcome]) => answerOf(timer, outcome))).toEqual([
      { region: THERE },
      { region: HERE },
      { region: THERE },
      { region: HERE },
    ]);
  });

  it('run nothing of a region that is dead', async () => {
    const { cloud, ran } = deployed();
    cloud.regions.die(HERE);
    const played = await play(cloud, 1);
    cloud.regions.revive(HERE);
    await play(cloud, 1);
    expect(ran).toEqual([`${THERE} 10`, `${THERE} 70`, `${HERE} 100`]);
    expect(played.map(([, outcome]) => outcome === 'dead')).toEqual([false, true]);
    expect(() => answerOf(TIMERS[0] as Timer, 'dead')).toThrow('look in cn-hangzhou does not run');
  });

  it('are late behind a function that waits', async () => {
    const { cloud, ran } = deployed();
    const handler = () => cloud.step(50 * SECOND);
    cloud.functions.deploy({ region: HERE, name: 'wait', timeout: 1, memory: 128, handler });
    await play(cloud, 2, [...TIMERS, { region: HERE, function: 'wait', second: 5 }]);
    expect(ran).toEqual([`${THERE} 55`, `${HERE} 55`, `${THERE} 115`, `${HERE} 115`]);
    expect(cloud.clock.now()).toBe(START + 2 * MINUTE);
  });

  it('let functions have what others told them', async () => {
    const { cloud, ran } = deployed();
    const handler = () => cloud.functions.invoke(HERE, 'look', '', { async: true });
    cloud.functions.deploy({ region: THERE, name: 'tell', timeout: 1, memory: 128, handler });
    await play(cloud, 1, [{ region: THERE, function: 'tell', second: 20 }]);
    expect(ran).toEqual([`${HERE} 20`]);
  });

  it('say what a function failed by', async () => {
    const { cloud } = deployed();
    const handler = () => {
      throw new Error('broken');
    };
    cloud.functions.deploy({ region: HERE, name: 'look', timeout: 1, memory: 128, handler });
    const [, second] = await play(cloud, 1);
    if (second === undefined) throw new Error('nothing was played');
    expect(() => answerOf(...second)).toThrow('look failed: UnhandledInvocationError');
  });
});
