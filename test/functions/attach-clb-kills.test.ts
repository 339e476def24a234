import { MINUTE } from '../../shared/core/time';
import { aFront, CAPACITY, type Front, only, REGION, stages, WRITES } from './a-front';

/** A process that is ended: no error of the cloud's that anybody handles. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * Looks, of which one is ended at the write number `index` of all of them, counted from 0: before it is carried out, or after,
 * before its answer. Reads change nothing, so that being killed at one of them is the same as at the next write.
 */
function killing(front: Front, index: number, when: 'before' | 'after') {
  const { faults } = front.cloud;
  let writes = 0;
  let dying = false;
  faults.before({ operation: /./ }, () => {
    if (dying) throw new Killed();
  });
  faults.before({ operation: WRITES }, () => {
    writes += 1;
    if (writes !== index + 1) return;
    dying = true;
    if (when === 'before') throw new Killed();
  });
  return {
    look: async () => {
      await front.look();
      dying = false;
    },
    /** Whether it came to that. */
    end: () => {
      faults.clear();
      return writes > index;
    },
  };
}

async function ended(front: Front, most: number): Promise<void> {
  for (let looks = 0; looks < most && front.bought().length + (await front.services()).length > 0; looks += 1) {
    await front.look();
    front.pass(5);
  }
}

const SERVING = (answer: Parameters<typeof stages>[0]) => stages(answer).join() === 'serving';

describe.each(['before', 'after'] as const)('killed %s any write', (when) => {
  it('of an attach: the next looks end with one that serves, bought once', async () => {
    let reached = true;
    let index = 0;
    for (; reached; index += 1) {
      const front = aFront();
      front.load(0.9 * CAPACITY);
      front.pass(3);
      const killed = killing(front, index, when);
      for (let looks = 0; looks < 5; looks += 1) {
        await killed.look();
        front.pass(1);
      }
      reached = killed.end();
      await front.looksUntil(SERVING, 15);
      expect([index, front.cloud.loadBalancers.bill().length, await front.services()]).toEqual([
        index,
        1,
        ['ingressgateway-clb-1'],
      ]);
    }
    expect(index).toBeGreaterThan(7);
  });

  it('of an attach from the warm pool: the next looks end with that one, and nothing is bought', async () => {
    const tags = {
      'managed-by': 'gateway-autopilot',
      'gateway-autopilot-pool': 'true',
      'gateway-autopilot-gateway': 'ingressgateway',
    };
    let reached = true;
    let index = 0;
    for (; reached; index += 1) {
      const front = aFront({ prepare: (cloud) => cloud.loadBalancers.add({ region: REGION, id: 'lb-warm', tags }) });
      front.cloud.loadBalancers.listsLag(3 * MINUTE);
      front.load(0.9 * CAPACITY);
      front.pass(3);
      const killed = killing(front, index, when);
      for (let looks = 0; looks < 5; looks += 1) {
        await killed.look();
        front.pass(1);
      }
      reached = killed.end();
      await front.looksUntil(SERVING, 15);
      expect([index, front.bought(), only(await front.look()).extras.map(({ id }) => id)]).toEqual([
        index,
        [],
        ['lb-warm'],
      ]);
    }
    expect(index).toBeGreaterThan(5);
  });

  it('of a release: the next looks end with nothing', async () => {
    let reached = true;
    let index = 0;
    for (; reached; index += 1) {
      const front = aFront();
      front.load(0.9 * CAPACITY);
      front.pass(3);
      await front.looksUntil(SERVING, 6);
      front.load(0.2 * CAPACITY);
      front.pass(70);
      const killed = killing(front, index, when);
      for (let looks = 0; looks < 20; looks += 1) {
        await killed.look();
        front.pass(5);
      }
      reached = killed.end();
      expect(front.cloud.loadBalancers.answers(front.cloud.loadBalancers.address('lb-1'), 443)).toBe(true);
      await ended(front, 60);
      expect([index, front.bought(), await front.services()]).toEqual([index, [], []]);
      expect(only(await front.look()).extras).toEqual([]);
    }
    expect(index).toBeGreaterThan(7);
  });
});
