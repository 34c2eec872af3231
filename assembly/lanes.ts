/** Loading and storing the last one to three values of a row, and sums and maxima over four lanes. */

/** The `count` (1 to 3) values at `pointer`, the other lanes filled with `rest`. */
export function loadPart(pointer: usize, count: usize, rest: f32): v128 {
  let x = f32x4.replace_lane(f32x4.splat(rest), 0, f32.load(pointer));
  if (count > 1) x = f32x4.replace_lane(x, 1, f32.load(pointer, 4));
  if (count > 2) x = f32x4.replace_lane(x, 2, f32.load(pointer, 8));
  return x;
}

/** Stores the first `count` (1 to 3) lanes. */
export function storePart(pointer: usize, x: v128, count: usize): void {
  f32.store(pointer, f32x4.extract_lane(x, 0));
  if (count > 1) f32.store(pointer, f32x4.extract_lane(x, 1), 4);
  if (count > 2) f32.store(pointer, f32x4.extract_lane(x, 2), 8);
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function horizontalSum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Largest of the four lanes; NaN where one is. */
// @ts-ignore: decorator
@inline
export function horizontalMaximum(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** `sum(a * b)` over `count` values. */
export function dotProduct(a: usize, b: usize, count: usize): f32 {
  let low = f32x4.splat(0);
  let high = low;
  let at: usize = 0;
  const even = (count & ~7) << 2;
  for (; at < even; at += 32) {
    low = f32x4.add(low, f32x4.mul(v128.load(a + at), v128.load(b + at)));
    high = f32x4.add(high, f32x4.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
  }
  let sum = horizontalSum(f32x4.add(low, high));
  for (; at < count << 2; at += 4) sum += f32.load(a + at) * f32.load(b + at);
  return sum;
}
