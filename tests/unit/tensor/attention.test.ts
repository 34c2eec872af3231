/** Fused attention on wasm against the plain composition on the cpu backend: values and all gradients. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { attention, attentionReference, type AttentionInputs } from '../../../src/tensor/attention';
import { expectClose, expectSameAsCpu, normalValues, startWasm } from './backends';

beforeAll(async () => {
  await startWasm();
});

interface Case {
  readonly name: string;
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly size: number;
  readonly causal?: boolean;
  readonly bias?: boolean;
  /** Visible keys of a row of the batch. */
  readonly mask?: (row: number, key: number) => boolean;
}

const CASES: readonly Case[] = [
  { name: 'plain', batch: 2, heads: 2, queries: 5, keys: 7, size: 4 },
  { name: 'one of everything', batch: 1, heads: 1, queries: 1, keys: 1, size: 1 },
  { name: 'with bias', batch: 3, heads: 2, queries: 9, keys: 9, size: 8, bias: true },
  { name: 'odd sizes', batch: 2, heads: 3, queries: 13, keys: 6, size: 5, bias: true },
  { name: 'causal', batch: 2, heads: 2, queries: 11, keys: 11, size: 4, causal: true, bias: true },
  {
    name: 'padding on the right',
    batch: 3,
    heads: 2,
    queries: 8,
    keys: 10,
    size: 4,
    bias: true,
    mask: (row, key) => key < 10 - 3 * row,
  },
  {
    name: 'padding on the right, causal',
    batch: 3,
    heads: 2,
    queries: 9,
    keys: 9,
    size: 4,
    bias: true,
    causal: true,
    mask: (row, key) => key < 9 - 4 * row,
  },
  {
    name: 'padding on the left, causal',
    batch: 3,
    heads: 2,
    queries: 9,
    keys: 9,
    size: 4,
    causal: true,
    mask: (row, key) => key >= 2 * row,
  },
  {
    name: 'a row with nothing to see',
    batch: 2,
    heads: 2,
    queries: 3,
    keys: 5,
    size: 4,
    bias: true,
    mask: (row) => row === 0,
  },
  {
    name: 'a row with nothing to see, causal',
    batch: 2,
    heads: 2,
    queries: 5,
    keys: 5,
    size: 4,
    causal: true,
    mask: (row) => row === 0,
  },
  { name: 'decoding', batch: 3, heads: 4, queries: 1, keys: 21, size: 16, bias: true },
  { name: 'training', batch: 4, heads: 4, queries: 45, keys: 45, size: 16, bias: true },
  { name: 'long', batch: 1, heads: 1, queries: 6, keys: 300, size: 64, bias: true },
];

function inputsOf(item: Case): Omit<AttentionInputs, 'causal' | 'heads'> & { weights: tf.Tensor } {
  const { batch, heads, queries, keys, size } = item;
  const random = new Random(queries * 100 + keys);
  const tensor = (shape: number[]) =>
    tf.tensor(normalValues(random, tf.util.sizeFromShape(shape)), shape);
  const mask = item.mask;
  return {
    query: tensor([batch, queries, heads * size]),
    key: tensor([batch, keys, heads * size]),
    value: tensor([batch, keys, heads * size]),
    weights: tensor([batch, queries, heads * size]),
    bias: item.bias ? tensor([heads, queries, keys]) : null,
    mask: mask
      ? tf.tensor2d(
          Array.from({ length: batch * keys }, (_, i) =>
            mask(Math.floor(i / keys), i % keys) ? 1 : 0,
          ),
          [batch, keys],
        )
      : null,
  };
}

function valueAndGradients(item: Case, operation: (inputs: AttentionInputs) => tf.Tensor) {
  const { weights, mask, ...tensors } = inputsOf(item);
  const settings = { mask, heads: item.heads, causal: item.causal ?? false };
  const { query, key, value, bias } = tensors;
  const output = operation({ ...tensors, ...settings });
  const gradients = tf.grads((q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, b?: tf.Tensor) =>
    tf.sum(
      tf.mul(operation({ query: q, key: k, value: v, bias: b ?? null, ...settings }), weights),
    ),
  )(bias ? [query, key, value, bias] : [query, key, value]);
  return [output, ...gradients];
}

test.each(CASES)('$name', async (item) => {
  await expectSameAsCpu(
    () => valueAndGradients(item, attention),
    () => valueAndGradients(item, attentionReference),
    2e-5,
  );
});

test('gradients agree with finite differences', async () => {
  await tf.setBackend('wasm');
  const item: Case = {
    name: '',
    batch: 1,
    heads: 2,
    queries: 4,
    keys: 4,
    size: 2,
    causal: true,
    bias: true,
  };
  const { weights, mask, ...tensors } = inputsOf(item);
  const loss = (query: tf.Tensor) =>
    tf.sum(tf.mul(attention({ ...tensors, query, mask, heads: 2, causal: true }), weights));
  const gradient = [...tf.grad(loss)(tensors.query).dataSync()];
  const step = 1e-2;
  const numeric = gradient.map((_, i) => {
    const moved = (by: number) => {
      const values = tensors.query.dataSync().map((value, j) => (j === i ? value + by : value));
      return loss(tf.tensor(values, tensors.query.shape)).dataSync()[0] ?? NaN;
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
  expectClose(gradient, numeric, 2e-3);
});

test('the same inputs give the same bits', async () => {
  await tf.setBackend('wasm');
  const item = CASES.find(({ name }) => name === 'training');
  if (!item) throw new Error('Expected the case "training".');
  const run = () =>
    tf.tidy(() => valueAndGradients(item, attention).map((tensor) => [...tensor.dataSync()]));
  expect(run()).toEqual(run());
});

test('shapes that do not fit are named', async () => {
  await tf.setBackend('wasm');
  const x = tf.zeros([2, 3, 8]);
  const inputs = { query: x, key: x, value: x, mask: null, heads: 2, causal: false };
  expect(() => attention({ ...inputs, bias: tf.zeros([2, 3, 4]) })).toThrow(
    /expected bias of shape \[2, 3, 3\].*found \[2, 3, 4\]/,
  );
  expect(() => attention({ ...inputs, bias: null, heads: 3 })).toThrow(/multiple of 3 heads/);
});
