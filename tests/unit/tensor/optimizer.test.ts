/** The AdamW update and the sum of squares on wasm against their compositions and against PyTorch's formulas. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { adamwUpdate, adamwUpdateReference } from '../../../src/tensor/adamw-update';
import { sumOfSquares, sumOfSquaresReference } from '../../../src/tensor/sum-of-squares';
import { expectClose, expectSameAsCpu, normalValues, startWasm } from './backends';

beforeAll(async () => {
  await startWasm();
});

beforeEach(async () => {
  await tf.setBackend('wasm');
});

const SETTINGS = {
  learningRate: 3e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  gradientScale: 0.7,
};

test.each([1, 3, 4, 7, 64, 1001])('five updates of %i values', async (size) => {
  const run = (update: typeof adamwUpdate) => {
    const random = new Random(size);
    const parameter = tf.variable(tf.tensor1d(normalValues(random, size)));
    const firstMoment = tf.variable(tf.zeros([size]));
    const secondMoment = tf.variable(tf.zeros([size]));
    for (let count = 1; count <= 5; count++) {
      const gradient = tf.tensor1d(normalValues(random, size));
      update({ parameter, firstMoment, secondMoment, gradient, ...SETTINGS, update: count });
    }
    const results = [parameter, firstMoment, secondMoment].map((variable) => tf.clone(variable));
    tf.dispose([parameter, firstMoment, secondMoment]);
    return results;
  };
  await expectSameAsCpu(
    () => run(adamwUpdate),
    () => run(adamwUpdateReference),
    2e-6,
  );
});

test('one value, step by step in double precision as PyTorch documents it', () => {
  const parameter = tf.variable(tf.tensor1d([1.5]));
  const firstMoment = tf.variable(tf.zeros([1]));
  const secondMoment = tf.variable(tf.zeros([1]));
  const { learningRate, beta1, beta2, epsilon, weightDecay, gradientScale } = SETTINGS;
  let [p, m, v] = [1.5, 0, 0];
  for (let update = 1; update <= 20; update++) {
    const gradient = tf.tensor1d([Math.sin(update)]);
    adamwUpdate({ parameter, firstMoment, secondMoment, gradient, ...SETTINGS, update });
    const g = Math.sin(update) * gradientScale;
    p -= learningRate * weightDecay * p;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    const denominator = Math.sqrt(v) / Math.sqrt(1 - beta2 ** update) + epsilon;
    p -= ((learningRate / (1 - beta1 ** update)) * m) / denominator;
  }
  expectClose([...parameter.dataSync()], [p], 2e-6);
});

test('clones made before an update keep their values', () => {
  const parameter = tf.variable(tf.tensor1d([1, 2, 3, 4, 5]));
  const best = tf.clone(parameter);
  const zeros = () => tf.variable(tf.zeros([5]));
  const moments = { firstMoment: zeros(), secondMoment: zeros() };
  const before = tf.memory().numTensors;
  const gradient = tf.ones([5]);
  adamwUpdate({ parameter, ...moments, gradient, ...SETTINGS, update: 1 });
  gradient.dispose();
  expect([...best.dataSync()]).toEqual([1, 2, 3, 4, 5]);
  expect(parameter.dataSync()[0]).not.toBe(1);
  expect(tf.memory().numTensors).toBe(before);
});

test('shapes that differ are named', () => {
  const variable = () => tf.variable(tf.zeros([2]));
  const given = { parameter: variable(), firstMoment: variable(), secondMoment: variable() };
  expect(() => adamwUpdate({ ...given, gradient: tf.zeros([3]), ...SETTINGS, update: 1 })).toThrow(
    /adamwUpdate/,
  );
});

test.each([0, 1, 3, 4, 1023])('the sum of squares of %i values', async (size) => {
  const values = normalValues(new Random(size), size);
  await expectSameAsCpu(
    () => [sumOfSquares(tf.tensor1d(values))],
    () => [sumOfSquaresReference(tf.tensor1d(values))],
    1e-6,
  );
});
