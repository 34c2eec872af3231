/** One AdamW update in place, and the sum of squares for clipping. */

/** The smaller part of the arithmetic is the caller's: every factor comes ready, see the TypeScript side. */
export function adamwUpdate(
  parameter: usize,
  first: usize,
  second: usize,
  gradient: usize,
  count: usize,
  gradientScale: f32,
  decay: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  rootCorrection: f32,
  stepSize: f32,
  epsilon: f32,
): void {
  let at: usize = 0;
  for (; at < (count & ~3) << 2; at += 16) {
    const g = f32x4.mul(v128.load(gradient + at), f32x4.splat(gradientScale));
    const m = f32x4.add(
      f32x4.mul(v128.load(first + at), f32x4.splat(beta1)),
      f32x4.mul(g, f32x4.splat(rest1)),
    );
    const v = f32x4.add(
      f32x4.mul(v128.load(second + at), f32x4.splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(rest2)),
    );
    v128.store(first + at, m);
    v128.store(second + at, v);
    const root = f32x4.div(f32x4.sqrt(v), f32x4.splat(rootCorrection));
    const step = f32x4.div(
      f32x4.mul(m, f32x4.splat(stepSize)),
      f32x4.add(root, f32x4.splat(epsilon)),
    );
    const kept = f32x4.mul(v128.load(parameter + at), f32x4.splat(decay));
    v128.store(parameter + at, f32x4.sub(kept, step));
  }
  for (; at < count << 2; at += 4) {
    const g = f32.load(gradient + at) * gradientScale;
    const m = f32.load(first + at) * beta1 + g * rest1;
    const v = f32.load(second + at) * beta2 + g * g * rest2;
    f32.store(first + at, m);
    f32.store(second + at, v);
    const step = (m * stepSize) / (sqrt<f32>(v) / rootCorrection + epsilon);
    f32.store(parameter + at, f32.load(parameter + at) * decay - step);
  }
}

/** Sum of the squares of `count` values, added in double precision and stored in single. */
export function sumOfSquares(x: usize, count: usize, sum: usize): void {
  let low = f64x2.splat(0);
  let high = low;
  let at: usize = 0;
  for (; at < (count & ~3) << 2; at += 16) {
    const value = v128.load(x + at);
    const first = f64x2.promote_low_f32x4(value);
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const both = f64x2.add(low, high);
  let total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; at < count << 2; at += 4) {
    const value = <f64>f32.load(x + at);
    total += value * value;
  }
  f32.store(sum, <f32>total);
}
