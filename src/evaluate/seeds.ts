/** One measurement over several seeds: its mean, and the interval that so few of them allow. */

import type { Interval } from './statistics';

/** The 97.5 % points of Student's t distribution by degrees of freedom, from 1 (Student, Biometrika 6 (1908)). */
const STUDENT_T = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788,
  2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093,
] as const;

/** Most seeds there is a table for. */
export const MOST_SEEDS = STUDENT_T.length + 1;

/**
 * Mean of independent measurements with its two-sided 95 % interval by Student's t.
 *
 * @returns null as interval for a single measurement, which says nothing of the spread
 * @throws RangeError for no measurement, or more than the table has
 */
export function meanOverSeeds(values: readonly number[]): {
  readonly mean: number;
  readonly interval: Interval | null;
} {
  const { length } = values;
  if (length === 0 || length > MOST_SEEDS) {
    throw new RangeError(`Expected 1 to ${MOST_SEEDS} measurements, found ${length}.`);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const t = STUDENT_T[length - 2];
  if (t === undefined) return { mean, interval: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (length - 1);
  const reach = t * Math.sqrt(variance / length);
  return { mean, interval: { low: mean - reach, high: mean + reach } };
}
