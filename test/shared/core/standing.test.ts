import { EMPTY_JOURNAL } from '../../../shared/core/journal';
import { standing } from '../../../shared/core/standing';
import { MINUTE } from '../../../shared/core/time';
import { NOON } from './a-snapshot';

it('tells what people and failovers asked for, until it ends', () => {
  const person = { owner: 'li.wei', reason: 'a test', from: NOON - MINUTE, until: NOON + MINUTE };
  const journal = {
    ...EMPTY_JOURNAL,
    override: { ...person, replicas: 7 },
    hold: { ...person, direction: 'out' as const },
    protection: { ...person, floor: 5 },
    extra: { asked: { ...person, bound: 'floor' as const, count: 2 }, purchases: [] },
  };
  expect(standing(journal, NOON)).toEqual([
    'pinned to 7 until 2026-11-22T12:01:00Z by li.wei: a test',
    'scale-out is on hold until 2026-11-22T12:01:00Z by li.wei: a test',
    'at least 5 until 2026-11-22T12:01:00Z by li.wei: a test',
    'at least 2 extra CLBs until 2026-11-22T12:01:00Z by li.wei: a test',
  ]);
  const released = { asked: { ...person, bound: 'ceiling' as const, count: 0 }, purchases: [] };
  expect(standing({ ...EMPTY_JOURNAL, extra: released }, NOON)).toEqual([
    'at most 0 extra CLBs until 2026-11-22T12:01:00Z by li.wei: a test',
  ]);
  expect(standing(journal, NOON + MINUTE)).toEqual([]);
  expect(standing(EMPTY_JOURNAL, NOON)).toEqual([]);
});
