/** Continuations of a prefix: their likelihood is that of the whole target less that of the prefix alone. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { scoreTargets } from '../../../src/t5/score';
import { scoreContinuations, type ContinuedInput } from '../../../src/t5/score-continuations';
import { DEEP_DECODER, ONE_HEAD, randomInputs, randomModel, WIDE_HEADS } from './random-models';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

test.each([
  ['a deep decoder', DEEP_DECODER],
  ['one head', ONE_HEAD],
  ['wide heads', WIDE_HEADS],
])('equal whole targets less their prefixes in %s', async (_, configuration) => {
  const model = randomModel(configuration, 41);
  const draw = (lengths: readonly number[], seed: number) =>
    randomInputs(configuration, lengths, seed);
  const questions = draw([10, 1, 3, 7], 42);
  const prefixes = draw([9, 1, 4, 17, 2], 43);
  const targets = draw([1, 3, 2, 5, 4, 1], 44);
  const row = (prefix: number | null, target: number) => ({
    prefix: prefix === null ? [] : prefixes[prefix]!,
    target: targets[target]!,
  });
  const inputs: readonly ContinuedInput[] = [
    { input: questions[0]!, continuations: [row(0, 1), row(null, 1), row(3, 0), row(1, 3)] },
    { input: questions[1]!, continuations: [] },
    { input: questions[2]!, continuations: [row(2, 4)] },
    { input: questions[3]!, continuations: [row(4, 2), row(null, 5)] },
  ];
  /** Teacher forcing of one sequence at a time, which other tests hold to the logits. */
  const whole = async (input: readonly number[], target: readonly number[]) =>
    target.length === 0
      ? 0
      : (await scoreTargets(model, [{ input, target }], 1))[0]!.logProbability;
  const expected: number[][] = [];
  for (const { input, continuations } of inputs) {
    const own: number[] = [];
    for (const { prefix, target } of continuations)
      own.push((await whole(input, [...prefix, ...target])) - (await whole(input, prefix)));
    expected.push(own);
  }
  const before = tf.memory().numTensors;
  for (const batchSize of [1, 3, 64]) {
    const scores = await scoreContinuations(model, inputs, batchSize);
    expect(scores.map((own) => own.length)).toEqual([4, 0, 1, 2]);
    for (const [place, value] of scores.flat().entries())
      expect(value).toBeCloseTo(expected.flat()[place]!, 3);
  }
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});
