/** The training curve of a run: every update in the mean, few points in the record. */

import type { LossPoint } from './snapshot';

/** Points a curve has at most; enough for a chart as wide as a screen. */
const MOST_POINTS = 300;

/** Updates that one point of the curve stands for. */
export function curveInterval(totalUpdates: number): number {
  return Math.max(1, Math.ceil(totalUpdates / MOST_POINTS));
}

/**
 * The curve after one more update. A point is the mean loss of `interval` updates; the last point
 * grows until it holds that many, so the curve is a function of the losses alone and a resumed run
 * draws the same one.
 */
export function extendCurve(
  curve: readonly LossPoint[],
  update: number,
  loss: number,
  interval: number,
): readonly LossPoint[] {
  const held = (update - 1) % interval;
  const last = curve.at(-1);
  if (held === 0 || last === undefined) return [...curve, { update, loss }];
  return [...curve.slice(0, -1), { update, loss: (last.loss * held + loss) / (held + 1) }];
}
