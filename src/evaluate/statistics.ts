/** Intervals and tests for proportions: Wilson, exact McNemar, and Newcombe's interval for a paired difference. */

/** The 97.5 % point of the normal distribution: two-sided 95 %. */
const Z = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The four counts of two methods on the same problems. */
export interface PairedCounts {
  readonly bothRight: number;
  readonly onlyFirstRight: number;
  readonly onlySecondRight: number;
  readonly bothWrong: number;
}

function requireCount(name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError(
      `Expected ${name} to be a whole number from 0, found ${count}: pass a count, not a share.`,
    );
}

/**
 * 95 % interval of a proportion: the score interval without continuity correction (E. B. Wilson, JASA 22 (1927)
 * 209-212; method 3 of R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872). 0..1 when there were no trials.
 * @throws RangeError when a count is not a whole number from 0, or there are more successes than trials.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  requireCount('successes', successes);
  requireCount('trials', trials);
  if (successes > trials)
    throw new RangeError(`Expected at most ${trials} successes, found ${successes}.`);
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const shrink = 1 + (Z * Z) / trials;
  const center = share + (Z * Z) / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials));
  // Exact at the ends, where rounding would leave 1e-17 or 0.9999999999999999.
  return {
    low: successes === 0 ? 0 : (center - spread) / shrink,
    high: successes === trials ? 1 : (center + spread) / shrink,
  };
}

/**
 * Two-sided p-value of McNemar's exact conditional test: twice the smaller binomial(n, 1/2) tail of the discordant
 * pairs, at most 1 (Q. McNemar, Psychometrika 12 (1947); exact form as in Fagerland, Lydersen & Laake, BMC Medical
 * Research Methodology 13 (2013) 91).
 * @throws RangeError when a count is not a whole number from 0.
 */
export function mcnemar(onlyFirstRight: number, onlySecondRight: number): number {
  requireCount('onlyFirstRight', onlyFirstRight);
  requireCount('onlySecondRight', onlySecondRight);
  const discordant = onlyFirstRight + onlySecondRight;
  const smaller = Math.min(onlyFirstRight, onlySecondRight);
  if (2 * smaller >= discordant - 1) return 1;
  // From the largest term of the tail down, as ratios to it: nothing underflows before it stops mattering.
  let ratio = 1;
  let tail = 0;
  for (let count = smaller; count >= 0 && ratio > 1e-18 * tail; count -= 1) {
    tail += ratio;
    ratio *= count / (discordant - count + 1);
  }
  let logLargest = -discordant * Math.LN2;
  for (let count = 1; count <= smaller; count += 1)
    logLargest += Math.log((discordant - smaller + count) / count);
  return Math.min(1, 2 * tail * Math.exp(logLargest));
}

/** Newcombe's estimate of the correlation of the two methods' results, with its continuity correction. */
function correlation({
  bothRight,
  onlyFirstRight,
  onlySecondRight,
  bothWrong,
}: PairedCounts): number {
  const total = bothRight + onlyFirstRight + onlySecondRight + bothWrong;
  const product =
    (bothRight + onlyFirstRight) *
    (onlySecondRight + bothWrong) *
    (bothRight + onlySecondRight) *
    (onlyFirstRight + bothWrong);
  if (product === 0) return 0;
  const cross = bothRight * bothWrong - onlyFirstRight * onlySecondRight;
  const corrected = cross > total / 2 ? cross - total / 2 : cross < 0 ? cross : 0;
  return corrected / Math.sqrt(product);
}

/**
 * 95 % interval of the difference of two paired proportions, second minus first: the square-and-add interval, method
 * 10 of R. G. Newcombe, Statistics in Medicine 17 (1998) 2635-2650.
 * @throws RangeError when a count is not a whole number from 0.
 */
export function pairedDifference(counts: PairedCounts): Interval & { readonly difference: number } {
  const { bothRight, onlyFirstRight, onlySecondRight, bothWrong } = counts;
  requireCount('bothRight', bothRight);
  requireCount('onlyFirstRight', onlyFirstRight);
  requireCount('onlySecondRight', onlySecondRight);
  requireCount('bothWrong', bothWrong);
  const total = bothRight + onlyFirstRight + onlySecondRight + bothWrong;
  if (total === 0) return { difference: 0, low: -1, high: 1 };
  const first = (bothRight + onlyFirstRight) / total;
  const second = (bothRight + onlySecondRight) / total;
  const firstInterval = wilsonInterval(bothRight + onlyFirstRight, total);
  const secondInterval = wilsonInterval(bothRight + onlySecondRight, total);
  const phi = correlation(counts);
  const reach = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
  const difference = (onlySecondRight - onlyFirstRight) / total;
  return {
    difference,
    low: difference - reach(second - secondInterval.low, firstInterval.high - first),
    high: difference + reach(secondInterval.high - second, first - firstInterval.low),
  };
}
