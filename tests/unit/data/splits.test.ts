/** Splits: disjoint, stratified, the same for the same seed. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/data/problem';
import { largestRemainder, splitProblems } from '../../../src/data/splits';

function problem(index: number, difficulty: number): Problem {
  return {
    id: `p-${index}`,
    source: 'own',
    question: `Question ${index}`,
    goldRationale: '#### 1',
    goldAnswer: '1',
    difficulty,
  };
}

/** 100 problems: half of difficulty 2, three tenths of 3, a fifth of 4. */
const HUNDRED = Array.from({ length: 100 }, (_, index) =>
  problem(index, index < 50 ? 2 : index < 80 ? 3 : 4),
);
const SIZES = { train: 50, validation: 20, test: 30, seed: 7 };

function byDifficulty(list: readonly Problem[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { difficulty } of list) counts[difficulty] = (counts[difficulty] ?? 0) + 1;
  return counts;
}

describe('splitProblems', () => {
  test('keeps the mix of difficulties in every split', () => {
    const splits = splitProblems(HUNDRED, SIZES);
    expect(byDifficulty(splits.train)).toEqual({ 2: 25, 3: 15, 4: 10 });
    expect(byDifficulty(splits.validation)).toEqual({ 2: 10, 3: 6, 4: 4 });
    expect(byDifficulty(splits.test)).toEqual({ 2: 15, 3: 9, 4: 6 });
  });

  test('is fixed by the seed, whatever the order of the problems', () => {
    const splits = splitProblems(HUNDRED, SIZES);
    expect(splitProblems([...HUNDRED].reverse(), SIZES)).toEqual(splits);
    expect(splitProblems(HUNDRED, { ...SIZES, seed: 8 })).not.toEqual(splits);
    // A change here changes what every earlier study would use: it must be on purpose.
    expect(splits.test.slice(0, 6).map(({ id }) => id)).toMatchInlineSnapshot(`
      [
        "p-18",
        "p-38",
        "p-87",
        "p-32",
        "p-63",
        "p-75",
      ]
    `);
  });

  test('an official test set stays test', () => {
    const official = Array.from({ length: 10 }, (_, index) => problem(1000 + index, 2));
    const splits = splitProblems(HUNDRED, { ...SIZES, test: 5 }, official);
    expect(splits.test).toHaveLength(5);
    expect(splits.test.every(({ id }) => id.startsWith('p-10'))).toBe(true);
    expect([splits.train.length, splits.validation.length]).toEqual([50, 20]);
  });

  test('shrinks in proportion where there are too few problems', () => {
    const splits = splitProblems(HUNDRED, { train: 700, validation: 100, test: 200, seed: 1 });
    expect([splits.train.length, splits.validation.length, splits.test.length]).toEqual([
      70, 10, 20,
    ]);
  });

  test('refuses an empty split with what to do', () => {
    expect(() => splitProblems(HUNDRED.slice(0, 2), SIZES)).toThrow(/Give more problems/);
    expect(() => splitProblems([], SIZES)).toThrow(/0 problems cannot be divided/);
    expect(() => splitProblems(HUNDRED, SIZES, [])).toThrow(/0 problems cannot be divided/);
  });

  test('splits are disjoint and as large as asked, for any problems and sizes', () => {
    const size = fc.integer({ min: 1, max: 30 });
    const difficulties = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 120 });
    fc.assert(
      fc.property(
        difficulties,
        size,
        size,
        size,
        fc.nat(),
        (list, train, validation, held, seed) => {
          fc.pre(train + validation + held <= list.length);
          const problems = list.map((difficulty, index) => problem(index, difficulty));
          const splits = splitProblems(problems, { train, validation, test: held, seed });
          const all = [...splits.train, ...splits.validation, ...splits.test];
          expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
          expect([splits.train.length, splits.validation.length, splits.test.length]).toEqual([
            train,
            validation,
            held,
          ]);
          // Largest remainder: no count is a whole problem away from its exact share of the first draw.
          const overall = byDifficulty(problems);
          for (const [difficulty, count] of Object.entries(byDifficulty(splits.test))) {
            const exact = ((overall[Number(difficulty)] ?? 0) * held) / problems.length;
            expect(Math.abs(count - exact)).toBeLessThan(1);
          }
        },
      ),
    );
  });
});

test('largestRemainder divides exactly and respects limits', () => {
  expect(largestRemainder([1, 1, 1], 10, [10, 10, 10])).toEqual([4, 3, 3]);
  expect(largestRemainder([3, 1], 2, [3, 1])).toEqual([2, 0]);
  expect(largestRemainder([], 0, [])).toEqual([]);
  expect(largestRemainder([0, 0], 0, [0, 0])).toEqual([0, 0]);
});
