/** One line of a parity check: what was compared, the largest error, its tolerance. */

export interface Comparison {
  readonly name: string;
  /** Largest absolute difference divided by the reference's largest absolute value; or a count of differences. */
  readonly error: number;
  /** Largest error that passes; infinite when the figure is only shown. */
  readonly tolerance: number;
}

/**
 * Largest difference relative to the reference's largest absolute value.
 * A length that differs or a value that is not a number counts as an infinite error.
 */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    const reference = expected[index] ?? 0;
    const gap = Math.abs((actual[index] ?? Number.NaN) - reference);
    if (Number.isNaN(gap)) return Infinity;
    largest = Math.max(largest, Math.abs(reference));
    difference = Math.max(difference, gap);
  }
  return difference / Math.max(largest, 1e-30);
}

/** Number of positions where two integer lists differ, the difference in length included. */
export function differences(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let count = Math.abs(actual.length - expected.length);
  for (let index = 0; index < Math.min(actual.length, expected.length); index++) {
    if (actual[index] !== expected[index]) count += 1;
  }
  return count;
}

export const passes = ({ error, tolerance }: Comparison): boolean => error <= tolerance;

/** A table of the comparisons for a terminal. */
export function formatComparisons(comparisons: readonly Comparison[]): string {
  const width = Math.max(...comparisons.map(({ name }) => name.length));
  return comparisons
    .map((comparison) => {
      const verdict = passes(comparison) ? 'ok  ' : 'FAIL';
      const error = comparison.error.toExponential(2).padStart(9);
      const limit =
        comparison.tolerance === Infinity ? 'shown only' : `at most ${comparison.tolerance}`;
      return `${verdict} ${comparison.name.padEnd(width)} ${error}  (${limit})`;
    })
    .join('\n');
}
