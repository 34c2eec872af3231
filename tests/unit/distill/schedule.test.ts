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
  const changes = rates.slice(1).map((rate, index) => rate - rates[index]!);
  const expected = changes.map((_, index) => {
    const update = index + 2;
    if (update <= usual.warmupUpdates) return usual.peak / 10;
    return update <= usual.totalUpdates ? (-0.9 * usual.peak) / 100 : 0;
  });
  changes.forEach((change, index) => expect(change).toBeCloseTo(expected[index]!, 12));
});
