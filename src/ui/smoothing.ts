/** Smooths a curve for the eye: an exponential moving average without the bias of its start. */

import type { LossPoint } from '../study/snapshot';

/**
 * The moving average of a curve, with the correction for few points of Adam (Kingma and Ba 2015); points that are not
 * finite are left out.
 *
 * @param weight how much of the average before stays in every point, 0 (the curve itself) to below 1
 */
export function smoothed(curve: readonly LossPoint[], weight: number): LossPoint[] {
  let sum = 0;
  let left = 1;
  return curve
    .filter(({ loss }) => Number.isFinite(loss))
    .map(({ update, loss }) => {
      sum = weight * sum + (1 - weight) * loss;
      left *= weight;
      return { update, loss: sum / (1 - left) };
    });
}
