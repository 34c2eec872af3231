/** Splits: problems divided into train, validation and test, alike in difficulty, the same way every time. */

import type { Problem, ProblemSplits, SplitName } from './problem';
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
  const strata = stratify(problems, seed);
  const allotted = allot(
    strata.map(({ length }) => length),
    sizes,
  );
  return allotted.map((counts, index) => {
    const drawn = strata.flatMap((stratum, at) => stratum.splice(0, counts[at]));
    return new Random(hashSeed('split order', seed, index)).shuffle(drawn);
  });
}

/**
 * How many problems of each stratum each sample takes, samples in turn.
 *
 * @param strata numbers of problems
 * @returns one list per size, with one count per stratum
 */
function allot(strata: readonly number[], sizes: readonly number[]): number[][] {
  const available = strata.reduce((sum, count) => sum + count, 0);
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  const fitting = wanted <= available ? sizes : largestRemainder(sizes, available, sizes);
  if (fitting.some((size) => size < 1)) {
    throw new Error(
      `${available} problems cannot be divided into ${sizes.length} splits of ${sizes.join(', ')}: every split needs at least one. Give more problems, or ask for splits that are closer in size.`,
    );
  }
  let left = [...strata];
  return fitting.map((size) => {
    const counts = largestRemainder(left, size, left);
    left = left.map((count, at) => count - (counts[at] ?? 0));
    return counts;
  });
}

/** How many problems there are of each difficulty. */
export type DifficultyCounts = Readonly<Record<number, number>>;
export type SplitCounts = Readonly<Record<SplitName, DifficultyCounts>>;

export function countDifficulties(problems: readonly Problem[]): DifficultyCounts {
  const counts: Record<number, number> = {};
  for (const { difficulty } of problems) counts[difficulty] = (counts[difficulty] ?? 0) + 1;
  return counts;
}

/**
 * How many problems of each difficulty `splitProblems` would put into each split.
 *
 * @throws Error when a split would be empty.
 */
export function countSplits(
  problems: DifficultyCounts,
  { train, validation, test }: Omit<SplitSizes, 'seed'>,
  officialTest: DifficultyCounts | null = null,
): SplitCounts {
  const count = (available: DifficultyCounts, sizes: readonly number[]): DifficultyCounts[] => {
    const difficulties = Object.keys(available).map(Number);
    const strata = difficulties.map((difficulty) => available[difficulty] ?? 0);
    return allot(strata, sizes).map((counts) =>
      Object.fromEntries(difficulties.map((difficulty, at) => [difficulty, counts[at] ?? 0])),
    );
  };
  const [testCounts = {}, validationCounts = {}, trainCounts = {}] =
    officialTest === null
      ? count(problems, [test, validation, train])
      : [...count(officialTest, [test]), ...count(problems, [validation, train])];
  return { train: trainCounts, validation: validationCounts, test: testCounts };
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
