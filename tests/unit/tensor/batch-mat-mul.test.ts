/** Our matrix product on wasm against tfjs's cpu backend, across tile, block and batch boundaries. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { expectSameAsCpu, normalValues, startWasm } from './backends';

beforeAll(async () => {
  await startWasm();
});

const TRANSPOSITIONS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

async function expectProduct(
  outerA: readonly number[],
  outerB: readonly number[],
  [m = 0, n = 0, k = 0]: readonly number[],
): Promise<void> {
  const random = new Random(m * 1000 + n * 10 + k);
  const a = normalValues(random, tf.util.sizeFromShape([...outerA, m, k]));
  const b = normalValues(random, tf.util.sizeFromShape([...outerB, k, n]));
  const compute = () =>
    TRANSPOSITIONS.map(([transposeA, transposeB]) =>
      tf.matMul(
        tf.tensor(a, [...outerA, ...(transposeA ? [k, m] : [m, k])]),
        tf.tensor(b, [...outerB, ...(transposeB ? [n, k] : [k, n])]),
        transposeA,
        transposeB,
      ),
    );
  await expectSameAsCpu(compute, compute, 2e-6 * Math.sqrt(k + 1) + 2e-6);
}

describe('one product in every transposition', () => {
  test.each([
    [1, 1, 1],
    [1, 17, 5],
    [3, 20, 9],
    [4, 8, 4],
    [5, 7, 3],
    [4, 16, 1],
    [13, 9, 31],
    [6, 3, 2],
    [7, 1, 12],
    [64, 33, 45],
    [9, 257, 10],
    [10, 12, 256],
    [11, 20, 257],
    [5, 300, 600],
    [3, 70, 700],
  ])('%i rows, %i columns, depth %i', async (m, n, k) => {
    await expectProduct([], [], [m, n, k]);
  });

  test('a sum of nothing is zero', () => {
    const product = tf.matMul(tf.zeros([5, 0]), tf.zeros([0, 9]));
    expect(product.shape).toEqual([5, 9]);
    expect([...product.dataSync()]).toEqual(Array.from({ length: 45 }, () => 0));
  });

  test('no rows give no values', () => {
    expect(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 4])).shape).toEqual([0, 4]);
  });
});

describe('batches', () => {
  test.each([
    [[3], [3]],
    [[3], [1]],
    [[1], [3]],
    [[2, 3], [3]],
    [[3], []],
    [[], [2, 2]],
  ])('of %j and %j', async (outerA, outerB) => {
    await expectProduct(outerA, outerB, [5, 9, 7]);
    await expectProduct(outerA, outerB, [1, 19, 6]);
  });

  test('of [2, 1] and [1, 3], which the cpu backend gets wrong', async () => {
    const random = new Random(7);
    const a = normalValues(random, 2 * 5 * 7);
    const b = normalValues(random, 3 * 7 * 9);
    const left = () => tf.tensor(a, [2, 1, 5, 7]);
    const right = () => tf.tensor(b, [1, 3, 7, 9]);
    await expectSameAsCpu(
      () => [tf.matMul(left(), right())],
      () => [tf.matMul(tf.tile(left(), [1, 3, 1, 1]), tf.tile(right(), [2, 1, 1, 1]))],
    );
  });

  test('many at once, as in attention', async () => {
    await expectProduct([24], [24], [45, 45, 16]);
  });
});

test('values changed in place are seen by the next product', () => {
  const weight = tf.variable(tf.ones([4, 4]));
  const x = tf.ones([4, 4]);
  expect(tf.matMul(x, weight).dataSync()[0]).toBe(4);
  weight.assign(tf.fill([4, 4], 2));
  expect(tf.matMul(x, weight).dataSync()[0]).toBe(8);
});

test('memory that grows between two products does no harm', async () => {
  const size = 3000;
  const left = tf.fill([size, 3], 1);
  const right = tf.fill([3, size], 2);
  // 36 MB an output: more than the memory the backend starts with.
  const first = tf.matMul(left, right);
  const second = tf.matMul(left, right);
  expect((await tf.max(tf.abs(tf.sub(first, second))).data())[0]).toBe(0);
  expect((await tf.min(second).data())[0]).toBe(6);
  tf.dispose([left, right, first, second]);
});

test('sizes that do not fit are named', () => {
  expect(() =>
    tf
      .engine()
      .runKernel(
        'BatchMatMul',
        { a: tf.zeros([2, 3]), b: tf.zeros([4, 5]) },
        { transposeA: false, transposeB: false },
      ),
  ).toThrow(/equal inner sizes, found 3 and 4/);
});
