/** The learning rate at the corners of its schedule. */

import { expect, test } from 'vitest';
import { scheduledLearningRate } from '../../../src/distill/schedule';

const usual = { peak: 4e-4, warmupUpdates: 10, totalUpdates: 110 };

test.each<[number, typeof usual, number]>([
  [1, usual, 0.4e-4],
  [5, usual, 2e-4],
  [10, usual, 4e-4],
  [60, usual, 2.2e-4],
  [110, usual, 0.4e-4],
  [111, usual, 0.4e-4],
  [100_000, usual, 0.4e-4],
  [50, { peak: 1, warmupUpdates: 0, totalUpdates: 100 }, 0.55],
  [100, { peak: 1, warmupUpdates: 0, totalUpdates: 100 }, 0.1],
  [10, { peak: 1, warmupUpdates: 10, totalUpdates: 10 }, 1],
  [11, { peak: 1, warmupUpdates: 10, totalUpdates: 10 }, 0.1],
  [1, { peak: 1, warmupUpdates: 0, totalUpdates: 1 }, 0.1],
])('update %i of %j has %d', (update, schedule, expected) => {
  expect(scheduledLearningRate(update, schedule)).toBeCloseTo(expected, 12);
});

test('it rises to the peak and falls from there, without a jump', () => {
  const rates = Array.from({ length: 120 }, (_, index) => scheduledLearningRate(index + 1, usual));
  expect(Math.max(...rates)).toBe(usual.peak);
  for (let update = 2; update <= rates.length; update++) {
    const change = rates[update - 1]! - rates[update - 2]!;
    if (update <= usual.warmupUpdates) expect(change).toBeCloseTo(usual.peak / 10, 12);
    else if (update <= 110) expect(change).toBeCloseTo((-0.9 * usual.peak) / 100, 12);
    else expect(change).toBe(0);
  }
});
