/** The training curve of a run: every update in the mean, few points in the record. */

import type { TrainingPoint } from './snapshot';

/** Points a curve has at most; enough for a chart as wide as a screen. */
const MOST_POINTS = 300;

/** Updates that one point of the curve stands for. */
export function curveInterval(totalUpdates: number): number {
  return Math.max(1, Math.ceil(totalUpdates / MOST_POINTS));
}

/**
 * The curve after one more update. A point is the mean loss, gradient norm and speed of `interval` updates, the
 * last learning rate and the most memory; the last point grows until it holds that many, so the curve is,
 * but for speed and memory, a function of the updates alone and a resumed run draws the same one. A skipped update, whose loss or gradient was not finite,
 * has no part in it: no mean outlives it, and no file of a study can hold it.
 */
export function extendCurve(
  curve: readonly TrainingPoint[],
  point: Required<TrainingPoint>,
  interval: number,
): readonly TrainingPoint[] {
  const held = (point.update - 1) % interval;
  const last = curve.at(-1);
  const begins = last === undefined || last.update < point.update - held;
  if (!Number.isFinite(point.loss) || !Number.isFinite(point.gradientNorm)) {
    return begins ? curve : [...curve.slice(0, -1), { ...last, update: point.update }];
  }
  if (begins) return [...curve, point];
  const mean = (before: number | undefined, value: number): number =>
    before === undefined ? value : (before * held + value) / (held + 1);
  const { gradientNorm, learningRate, tokensPerSecond, memoryBytes } = point;
  return [
    ...curve.slice(0, -1),
    {
      update: point.update,
      loss: mean(last.loss, point.loss),
      learningRate,
      gradientNorm: mean(last.gradientNorm, gradientNorm),
      tokensPerSecond: mean(last.tokensPerSecond, tokensPerSecond),
      memoryBytes: Math.max(last.memoryBytes ?? 0, memoryBytes),
    },
  ];
}
