import { isMarked } from '../../shared/core/record-mark';
import { MINUTE } from '../../shared/core/time';
import {
  aRecord,
  aZone,
  EXTRA,
  FAR,
  MARK,
  OTHER_REGION,
  OWN,
  onlyName,
  REGION,
  WWW,
  type ZoneStage,
  type ZoneStageOptions,
} from '../functions/a-zone';

/** What happens to a name, from a first state to what it must come to whatever happens on the way. */
interface Story {
  readonly what: string;
  readonly options: ZoneStageOptions;
  /** Before the look. */
  readonly happens: (stage: ZoneStage) => void | Promise<void>;
  readonly end: readonly string[];
}

const BOTH: ZoneStageOptions['records'] = (address) => [
  aRecord(address(OWN), { remark: MARK }),
  aRecord(address(EXTRA), { remark: MARK }),
];
const MOVED = {
  ...WWW,
  lines: [{ line: 'default', regions: [OTHER_REGION] }],
  own: { [REGION]: [OWN], [OTHER_REGION]: [FAR] },
};

const STORIES: readonly Story[] = [
  {
    what: 'an extra CLB serves',
    options: { names: [{ ...WWW, weights: 'even' }], busy: 2_000 },
    happens: (stage) => stage.tag(EXTRA, 'serving'),
    end: [OWN, EXTRA],
  },
  {
    what: 'an extra CLB drains',
    options: { records: BOTH, busy: 2_000 },
    happens: (stage) => stage.tag(EXTRA, 'draining'),
    end: [OWN],
  },
  {
    what: 'an extra CLB is sick',
    options: { names: [{ ...WWW, weights: 'even' }], records: BOTH },
    happens: async (stage) => {
      await stage.tag(EXTRA, 'serving');
      stage.cloud.loadBalancers.break(EXTRA, true);
    },
    end: [OWN],
  },
  {
    what: 'the only answer is sick and another CLB serves',
    options: {},
    happens: async (stage) => {
      await stage.tag(EXTRA, 'serving');
      stage.cloud.loadBalancers.break(OWN, true);
    },
    end: [EXTRA],
  },
  {
    what: 'the own CLB is not answered',
    options: { records: (address) => [aRecord(address(EXTRA), { remark: MARK })], busy: 2_000 },
    happens: (stage) => stage.tag(EXTRA, 'serving'),
    end: [OWN, EXTRA],
  },
  { what: 'the only answer is changed in place', options: { names: [MOVED] }, happens: () => undefined, end: [FAR] },
];

/** Notes when the name has no answer after a call. */
function watch(stage: ZoneStage) {
  const empty: string[] = [];
  return {
    empty,
    check: async (action: string) => {
      if ((await stage.answers()).length === 0) empty.push(action);
    },
  };
}

/** Addresses of www whose record does not say whose it is, and entries that say that it is being added. */
async function unmarked(stage: ZoneStage): Promise<readonly string[]> {
  const records = await stage.records();
  return records
    .filter(({ remark, rr }) => (rr === 'www' && !isMarked({ remark })) || rr === '_gateway-autopilot-adding')
    .map(({ value }) => value);
}

async function told(story: Story) {
  const stage = await aZone(story.options);
  await story.happens(stage);
  return { stage, watched: watch(stage) };
}

/** How many calls the look of a story makes when nothing goes wrong. */
async function callsOf(story: Story): Promise<number> {
  const { stage } = await told(story);
  stage.cloud.resetCalls();
  await stage.look();
  return stage.calls().length;
}

class Killed extends Error {}

describe.each(STORIES)('$what: a kill at any call', (story) => {
  it.each(['before', 'after'] as const)(
    '%s it is carried out is made good by ordinary looks',
    async (moment) => {
      const calls = await callsOf(story);
      expect(calls).toBeGreaterThan(5);
      for (let index = 1; index <= calls; index += 1) {
        const { stage, watched } = await told(story);
        const kill = (_: unknown, count: number): void => {
          if (count === index) throw new Killed(`at call ${index}`);
        };
        const api = stage.around({
          before: moment === 'before' ? kill : () => undefined,
          after: async ({ action }, count) => {
            await watched.check(action);
            if (moment === 'after') kill(undefined, count);
          },
        });
        await expect(stage.look({ ...stage.through(api), memory: new Map() })).rejects.toThrow(Killed);
        const later = stage.through(stage.around({ after: ({ action }) => watched.check(action) }));
        for (let look = 1; look <= 3; look += 1) {
          stage.cloud.step(MINUTE);
          await stage.look(later);
        }
        expect([index, await stage.enabled()]).toEqual([index, story.end.map(stage.address).sort()]);
        expect([index, watched.empty]).toEqual([index, []]);
        expect([index, await unmarked(stage)]).toEqual([index, []]);
        stage.cloud.resetCalls();
        expect([index, onlyName(await stage.look()).outcome, stage.writes()]).toEqual([index, 'steady', []]);
      }
    },
    60_000,
  );
});

/** A call that no look makes. */
const UNPAUSED = 1_000;

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The clock of an instance that is frozen stands still with it: nothing that is safe may rest on it. */
const FROZEN = { deadline: { left: () => 100_000 }, elapsed: () => 0 };

/**
 * A look is paused before its call `first`. Meanwhile the world changes and another look begins, which is paused before its
 * call `second` of the zone while the first goes on to its end.
 */
async function interleaved(
  story: Story,
  first: number,
  second: number,
  pause: number,
  meanwhile: (stage: ZoneStage) => void,
) {
  const { stage, watched } = await told(story);
  const paused = gate();
  const resumed = gate();
  let other: Promise<unknown> = Promise.resolve();
  const b = stage.around({
    before: async (_, count) => {
      if (count !== second) return;
      paused.open();
      await resumed.opened;
    },
    after: ({ action }) => watched.check(`b ${action}`),
  });
  const a = stage.around({
    before: async (_, count) => {
      if (count !== first) return;
      meanwhile(stage);
      other = stage.look({ ...stage.through(b), ...FROZEN, memory: new Map() });
      await Promise.race([paused.opened, other]);
      stage.cloud.step(pause);
    },
    after: ({ action }) => watched.check(`a ${action}`),
  });
  await stage.look({ ...stage.through(a), ...FROZEN, memory: new Map() });
  resumed.open();
  await other;
  await watched.check('the end');
  return { stage, empty: watched.empty };
}

/** Indices of the calls of the zone in a look, before which a pause can matter. */
async function zoneCallsOf(story: Story): Promise<readonly number[]> {
  const { stage } = await told(story);
  const indices: number[] = [];
  const api = stage.around({
    before: ({ product }, count) => {
      if (product === 'alidns') indices.push(count);
    },
  });
  await stage.look({ ...stage.through(api), memory: new Map() });
  return indices;
}

/** The sick one recovers, and the other falls sick: the second look wants the opposite of the first. */
function turn(stage: ZoneStage): void {
  stage.cloud.loadBalancers.break(EXTRA, false);
  stage.cloud.loadBalancers.break(OWN, true);
}

const DISAGREEMENT: Story = {
  what: 'two looks that disagree',
  options: { records: BOTH },
  happens: async (stage) => {
    await stage.tag(EXTRA, 'serving');
    stage.cloud.loadBalancers.break(EXTRA, true);
  },
  end: [],
};

/** Every pair of calls of the zone at which two looks are paused, and those pairs with which the name had no answer. */
async function everyPair(pause: number, story = DISAGREEMENT) {
  const indices = await zoneCallsOf(story);
  const emptied: string[] = [];
  for (const first of indices) {
    for (const second of [...indices, UNPAUSED]) {
      const { empty } = await interleaved(story, first, second, pause, turn);
      if (empty.length > 0) emptied.push(`${first} ${second}: ${empty.join(', ')}`);
      // One is enough to know.
      if (emptied.length > 0) return { calls: indices.length, emptied };
    }
  }
  return { calls: indices.length, emptied };
}

describe('two looks that disagree about which address is sick', () => {
  it.each([0, 2 * MINUTE])(
    'never leave a name without an answer, the first paused for %i ms',
    async (pause) => {
      const { calls, emptied } = await everyPair(pause);
      expect(calls).toBeGreaterThan(8);
      expect(emptied).toEqual([]);
    },
    120_000,
  );

  it('do where the vendor does not go by the dates of signatures, and the first is paused for longer than its lease', async () => {
    const happens = async (stage: ZoneStage): Promise<void> => {
      stage.cloud.dns.ignoreDates(true);
      await DISAGREEMENT.happens(stage);
    };
    const story = { ...DISAGREEMENT, happens };
    expect((await everyPair(2 * MINUTE, story)).emptied.length).toBeGreaterThan(0);
  }, 120_000);
});

describe.each(STORIES)('two looks at once: $what', (story) => {
  it('come to the same, paused at any call', async () => {
    for (const first of await zoneCallsOf(story)) {
      const { empty, stage } = await interleaved(story, first, UNPAUSED, 0, () => undefined);
      expect([first, empty]).toEqual([first, []]);
      await stage.looks(3);
      expect([first, await stage.enabled()]).toEqual([first, story.end.map(stage.address).sort()]);
    }
  }, 180_000);
});
