/** Generation with tokens chosen on the device and keys kept in place, against the way of the other backends. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Random } from '../../../src/data/random';
import { DecoderCache } from '../../../src/t5/decoder-cache';
import { generate, type GenerationOptions } from '../../../src/t5/generate';
import { GrowingAttention, InPlaceAttention } from '../../../src/t5/own-attention';
import type { T5Configuration } from '../../../src/t5/configuration';
import { selectBackend } from '../../../src/tensor/backend';
import { DEEP_DECODER, randomInputs, randomModel, WIDE_HEADS } from '../../unit/t5/random-models';
import { expectSameValues, inPlainJavaScript, normalTensor } from '../tensor/same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const MAXIMUM_TOKENS = 18;
const LENGTHS = [2, 7, 3, 11, 5, 8, 1, 14, 4, 9];

const MODEL_SEED = 5;

/** What the same model generates where the backend has no kernels for decoding. */
const generatePlainly = (
  configuration: T5Configuration,
  inputs: readonly (readonly number[])[],
  options: GenerationOptions,
): Promise<number[][]> =>
  inPlainJavaScript(async () => {
    const model = randomModel(configuration, MODEL_SEED);
    const generated = await generate(model, inputs, options);
    model.dispose();
    return generated;
  });

test.each([
  ['greedy', DEEP_DECODER, { temperature: 0 }],
  ['sampled among few', WIDE_HEADS, { temperature: 1.2, topK: 4 }],
])(
  '%s: the same tokens, rows dropped on the way',
  async (_, configuration, settings) => {
    const model = randomModel(configuration, MODEL_SEED);
    const inputs = randomInputs(configuration, LENGTHS, 6);
    const seeds = LENGTHS.map((_length, row) => 100 + row);
    const options = { maximumTokens: MAXIMUM_TOKENS, seeds, ...settings };
    const expected = await generatePlainly(configuration, inputs, options);
    const before = tf.memory().numTensors;
    const keepRows = vi.spyOn(DecoderCache.prototype, 'keepRows');
    const step = vi.spyOn(DecoderCache.prototype, 'step');
    expect(await generate(model, inputs, options)).toEqual(expected);
    expect(tf.memory().numTensors).toBe(before);
    const lengths = expected.map(({ length }) => length);
    expect(new Set(lengths).size).toBeGreaterThan(1);
    // At the first read a quarter of the rows, or more, has ended: these are dropped.
    const drops = lengths.filter((length) => length < 8).length >= LENGTHS.length / 4;
    expect(drops || settings.temperature === 0).toBe(true);
    expect(keepRows.mock.calls.length).toBeGreaterThanOrEqual(Number(drops));
    // Reads every eight tokens, and stops at the first after the last row's end.
    const steps = Math.ceil((Math.max(...lengths) + 1) / 8) * 8;
    expect(step.mock.calls.length).toBe(Math.min(MAXIMUM_TOKENS, steps));
    model.dispose();
  },
  300_000,
);

test('keys kept in place stay right when their room grows and rows are dropped', async () => {
  const model = randomModel(WIDE_HEADS, MODEL_SEED);
  const { heads, keyValueWidth } = WIDE_HEADS;
  const random = new Random(3);
  const ways = [new GrowingAttention(model), new InPlaceAttention(model, 67)];
  let rows = 3;
  for (let position = 0; position < 67; position++) {
    const shape = [rows, 1, heads * keyValueWidth];
    const [query, key, value] = [0, 1, 2].map(() => normalTensor(random, shape, 0.5));
    if (!query || !key || !value) throw new Error('Expected three tensors.');
    const outputs = ways.map((way) => {
      way.begin(position);
      return way.attend(0, { query, key, value });
    });
    if ([0, 30, 63, 64, 66].includes(position)) {
      const [expected, found] = outputs;
      if (!expected || !found) throw new Error('Expected two outputs.');
      await expectSameValues(
        () => [tf.clone(found)],
        () => [tf.clone(expected)],
        1e-5,
      );
    }
    tf.dispose([query, key, value, ...outputs]);
    if (position === 30) {
      const kept = tf.tensor1d([2, 0], 'int32');
      for (const way of ways) {
        way.keepRows((x) => {
          const selected = tf.keep(tf.gather(x, kept));
          x.dispose();
          return selected;
        });
      }
      kept.dispose();
      rows = 2;
    }
  }
  for (const way of ways) way.dispose();
  model.dispose();
}, 300_000);

test('keys filled in at once are those kept one by one, past the first room', async () => {
  const model = randomModel(WIDE_HEADS, MODEL_SEED);
  const { heads, keyValueWidth } = WIDE_HEADS;
  const random = new Random(4);
  const tokens = (count: number): tf.Tensor =>
    normalTensor(random, [3, count, heads * keyValueWidth], 0.5);
  const filled = { key: tokens(66), value: tokens(66) };
  const next = { query: tokens(1), key: tokens(1), value: tokens(1) };
  const [expected, found] = [new GrowingAttention(model), new InPlaceAttention(model, 70)].map(
    (way) => {
      way.fill(0, filled);
      way.begin(66);
      const output = way.attend(0, next);
      way.dispose();
      return output;
    },
  );
  if (!expected || !found) throw new Error('Expected two outputs.');
  await expectSameValues(
    () => [tf.clone(found)],
    () => [tf.clone(expected)],
    1e-5,
  );
  tf.dispose([...Object.values(filled), ...Object.values(next), expected, found]);
  model.dispose();
}, 300_000);

test('from prefixes the tokens are the same, what all rows begin with taken at once', async () => {
  const model = randomModel(WIDE_HEADS, MODEL_SEED);
  const inputs = randomInputs(WIDE_HEADS, LENGTHS.slice(0, 3), 6);
  const prefixes = [9, 13, 8].map((length) =>
    Array.from({ length }, (_, place) => 2 + (place % 9)),
  );
  const options = { maximumTokens: 15, temperature: 1.2, seeds: [100, 101, 102], prefixes };
  const expected = await generatePlainly(WIDE_HEADS, inputs, options);
  const before = tf.memory().numTensors;
  expect(await generate(model, inputs, options)).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
  expect(expected.map(({ length }) => length)).toEqual([6, 2, 7]);
  // A guide is asked after every token, so that the device then chooses one at a time.
  const guide = (_row: number, written: readonly number[]) =>
    written.length % 3 === 1 ? [4, 6] : [];
  const guided = await generatePlainly(WIDE_HEADS, inputs, {
    ...options,
    maximumTokens: 12,
    guide,
  });
  expect(await generate(model, inputs, { ...options, maximumTokens: 12, guide })).toEqual(guided);
  expect(guided.map(({ length }) => length)).toEqual([3, 0, 4]);
  expect(guided.every((tokens) => tokens.length < 2 || tokens[1] === 4)).toBe(true);
  model.dispose();
}, 300_000);
