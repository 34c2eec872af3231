/** Cross-entropy of rows of logits against their labels, without one-hot rows, and its gradient. */

import { expBelow4, tablePointer, log4 } from './exponential';
import { horizontalSum, loadPart } from './lanes';
import { exponentials, rowMaximum, scale } from './softmax';

/** Sum of `exp(x - shift)` over `count` values. */
function sumOfExponentials(x: usize, count: usize, shift: f32): f32 {
  const constants = tablePointer();
  const shifts = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  const whole = (count & ~3) << 2;
  for (let at: usize = 0; at < whole; at += 16) {
    sum = f32x4.add(sum, expBelow4(f32x4.sub(v128.load(x + at), shifts), constants));
  }
  const rest = count & 3;
  if (rest) {
    sum = f32x4.add(sum, expBelow4(f32x4.sub(loadPart(x + whole, rest, -Infinity), shifts), constants));
  }
  return horizontalSum(sum);
}

/** The place of a row's label among the logits, or -1 where the row has no loss. */
// @ts-ignore: decorator
@inline
function labelOf(label: i32, ignored: i32, vocabulary: usize): isize {
  if (label == ignored || label >= <i32>vocabulary) return -1;
  return max(label, 0);
}

/** Losses `[rows]`, and `[rows, 2]`: the largest logit and the sum of the others' exponentials against it. */
export function crossEntropy(
  logits: usize,
  labels: usize,
  losses: usize,
  statistics: usize,
  rows: usize,
  vocabulary: usize,
  ignored: i32,
): void {
  for (let row: usize = 0; row < rows; row++) {
    const label = labelOf(i32.load(labels + (row << 2)), ignored, vocabulary);
    let loss: f32 = 0;
    let largest: f32 = 0;
    let sum: f32 = 1;
    if (label >= 0) {
      largest = rowMaximum(logits, vocabulary);
      sum = sumOfExponentials(logits, vocabulary, largest);
      const logarithm = f32x4.extract_lane(log4(f32x4.splat(sum)), 0);
      loss = logarithm + (largest - f32.load(logits + (<usize>label << 2)));
    }
    f32.store(losses + (row << 2), loss);
    f32.store(statistics + (row << 3), largest);
    f32.store(statistics + (row << 3), sum, 4);
    logits += vocabulary << 2;
  }
}

/** Gradient of the logits, from the gradient of every row's loss. */
export function crossEntropyGradient(
  gradient: usize,
  logits: usize,
  labels: usize,
  statistics: usize,
  gradientLogits: usize,
  rows: usize,
  vocabulary: usize,
  ignored: i32,
): void {
  for (let row: usize = 0; row < rows; row++) {
    const label = labelOf(i32.load(labels + (row << 2)), ignored, vocabulary);
    if (label >= 0) {
      const weight = f32.load(gradient + (row << 2));
      const largest = f32.load(statistics + (row << 3));
      exponentials(logits, gradientLogits, vocabulary, largest);
      scale(gradientLogits, gradientLogits, vocabulary, weight / f32.load(statistics + (row << 3), 4));
      const place = gradientLogits + (<usize>label << 2);
      f32.store(place, f32.load(place) - weight);
    } else {
      memory.fill(gradientLogits, 0, vocabulary << 2);
    }
    logits += vocabulary << 2;
    gradientLogits += vocabulary << 2;
  }
}
