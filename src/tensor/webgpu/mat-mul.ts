/** tf.matMul on the WebGPU backend: a product in tiles, equally fast in every transposition, with bits that never vary. */

import * as tf from '@tensorflow/tfjs-core';
import { input } from '../kernel-inputs';
import { columnsOfGroup, FEW_ROWS, fewRowsKernel, rowsOfGroup } from './few-rows-product';
import type { KernelRunner } from './kernel-runner';
import { MATRIX_TILES, productSize, type ProductClass, type ProductLayout } from './matrix-tile';
import { isFloats, isOuterContiguous, type Operand } from './operand';
import type { Kernels } from './register';
import { SLICE_SUM_INVOCATIONS, sliceSumKernel, tiledProductKernel } from './tiled-product';
import type { TileChoices } from './tile-choices';

/** Workgroups along z. */
const MAXIMUM_MATRICES = 65_535;

/** A factor: where it is, how it is stored, and its matrices' distance in elements (0 for one that all share). */
export interface Factor {
  readonly operand: Operand;
  readonly tensors: readonly tf.TensorInfo[];
  readonly start: number;
  readonly stride: number;
}

/** `output[matrices, rows, columns] = a · b (+ residual)`, the sums over `inner`. */
export interface Product {
  readonly layout: ProductLayout;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly matrices: number;
  readonly a: Factor;
  readonly b: Factor;
  readonly residual: tf.TensorInfo | null;
  readonly output: tf.TensorInfo;
  /** First element of the output to write. */
  readonly outputStart: number;
}

export function productClass({ layout, matrices, rows, columns }: Product): ProductClass {
  return `${layout} ${productSize(rows, matrices * rows * columns)}`;
}

/**
 * Into how many parts the inner size is cut, so that small outputs with a long inner size fill a GPU
 * too. It follows from the sizes alone, never from the device: it decides the order of sums.
 */
export function slicesOf({ rows, columns, inner, matrices }: Product): number {
  const tiles = matrices * Math.ceil(rows / 64) * Math.ceil(columns / 64);
  return Math.max(1, Math.min(8, Math.floor(128 / tiles), Math.floor(inner / 256)));
}

/** Records a product. */
export function recordProduct(runner: KernelRunner, choices: TileChoices, product: Product): void {
  const { a, b, rows, columns, inner, matrices, residual } = product;
  if (
    matrices === 1 &&
    rows <= FEW_ROWS &&
    product.outputStart + a.start + b.start === 0 &&
    a.operand.storage === 'inner' &&
    a.operand.vectors &&
    !isOuterContiguous(b.operand.storage) &&
    b.operand.vectors
  ) {
    const few = {
      storage: b.operand.storage,
      rows: rowsOfGroup(rows),
      residual: residual !== null,
    };
    runner.run(
      fewRowsKernel(few),
      [...a.tensors, ...b.tensors, ...(residual ? [residual] : []), product.output],
      { rows, columns, inner },
      [Math.ceil(columns / columnsOfGroup(few)), Math.ceil(rows / few.rows)],
    );
    return;
  }
  const slices = product.outputStart === 0 ? slicesOf(product) : 1;
  if (slices > 1) {
    recordSliced(runner, choices, product, slices);
    return;
  }
  for (let first = 0; first < matrices; first += MAXIMUM_MATRICES) {
    recordTiles(runner, choices, product, {
      first,
      count: Math.min(MAXIMUM_MATRICES, matrices - first),
      slices: 1,
      sliceInner: inner,
    });
  }
}

function recordSliced(
  runner: KernelRunner,
  choices: TileChoices,
  product: Product,
  slices: number,
): void {
  const { output, residual, inner, matrices, rows, columns } = product;
  // Whole tiles of every depth, so that no slice begins within one.
  const sliceInner = Math.ceil(inner / slices / 32) * 32;
  const count = Math.ceil(inner / sliceInner);
  const parts = runner.output([count, matrices, rows, columns]);
  const unsummed = { ...product, output: parts, residual: null };
  recordTiles(runner, choices, unsummed, { first: 0, count: matrices, slices: count, sliceInner });
  const size = matrices * rows * columns;
  const vectors = size % 4 === 0;
  const items = vectors ? size / 4 : size;
  const groups = Math.ceil(items / SLICE_SUM_INVOCATIONS);
  const across = Math.min(groups, 32_768);
  runner.run(
    sliceSumKernel(vectors, residual !== null),
    [parts, ...(residual ? [residual] : []), output],
    { size: items, count, across },
    [across, Math.ceil(groups / across)],
  );
  runner.backend.disposeData(parts.dataId);
}

function recordTiles(
  runner: KernelRunner,
  choices: TileChoices,
  product: Product,
  part: { first: number; count: number; slices: number; sliceInner: number },
): void {
  const { a, b, rows, columns, inner, residual, output } = product;
  const tile = MATRIX_TILES[choices.tileOf(productClass(product))];
  const vectors = columns % 4 === 0;
  const place = ({ operand: { name, storage }, start, stride }: Factor) =>
    isFloats(storage)
      ? { [`${name}Start`]: start + part.first * stride, [`${name}Stride`]: stride }
      : {};
  runner.run(
    tiledProductKernel({
      tile,
      a: a.operand,
      b: b.operand,
      vectors,
      residual: residual !== null,
    }),
    [...a.tensors, ...b.tensors, ...(residual ? [residual] : []), output],
    {
      rows,
      columns,
      inner,
      matrices: part.count,
      sliceInner: part.sliceInner,
      outputStart: product.outputStart + part.first * rows * columns,
      ...place(a),
      ...place(b),
    },
    [Math.ceil(columns / tile.columns), Math.ceil(rows / tile.rows), part.count * part.slices],
  );
}

/**
 * `BatchMatMul` in place of tfjs's, for float32 tensors, their batch dimensions broadcast; and
 * `MatMulResidual`, the same plus a `residual` of the output's shape.
 */
export function matMulKernels(runner: KernelRunner, choices: TileChoices): Kernels {
  const kernel =
    (residualName: string | null): tf.KernelFunc =>
    ({ inputs, attrs }) =>
      matMul(
        runner,
        choices,
        { a: input(inputs, 'a'), b: input(inputs, 'b') },
        { a: attrs?.['transposeA'] === true, b: attrs?.['transposeB'] === true },
        residualName === null ? null : input(inputs, residualName),
      );
  return { BatchMatMul: kernel(null), MatMulResidual: kernel('residual') };
}

function matMul(
  runner: KernelRunner,
  choices: TileChoices,
  { a, b }: { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo },
  transposed: { readonly a: boolean; readonly b: boolean },
  residual: tf.TensorInfo | null,
): tf.TensorInfo {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') {
    throw new Error(`matMul: expected float32 tensors, found ${a.dtype} and ${b.dtype}.`);
  }
  const [rowsA = 1, columnsA = 1] = a.shape.slice(-2);
  const [rowsB = 1, columnsB = 1] = b.shape.slice(-2);
  const [rows, inner] = transposed.a ? [columnsA, rowsA] : [rowsA, columnsA];
  const [columns, depth] = transposed.b ? [rowsB, columnsB] : [columnsB, rowsB];
  if (inner !== depth) {
    throw new Error(
      `matMul: expected equal inner sizes, found ${inner} and ${depth} in [${a.shape.join(', ')}]${transposed.a ? 'ᵀ' : ''} times [${b.shape.join(', ')}]${transposed.b ? 'ᵀ' : ''}.`,
    );
  }
  const outerA = a.shape.slice(0, -2);
  const outerB = b.shape.slice(0, -2);
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
  const shape = [...outer, rows, columns];
  const size = tf.util.sizeFromShape(shape);
  if (size === 0 || inner === 0) {
    return runner.backend.makeTensorInfo(shape, 'float32', new Float32Array(size));
  }
  const output = runner.output(shape);
  const layout: ProductLayout = `${transposed.a ? 'T' : 'N'}${transposed.b ? 'T' : 'N'}`;
  const factorA = (start: number, stride: number): Factor => ({
    operand: {
      name: 'a',
      storage: transposed.a ? 'outer' : 'inner',
      vectors: columnsA % 4 === 0,
    },
    tensors: [a],
    start,
    stride,
  });
  const factorB = (start: number, stride: number): Factor => ({
    operand: {
      name: 'b',
      storage: transposed.b ? 'inner' : 'outer',
      vectors: columnsB % 4 === 0,
    },
    tensors: [b],
    start,
    stride,
  });
  const sizes = { layout, columns, inner, residual, output };
  const batch = tf.util.sizeFromShape(outer);
  const batchA = tf.util.sizeFromShape(outerA);
  const batchB = tf.util.sizeFromShape(outerB);
  const record = (product: Product) => recordProduct(runner, choices, product);
  if (batchA === batch && batchB === 1 && !transposed.a) {
    // One product with the rows of all matrices.
    const all = { rows: batch * rows, matrices: 1, outputStart: 0 };
    record({ ...sizes, ...all, a: factorA(0, 0), b: factorB(0, 0) });
  } else if ((batchA === batch || batchA === 1) && (batchB === batch || batchB === 1)) {
    const nextA = batchA === 1 ? 0 : rows * inner;
    const nextB = batchB === 1 ? 0 : inner * columns;
    const all = { rows, matrices: batch, outputStart: 0 };
    record({ ...sizes, ...all, a: factorA(0, nextA), b: factorB(0, nextB) });
  } else {
    const strides = tf.util.computeStrides(outer);
    for (let matrix = 0; matrix < batch; matrix++) {
      const place = tf.util.indexToLoc(matrix, outer.length, strides);
      const startA = broadcastIndex(place, outerA) * rows * inner;
      const startB = broadcastIndex(place, outerB) * inner * columns;
      const one = { rows, matrices: 1, outputStart: matrix * rows * columns };
      record({ ...sizes, ...one, a: factorA(startA, 0), b: factorB(startB, 0) });
    }
  }
  return output;
}

/** The flat index in `shape` of a place in the shape it is broadcast to. */
function broadcastIndex(place: readonly number[], shape: readonly number[]): number {
  const skipped = place.length - shape.length;
  return shape.reduce(
    (index, size, axis) => index * size + (size === 1 ? 0 : (place[axis + skipped] ?? 0)),
    0,
  );
}
