/** Matrix products on packed panels, for every transposition and any row stride (Goto and van de Geijn 2008). */

import { dotProduct } from './lanes';
import { packColumns, packColumnsTransposed, packRows, packRowsTransposed } from './packing';

/** Depth of one packed block: an 8-column panel of it (8 KiB) stays in the first-level cache. */
const BLOCK_DEPTH: usize = 256;
/** Columns of one packed block: the block (256 KiB) stays in the second-level cache. */
const BLOCK_COLUMNS: usize = 256;

/** Stores, or adds, the leading 8 columns of one row of a tile. */
// @ts-ignore: decorator
@inline
function storeRow(c: usize, left: v128, right: v128, accumulate: bool): void {
  if (accumulate) {
    v128.store(c, f32x4.add(v128.load(c), left));
    v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
  } else {
    v128.store(c, left);
    v128.store(c, right, 16);
  }
}

/** One 4x8 tile of the product of a packed row panel and a packed column panel. */
function multiplyTile(
  a: usize,
  b: usize,
  depth: usize,
  c: usize,
  stride: usize,
  accumulate: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const evenEnd = b + ((depth & ~1) << 5);
  while (b < evenEnd) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let row = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(row, b0));
    c01 = f32x4.add(c01, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(row, b0));
    c11 = f32x4.add(c11, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(row, b0));
    c21 = f32x4.add(c21, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(row, b0));
    c31 = f32x4.add(c31, f32x4.mul(row, b1));
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    row = v128.load32_splat(a, 16);
    c00 = f32x4.add(c00, f32x4.mul(row, b0));
    c01 = f32x4.add(c01, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 20);
    c10 = f32x4.add(c10, f32x4.mul(row, b0));
    c11 = f32x4.add(c11, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 24);
    c20 = f32x4.add(c20, f32x4.mul(row, b0));
    c21 = f32x4.add(c21, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 28);
    c30 = f32x4.add(c30, f32x4.mul(row, b0));
    c31 = f32x4.add(c31, f32x4.mul(row, b1));
    a += 32;
    b += 64;
  }
  if (depth & 1) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let row = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(row, b0));
    c01 = f32x4.add(c01, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(row, b0));
    c11 = f32x4.add(c11, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(row, b0));
    c21 = f32x4.add(c21, f32x4.mul(row, b1));
    row = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(row, b0));
    c31 = f32x4.add(c31, f32x4.mul(row, b1));
  }
  storeRow(c, c00, c01, accumulate);
  storeRow(c + stride, c10, c11, accumulate);
  storeRow(c + 2 * stride, c20, c21, accumulate);
  storeRow(c + 3 * stride, c30, c31, accumulate);
}

/** Moves the part of a finished edge tile (4 rows of 32 bytes) that lies inside the matrix. */
function storeEdge(
  tile: usize,
  c: usize,
  stride: usize,
  rows: usize,
  columns: usize,
  accumulate: bool,
): void {
  for (let i: usize = 0; i < rows; i++) {
    const from = tile + (i << 5);
    const to = c + i * stride;
    for (let j: usize = 0; j < columns << 2; j += 4) {
      const value = f32.load(from + j);
      f32.store(to + j, accumulate ? f32.load(to + j) + value : value);
    }
  }
}

/** Bytes of scratch that {@link multiply} needs for a product `columns` wide. */
export function multiplyScratchBytes(columns: usize): usize {
  const panels = (min(columns, BLOCK_COLUMNS) + 7) >> 3;
  return 128 + (BLOCK_DEPTH << 4) + ((panels * BLOCK_DEPTH) << 5);
}

/**
 * `C = A·B`, strides in values between rows as stored.
 *
 * A is `[m, k]`, or `[k, m]` when `transposeA`; B is `[k, n]`, or `[n, k]` when `transposeB`; C is `[m, n]`.
 */
export function multiply(
  a: usize,
  strideA: usize,
  transposeA: bool,
  b: usize,
  strideB: usize,
  transposeB: bool,
  c: usize,
  strideC: usize,
  m: usize,
  n: usize,
  k: usize,
  scratch: usize,
): void {
  strideA <<= 2;
  strideB <<= 2;
  strideC <<= 2;
  if (k == 0) {
    for (let i: usize = 0; i < m; i++) memory.fill(c + i * strideC, 0, n << 2);
    return;
  }
  if (m < 4 && !transposeB) {
    const step = transposeA ? strideA : 4;
    const next = transposeA ? <usize>4 : strideA;
    for (let i: usize = 0; i < m; i++) {
      multiplyRow(a + i * next, step, b, strideB, c + i * strideC, n, k);
    }
    return;
  }
  if (m < 4 && !transposeA) {
    for (let i: usize = 0; i < m; i++) {
      multiplyRowTransposed(a + i * strideA, b, strideB, c + i * strideC, n, k);
    }
    return;
  }
  const edge = scratch;
  const packedA = edge + 128;
  const packedB = packedA + (BLOCK_DEPTH << 4);
  for (let column: usize = 0; column < n; column += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - column);
    for (let first: usize = 0; first < k; first += BLOCK_DEPTH) {
      const depth = min(BLOCK_DEPTH, k - first);
      const accumulate = first > 0;
      if (transposeB) {
        packColumnsTransposed(b + column * strideB + (first << 2), strideB, depth, columns, packedB);
      } else {
        packColumns(b + first * strideB + (column << 2), strideB, depth, columns, packedB);
      }
      for (let i: usize = 0; i < m; i += 4) {
        const rows = min(<usize>4, m - i);
        if (transposeA) {
          packRowsTransposed(a + first * strideA + (i << 2), strideA, depth, rows, packedA);
        } else {
          packRows(a + i * strideA + (first << 2), strideA, depth, rows, packedA);
        }
        const target = c + i * strideC + (column << 2);
        for (let j: usize = 0; j < columns; j += 8) {
          const panel = packedB + j * (depth << 2);
          if (rows == 4 && j + 8 <= columns) {
            multiplyTile(packedA, panel, depth, target + (j << 2), strideC, accumulate);
          } else {
            multiplyTile(packedA, panel, depth, edge, 32, false);
            const width = min(<usize>8, columns - j);
            storeEdge(edge, target + (j << 2), strideC, rows, width, accumulate);
          }
        }
      }
    }
  }
}

/** One row times a row-major `[k, n]` matrix; `step` is the distance in bytes between the row's values. */
function multiplyRow(
  a: usize,
  step: usize,
  b: usize,
  strideB: usize,
  c: usize,
  n: usize,
  k: usize,
): void {
  let j: usize = 0;
  for (; j + 16 <= n; j += 16) {
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    let value = a;
    let row = b + (j << 2);
    for (let p: usize = 0; p < k; p++) {
      const x = v128.load32_splat(value);
      c0 = f32x4.add(c0, f32x4.mul(x, v128.load(row)));
      c1 = f32x4.add(c1, f32x4.mul(x, v128.load(row, 16)));
      c2 = f32x4.add(c2, f32x4.mul(x, v128.load(row, 32)));
      c3 = f32x4.add(c3, f32x4.mul(x, v128.load(row, 48)));
      value += step;
      row += strideB;
    }
    v128.store(c + (j << 2), c0);
    v128.store(c + (j << 2), c1, 16);
    v128.store(c + (j << 2), c2, 32);
    v128.store(c + (j << 2), c3, 48);
  }
  for (; j + 4 <= n; j += 4) {
    let sum = f32x4.splat(0);
    for (let p: usize = 0; p < k; p++) {
      const x = v128.load32_splat(a + p * step);
      sum = f32x4.add(sum, f32x4.mul(x, v128.load(b + p * strideB + (j << 2))));
    }
    v128.store(c + (j << 2), sum);
  }
  for (; j < n; j++) {
    let sum: f32 = 0;
    for (let p: usize = 0; p < k; p++) {
      sum += f32.load(a + p * step) * f32.load(b + p * strideB + (j << 2));
    }
    f32.store(c + (j << 2), sum);
  }
}

/** One contiguous row times a matrix stored transposed, `[n, k]`. */
function multiplyRowTransposed(
  a: usize,
  b: usize,
  strideB: usize,
  c: usize,
  n: usize,
  k: usize,
): void {
  for (let j: usize = 0; j < n; j++) {
    f32.store(c + (j << 2), dotProduct(a, b + j * strideB, k));
  }
}

/** {@link multiply} for `batch` matrices that lie the given numbers of values apart. */
export function multiplyBatch(
  a: usize,
  strideA: usize,
  transposeA: bool,
  nextA: usize,
  b: usize,
  strideB: usize,
  transposeB: bool,
  nextB: usize,
  c: usize,
  nextC: usize,
  m: usize,
  n: usize,
  k: usize,
  batch: usize,
  scratch: usize,
): void {
  for (let i: usize = 0; i < batch; i++) {
    multiply(a, strideA, transposeA, b, strideB, transposeB, c, n, m, n, k, scratch);
    a += nextA << 2;
    b += nextB << 2;
    c += nextC << 2;
  }
}
