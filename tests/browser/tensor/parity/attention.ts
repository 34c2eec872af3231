/** Attention in WGSL against its composition, at sizes around those of its tiles. */

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, inject, test } from 'vitest';
import { Random } from '../../../../src/data/random';
import {
  attention,
  attentionReference,
  type AttentionInputs,
} from '../../../../src/tensor/attention';
import { hasKernel } from '../../../../src/tensor/fused-kernel';
import { expectPlainValues, normalTensor, valuesOf } from '../same-values';

interface Case {
  readonly name: string;
  /** Batch, heads, queries, keys and values of a head. */
  readonly sizes: readonly [number, number, number, number, number];
  readonly bias?: boolean;
  readonly causal?: boolean;
  /** Whether a row of the batch may see a key; all may when absent. */
  readonly mask?: (row: number, key: number) => boolean;
}

const CASES: readonly Case[] = [
  { name: 'one of everything', sizes: [1, 1, 1, 1, 1] },
  {
    name: 'one query',
    sizes: [3, 2, 1, 21, 16],
    bias: true,
    mask: (row, key) => key < 21 - 9 * row,
  },
  { name: 'one query that sees nothing', sizes: [2, 2, 1, 9, 5], mask: (row) => row === 0 },
  { name: 'four queries', sizes: [2, 3, 4, 130, 5], bias: true },
  { name: 'one query of more keys than a slice', sizes: [1, 2, 1, 1030, 7], bias: true },
  { name: 'four causal queries', sizes: [2, 2, 4, 4, 16], bias: true, causal: true },
  { name: 'the first tiled number of queries', sizes: [2, 2, 5, 7, 4] },
  { name: 'a query less than a tile', sizes: [1, 2, 31, 33, 8], bias: true },
  { name: 'a whole tile', sizes: [2, 1, 32, 32, 32], bias: true, causal: true },
  { name: 'a query more than a tile', sizes: [2, 2, 33, 31, 12], bias: true },
  { name: 'odd sizes', sizes: [2, 3, 13, 6, 5], bias: true, mask: (_, key) => key !== 2 },
  { name: 'heads of two blocks', sizes: [1, 2, 34, 65, 64], bias: true },
  // No listed model has such heads, and their kernels take a software GPU half a minute.
  ...(inject('large')
    ? [{ name: 'heads of four blocks', sizes: [1, 2, 37, 33, 128], bias: true } as const]
    : []),
  {
    name: 'padding on the right',
    sizes: [3, 2, 40, 70, 12],
    bias: true,
    mask: (row, key) => key < 70 - 30 * row,
  },
  {
    name: 'padding on the right, causal',
    sizes: [3, 2, 67, 67, 6],
    bias: true,
    causal: true,
    mask: (row, key) => key < 67 - 30 * row,
  },
  {
    name: 'padding on the left, causal',
    sizes: [3, 1, 70, 70, 8],
    bias: true,
    causal: true,
    mask: (row, key) => key >= 33 * row,
  },
  {
    name: 'a row with nothing to see',
    sizes: [2, 2, 9, 45, 4],
    bias: true,
    mask: (row) => row === 0,
  },
  {
    name: 'a row with nothing to see, causal',
    sizes: [2, 2, 37, 37, 4],
    causal: true,
    mask: (row) => row === 1,
  },
  { name: 'nothing to see at all', sizes: [2, 1, 35, 34, 3], bias: true, mask: () => false },
];

function inputsOf({ sizes, bias, mask }: Case) {
  const [batch, heads, queries, keys, size] = sizes;
  const random = new Random(queries * 100 + keys);
  const seen = Float32Array.from({ length: batch * keys }, (_, i) =>
    mask?.(Math.floor(i / keys), i % keys) === false ? 0 : 1,
  );
  const scale = 1 / Math.sqrt(Math.sqrt(size));
  return {
    query: normalTensor(random, [batch, queries, heads * size], scale),
    key: normalTensor(random, [batch, keys, heads * size], scale),
    value: normalTensor(random, [batch, keys, heads * size]),
    along: normalTensor(random, [batch, queries, heads * size]),
    bias: bias === true ? normalTensor(random, [heads, queries, keys]) : null,
    mask: mask ? tf.tensor(seen, [batch, keys]) : null,
  };
}

/** The output, and the gradients of its sum along a fixed direction. */
function withGradients(
  item: Case,
  given: ReturnType<typeof inputsOf>,
  operation: (inputs: AttentionInputs) => tf.Tensor,
): tf.Tensor[] {
  const settings = { mask: given.mask, heads: item.sizes[1], causal: item.causal ?? false };
  const tensors = [given.query, given.key, given.value, ...(given.bias ? [given.bias] : [])];
  const gradients = tf.grads(
    (query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, bias?: tf.Tensor) =>
      tf.sum(
        tf.mul(operation({ query, key, value, bias: bias ?? null, ...settings }), given.along),
      ),
  )(tensors);
  return [operation({ ...given, ...settings }), ...gradients];
}

/** Declares the tests, for the device that is current when they run. */
export function attentionParity(): void {
  describe('attention', () => {
    test('is registered', () => {
      expect(hasKernel('FusedAttention')).toBe(true);
    });

    test.each(CASES)('$name', async (item) => {
      const given = inputsOf(item);
      await expectPlainValues(
        () => withGradients(item, given, attention),
        () => withGradients(item, given, attentionReference),
        2e-5,
      );
      tf.dispose(Object.values(given).filter((tensor) => tensor !== null));
    });

    test('gives the same bits again', async () => {
      const item = CASES.find(({ name }) => name === 'padding on the right, causal');
      if (!item) throw new Error('Expected the case.');
      const given = inputsOf(item);
      const run = () => valuesOf(() => withGradients(item, given, attention));
      expect(await run()).toEqual(await run());
      tf.dispose(Object.values(given).filter((tensor) => tensor !== null));
    });
  });
}
