/** Generation with tokens chosen on the device and keys kept in place, against the way of the other backends. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { DecoderCache } from '../../../src/t5/decoder-cache';
import { generate, type GenerationOptions } from '../../../src/t5/generate';
import type { T5Model } from '../../../src/t5/model';
import { selectBackend } from '../../../src/tensor/backend';
import { DEEP_DECODER, randomInputs, randomModel, WIDE_HEADS } from '../../unit/t5/random-models';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const LENGTHS = [2, 7, 3, 11, 5, 8, 1, 14, 4, 9];

/** What the same model generates where the backend has no kernels for decoding. */
async function generatePlainly(
  model: T5Model,
  inputs: readonly (readonly number[])[],
  options: GenerationOptions,
): Promise<number[][]> {
  const names = ['CachedAttention', 'ChooseTokens', 'DrawTokens'];
  const kernels = names.map((name) => tf.getKernel(name, 'webgpu'));
  for (const name of names) tf.unregisterKernel(name, 'webgpu');
  try {
    return await generate(model, inputs, options);
  } finally {
    for (const kernel of kernels) tf.registerKernel(kernel);
  }
}

test.each([
  ['greedy', DEEP_DECODER, { temperature: 0 }],
  ['greedy, wide heads', WIDE_HEADS, { temperature: 0 }],
  ['sampled', DEEP_DECODER, { temperature: 0.8 }],
  ['sampled among few', WIDE_HEADS, { temperature: 1.2, topK: 4 }],
])('%s: the same tokens, rows dropped on the way', async (_, configuration, settings) => {
  const model = randomModel(configuration, 5);
  const inputs = randomInputs(configuration, LENGTHS, 6);
  const seeds = LENGTHS.map((_length, row) => 100 + row);
  // More tokens than there is room for at first.
  const options = { maximumTokens: 70, seeds, ...settings };
  const expected = await generatePlainly(model, inputs, options);
  const before = tf.memory().numTensors;
  const keepRows = vi.spyOn(DecoderCache.prototype, 'keepRows');
  const step = vi.spyOn(DecoderCache.prototype, 'step');
  expect(await generate(model, inputs, options)).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
  const lengths = expected.map(({ length }) => length);
  expect(new Set(lengths).size).toBeGreaterThan(2);
  expect(keepRows).toHaveBeenCalled();
  // Reads every eight tokens, and stops at the first after the last row's end.
  const longest = Math.min(70, Math.max(...lengths) + 1);
  expect(step.mock.calls.length).toBe(Math.min(70, Math.ceil(longest / 8) * 8));
  model.dispose();
});
