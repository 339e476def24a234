import { aStage, only, type Stage } from './a-stage';

let stage: Stage;
afterEach(() => stage.close());

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedAt = performance.now();
  return [await work(), performance.now() - startedAt];
}

describe('an invocation in real time, over HTTP', () => {
  it('asks side by side what does not depend on each other: three rounds, kubeconfigs included', async () => {
    stage = await aStage({ face: 'http' });
    stage.cloud.faults.delay({ operation: /./, by: 2_000 });
    const [answer, took] = await timed(() => stage.look());
    expect(only(answer).outcome).toBe('steady');
    // Two kubeconfigs, then four lists and the journal, then the metrics; what the machine adds is less than a round.
    expect(Math.floor(took / 1_990)).toBe(3);
  });

  it('a cloud that does not answer: the invocation ends by itself before its time limit, and says why', async () => {
    stage = await aStage({ face: 'http', timeout: 3 });
    stage.cloud.faults.delay({ operation: 'cms.DescribeMetricList', by: 20_000 });
    const [answer, took] = await timed(() => stage.look());
    expect(only(answer)).toMatchObject({ outcome: 'hold', reason: 'MissingMetrics' });
    expect(took).toBeLessThan(3_000);
  });

  it('nothing answers at all: the invocation fails in time, to be tried again', async () => {
    stage = await aStage({ face: 'http', timeout: 3 });
    stage.cloud.faults.delay({ operation: /./, by: 20_000 });
    const [answer, took] = await timed(() => stage.look());
    expect(answer.message).toContain('UnhandledInvocationError');
    expect(answer.message).toContain('nothing could be looked at');
    expect(took).toBeLessThan(3_000);
  });
});
