/** Weights that stay quantised against their plain dequantisation, around the sizes of their kernels. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { selectBackend } from '../../../src/tensor/backend';
import { embedding } from '../../../src/tensor/embedding';
import { linear } from '../../../src/tensor/linear';
import { QuantisedMatrix } from '../../../src/tensor/quantised-matrix';
import { runnerOf } from '../../../src/tensor/webgpu/running';
import { BLOCK_ELEMENTS, dequantizeQ4_0, dequantizeQ8_0 } from '../../../src/weights/quantization';
import {
  integerBytes,
  QUANTISED_FORMATS,
  quantisedPlanes,
  type QuantisedFormat,
} from '../../../src/weights/quantised-planes';
import { expectPlainValues, normalTensor, valuesOf } from './same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

/** Halves of every kind: subnormal, zero, negative, usual. */
const SCALES = [0x0001, 0x03ff, 0x0400, 0x8000, 0x0000, 0x9c00, 0x2e66, 0xb1aa, 0x3555];

/** Random blocks: every byte occurs, and with it every integer of the format. */
function randomBlocks(format: QuantisedFormat, values: number, random: Random): Uint8Array {
  const bytes = integerBytes(format) + 2;
  const blocks = Uint8Array.from({ length: (values / BLOCK_ELEMENTS) * bytes }, () =>
    Math.floor(random.next() * 256),
  );
  for (let block = 0; block * bytes < blocks.length; block++) {
    const scale = SCALES[Math.floor(random.next() * SCALES.length)] ?? 0;
    blocks[block * bytes] = scale & 0xff;
    blocks[block * bytes + 1] = scale >>> 8;
  }
  return blocks;
}

async function matrixAndFloats(
  format: QuantisedFormat,
  shape: readonly [number, number],
  random: Random,
) {
  const blocks = randomBlocks(format, shape[0] * shape[1], random);
  const bytes = integerBytes(format) + 2;
  const matrix = await QuantisedMatrix.read(format, shape, (start, count) =>
    Promise.resolve(
      quantisedPlanes(
        format,
        blocks.subarray(
          (start / BLOCK_ELEMENTS) * bytes,
          ((start + count) / BLOCK_ELEMENTS) * bytes,
        ),
      ),
    ),
  );
  const dequantise = format === 'Q8_0' ? dequantizeQ8_0 : dequantizeQ4_0;
  return { matrix, floats: tf.tensor(dequantise(blocks), [...shape]) };
}

describe.each(QUANTISED_FORMATS)('%s', (format) => {
  test.each([
    [1, 1, 32],
    [1, 37, 544],
    [2, 64, 96],
    [3, 5, 1056],
    [4, 130, 64],
    [7, 33, 288],
    [11, 37, 544],
    [16, 31, 512],
    [17, 65, 96],
    [33, 130, 64],
    [70, 29, 1056],
  ])('%i rows, %i x %i weights', async (rows, outputs, inputs) => {
    const random = new Random(rows * 1000 + outputs);
    const { matrix, floats } = await matrixAndFloats(format, [outputs, inputs], random);
    const x = normalTensor(random, [rows, inputs]);
    const residual = normalTensor(random, [rows, outputs]);
    const productsAndGradients = (weight: tf.Tensor | QuantisedMatrix) => () => {
      const squares = (input: tf.Tensor, added: tf.Tensor) =>
        tf.sum<tf.Scalar>(tf.square(linear(input, weight, added)));
      return [linear(x, weight), linear(x, weight, residual), ...tf.grads(squares)([x, residual])];
    };
    await expectPlainValues(productsAndGradients(matrix), productsAndGradients(floats), 1e-5);
    matrix.dispose();
    tf.dispose([floats, x, residual]);
  });

  test('rows are the very floats of the plain dequantisation', async () => {
    const random = new Random(11);
    const { matrix, floats } = await matrixAndFloats(format, [67, 96], random);
    const ids = tf.tensor2d([66, 0, 13, 1, 65, 66], [2, 3], 'int32');
    const [found] = await valuesOf(() => [embedding(matrix, ids)]);
    const [expected] = await valuesOf(() => [tf.gather(floats, ids)]);
    expect(found).toEqual(expected);
    const outside = tf.tensor1d([67, -1], 'int32');
    const [zeros] = await valuesOf(() => [matrix.rows(outside)]);
    expect(zeros?.values).toEqual(new Float32Array(2 * 96));
    matrix.dispose();
    tf.dispose([floats, ids, outside]);
  });

  test('a matrix read in parts, with odd counts of rows and of blocks, is whole', async () => {
    const random = new Random(12);
    const shape = [32_773, 32] as const;
    const { matrix, floats } = await matrixAndFloats(format, shape, random);
    const ids = tf.tensor1d([0, 32_766, 32_767, 32_768, 32_772], 'int32');
    const [found] = await valuesOf(() => [matrix.rows(ids)]);
    const [expected] = await valuesOf(() => [tf.gather(floats, ids)]);
    expect(found).toEqual(expected);
    const bytesEach = matrix.bytes / (shape[0] * shape[1]);
    expect(bytesEach).toBeLessThan(format === 'Q8_0' ? 1.0626 : 0.5626);
    matrix.dispose();
    tf.dispose([floats, ids]);
  });
});

test('every tensor and buffer goes with the matrix', async () => {
  const runner = runnerOf(tf.backend());
  if (runner === undefined) throw new Error('Expected our kernels.');
  const tensors = tf.memory().numTensors;
  const bytes = runner.backend.memory().numBytesInGPU;
  const { matrix, floats } = await matrixAndFloats('Q8_0', [6, 32], new Random(1));
  floats.dispose();
  expect(runner.backend.memory().numBytesInGPU - bytes).toBe(matrix.bytes);
  matrix.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
  expect(runner.backend.memory().numBytesInGPU).toBe(bytes);
});

test('a failed read leaves nothing behind', async () => {
  const tensors = tf.memory().numTensors;
  const broken = Uint8Array.from({ length: 34 }, () => 255);
  const read = QuantisedMatrix.read('Q8_0', [1, 32], () =>
    Promise.resolve().then(() => quantisedPlanes('Q8_0', broken)),
  );
  await expect(read).rejects.toThrow('expected finite scales');
  expect(tf.memory().numTensors).toBe(tensors);
});
