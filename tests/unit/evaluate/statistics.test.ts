/** Intervals and tests against values published with their methods. */

import { describe, expect, it } from 'vitest';
import { mcnemar, pairedDifference, wilsonInterval } from '../../../src/evaluate/statistics';

describe('wilsonInterval', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i is %f to %f', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('is exact at the ends and everything without trials', () => {
    expect(wilsonInterval(0, 7).low).toBe(0);
    expect(wilsonInterval(7, 7).high).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it.each([
    [3, 2],
    [-1, 2],
    [0.5, 2],
    [Number.NaN, 2],
  ])('refuses %d of %d', (successes, trials) => {
    expect(() => wilsonInterval(successes, trials)).toThrow(/Expected/);
  });
});

describe('mcnemar', () => {
  // [1 1; 7 12] and [59 6; 16 80] of Fagerland, Lydersen & Laake (2013, 2014); their software prints 0.052479.
  it('matches the published exact conditional tests', () => {
    expect(mcnemar(1, 7)).toBeCloseTo(18 / 256, 12);
    expect(mcnemar(6, 16)).toBeCloseTo(0.052479, 6);
    expect(mcnemar(16, 6)).toBe(mcnemar(6, 16));
  });

  it('equals the binomial sum in whole numbers', () => {
    for (let discordant = 0; discordant <= 60; discordant += 1)
      for (let first = 0; first <= discordant; first += 1) {
        let tail = 0n;
        let term = 1n;
        for (let count = 0; count <= Math.min(first, discordant - first); count += 1) {
          tail += term;
          term = (term * BigInt(discordant - count)) / BigInt(count + 1);
        }
        const exact = Math.min(1, (2 * Number(tail)) / 2 ** discordant);
        expect(mcnemar(first, discordant - first)).toBeCloseTo(exact, 10);
      }
  });

  it('neither underflows nor overflows on large counts', () => {
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(50_000, 50_000)).toBe(1);
    expect(mcnemar(0, 5000)).toBe(0);
    // Normal approximation with continuity correction: z = 1.9986.
    expect(mcnemar(49_683, 50_317)).toBeCloseTo(0.0454, 3);
  });

  it('refuses what is no count', () => {
    expect(() => mcnemar(0.5, 1)).toThrow(/whole number/);
  });
});

describe('pairedDifference', () => {
  // Complete response before and after consolidation therapy (Cavo et al. 2012), as computed by the authors' software
  // of "Statistical Analysis of Contingency Tables" (2017): -0.0621 (-0.1186 to -0.0046) for first minus second.
  it('matches the published interval of Newcombe, method 10', () => {
    const result = pairedDifference({
      bothRight: 59,
      onlyFirstRight: 6,
      onlySecondRight: 16,
      bothWrong: 80,
    });
    expect(result.difference).toBeCloseTo(0.0621, 4);
    expect(result.low).toBeCloseTo(0.0046, 4);
    expect(result.high).toBeCloseTo(0.1186, 4);
  });

  // Airway hyper-responsiveness (Bentur et al. 2009); Fagerland et al. (2014) give -0.507 to -0.026.
  it('matches the published interval of a small table', () => {
    const result = pairedDifference({
      bothRight: 1,
      onlyFirstRight: 1,
      onlySecondRight: 7,
      bothWrong: 12,
    });
    expect(result.difference).toBeCloseTo(6 / 21, 10);
    expect(result.low).toBeCloseTo(0.026, 3);
    expect(result.high).toBeCloseTo(0.507, 3);
  });

  it('stays within -1 and 1 and mirrors when the methods change places', () => {
    for (const [a, b, c, d] of [
      [0, 0, 9, 0],
      [9, 0, 0, 0],
      [0, 0, 0, 9],
      [0, 5, 4, 0],
      [3, 0, 4, 2],
    ] as const) {
      const one = pairedDifference({
        bothRight: a,
        onlyFirstRight: b,
        onlySecondRight: c,
        bothWrong: d,
      });
      const other = pairedDifference({
        bothRight: a,
        onlyFirstRight: c,
        onlySecondRight: b,
        bothWrong: d,
      });
      expect(one.low).toBeGreaterThanOrEqual(-1);
      expect(one.high).toBeLessThanOrEqual(1);
      expect(one.low).toBeLessThanOrEqual(one.difference);
      expect(one.high).toBeGreaterThanOrEqual(one.difference);
      expect(other.low).toBeCloseTo(-one.high, 12);
      expect(other.high).toBeCloseTo(-one.low, 12);
    }
    expect(
      pairedDifference({ bothRight: 0, onlyFirstRight: 0, onlySecondRight: 0, bothWrong: 0 }),
    ).toEqual({ difference: 0, low: -1, high: 1 });
  });
});
