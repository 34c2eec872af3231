/** Looking up slices of a tensor along one axis. */

/**
 * Copies slices of `bytes` from `[outer, size, bytes]` to `[outer, count, bytes]` by index.
 *
 * @returns the number of indices before the first one outside `0..size - 1`, or `count` when there is none;
 * nothing is copied in the first case
 */
export function gather(
  x: usize,
  indices: usize,
  output: usize,
  outer: usize,
  size: usize,
  count: usize,
  bytes: usize,
): usize {
  for (let i: usize = 0; i < count; i++) {
    const index = i32.load(indices + (i << 2));
    if (index < 0 || index >= <i32>size) return i;
  }
  for (let o: usize = 0; o < outer; o++) {
    for (let i: usize = 0; i < count; i++) {
      const index = <usize>i32.load(indices + (i << 2));
      memory.copy(output, x + index * bytes, bytes);
      output += bytes;
    }
    x += size * bytes;
  }
  return count;
}
