/** The exponential and the logarithm of our kernels against Math, over their whole range and past it. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { startWasm } from './backends';

beforeAll(async () => {
  await startWasm();
});

beforeEach(async () => {
  await tf.setBackend('wasm');
});

/** The largest difference relative to the expected value. */
function largestError(actual: ArrayLike<number>, expected: readonly number[]): number {
  return Math.max(
    ...expected.map((value, i) => Math.abs((actual[i] ?? NaN) - value) / Math.abs(value)),
  );
}

test('the exponential is right to 2e-7 over its whole range', () => {
  const x = Float32Array.from({ length: 20001 }, (_, i) => -87.3 + (i * 176) / 20000);
  const expected = [...x].map((value) => Math.exp(value));
  expect(largestError(tf.exp(tf.tensor1d(x)).dataSync(), expected)).toBeLessThan(2e-7);
});

test('the exponential at and past the ends', () => {
  const x = [0, -0, -88, -1e9, -Infinity, 89, Infinity, NaN];
  expect([...tf.exp(tf.tensor1d(x)).dataSync()]).toEqual([1, 1, 0, 0, 0, Infinity, Infinity, NaN]);
});

test('the logarithm is right to 2e-7', () => {
  const x = Float32Array.from({ length: 20001 }, (_, i) => Math.exp(-85 + (i * 173.33) / 20000));
  const expected = [...x].map((value) => Math.log(value));
  expect(largestError(tf.log(tf.tensor1d(x)).dataSync(), expected)).toBeLessThan(2e-7);
  const near = Float32Array.from({ length: 1001 }, (_, i) => 0.9 + i / 5005.5);
  const expectedNear = [...near].map((value) => Math.log(value));
  expect(largestError(tf.log(tf.tensor1d(near)).dataSync(), expectedNear)).toBeLessThan(2e-7);
});

test('the logarithm at the ends', () => {
  const x = [1, 0, -0, -1, Infinity, NaN];
  const expected = [0, -Infinity, -Infinity, NaN, Infinity, NaN];
  expect([...tf.log(tf.tensor1d(x)).dataSync()]).toEqual(expected);
  const subnormal = 1e-40;
  const found = tf.log(tf.scalar(subnormal)).dataSync()[0] ?? NaN;
  expect(found).toBeCloseTo(Math.log(Math.fround(subnormal)), 4);
});

test('the kernels can be registered again', async () => {
  await startWasm();
  expect([...tf.exp(tf.tensor1d([0, 0, 0, 0, 0])).dataSync()]).toEqual([1, 1, 1, 1, 1]);
});
