/** Holds a computation with our WGSL kernels to its composition of stock operations, on one WebGPU device. */

import * as tf from '@tensorflow/tfjs-core';
import { expect, TestRunner } from 'vitest';
import type { Random } from '../../../src/data/random';
import { assertDeviceSound } from '../../../src/tensor/device-trouble';

/** So many reproducible values, roughly normal. */
export function normalTensor(random: Random, shape: readonly number[], scale = 1): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const values = Float32Array.from({ length: size }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.next();
    return sum * scale;
  });
  return tf.tensor(values, [...shape]);
}

/** The values of what a computation gives; checks that it leaves no tensor behind and that the GPU took every command. */
export async function valuesOf(
  compute: () => tf.Tensor[],
): Promise<{ readonly shape: number[]; readonly values: Float32Array }[]> {
  const before = tf.memory().numTensors;
  const tensors = tf.tidy(compute);
  const results = await Promise.all(
    tensors.map(async (tensor) => ({
      shape: [...tensor.shape],
      values: Float32Array.from(await tensor.data()),
    })),
  );
  tf.dispose(tensors);
  assertDeviceSound();
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
  return results;
}

/**
 * Every result within `tolerance` of the reference's, relative to its largest value.
 *
 * @returns the largest error found, in the same measure
 */
export async function expectSameValues(
  compute: () => tf.Tensor[],
  reference: () => tf.Tensor[],
  tolerance: number,
): Promise<number> {
  const expected = await valuesOf(reference);
  const found = await valuesOf(compute);
  expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  let worst = 0;
  expected.forEach(({ values }, result) => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    values.forEach((value, index) => {
      const error = Math.abs((found[result]?.values[index] ?? Number.NaN) - value) / scale;
      if (!(error <= tolerance)) {
        expect.fail(
          `result ${result}, value ${index}: expected ${value} within ${tolerance} of ${scale}, found ${found[result]?.values[index]}`,
        );
      }
      worst = Math.max(worst, error);
    });
  });
  noteErrorShare(worst / tolerance);
  return worst;
}

/** For the table that `npm run parity:kernels` prints: the largest error found, as a share of that allowed. */
export function noteErrorShare(share: number): void {
  const test = TestRunner.getCurrentTest();
  if (test) test.meta.errorShare = Math.max(test.meta.errorShare ?? 0, share);
}
