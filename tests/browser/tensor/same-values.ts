/** Holds what a WebGPU device computes with our kernels to another way of computing the same. */

import * as tf from '@tensorflow/tfjs-core';
import { expect, TestRunner } from 'vitest';
import type { Random } from '../../../src/data/random';
import { assertDeviceSound } from '../../../src/tensor/device-trouble';

interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

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
export async function valuesOf(compute: () => tf.Tensor[]): Promise<readonly Values[]> {
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
 * Every result on WebGPU within `tolerance` of the reference's in tfjs's plain JavaScript, which shares nothing
 * with the device and compiles nothing for it; relative to the reference's largest value.
 *
 * @param reference takes only tensors that no kernel on the device has had: there their values leave the memory here
 * @returns the largest error found, in the same measure
 */
export async function expectPlainValues(
  compute: () => tf.Tensor[],
  reference: () => tf.Tensor[],
  tolerance: number,
): Promise<number> {
  const expected = await plainValuesOf(reference);
  return expectNear(await valuesOf(compute), expected, tolerance);
}

/** As {@link expectPlainValues}, with a reference that computes on the device too. */
export async function expectSameValues(
  compute: () => tf.Tensor[],
  reference: () => tf.Tensor[],
  tolerance: number,
): Promise<number> {
  const expected = await valuesOf(reference);
  return expectNear(await valuesOf(compute), expected, tolerance);
}

/** What a computation gives in tfjs's plain JavaScript. */
export function plainValuesOf(compute: () => tf.Tensor[]): Promise<readonly Values[]> {
  return inPlainJavaScript(() => valuesOf(compute));
}

/** Does some work on tfjs's backend in plain JavaScript, and comes back to the one that was current. */
export async function inPlainJavaScript<Result>(work: () => Promise<Result>): Promise<Result> {
  await import('@tensorflow/tfjs-backend-cpu');
  const backend = tf.getBackend();
  await tf.setBackend('cpu');
  try {
    return await work();
  } finally {
    await tf.setBackend(backend);
  }
}

function expectNear(
  found: readonly Values[],
  expected: readonly Values[],
  tolerance: number,
): number {
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

/** Whether two lists of floats are the same bit for bit. `toEqual` takes a minute for a million of them. */
export function haveSameBits(first: Float32Array, second: Float32Array | undefined): boolean {
  if (first.length !== second?.length) return false;
  const bitsOf = ({ buffer, byteOffset, length }: Float32Array) =>
    new Int32Array(buffer, byteOffset, length);
  const others = bitsOf(second);
  return bitsOf(first).every((bits, index) => bits === others[index]);
}

/** For the table that `npm run parity:kernels` prints: the largest error found, as a share of that allowed. */
export function noteErrorShare(share: number): void {
  const test = TestRunner.getCurrentTest();
  if (test) test.meta.errorShare = Math.max(test.meta.errorShare ?? 0, share);
}
