/** Softmax of rows, and the elementwise exponential and logarithm. */

import { exp4, expBelow4, tablePointer, log4 } from './exponential';
import { horizontalMaximum, horizontalSum, loadPart, storePart } from './lanes';

/** Largest of `count` values, those that are NaN left out; -infinity for none. */
export function rowMaximum(x: usize, count: usize): f32 {
  let largest = f32x4.splat(-Infinity);
  const whole = count & ~3;
  for (let i: usize = 0; i < whole; i += 4) largest = f32x4.pmax(largest, v128.load(x + (i << 2)));
  if (whole < count) {
    largest = f32x4.pmax(largest, loadPart(x + (whole << 2), count - whole, -Infinity));
  }
  return horizontalMaximum(largest);
}

/** Writes `exp(x - shift)`, the shift at least every x, and returns its sum. */
export function exponentials(x: usize, y: usize, count: usize, shift: f32): f32 {
  const constants = tablePointer();
  const shifts = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  const whole = count & ~3;
  for (let i: usize = 0; i < whole; i += 4) {
    const value = expBelow4(f32x4.sub(v128.load(x + (i << 2)), shifts), constants);
    v128.store(y + (i << 2), value);
    sum = f32x4.add(sum, value);
  }
  if (whole < count) {
    const at = whole << 2;
    const value = expBelow4(f32x4.sub(loadPart(x + at, count - whole, -Infinity), shifts), constants);
    storePart(y + at, value, count - whole);
    sum = f32x4.add(sum, value);
  }
  return horizontalSum(sum);
}

/** `y = x * factor`; both may be the same place. */
export function scale(x: usize, y: usize, count: usize, factor: f32): void {
  const factors = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < (count & ~3) << 2; at += 16) {
    v128.store(y + at, f32x4.mul(v128.load(x + at), factors));
  }
  for (; at < count << 2; at += 4) f32.store(y + at, f32.load(x + at) * factor);
}

/** Softmax of one row; `x` and `y` may be the same place. */
export function softmaxRow(x: usize, y: usize, count: usize): void {
  const sum = exponentials(x, y, count, rowMaximum(x, count));
  scale(y, y, count, 1 / sum);
}

/** `y = e^x` elementwise. */
export function exponential(x: usize, y: usize, count: usize): void {
  const constants = tablePointer();
  const whole = count & ~3;
  for (let i: usize = 0; i < whole; i += 4) {
    v128.store(y + (i << 2), exp4(v128.load(x + (i << 2)), constants));
  }
  const at = whole << 2;
  if (whole < count) {
    storePart(y + at, exp4(loadPart(x + at, count - whole, 0), constants), count - whole);
  }
}

/** `y = ln x` elementwise. */
export function logarithm(x: usize, y: usize, count: usize): void {
  const whole = count & ~3;
  for (let i: usize = 0; i < whole; i += 4) {
    v128.store(y + (i << 2), log4(v128.load(x + (i << 2))));
  }
  const at = whole << 2;
  if (whole < count) {
    storePart(y + at, log4(loadPart(x + at, count - whole, 1)), count - whole);
  }
}
