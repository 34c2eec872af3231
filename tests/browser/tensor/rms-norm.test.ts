/** RMSNorm in WGSL against its composition, at sizes around those of its workgroups. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { selectBackend } from '../../../src/tensor/backend';
import { hasKernel } from '../../../src/tensor/fused-kernel';
import { rmsNorm, rmsNormBeside, rmsNormReference } from '../../../src/tensor/rms-norm';
import { expectPlainValues, normalTensor } from './same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

test('is registered', () => {
  expect(hasKernel('RmsNorm')).toBe(true);
});

test.each([
  [1, 3],
  [1, 64],
  [3, 63],
  [64, 65],
  [65, 7],
  [130, 129],
  [2, 512],
])('%i rows of %i', async (rows, size) => {
  const random = new Random(rows * 1000 + size);
  const x = normalTensor(random, [rows, size]);
  const weight = normalTensor(random, [size]);
  const along = normalTensor(random, [rows, size]);
  const withGradients = (norm: typeof rmsNorm) => (): tf.Tensor[] => {
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) =>
      tf.sum(tf.mul(norm(a, b, 1e-6), along)),
    )([x, weight]);
    return [value, ...grads, norm(x, weight, 1e-6)];
  };
  await expectPlainValues(withGradients(rmsNorm), withGradients(rmsNormReference), 2e-5);
  tf.dispose([x, weight, along]);
});

test.each([
  [1, 3],
  [65, 67],
])('beside its input, %i rows of %i', async (rows, size) => {
  expect(hasKernel('RmsNormBesideGradient')).toBe(true);
  const random = new Random(rows + size);
  const x = normalTensor(random, [rows, size]);
  const weight = normalTensor(random, [size]);
  const alongs = [normalTensor(random, [rows, size]), normalTensor(random, [rows, size])];
  const withGradients = (beside: typeof rmsNormBeside) => (): tf.Tensor[] => {
    const loss = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
      const { stream, normed } = beside(a, b, 1e-6);
      return tf.sum(tf.addN([stream, normed].map((value, i) => tf.mul(value, alongs[i] ?? value))));
    };
    const { value, grads } = tf.valueAndGrads(loss)([x, weight]);
    return [value, ...grads];
  };
  await expectPlainValues(
    withGradients(rmsNormBeside),
    withGradients((a, b, epsilon) => ({ stream: a, normed: rmsNormReference(a, b, epsilon) })),
    2e-5,
  );
  tf.dispose([x, weight, ...alongs]);
});
