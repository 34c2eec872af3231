/** Decoding's attention in WGSL, token after token, against attention over all tokens so far. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../../src/data/random';
import {
  cachedAttention,
  cachedAttentionReference,
  canCacheInPlace,
} from '../../../../src/tensor/cached-attention';
import { expectSameValues, normalTensor, valuesOf } from '../same-values';

/** Declares the tests, for the device that is current when they run. */
export function cachedAttentionParity(): void {
  describe('cached attention', () => {
    test.each<[number, number, number, number, number]>([
      [1, 1, 1, 3, 3],
      [3, 2, 5, 7, 9],
      [2, 6, 16, 20, 20],
      [2, 2, 64, 5, 12],
    ])('of %i rows, %i heads of %i, with room for %i of %i', async (...sizes) => {
      const [batch, heads, size, capacity, tokens] = sizes;
      expect(canCacheInPlace()).toBe(true);
      const random = new Random(size);
      const shape = [batch, 1, heads * size];
      const keys = tf.fill([batch, capacity, heads * size], 7);
      const values = tf.fill([batch, capacity, heads * size], 7);
      const bias = normalTensor(random, [heads, 1, tokens]);
      const added: tf.Tensor[] = [];
      for (let position = 0; position < capacity; position++) {
        const query = normalTensor(random, shape, 0.5);
        const key = normalTensor(random, shape, 0.5);
        const value = normalTensor(random, shape);
        const given = { query, key, value, keys, values, bias, heads, position };
        await expectSameValues(
          () => [cachedAttention(given)],
          () => [cachedAttentionReference(given)],
          1e-5,
        );
        query.dispose();
        added.push(key, value);
      }
      const [keptKeys, keptValues] = await valuesOf(() => [tf.clone(keys), tf.clone(values)]);
      const [allKeys, allValues] = await valuesOf(() => [
        tf.concat(
          added.filter((_, i) => i % 2 === 0),
          1,
        ),
        tf.concat(
          added.filter((_, i) => i % 2 === 1),
          1,
        ),
      ]);
      expect([keptKeys, keptValues]).toEqual([allKeys, allValues]);
      tf.dispose([keys, values, bias, ...added]);
    });

    test('over more tokens than a slice of scores', async () => {
      const random = new Random(2);
      const [query, key, value] = [1, 2, 3].map(() => normalTensor(random, [1, 1, 16]));
      const [keys, values] = [1, 2].map(() => normalTensor(random, [1, 1040, 16]));
      const bias = normalTensor(random, [1, 1, 1100]);
      if (!query || !key || !value || !keys || !values) throw new Error('Expected tensors.');
      const given = { query, key, value, keys, values, bias, heads: 1, position: 1030 };
      await expectSameValues(
        () => [cachedAttention(given)],
        () => [cachedAttentionReference(given)],
        1e-5,
      );
      expect(() => cachedAttention({ ...given, position: 1040 })).toThrow(/room for position 1040/);
      tf.dispose([query, key, value, keys, values, bias]);
    });
  });
}
