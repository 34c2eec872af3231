/** Copying blocks of a matrix into panels, so that the inner loop of a product reads memory in order. */

/** Packs columns of a row-major `[depth, columns]` block into panels of 8 columns, zeros past the end. */
export function packColumns(source: usize, stride: usize, depth: usize, columns: usize, target: usize): void {
  for (let column: usize = 0; column < columns; column += 8) {
    let from = source + (column << 2);
    const width = columns - column;
    const end = target + (depth << 5);
    if (width >= 8) {
      while (target < end) {
        v128.store(target, v128.load(from));
        v128.store(target, v128.load(from, 16), 16);
        from += stride;
        target += 32;
      }
    } else {
      while (target < end) {
        for (let i: usize = 0; i < 8; i++) {
          f32.store(target + (i << 2), i < width ? f32.load(from + (i << 2)) : 0);
        }
        from += stride;
        target += 32;
      }
    }
  }
}

/** The 4x4 block of rows `source + i * stride`, transposed, its columns stored `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(source: usize, stride: usize, target: usize, step: usize): void {
  const r0 = v128.load(source);
  const r1 = v128.load(source + stride);
  const r2 = v128.load(source + 2 * stride);
  const r3 = v128.load(source + 3 * stride);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(target + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(target + 2 * step, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(target + 3 * step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** Packs `rows` (at most `width`) contiguous rows of `depth` values so that each depth's values are neighbours. */
// @ts-ignore: decorator
@inline
function interleaveRows(
  source: usize,
  stride: usize,
  depth: usize,
  rows: usize,
  width: usize,
  target: usize,
): void {
  const step = width << 2;
  for (let row: usize = 0; row < width; row += 4) {
    const from = source + row * stride;
    const to = target + (row << 2);
    let k: usize = 0;
    if (row + 4 <= rows) {
      for (; k + 4 <= depth; k += 4) transpose4(from + (k << 2), stride, to + k * step, step);
    }
    for (; k < depth; k++) {
      for (let i: usize = 0; i < 4; i++) {
        f32.store(
          to + k * step + (i << 2),
          row + i < rows ? f32.load(from + i * stride + (k << 2)) : 0,
        );
      }
    }
  }
}

/** Packs columns of a block stored transposed, `[columns, depth]`, into panels of 8 columns. */
export function packColumnsTransposed(
  source: usize,
  stride: usize,
  depth: usize,
  columns: usize,
  target: usize,
): void {
  for (let column: usize = 0; column < columns; column += 8) {
    interleaveRows(source + column * stride, stride, depth, columns - column, 8, target);
    target += depth << 5;
  }
}

/** Packs up to 4 rows of a row-major `[rows, depth]` block into one panel. */
export function packRows(source: usize, stride: usize, depth: usize, rows: usize, target: usize): void {
  interleaveRows(source, stride, depth, rows, 4, target);
}

/** Packs up to 4 rows of a block stored transposed, `[depth, rows]`, into one panel. */
export function packRowsTransposed(
  source: usize,
  stride: usize,
  depth: usize,
  rows: usize,
  target: usize,
): void {
  const end = target + (depth << 4);
  if (rows >= 4) {
    while (target < end) {
      v128.store(target, v128.load(source));
      source += stride;
      target += 16;
    }
  } else {
    while (target < end) {
      for (let i: usize = 0; i < 4; i++) {
        f32.store(target + (i << 2), i < rows ? f32.load(source + (i << 2)) : 0);
      }
      source += stride;
      target += 16;
    }
  }
}
