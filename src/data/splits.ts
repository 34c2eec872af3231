/** Splits: problems divided into train, validation and test, alike in difficulty, the same way every time. */

import type { Problem, ProblemSplits } from './problem';
import { Random, hashSeed } from './random';

/** How many problems each split should have; `seed` fixes which. */
export interface SplitSizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
}

/**
 * Divides problems into disjoint splits with the same mix of difficulties (largest remainder). With an
 * official test set, test is drawn from that alone, and train and validation from `problems`; otherwise
 * all three are drawn from `problems`. The result depends on the problems and the seed, not on the order
 * in which problems come. Where there are fewer problems than asked for, the splits that share a source
 * shrink in proportion.
 *
 * @throws Error when a split would be empty.
 */
export function splitProblems(
  problems: readonly Problem[],
  sizes: SplitSizes,
  officialTest: readonly Problem[] | null = null,
): ProblemSplits {
  const { train, validation, test, seed } = sizes;
  if (officialTest !== null) {
    const [validationSplit = [], trainSplit = []] = draw(problems, [validation, train], seed);
    const [testSplit = []] = draw(officialTest, [test], seed);
    return { train: trainSplit, validation: validationSplit, test: testSplit };
  }
  const [testSplit = [], validationSplit = [], trainSplit = []] = draw(
    problems,
    [test, validation, train],
    seed,
  );
  return { train: trainSplit, validation: validationSplit, test: testSplit };
}

/** Draws one disjoint stratified sample per size, each in a random order. */
function draw(problems: readonly Problem[], sizes: readonly number[], seed: number): Problem[][] {
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  const fitting =
    wanted <= problems.length ? sizes : largestRemainder(sizes, problems.length, sizes);
  if (fitting.some((size) => size < 1)) {
    throw new Error(
      `${problems.length} problems cannot be divided into ${sizes.length} splits of ${sizes.join(', ')}: every split needs at least one. Give more problems, or ask for splits that are closer in size.`,
    );
  }
  const strata = stratify(problems, seed);
  return fitting.map((size, index) => {
    const counts = largestRemainder(
      strata.map(({ length }) => length),
      size,
      strata.map(({ length }) => length),
    );
    const drawn = strata.flatMap((stratum, at) => stratum.splice(0, counts[at]));
    return new Random(hashSeed('split order', seed, index)).shuffle(drawn);
  });
}

/** The problems of each difficulty, easiest first, each list in an order only ids and the seed decide. */
function stratify(problems: readonly Problem[], seed: number): Problem[][] {
  const byDifficulty = new Map<number, Problem[]>();
  for (const problem of problems) {
    const stratum = byDifficulty.get(problem.difficulty);
    if (stratum === undefined) byDifficulty.set(problem.difficulty, [problem]);
    else stratum.push(problem);
  }
  return [...byDifficulty]
    .sort(([first], [second]) => first - second)
    .map(([difficulty, stratum]) => {
      stratum.sort((first, second) => (first.id < second.id ? -1 : 1));
      return new Random(hashSeed('split', seed, difficulty)).shuffle(stratum);
    });
}

/**
 * Divides `total` in proportion to `shares` into whole numbers, none above its limit: every share's
 * whole part first, then one more to those with the largest fractions.
 */
export function largestRemainder(
  shares: readonly number[],
  total: number,
  limits: readonly number[],
): number[] {
  const sum = shares.reduce((first, second) => first + second, 0);
  if (sum === 0) return shares.map(() => 0);
  const exact = shares.map((share) => (share * total) / sum);
  const counts = exact.map((value, index) => Math.min(Math.floor(value), limits[index] ?? 0));
  let left = total - counts.reduce((first, second) => first + second, 0);
  const order = exact
    .map((value, index) => ({ index, fraction: value - Math.floor(value) }))
    .sort((first, second) => second.fraction - first.fraction || first.index - second.index);
  for (const { index } of order) {
    const count = counts[index] ?? 0;
    if (left > 0 && count < (limits[index] ?? 0)) {
      counts[index] = count + 1;
      left--;
    }
  }
  return counts;
}
