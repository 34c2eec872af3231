/** The smallest difference that a paired comparison finds, against its defining equation, simulation and limits. */

import { expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { detectableDifference } from '../../../src/evaluate/power';
import { mcnemar } from '../../../src/evaluate/statistics';

test.each([
  [1_319, 0.15],
  [400, 0.3],
  [200, 0.25],
  [90, 0.9],
])('of %s problems and a discordant share of %s it solves the published equation', (n, q) => {
  const d = detectableDifference(n, q) ?? Number.NaN;
  const reach = 1.959964 * Math.sqrt(q) + 0.841621 * Math.sqrt(q - d * d);
  expect(n * d * d).toBeCloseTo(reach * reach, 4);
});

test('four of five simulated comparisons find it', () => {
  const [problems, discordant] = [600, 0.3];
  const difference = detectableDifference(problems, discordant) ?? 0;
  const better = (discordant + difference) / 2;
  const random = new Random(11);
  let found = 0;
  const comparisons = 2_000;
  for (let comparison = 0; comparison < comparisons; comparison++) {
    let [first, second] = [0, 0];
    for (let problem = 0; problem < problems; problem++) {
      const drawn = random.next();
      if (drawn < better) second += 1;
      else if (drawn < discordant) first += 1;
    }
    if (mcnemar(first, second) < 0.05) found += 1;
  }
  // The exact test is a little more careful than the normal approximation behind the formula.
  expect(found / comparisons).toBeGreaterThan(0.74);
  expect(found / comparisons).toBeLessThan(0.83);
});

test('more problems find less, and too few find nothing', () => {
  const [few, many] = [detectableDifference(200, 0.3), detectableDifference(1_319, 0.3)];
  expect(few).toBeGreaterThan(many ?? 1);
  expect(detectableDifference(8, 0.3)).toBeNull();
  expect(detectableDifference(1, 1)).toBeNull();
});
