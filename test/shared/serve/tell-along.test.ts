import type { News } from '../../../shared/core/notice';
import type { Telling, Tidings } from '../../../shared/serve/notices';
import { tellAlong } from '../../../shared/serve/tell-along';

function tidings(subject: string): Tidings {
  const news: News = { kind: 'changed', region: 'r', subject, reason: 'RegionUnhealthy', message: 'm', at: 0 };
  return { news: [news], well: [], requestIds: [] };
}

function subjects({ news }: Tidings): string {
  return news.map(({ subject }) => subject).join();
}

it('tells of one look after the other, and waits for nobody until it is asked what was told', async () => {
  const begun: string[] = [];
  const answers: ((telling: Telling) => void)[] = [];
  const { tell, told } = tellAlong((each) => {
    begun.push(subjects(each));
    return new Promise((resolve) => answers.push(resolve));
  });
  tell(tidings('first'));
  tell(tidings('second'));
  await new Promise(setImmediate);
  expect(begun).toEqual(['first']);
  answers[0]?.({ notified: { ding: 1, fei: 2 }, notifyProblems: { we: 'no' } });
  await new Promise(setImmediate);
  expect(begun).toEqual(['first', 'second']);
  answers[1]?.({ notified: { ding: 3 }, notifyProblems: { fei: 'busy' } });
  expect(await told()).toEqual({ notified: { ding: 4, fei: 2 }, notifyProblems: { we: 'no', fei: 'busy' } });
});

it('sends at the end what a channel was left alone for', async () => {
  const tellings: Telling[] = [{ notified: { ding: 1 } }, { notifyWaiting: { ding: 1 } }, { notified: { ding: 1 } }];
  const one = jest.fn(async (_: Tidings) => tellings.shift() ?? {});
  const { tell, told } = tellAlong(one);
  tell(tidings('first'));
  tell(tidings('second'));
  expect(await told()).toEqual({ notified: { ding: 2 } });
  expect(one.mock.calls.map(([each]) => subjects(each))).toEqual(['first', 'second', '']);
});

it('leaves no channel waiting for ever: it is asked once at the end', async () => {
  const one = jest.fn(async () => ({ notifyWaiting: { ding: 1 } }));
  const { tell, told } = tellAlong(one);
  tell(tidings('first'));
  expect(await told()).toEqual({ notifyWaiting: { ding: 1 } });
  expect(one).toHaveBeenCalledTimes(2);
});

it('fails when it is asked, and not before', async () => {
  const { tell, told } = tellAlong(() => Promise.reject(new TypeError('a mistake of ours')));
  tell(tidings('first'));
  await new Promise(setImmediate);
  await expect(told()).rejects.toThrow('a mistake of ours');
});

it('has told nothing of nothing', async () => {
  const { told } = tellAlong(() => Promise.reject(new TypeError('not called')));
  expect(await told()).toEqual({});
});
