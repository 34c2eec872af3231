/** Sums of rows by segment, in row order: the gradient of looking rows up. */

/** `sums[ids[row]] += x[row]`; rows with an id outside `0..segments - 1` are left out. */
export function segmentSum(
  x: usize,
  ids: usize,
  sums: usize,
  rows: usize,
  size: usize,
  segments: usize,
): void {
  memory.fill(sums, 0, (segments * size) << 2);
  const whole = (size & ~3) << 2;
  for (let row: usize = 0; row < rows; row++) {
    const id = i32.load(ids + (row << 2));
    if (id >= 0 && id < <i32>segments) {
      const sum = sums + ((<usize>id * size) << 2);
      let at: usize = 0;
      for (; at < whole; at += 16) {
        v128.store(sum + at, f32x4.add(v128.load(sum + at), v128.load(x + at)));
      }
      for (; at < size << 2; at += 4) {
        f32.store(sum + at, f32.load(sum + at) + f32.load(x + at));
      }
    }
    x += size << 2;
  }
}
