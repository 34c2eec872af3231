/** Our gather on wasm against the cpu backend. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { expectSameAsCpu, startWasm } from './backends';

beforeAll(async () => {
  await startWasm();
});

test.each([
  [[5], [3], 0, 0],
  [[5, 4], [2, 3], 0, 0],
  [[3, 5, 2], [4], 1, 0],
  [[3, 5], [7], -1, 0],
  [[2, 5, 3], [2, 4], 1, 1],
  [[2, 3, 5, 2], [2, 4], 2, 1],
])('shape %j, indices %j, axis %i, batch dimensions %i', async (shape, indices, axis, batch) => {
  const size = tf.util.sizeFromShape(shape);
  const limit = shape.at(axis) ?? 0;
  const places = Array.from({ length: tf.util.sizeFromShape(indices) }, (_, i) => (i * 7) % limit);
  for (const dtype of ['float32', 'int32', 'bool'] as const) {
    const values = Array.from({ length: size }, (_, i) => (dtype === 'bool' ? i % 2 : i));
    const compute = () => [
      tf.gather(tf.tensor(values, shape, dtype), tf.tensor(places, indices, 'int32'), axis, batch),
    ];
    await expectSameAsCpu(compute, compute, 0);
  }
});

test('an index outside is named', async () => {
  await tf.setBackend('wasm');
  const x = tf.zeros([4, 2]);
  expect(() => tf.gather(x, tf.tensor1d([1, 4], 'int32'))).toThrow(/from 0 to 3 .*at place 1/);
  expect(() => tf.gather(x, tf.tensor1d([-1], 'int32'))).toThrow(/from 0 to 3/);
});
