/** Matrix products in WGSL against sums in double precision, around the sizes of tiles, slices and vectors. */

import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { selectBackend } from '../../../src/tensor/backend';
import { linear, linearMaps } from '../../../src/tensor/linear';
import { KernelRunner } from '../../../src/tensor/webgpu/kernel-runner';
import { matMulKernels } from '../../../src/tensor/webgpu/mat-mul';
import {
  invocationsOf,
  MATRIX_TILES,
  type MatrixTileName,
} from '../../../src/tensor/webgpu/matrix-tile';
import { TileChoices } from '../../../src/tensor/webgpu/tile-choices';
import { expectPlainValues, haveSameBits, normalTensor, valuesOf } from './same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

/** The product of two matrices of each batch, summed in double precision; both as tf.matMul takes them. */
function productOf(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean) {
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const wide = (x: tf.Tensor) => tf.broadcastTo(x, [...outer, ...x.shape.slice(-2)]);
  const [valuesA, valuesB] = tf.tidy(() => [wide(a).dataSync(), wide(b).dataSync()]);
  const [firstA = 0, secondA = 0] = a.shape.slice(-2);
  const [firstB = 0, secondB = 0] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [secondA, firstA] : [firstA, secondA];
  const columns = transposeB ? firstB : secondB;
  const matrices = tf.util.sizeFromShape(outer);
  const product = new Float32Array(matrices * rows * columns);
  for (let at = 0; at < product.length; at++) {
    const column = at % columns;
    const row = Math.floor(at / columns) % rows;
    const matrix = Math.floor(at / columns / rows);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const ofA = transposeA ? k * rows + row : row * inner + k;
      const ofB = transposeB ? column * inner + k : k * columns + column;
      sum +=
        (valuesA?.[matrix * rows * inner + ofA] ?? 0) *
        (valuesB?.[matrix * inner * columns + ofB] ?? 0);
    }
    product[at] = sum;
  }
  return tf.tensor(product, [...outer, rows, columns]);
}

const LAYOUTS = [
  ['NN', false, false],
  ['NT', false, true],
  ['TN', true, false],
  // Nothing here multiplies so, and every kernel takes a software GPU a second: with parity:kernels or WINNOW_LARGE=1.
  ...(inject('large') ? [['TT', true, true] as const] : []),
] as const;

describe.each(LAYOUTS)('%s', (_, transposeA, transposeB) => {
  test.each([
    [1, 1, 1],
    [1, 70, 68],
    [2, 33, 64],
    [3, 40, 132],
    [9, 65, 36],
    [13, 37, 132],
    [16, 48, 20],
    [17, 36, 24],
    [33, 65, 15],
    [64, 64, 16],
    [68, 132, 33],
    [31, 37, 771],
    [20, 24, 1044],
  ])('%i x %i, sums of %i', async (rows, columns, inner) => {
    const random = new Random(rows * 10_000 + columns * 100 + inner);
    const a = normalTensor(random, transposeA ? [inner, rows] : [rows, inner]);
    const b = normalTensor(random, transposeB ? [columns, inner] : [inner, columns]);
    await expectPlainValues(
      () => [tf.matMul(a, b, transposeA, transposeB)],
      () => [productOf(a, b, transposeA, transposeB)],
      1e-5,
    );
    tf.dispose([a, b]);
  });
});

test.each([
  [
    [3, 5, 8],
    [3, 8, 12],
  ],
  [
    [3, 2, 7, 5],
    [3, 2, 5, 9],
  ],
  [
    [4, 6, 8],
    [8, 12],
  ],
  [
    [6, 8],
    [4, 8, 12],
  ],
  [
    [2, 1, 5, 8],
    [1, 3, 8, 4],
  ],
])('batches of [%s] and [%s]', async (shapeA, shapeB) => {
  const random = new Random(shapeA.length);
  const a = normalTensor(random, shapeA);
  const b = normalTensor(random, shapeB);
  await expectPlainValues(
    () => [tf.matMul(a, b)],
    () => [productOf(a, b, false, false)],
    1e-5,
  );
  tf.dispose([a, b]);
});

test('sums over nothing are zero', async () => {
  const [product] = await valuesOf(() => [tf.matMul(tf.ones([2, 0]), tf.ones([0, 3]))]);
  expect(product).toEqual({ shape: [2, 3], values: new Float32Array(6) });
});

describe('a linear map that adds to its residual', () => {
  test.each([
    [3, 36, 40],
    [5, 35, 33],
    [40, 64, 1024],
  ])('%i rows, %i to %i', async (rows, outputs, inputs) => {
    const random = new Random(rows);
    const x = normalTensor(random, [2, rows, inputs]);
    const weight = normalTensor(random, [outputs, inputs]);
    const residual = normalTensor(random, [2, rows, outputs]);
    const along = normalTensor(random, [2, rows, outputs]);
    const withGradients = (map: (...given: tf.Tensor[]) => tf.Tensor) => (): tf.Tensor[] => {
      const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) =>
        tf.sum(tf.mul(map(...given), along)),
      )([x, weight, residual]);
      return [...grads, map(x, weight, residual), value];
    };
    const ours = (a: tf.Tensor, b: tf.Tensor, added: tf.Tensor) => linear(a, b, added);
    const composed = (a: tf.Tensor, b: tf.Tensor, added: tf.Tensor) => tf.add(added, linear(a, b));
    await expectPlainValues(withGradients(ours), withGradients(composed), 1e-5);
    tf.dispose([x, weight, residual, along]);
  });
});

describe('linear maps of one input', () => {
  test.each([
    [3, [36], 40],
    [5, [35, 6], 33],
    [20, [64, 36, 12], 1028],
  ] as const)('%i rows, to %j, of %i', async (rows, outputs, inputs) => {
    const random = new Random(rows);
    const x = normalTensor(random, [2, rows, inputs]);
    const weights = outputs.map((width) => normalTensor(random, [width, inputs]));
    const alongs = outputs.map((width) => normalTensor(random, [2, rows, width]));
    const withGradients =
      (maps: (input: tf.Tensor, ofMaps: tf.Tensor[]) => tf.Tensor[]) => (): tf.Tensor[] => {
        const { value, grads } = tf.valueAndGrads((input: tf.Tensor, ...ofMaps: tf.Tensor[]) =>
          tf.sum(
            tf.stack(
              maps(input, ofMaps).map((product, i) =>
                tf.sum(tf.mul(product, alongs[i] ?? product)),
              ),
            ),
          ),
        )([x, ...weights]);
        return [value, ...grads];
      };
    await expectPlainValues(
      withGradients((input, ofMaps) => linearMaps(input, ofMaps)),
      withGradients((input, ofMaps) => ofMaps.map((weight) => linear(input, weight))),
      1e-5,
    );
    tf.dispose([x, ...weights, ...alongs]);
  });

  test('names a weight that does not fit', () => {
    expect(() => linearMaps(tf.zeros([2, 4]), [tf.zeros([3, 4]), tf.zeros([3, 5])])).toThrow(
      /expected a weight of shape \[outputs, 4\].*found \[3, 5\]/,
    );
  });
});

test('every tile is within the default limits and gives the same bits', async () => {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Expected the WebGPU backend.');
  const runner = new KernelRunner(backend);
  const random = new Random(5);
  const a = normalTensor(random, [70, 37]);
  const b = normalTensor(random, [134, 37]);
  const results = new Map<string, Float32Array>();
  for (const name of Object.keys(MATRIX_TILES) as MatrixTileName[]) {
    const tile = MATRIX_TILES[name];
    expect(invocationsOf(tile)).toBeLessThanOrEqual(256);
    const sharedBytes = 16 * tile.depth * ((tile.rows + tile.columns) / 4 + 2);
    expect(sharedBytes).toBeLessThanOrEqual(16_384);
    const choices = new TileChoices();
    choices.choose('NT small', name);
    const kernel = matMulKernels(runner, choices)['BatchMatMul'];
    if (kernel === undefined) throw new Error('Expected a kernel.');
    const output = kernel({
      inputs: { a, b },
      attrs: { transposeA: false, transposeB: true },
      backend,
    });
    if (Array.isArray(output)) throw new Error('Expected one output.');
    const values = await backend.read(output.dataId);
    if (!(values instanceof Float32Array)) throw new Error('Expected floats.');
    results.set(name, Float32Array.from(values));
    backend.disposeData(output.dataId);
  }
  const [first = new Float32Array(), ...others] = results.values();
  expect(first.some((value) => value !== 0)).toBe(true);
  for (const other of others) expect(haveSameBits(other, first)).toBe(true);
  tf.dispose([a, b]);
});
