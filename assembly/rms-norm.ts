/** Root-mean-square normalisation of rows and its gradient. */

import { dotProduct } from './lanes';

/** Normalised rows times the weight, and each row's `1 / sqrt(mean(x²) + epsilon)`. */
export function rmsNorm(
  x: usize,
  weight: usize,
  output: usize,
  inverses: usize,
  rows: usize,
  size: usize,
  epsilon: f32,
): void {
  for (let row: usize = 0; row < rows; row++) {
    const inverse = <f32>1 / sqrt<f32>(dotProduct(x, x, size) / <f32>size + epsilon);
    f32.store(inverses + (row << 2), inverse);
    const factor = f32x4.splat(inverse);
    let at: usize = 0;
    for (; at < (size & ~3) << 2; at += 16) {
      const normal = f32x4.mul(v128.load(x + at), factor);
      v128.store(output + at, f32x4.mul(normal, v128.load(weight + at)));
    }
    for (; at < size << 2; at += 4) {
      f32.store(output + at, f32.load(x + at) * inverse * f32.load(weight + at));
    }
    x += size << 2;
    output += size << 2;
  }
}

/** Gradients of the input and, summed over the rows in order, of the weight. */
export function rmsNormGradient(
  gradient: usize,
  x: usize,
  weight: usize,
  inverses: usize,
  gradientX: usize,
  gradientWeight: usize,
  rows: usize,
  size: usize,
): void {
  memory.fill(gradientWeight, 0, size << 2);
  const whole = (size & ~3) << 2;
  for (let row: usize = 0; row < rows; row++) {
    const inverse = f32.load(inverses + (row << 2));
    let sums = f32x4.splat(0);
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const weighted = f32x4.mul(v128.load(gradient + at), v128.load(weight + at));
      sums = f32x4.add(sums, f32x4.mul(weighted, v128.load(x + at)));
    }
    let sum =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      f32x4.extract_lane(sums, 2) +
      f32x4.extract_lane(sums, 3);
    for (; at < size << 2; at += 4) {
      sum += f32.load(gradient + at) * f32.load(weight + at) * f32.load(x + at);
    }
    const pull = (sum * inverse * inverse) / <f32>size;
    const pulls = f32x4.splat(pull);
    const factor = f32x4.splat(inverse);
    at = 0;
    for (; at < whole; at += 16) {
      const g = v128.load(gradient + at);
      const value = v128.load(x + at);
      const total = f32x4.mul(f32x4.mul(g, value), factor);
      v128.store(gradientWeight + at, f32x4.add(v128.load(gradientWeight + at), total));
      const straight = f32x4.mul(g, v128.load(weight + at));
      v128.store(gradientX + at, f32x4.mul(f32x4.sub(straight, f32x4.mul(value, pulls)), factor));
    }
    for (; at < size << 2; at += 4) {
      const g = f32.load(gradient + at);
      const value = f32.load(x + at);
      f32.store(gradientWeight + at, f32.load(gradientWeight + at) + g * value * inverse);
      f32.store(gradientX + at, (g * f32.load(weight + at) - value * pull) * inverse);
    }
    gradient += size << 2;
    x += size << 2;
    gradientX += size << 2;
  }
}
