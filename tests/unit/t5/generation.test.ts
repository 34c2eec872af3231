/** Cached generation against decoding everything again, sampling, early stop and tensors left behind. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { Random } from '../../../src/data/random';
import type { T5Configuration } from '../../../src/t5/configuration';
import { DecoderCache } from '../../../src/t5/decoder-cache';
import { generate, sampleToken } from '../../../src/t5/generate';
import {
  DEEP_DECODER,
  greedyWithoutCache,
  ONE_HEAD,
  randomInputs,
  randomModel,
  WIDE_HEADS,
} from './random-models';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Mixed lengths, so that rows are padded, and enough of them that some end early. */
const LENGTHS = [2, 7, 3, 11, 5, 8, 1, 14, 4, 9];
const MAXIMUM_TOKENS = 9;
const greedy = { maximumTokens: MAXIMUM_TOKENS, temperature: 0 };

describe.each<[string, T5Configuration, number]>([
  ['a decoder deeper than the encoder', DEEP_DECODER, 11],
  ['one head, an encoder deeper than the decoder', ONE_HEAD, 2],
  ['heads wider together than the model', WIDE_HEADS, 3],
])('greedy generation of %s', (_, configuration, seed) => {
  test('equals decoding the whole prefix again, row by row', async () => {
    const model = randomModel(configuration, seed);
    const inputs = randomInputs(configuration, LENGTHS, seed);
    const expected: number[][] = [];
    for (const input of inputs) {
      expected.push(await greedyWithoutCache(model, input, MAXIMUM_TOKENS));
    }
    const before = tf.memory().numTensors;
    expect(await generate(model, inputs, greedy)).toEqual(expected);
    for (const row of [0, 3, 7]) {
      expect(await generate(model, [inputs[row]!], greedy)).toEqual([expected[row]]);
    }
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

test('rows that have ended are dropped without changing the others', async () => {
  const model = randomModel(DEEP_DECODER, 2);
  const inputs = randomInputs(DEEP_DECODER, LENGTHS, 1);
  const keepRows = vi.spyOn(DecoderCache.prototype, 'keepRows');
  const outputs = await generate(model, inputs, greedy);
  expect(keepRows).toHaveBeenCalled();
  expect(new Set(outputs.map(({ length }) => length)).size).toBeGreaterThanOrEqual(3);
  for (const [row, input] of inputs.entries()) {
    expect(outputs[row]).toEqual(await greedyWithoutCache(model, input, MAXIMUM_TOKENS));
  }
  model.dispose();
});

describe('from prefixes', () => {
  /** Most tokens and the lengths of the prefixes: some go through the decoder at once, some token by token. */
  const CASES: readonly (readonly [name: string, most: number, lengths: readonly number[]])[] = [
    ['of mixed lengths, none among them', 23, [9, 0, 17, 3, 8, 1, 12, 5, 0, 16]],
    ['all of one bucket or longer', 25, [9, 21, 17, 8, 8, 24, 12, 15, 19, 16]],
    ['that fill the row or more', 9, [9, 8, 10, 8, 8, 24, 12, 15, 9, 8]],
  ];

  test.each(CASES)('%s: as decoding each row alone', async (_, most, lengths) => {
    for (const configuration of [DEEP_DECODER, ONE_HEAD, WIDE_HEADS]) {
      const model = randomModel(configuration, 2);
      const inputs = randomInputs(configuration, LENGTHS, 1);
      const prefixes = randomInputs(
        configuration,
        lengths.map((length) => length + 1),
        7,
      ).map((tokens) => tokens.slice(0, -1));
      const expected: number[][] = [];
      for (const [row, input] of inputs.entries()) {
        const prefix = prefixes[row]!;
        const full = prefix.length >= most;
        expected.push(full ? [] : await greedyWithoutCache(model, input, most, prefix));
      }
      const before = tf.memory().numTensors;
      const options = { maximumTokens: most, temperature: 0, prefixes };
      expect(await generate(model, inputs, options)).toEqual(expected);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    }
  });

  test('of greedy text, they go on as that does', async () => {
    const model = randomModel(DEEP_DECODER, 2);
    const inputs = randomInputs(DEEP_DECODER, LENGTHS, 1);
    const options = { maximumTokens: 30, temperature: 0 };
    const whole = await generate(model, inputs, options);
    for (const cut of [1, 8, 13]) {
      const prefixes = whole.map((tokens) => tokens.slice(0, cut));
      const rest = await generate(model, inputs, { ...options, prefixes });
      expect(rest).toEqual(whole.map((tokens) => tokens.slice(cut)));
    }
    model.dispose();
  });

  test('a sampled row depends on its own prefix and seed alone', async () => {
    const model = randomModel(WIDE_HEADS, 8);
    const inputs = randomInputs(WIDE_HEADS, LENGTHS, 9);
    const lengths = [9, 0, 17, 3, 8, 1, 12, 5, 0, 16];
    const prefixes = lengths.map((length) => Array.from({ length }, (_, place) => 2 + place));
    const sample = (rows: readonly number[]) =>
      generate(
        model,
        rows.map((row) => inputs[row]!),
        {
          maximumTokens: 24,
          temperature: 1,
          seeds: rows.map((row) => row + 5),
          prefixes: rows.map((row) => prefixes[row]!),
        },
      );
    const together = await sample([...inputs.keys()]);
    for (const rows of [[2], [9, 0], [4, 6, 2], [1]]) {
      expect(await sample(rows)).toEqual(rows.map((row) => together[row]));
    }
    model.dispose();
  });

  test('are refused where they do not fit or have ended', async () => {
    const model = randomModel(ONE_HEAD, 1);
    const before = tf.memory().numTensors;
    const begin = (prefixes: number[][]) => generate(model, [[3, 1]], { ...greedy, prefixes });
    await expect(begin([])).rejects.toThrow('expected one prefix for each of 1 rows, found 0');
    await expect(begin([[4, 1]])).rejects.toThrow(
      'without the end token 1, found it in that of row 0',
    );
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('sampling', () => {
  const seeds = LENGTHS.map((_, row) => 100 + row);

  test('depends on a row and its seed, not on the batch around it', async () => {
    const model = randomModel(DEEP_DECODER, 5);
    const inputs = randomInputs(DEEP_DECODER, LENGTHS, 6);
    const sample = (rows: readonly number[]) =>
      generate(
        model,
        rows.map((row) => inputs[row]!),
        { maximumTokens: 8, temperature: 0.8, seeds: rows.map((row) => seeds[row]!) },
      );
    const before = tf.memory().numTensors;
    const together = await sample([...inputs.keys()]);
    for (const rows of [[7], [4], [9, 0, 3], [2, 8, 1, 6]]) {
      expect(await sample(rows)).toEqual(rows.map((row) => together[row]));
    }
    expect(tf.memory().numTensors).toBe(before);
    const elsewhere = await generate(model, inputs, {
      maximumTokens: 8,
      temperature: 0.8,
      seeds: seeds.map((seed) => seed + 1000),
    });
    expect(elsewhere).not.toEqual(together);
    model.dispose();
  });

  test('among the one likeliest token is greedy', async () => {
    const model = randomModel(WIDE_HEADS, 8);
    const inputs = randomInputs(WIDE_HEADS, LENGTHS, 9);
    const options = { maximumTokens: 8, temperature: 1.3, seeds, topK: 1 };
    const expected = await generate(model, inputs, { maximumTokens: 8, temperature: 0 });
    expect(await generate(model, inputs, options)).toEqual(expected);
    model.dispose();
  });

  test('stops with the last row that ends', async () => {
    const model = randomModel(DEEP_DECODER, 5);
    const inputs = randomInputs(DEEP_DECODER, LENGTHS, 6);
    const step = vi.spyOn(DecoderCache.prototype, 'step');
    const outputs = await generate(model, inputs, { maximumTokens: 400, temperature: 3, seeds });
    const longest = Math.max(...outputs.map(({ length }) => length));
    expect(longest).toBeLessThan(200);
    expect(step).toHaveBeenCalledTimes(longest + 1);
    const rowsSeen = step.mock.calls.map(([previous]) =>
      previous instanceof tf.Tensor ? previous.size : previous.length,
    );
    expect(rowsSeen.at(-1)).toBeLessThan(inputs.length / 2);
    model.dispose();
  });

  test('asks for one seed a row', async () => {
    const model = randomModel(ONE_HEAD, 1);
    const options = { maximumTokens: 2, temperature: 1, seeds: [1] };
    await expect(generate(model, [[1], [1]], options)).rejects.toThrow('found 1');
    expect(await generate(model, [], options)).toEqual([]);
    model.dispose();
  });
});

test('an id outside the vocabulary is refused and leaves nothing behind', async () => {
  const model = randomModel(ONE_HEAD, 1);
  const before = tf.memory().numTensors;
  await expect(generate(model, [[17, 1]], greedy)).rejects.toThrow('expected indices');
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
  expect(tf.memory().numTensors).toBe(before - model.parameters.size);
});

describe('sampleToken', () => {
  const scores = Float32Array.of(1.2, -0.5, 0.3, 2, -3, 0.9);

  /** 0.1 % quantile of the chi-square distribution with 1, 2 and 5 degrees of freedom. */
  const CHI_SQUARE_LIMITS: Readonly<Record<number, number>> = { 1: 10.83, 2: 13.82, 5: 20.52 };

  test.each([
    [1, undefined],
    [0.5, undefined],
    [2.5, undefined],
    [1, 3],
    [0.7, 2],
  ])('draws from softmax at temperature %d, top %s', (temperature, topK) => {
    const draws = 20_000;
    const random = new Random(17);
    const counts = new Array<number>(scores.length).fill(0);
    for (let draw = 0; draw < draws; draw++) {
      counts[sampleToken(scores, temperature, topK, random.next())]! += 1;
    }
    const allowed = new Set([...scores].sort((a, b) => b - a).slice(0, topK));
    const weights = [...scores].map((score) =>
      allowed.has(score) ? Math.exp(score / temperature) : 0,
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const chiSquare = weights.reduce((sum, weight, token) => {
      const expected = (draws * weight) / total;
      return expected === 0 ? sum : sum + (counts[token]! - expected) ** 2 / expected;
    }, 0);
    const impossible = counts.filter((_, token) => weights[token] === 0);
    expect(impossible.every((count) => count === 0)).toBe(true);
    expect(chiSquare).toBeLessThan(CHI_SQUARE_LIMITS[allowed.size - 1]!);
  });

  test('takes the first and the last possible token at the ends of the unit interval', () => {
    const last = 1 - 2 ** -32;
    expect(sampleToken(scores, 1, undefined, 0)).toBe(0);
    expect(sampleToken(scores, 1, undefined, last)).toBe(5);
    expect(sampleToken(scores, 1, 2, 0)).toBe(0);
    expect(sampleToken(scores, 1, 2, last)).toBe(3);
    expect(sampleToken(Float32Array.of(-1000, 1000, -1000), 1, undefined, last)).toBe(1);
  });
});

test('what a guide wants is written as if it had been chosen, and the rest follows from it', async () => {
  const model = randomModel(DEEP_DECODER, 2);
  const inputs = randomInputs(DEEP_DECODER, LENGTHS, 1);
  const most = 12;
  /** After every third own or wanted token two more. */
  const guide = (row: number, written: readonly number[]) =>
    (written.length + row) % 3 === 0 ? [3 + (row % 4), 5] : [];
  const expected: number[][] = [];
  for (const [row, input] of inputs.entries()) {
    const written: number[] = [];
    const wanted: number[] = [];
    while (written.length < most) {
      const [free] = await greedyWithoutCache(model, input, written.length + 1, written);
      const token = wanted.shift() ?? free;
      if (token === undefined) break;
      written.push(token);
      if (wanted.length === 0) wanted.push(...guide(row, written));
    }
    expected.push(written);
  }
  const before = tf.memory().numTensors;
  const options = { maximumTokens: most, temperature: 0, guide };
  expect(await generate(model, inputs, options)).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
  expect(expected).not.toEqual(
    await generate(model, inputs, { maximumTokens: most, temperature: 0 }),
  );
  model.dispose();
});
