import { type Fault, PROTOCOL, type Protocol, type Scope, search, unrescued } from './lease-model';

const TWO: Scope = { regions: 2, controllers: 2, faults: 3, flips: 3 };

describe('the protocol of removals', () => {
  it.each<[scope: Scope, atLeast: number]>([
    [TWO, 20_000],
    [{ regions: 2, controllers: 3, faults: 2, flips: 2 }, 100_000],
    [{ regions: 3, controllers: 2, faults: 1, flips: 2 }, 20_000],
  ])('never leaves the name without an answer: %j', (scope, atLeast) => {
    const { path, states } = search(PROTOCOL, scope);
    expect(path).toBeUndefined();
    expect(states).toBeGreaterThan(atLeast);
  });

  it('does move the name: away from a region that fell sick, and back', () => {
    const scope: Scope = { ...TWO, faults: 0 };
    const away = search(PROTOCOL, scope, ({ enabled, healthy }) => enabled === 0b10 && healthy === 0b10);
    expect(away.path).toEqual([
      'region 0 falls sick',
      '0 takes {1} for healthy',
      '0 reads {0,1}',
      '0 takes the lease',
      '0 reads {0,1}: goes on',
      '0 sends Disable 0',
    ]);
    const back = search(PROTOCOL, scope, ({ enabled, healthy }) => enabled === 0b01 && healthy === 0b01);
    expect(back.path).toBeDefined();
  });

  it('a dead holder of the lease delays no rescue', () => {
    const scope: Scope = { ...TWO, faults: 2 };
    expect(unrescued(PROTOCOL, scope)).toBe(0);
    expect(unrescued({ ...PROTOCOL, freeAdditions: false }, scope)).toBeGreaterThan(0);
  });
});

describe('each part is needed: without it the search finds the name empty', () => {
  it.each<[part: string, changes: Partial<Protocol>, kinds: readonly Fault[], faults: number]>([
    ['the lease, with one split vote', { lease: false }, ['wrong'], 1],
    ['the signature that ends with the lease, with one pause', { fence: false }, ['pause'], 1],
    ['the signature that ends with the lease, with one late write', { fence: false }, ['late'], 1],
    ['the read under the lease, without any fault', { readUnderLease: false }, [], 0],
    ['the barrier, with one stale read', { barrier: false }, ['stale'], 1],
    ['keeping the lease in doubt, with one late write', { keptInDoubt: false }, ['late'], 1],
  ])('%s', (_, changes, kinds, faults) => {
    const scope: Scope = { ...TWO, faults, kinds };
    expect(search(PROTOCOL, scope).path).toBeUndefined();
    const { path } = search({ ...PROTOCOL, ...changes }, scope);
    expect(path?.at(-1)).toMatch(/Disable/);
    // For whoever reads a failure: the steps are few.
    expect(path?.length).toBeLessThan(24);
  });
});
