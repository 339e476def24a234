import { aFront, CAPACITY, type Front, only, PUBLISHED, stages, WRITES } from '../functions/a-front';

/**
 * attach-clb and failover-dns together on the emulated cloud, from the first need to the end of the release, with one of them
 * killed, or held up, at any call. What must hold at every single call: every name server answers the name, and every address
 * that it answers is served.
 */

/** A process that is ended: no error of the cloud's that anybody handles. */
class Killed extends Error {
  override readonly name = 'Killed';
}

const SERVING = (answer: Parameters<typeof stages>[0]) => stages(answer).join() === 'serving';
const NOTHING = (answer: Parameters<typeof stages>[0]) => stages(answer).join() === '';

function aPublishedFront(): Front {
  return aFront({ configuration: PUBLISHED });
}

/** What is wrong at this moment, for those who ask the name servers. */
async function wrongNow(front: Front): Promise<readonly string[]> {
  const { answers } = front.cloud.loadBalancers;
  return Object.entries(await front.answered()).flatMap(([host, addresses]) => [
    ...(addresses.length === 0 ? [`${host} answers nothing`] : []),
    ...addresses.flatMap((address) =>
      answers(address, 443) ? [] : [`${host} answers ${address}, which is not served`],
    ),
  ]);
}

/** Watches every call, before it is carried out. */
function watch(front: Front): {
  readonly wrong: Set<string>;
  act: (operation: RegExp, act: () => void | Promise<void>) => void;
} {
  const wrong = new Set<string>();
  const { faults } = front.cloud;
  faults.before({ operation: /./ }, async () => {
    for (const each of await wrongNow(front)) wrong.add(each);
  });
  return { wrong, act: (operation, act) => faults.before({ operation }, act) };
}

/** Both functions once, as a minute's timers do, until the answer of attach-clb is as wanted; whether it came to that. */
async function until(front: Front, wanted: (answer: Parameters<typeof stages>[0]) => boolean, most: number, step = 1) {
  for (let looks = 0; looks < most; looks += 1) {
    const answer = await front.look();
    await front.publish();
    if (answer.gateways !== undefined && wanted(answer)) return true;
    front.pass(step);
  }
  return false;
}

/** The load that fills the CLB, the extra one, and the load gone again until nothing is left. */
async function throughLife(front: Front): Promise<void> {
  front.load(0.9 * CAPACITY);
  front.pass(3);
  await until(front, SERVING, 20);
  await until(front, SERVING, 2);
  front.load(0.1 * CAPACITY);
  front.pass(65);
  await until(front, NOTHING, 40, 5);
}

async function expectNothingLeft(front: Front): Promise<void> {
  expect(front.bought()).toEqual([]);
  expect(await front.services()).toEqual([]);
  const own = front.cloud.loadBalancers.address('lb-1');
  front.pass(1);
  expect(Object.values(await front.answered())).toEqual([[own], [own], [own]]);
  expect(only(await front.look()).extras).toEqual([]);
}

it('undisturbed: attached, answered, released; every answer is served at every call', async () => {
  const front = aPublishedFront();
  const { wrong } = watch(front);
  front.load(0.9 * CAPACITY);
  front.pass(3);
  expect(await until(front, SERVING, 6)).toBe(true);
  front.pass(1);
  const [id = ''] = front.bought();
  const both = ['lb-1', id].map(front.cloud.loadBalancers.address).sort();
  expect(Object.values(await front.answered())).toEqual([both, both, both]);
  await throughLife(front);
  expect([...wrong]).toEqual([]);
  expect(front.cloud.loadBalancers.bill()).toHaveLength(1);
  await expectNothingLeft(front);
});

describe.each(['before', 'after'] as const)('killed %s any write', (when) => {
  it('of either function: nothing is answered that is not served, nothing is left, one was bought', async () => {
    let reached = true;
    let index = 0;
    for (; reached; index += 1) {
      const front = aPublishedFront();
      const { act, wrong } = watch(front);
      let writes = 0;
      let dying = false;
      act(/./, () => {
        if (dying) throw new Killed();
      });
      act(WRITES, () => {
        writes += 1;
        if (writes !== index + 1) return;
        dying = true;
        if (when === 'before') throw new Killed();
      });
      const { look, publish } = front;
      const revived = async <T>(work: Promise<T>): Promise<T> => {
        const answer = await work;
        dying = false;
        return answer;
      };
      Object.assign(front, { look: () => revived(look()), publish: () => revived(publish()) });
      await throughLife(front);
      front.cloud.faults.clear();
      reached = writes > index;
      expect([index, ...wrong]).toEqual([index]);
      expect([index, front.cloud.loadBalancers.bill().length]).toEqual([index, 1]);
      await expectNothingLeft(front);
    }
    expect(index).toBeGreaterThan(20);
  }, 240_000);
});

/** Holds one invocation up at its call number `index`, counted from 0, until `meanwhile` is done. */
async function heldUp(
  front: Front,
  invocation: () => Promise<unknown>,
  index: number,
  meanwhile: () => Promise<void>,
): Promise<boolean> {
  let calls = 0;
  let held = false;
  front.cloud.faults.before({ operation: /./ }, async () => {
    if (held) return;
    calls += 1;
    if (calls !== index + 1) return;
    held = true;
    await meanwhile();
  });
  await invocation();
  return held;
}

describe('held up at any call, for as long as everything else takes', () => {
  /** Everything is released while one invocation is held up. */
  const release = (front: Front) => async (): Promise<void> => {
    front.load(0.1 * CAPACITY);
    front.pass(65);
    await until(front, NOTHING, 40, 5);
  };

  it('a publication: it comes too late to publish what is gone', async () => {
    let reached = true;
    let index = 0;
    for (; reached; index += 1) {
      const front = aPublishedFront();
      front.load(0.9 * CAPACITY);
      front.pass(3);
      await front.looksUntil(SERVING, 6);
      const { wrong } = watch(front);
      reached = await heldUp(front, front.publish, index, release(front));
      front.cloud.faults.clear();
      await throughLife(front);
      expect([index, ...wrong]).toEqual([index]);
      await expectNothingLeft(front);
    }
    expect(index).toBeGreaterThan(8);
  }, 240_000);

  it('a cancel: it does not bring back what is being deleted', async () => {
    let reached = true;
    let index = 0;
    for (; reached; index += 1) {
      const front = aPublishedFront();
      front.load(0.9 * CAPACITY);
      front.pass(3);
      await until(front, SERVING, 6);
      front.load(0.1 * CAPACITY);
      front.pass(65);
      await until(front, (answer) => stages(answer).join() === 'draining', 5);
      front.load(0.9 * CAPACITY);
      front.pass(3);
      const { wrong } = watch(front);
      reached = await heldUp(front, front.look, index, release(front));
      front.cloud.faults.clear();
      front.load(0.1 * CAPACITY);
      front.pass(65);
      await until(front, NOTHING, 40, 5);
      expect([index, ...wrong]).toEqual([index]);
      await expectNothingLeft(front);
    }
    expect(index).toBeGreaterThan(8);
  }, 240_000);

  it('a withdrawal, while a new want cancels the release: no name server is ever without an answer', async () => {
    let reached = true;
    let index = 0;
    for (; reached; index += 1) {
      const front = aPublishedFront();
      front.load(0.9 * CAPACITY);
      front.pass(3);
      await until(front, SERVING, 6);
      front.load(0.1 * CAPACITY);
      front.pass(65);
      await front.looksUntil((answer) => stages(answer).join() === 'draining', 5);
      const { wrong } = watch(front);
      reached = await heldUp(front, front.publish, index, async () => {
        front.load(0.9 * CAPACITY);
        front.pass(3);
        await until(front, SERVING, 6);
      });
      front.cloud.faults.clear();
      await until(front, SERVING, 6);
      expect([index, ...wrong]).toEqual([index]);
      front.load(0.1 * CAPACITY);
      front.pass(65);
      await until(front, NOTHING, 40, 5);
      await expectNothingLeft(front);
    }
    expect(index).toBeGreaterThan(8);
  }, 240_000);
});
