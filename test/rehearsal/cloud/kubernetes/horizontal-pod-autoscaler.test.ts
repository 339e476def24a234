import {
  type AutoscalerInput,
  type AutoscalerMemory,
  decideReplicas,
  NO_MEMORY,
} from '../../../../rehearsal/cloud/kubernetes/horizontal-pod-autoscaler';
import type { ScalingRules } from '../../../../rehearsal/cloud/kubernetes/objects';
import { MINUTE, SECOND } from '../../../../shared/core/time';

const NOW = 100 * MINUTE;

function input(change: Partial<AutoscalerInput>): AutoscalerInput {
  const current = change.current ?? 4;
  return {
    at: NOW,
    current,
    min: 1,
    max: 100,
    target: 50,
    utilization: 50,
    ready: current,
    unready: 0,
    behavior: undefined,
    ...change,
  };
}

function rules(change: Partial<ScalingRules>): ScalingRules {
  return { selectPolicy: 'Max', ...change };
}

function recommended(...entries: readonly (readonly [number, number])[]): AutoscalerMemory {
  return { recommendations: entries.map(([ago, replicas]) => ({ at: NOW - ago, replicas })), changes: [] };
}

describe('HPA', () => {
  it.each<[string, Partial<AutoscalerInput>, number]>([
    ['at the target', { utilization: 50 }, 4],
    ['10 % above: within the tolerance', { utilization: 55 }, 4],
    ['above the tolerance', { utilization: 56 }, 5],
    ['a fraction of a percent is cut off', { utilization: 55.99 }, 4],
    ['10 % below: within the tolerance', { utilization: 45 }, 4],
    ['below the tolerance', { utilization: 44 }, 4],
    ['below the tolerance, enough for one fewer', { utilization: 36 }, 3],
    ['no load at all', { utilization: 0, min: 2 }, 2],
    ['at most twice the present count', { utilization: 500 }, 8],
    ['at most 4 from 1', { current: 1, utilization: 500 }, 4],
    ['the maximum', { utilization: 100, max: 6 }, 6],
    ['above the maximum: at once', { current: 9, max: 6, utilization: 500 }, 6],
    ['below the minimum: at once', { current: 2, min: 5, utilization: 0 }, 5],
    ['switched off by 0 replicas', { current: 0, ready: 0, min: 1, utilization: undefined }, 0],
    ['no metrics', { utilization: undefined }, 4],
    ['no pod that counts', { ready: 0, unready: 4, utilization: 90 }, 4],
    ['unready pods do not count when scaling in', { current: 4, ready: 2, unready: 2, utilization: 25 }, 1],
    ['unready pods count as idle when scaling out', { current: 4, ready: 2, unready: 2, utilization: 200 }, 8],
    ['unready pods bring the ratio into the tolerance', { current: 4, ready: 2, unready: 2, utilization: 100 }, 4],
    [
      'unready pods turn the direction, more pods than wanted: nothing',
      { current: 4, ready: 5, unready: 5, utilization: 60 },
      4,
    ],
    ['unready pods turn the direction: nothing', { current: 4, ready: 1, unready: 3, utilization: 100 }, 4],
  ])('%s', (_, change, desired) => {
    expect(decideReplicas(input(change), NO_MEMORY).desired).toBe(desired);
  });

  it.each<[string, AutoscalerMemory, number]>([
    ['five minutes ago counts', recommended([5 * MINUTE, 4]), 4],
    ['longer ago does not', recommended([5 * MINUTE + 1, 4]), 2],
    ['the highest counts', recommended([4 * MINUTE, 3], [2 * MINUTE, 2]), 3],
  ])('scales in to the highest recommendation of five minutes: %s', (_, memory, desired) => {
    expect(decideReplicas(input({ utilization: 25 }), memory).desired).toBe(desired);
  });

  it('remembers what it recommended, not what it did', () => {
    const first = decideReplicas(input({ utilization: 500 }), NO_MEMORY);
    expect(first).toEqual({ desired: 8, memory: { recommendations: [{ at: NOW, replicas: 40 }], changes: [] } });
  });

  describe('with behavior', () => {
    it.each<[string, ScalingRules | undefined, ScalingRules | undefined, number, AutoscalerMemory, number]>([
      ['default up: doubles', undefined, undefined, 500, NO_MEMORY, 8],
      [
        'up by pods',
        rules({ policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] }),
        undefined,
        500,
        NO_MEMORY,
        5,
      ],
      [
        'up by percent, rounded up',
        rules({ policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }] }),
        undefined,
        500,
        NO_MEMORY,
        5,
      ],
      [
        'up by the smaller',
        rules({
          selectPolicy: 'Min',
          policies: [
            { type: 'Pods', value: 1, periodSeconds: 60 },
            { type: 'Percent', value: 100, periodSeconds: 60 },
          ],
        }),
        undefined,
        500,
        NO_MEMORY,
        5,
      ],
      ['up disabled', rules({ selectPolicy: 'Disabled' }), undefined, 500, NO_MEMORY, 4],
      [
        'up by what the period has left',
        rules({ policies: [{ type: 'Pods', value: 3, periodSeconds: 60 }] }),
        undefined,
        500,
        { recommendations: [], changes: [{ at: NOW - 59 * SECOND, change: 2 }] },
        5,
      ],
      [
        'changes before the period are forgotten',
        rules({ policies: [{ type: 'Pods', value: 3, periodSeconds: 60 }] }),
        undefined,
        500,
        { recommendations: [], changes: [{ at: NOW - 60 * SECOND, change: 2 }] },
        7,
      ],
      [
        'up after the lowest of the window',
        rules({ stabilizationWindowSeconds: 60 }),
        undefined,
        500,
        recommended([59 * SECOND, 5]),
        5,
      ],
      [
        'down after the highest of the window',
        undefined,
        rules({ stabilizationWindowSeconds: 600 }),
        0,
        recommended([599 * SECOND, 3]),
        3,
      ],
      ['default down window', undefined, undefined, 0, recommended([299 * SECOND, 3]), 3],
      ['default down: to the minimum', undefined, undefined, 0, NO_MEMORY, 1],
      [
        'down by pods',
        undefined,
        rules({ policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] }),
        0,
        NO_MEMORY,
        3,
      ],
      [
        'down by percent, cut off',
        undefined,
        rules({ policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }] }),
        0,
        NO_MEMORY,
        3,
      ],
      [
        'down by the smaller',
        undefined,
        rules({
          selectPolicy: 'Min',
          policies: [
            { type: 'Pods', value: 1, periodSeconds: 60 },
            { type: 'Percent', value: 100, periodSeconds: 60 },
          ],
        }),
        0,
        NO_MEMORY,
        3,
      ],
      ['down disabled', undefined, rules({ selectPolicy: 'Disabled' }), 0, NO_MEMORY, 4],
      ['a tolerance of its own', rules({ tolerance: '0' }), undefined, 51, NO_MEMORY, 5],
      ['a tolerance in thousandths', rules({ tolerance: '500m' }), undefined, 74, NO_MEMORY, 4],
    ])('%s', (_, scaleUp, scaleDown, utilization, memory, desired) => {
      expect(decideReplicas(input({ behavior: { scaleUp, scaleDown }, utilization }), memory).desired).toBe(desired);
    });

    it('remembers its changes', () => {
      const { memory } = decideReplicas(input({ behavior: {}, utilization: 100 }), NO_MEMORY);
      expect(memory).toEqual({ recommendations: [{ at: NOW, replicas: 8 }], changes: [{ at: NOW, change: 4 }] });
    });
  });
});
