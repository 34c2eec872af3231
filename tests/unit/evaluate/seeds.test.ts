/** Means over seeds, against published quantiles and an interval worked out by hand. */

import { expect, test } from 'vitest';
import { MOST_SEEDS, meanOverSeeds } from '../../../src/evaluate/seeds';

test('the interval of five measurements', () => {
  // Variance 2.5, so a standard error of sqrt(0.5); t with 4 degrees of freedom is 2.7764.
  const { mean, interval } = meanOverSeeds([1, 2, 3, 4, 5]);
  expect(mean).toBe(3);
  expect(interval?.low).toBeCloseTo(3 - 2.7764 * Math.sqrt(0.5), 10);
  expect(interval?.high).toBeCloseTo(3 + 2.7764 * Math.sqrt(0.5), 10);
});

test('of two, the distance from the mean times 12.7', () => {
  expect(meanOverSeeds([0, 2]).interval?.high).toBeCloseTo(1 + 12.7062, 10);
});

test('one measurement has no interval, equal ones have none to speak of', () => {
  expect(meanOverSeeds([7])).toEqual({ mean: 7, interval: null });
  expect(meanOverSeeds([7, 7, 7])).toEqual({ mean: 7, interval: { low: 7, high: 7 } });
  expect(() => meanOverSeeds([])).toThrow(RangeError);
  expect(() => meanOverSeeds(Array.from({ length: MOST_SEEDS + 1 }, () => 1))).toThrow(RangeError);
});
