import { nearest } from '../../../shared/config/suggest';

const NAMES = ['replicas', 'signals', 'scaleUp', 'scaleDown', 'metricMaxAge', 'mode', 'urlFrom', 'id'];

describe('nearest', () => {
  it.each([
    ['replica', 'replicas'],
    ['replcias', 'replicas'],
    ['Replicas', 'replicas'],
    ['scale_up', 'scaleUp'],
    ['scale-down', 'scaleDown'],
    ['maxMetricAge', undefined],
    ['mdoe', 'mode'],
    ['url', 'urlFrom'],
    ['di', 'id'],
    ['metric', 'metricMaxAge'],
    ['nodes', 'mode'],
    ['cooldown', undefined],
    ['', undefined],
    ['xy', undefined],
    ['r'.repeat(100_000), undefined],
  ])('%s: %s', (text, candidate) => {
    expect(nearest(text, NAMES)).toBe(candidate);
  });
});
