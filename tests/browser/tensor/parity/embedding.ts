/** The embedding's gradient in WGSL against tfjs's sum by segment. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/data/random';
import {
  embedding,
  embeddingGradient,
  embeddingOfBoth,
  embeddingGradientReference,
} from '../../../../src/tensor/embedding';
import { hasKernel } from '../../../../src/tensor/fused-kernel';
import { expectPlainValues, normalTensor, valuesOf } from '../same-values';

/** Half of the ids are 0, as padding is. */
function randomIds(random: Random, shape: [number, number], rows: number): tf.Tensor {
  const ids = Int32Array.from({ length: shape[0] * shape[1] }, () =>
    random.next() < 0.5 ? 0 : random.integer(0, rows - 1),
  );
  return tf.tensor2d(ids, shape, 'int32');
}

/** Declares the tests, for the device that is current when they run. */
export function embeddingParity(): void {
  describe('embedding gradient', () => {
    test.each<[number, number, [number, number]]>([
      [1, 1, [1, 1]],
      [1, 1, [1, 2]],
      [7, 3, [1, 5]],
      [11, 13, [3, 21]],
      [11, 13, [3, 64]],
      [32, 6, [33, 40]],
      [32, 2, [64, 65]],
      [65, 64, [2, 63]],
      [100, 260, [5, 13]],
      [40_000, 4, [2, 65]],
    ])('of a table [%i, %i] for %j ids', async (rows, model, shape) => {
      expect(hasKernel('EmbeddingGradient')).toBe(true);
      const random = new Random(rows + model);
      const ids = randomIds(random, shape, rows);
      const gradient = normalTensor(random, [...shape, model]);
      await expectPlainValues(
        () => [embeddingGradient(gradient, ids, rows)],
        () => [embeddingGradientReference(gradient, ids, rows)],
        1e-5,
      );
      tf.dispose([ids, gradient]);
    });

    test('of one id for all, of ids outside the table, and again with the same bits', async () => {
      const gradient = normalTensor(new Random(5), [1, 130, 8]);
      for (const id of [0, 199, -1, 200]) {
        const ids = tf.fill([1, 130], id, 'int32');
        const sums = () => valuesOf(() => [embeddingGradient(gradient, ids, 200)]);
        const [found] = await sums();
        expect([found]).toEqual(await sums());
        ids.dispose();
        const touched = found?.values.some((value) => value !== 0);
        expect(touched).toBe(id === 0 || id === 199);
      }
      gradient.dispose();
    });

    test('reaches the table through the tape', async () => {
      const random = new Random(9);
      const table = normalTensor(random, [50, 12]);
      const ids = randomIds(random, [3, 7], 50);
      const along = normalTensor(random, [3, 7, 12]);
      await expectPlainValues(
        () => [tf.grad((x: tf.Tensor) => tf.sum(tf.mul(embedding(x, ids), along)))(table)],
        () => [embeddingGradientReference(along, ids, 50)],
        1e-5,
      );
      tf.dispose([table, ids, along]);
    });

    test('of two batches is one', async () => {
      const random = new Random(10);
      const table = normalTensor(random, [50, 12]);
      const ids = [randomIds(random, [3, 7], 50), randomIds(random, [3, 5], 50)] as const;
      const alongs = [normalTensor(random, [3, 7, 12]), normalTensor(random, [3, 5, 12])] as const;
      const sumAlong = ([first, second]: readonly [tf.Tensor, tf.Tensor]): tf.Tensor =>
        tf.add(tf.sum(tf.mul(first, alongs[0])), tf.sum(tf.mul(second, alongs[1])));
      const apart = (x: tf.Tensor) => sumAlong([tf.gather(x, ids[0]), tf.gather(x, ids[1])]);
      await expectPlainValues(
        () => [tf.grad((x: tf.Tensor) => sumAlong(embeddingOfBoth(x, ids)))(table)],
        () => [tf.grad(apart)(table)],
        1e-5,
      );
      tf.dispose([table, ...ids, ...alongs]);
    });
  });
}
