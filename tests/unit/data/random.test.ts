/** The random numbers against the published algorithm, and what the rest of the project relies on. */

import { describe, expect, it } from 'vitest';
import { hashSeed, Random } from '../../../src/data/random';

describe('Random', () => {
  it("gives the published algorithm's numbers", () => {
    // The first outputs of xoshiro128starstar.c from the state 1, 2, 3, 4 (also in rand_xoshiro's tests).
    const random = Random.fromState([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => random.bits())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  it('repeats from a seed and goes on from a saved state', () => {
    const first = new Random(7);
    const second = new Random(7);
    expect(first.next()).toBe(second.next());
    const resumed = Random.fromState(first.state());
    const rest = Array.from({ length: 50 }, () => first.integer(1, 6));
    expect(Array.from({ length: 50 }, () => resumed.integer(1, 6))).toEqual(rest);
    expect(new Random(8).next()).not.toBe(new Random(7).next());
  });

  it('draws every integer of a range about equally often, bounds included', () => {
    const random = new Random(1);
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 60_000; draw++) {
      const value = random.integer(-2, 3);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    // Five standard deviations of a binomial with n = 60,000 and p = 1/6.
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(460);
  });

  it('stays below one and at least zero', () => {
    const random = new Random(3);
    const values = Array.from({ length: 10_000 }, () => random.next());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('shuffles in place, keeping every element', () => {
    const list = Array.from({ length: 20 }, (_, index) => index);
    const shuffled = new Random(4).shuffle(list);
    expect(shuffled).toBe(list);
    expect(shuffled).not.toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('refuses what it cannot do, saying what to do', () => {
    expect(() => new Random(Number.NaN)).toThrow(/finite/);
    expect(() => new Random(1).integer(3, 2)).toThrow(/minimum <= maximum/);
    expect(() => new Random(1).pick([])).toThrow(/empty/);
    expect(() => Random.fromState([0, 0, 0, 0])).toThrow(/not all zero/);
    expect(() => Random.fromState([1, 2, 3])).toThrow(/four/);
    expect(() => Random.fromState([1, 2, 3, 2 ** 32])).toThrow(/32-bit/);
  });
});

describe('hashSeed', () => {
  it('tells parts, their types and their borders apart', () => {
    const seeds = [
      hashSeed('a', 1),
      hashSeed('a', '1'),
      hashSeed('a1'),
      hashSeed('1', 'a'),
      hashSeed(),
      hashSeed(''),
      hashSeed('\u00e9'),
      hashSeed(-1),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds)
      expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
    // Fixed forever: stored studies depend on it.
    expect(hashSeed('a', 1)).toBe(2151513196);
  });
});
