/** Scores against log-softmax of the logits, the weighted loss by hand, and gradients against finite differences. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { Random } from '../../../src/data/random';
import { sequenceBatch, type SequencePair } from '../../../src/t5/batch';
import { batchLogits, batchLoss } from '../../../src/t5/loss';
import type { T5Model } from '../../../src/t5/model';
import { scoreTargets, teacherForced } from '../../../src/t5/score';
import { DEEP_DECODER, ONE_HEAD, randomInputs, randomModel, WIDE_HEADS } from './random-models';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

/** Inputs and targets of lengths 1 to 10, in mixed order. */
function randomPairs(configuration: typeof ONE_HEAD, seed: number): SequencePair[] {
  const lengths = [4, 10, 1, 9, 2, 6, 3];
  const inputs = randomInputs(configuration, lengths, seed);
  const targets = randomInputs(configuration, [...lengths].reverse(), seed + 1);
  return inputs.map((input, index) => ({ input, target: targets[index]! }));
}

/** Log-probabilities of one pair's target tokens, computed in double precision from its logits alone. */
async function tokenScores(
  model: T5Model,
  pair: SequencePair,
): Promise<{ logProbability: number; best: boolean }[]> {
  const logits = tf.tidy(() => batchLogits(model, sequenceBatch([pair], model.configuration)));
  const values = await logits.data<'float32'>();
  logits.dispose();
  const { vocabularySize } = model.configuration;
  return pair.target.map((token, position) => {
    const row = [...values.subarray(position * vocabularySize, (position + 1) * vocabularySize)];
    const highest = Math.max(...row);
    const total = row.reduce((sum, score) => sum + Math.exp(score - highest), 0);
    const logProbability = row[token]! - highest - Math.log(total);
    return { logProbability, best: row[token] === highest };
  });
}

describe.each([
  ['a deep decoder', DEEP_DECODER],
  ['one head', ONE_HEAD],
  ['wide heads', WIDE_HEADS],
])('scores of %s', (_, configuration) => {
  test('are sums of log-softmax, whatever the order and the batch', async () => {
    const model = randomModel(configuration, 11);
    const pairs = randomPairs(configuration, 12);
    const expected = await Promise.all(pairs.map((pair) => tokenScores(model, pair)));
    const before = tf.memory().numTensors;
    for (const batchSize of [1, 3, 7, 100]) {
      for (const order of [pairs.map((_, index) => index), [5, 0, 6, 3, 2, 4, 1]]) {
        const scores = await scoreTargets(
          model,
          order.map((index) => pairs[index]!),
          batchSize,
        );
        for (const [place, index] of order.entries()) {
          const tokens = expected[index]!;
          const sum = tokens.reduce((total, { logProbability }) => total + logProbability, 0);
          expect(scores[place]?.logProbability).toBeCloseTo(sum, 4);
          expect(scores[place]?.tokens).toBe(tokens.length);
          expect(scores[place]?.correct).toBe(tokens.filter(({ best }) => best).length);
        }
      }
    }
    const all = expected.flat();
    const total = await teacherForced(model, pairs, 4);
    const sum = all.reduce((value, { logProbability }) => value - logProbability, 0);
    expect(total.loss).toBeCloseTo(sum, 3);
    expect(total.tokens).toBe(all.length);
    expect(total.correct).toBe(all.filter(({ best }) => best).length);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('the loss of a batch', () => {
  async function lossOf(model: T5Model, pairs: readonly SequencePair[]): Promise<number> {
    const loss = tf.tidy(() => batchLoss(model, sequenceBatch(pairs, model.configuration)));
    const [value = Number.NaN] = await loss.data();
    loss.dispose();
    return value;
  }

  test('is the weighted mean over target tokens, padding left out', async () => {
    const model = randomModel(WIDE_HEADS, 21);
    const random = new Random(22);
    const weigh = (pair: SequencePair) => ({
      ...pair,
      weights: pair.target.map(() => random.integer(0, 4) / 2),
    });
    const pairs = randomPairs(WIDE_HEADS, 23).map(weigh);
    let total = 0;
    let weight = 0;
    for (const pair of pairs) {
      for (const [position, token] of (await tokenScores(model, pair)).entries()) {
        total -= pair.weights[position]! * token.logProbability;
        weight += pair.weights[position]!;
      }
    }
    const loss = await lossOf(model, pairs);
    expect(loss).toBeCloseTo(total / weight, 5);
    const scaled = pairs.map((pair) => ({ ...pair, weights: pair.weights.map((w) => 3 * w) }));
    expect(await lossOf(model, scaled)).toBeCloseTo(loss, 5);
    const even = randomPairs(WIDE_HEADS, 23);
    const forced = await teacherForced(model, even, 7);
    expect(await lossOf(model, even)).toBeCloseTo(forced.loss / forced.tokens, 5);
    expect(Math.abs((await lossOf(model, even)) - loss)).toBeGreaterThan(1e-3);
    model.dispose();
  });

  test('refuses weights that are not one a token', () => {
    const pair = { input: [1], target: [3, 1], weights: [1] };
    expect(() => sequenceBatch([pair], ONE_HEAD)).toThrow('expected 2 token weights');
  });
});

describe.each([
  ['a deep decoder', DEEP_DECODER, 31],
  ['one head', ONE_HEAD, 32],
  ['wide heads', WIDE_HEADS, 33],
])('gradients of %s', (_, configuration, seed) => {
  test('agree with finite differences for every parameter', async () => {
    const model = randomModel(configuration, seed);
    const pairs = randomPairs(configuration, seed);
    const before = tf.memory().numTensors;
    const { value, grads } = tf.tidy(() =>
      tf.variableGrads(
        () => batchLoss(model, sequenceBatch(pairs, configuration)),
        [...model.parameters.values()],
      ),
    );
    value.dispose();
    /** The loss with a parameter moved along its own gradient's direction by so much. */
    const lossAt = async (
      parameter: tf.Variable,
      start: tf.Tensor,
      direction: tf.Tensor,
      distance: number,
    ) => {
      tf.tidy(() => parameter.assign(tf.add(start, tf.mul(direction, distance))));
      const { loss, tokens } = await teacherForced(model, pairs, pairs.length);
      return loss / tokens;
    };
    const distance = 1e-3;
    const disagreements: string[] = [];
    for (const [name, parameter] of model.parameters) {
      const gradient = grads[parameter.name]!;
      const norm = Math.hypot(...(await gradient.data()));
      const start = tf.mul(parameter, 1);
      const direction = tf.div(gradient, norm);
      const ahead = await lossAt(parameter, start, direction, distance);
      const behind = await lossAt(parameter, start, direction, -distance);
      const slope = (ahead - behind) / (2 * distance);
      // Float32 losses are good to about 1e-7, so slopes to about 1e-4; curvature adds less than 1 %.
      if (!(norm > 1e-3 && Math.abs(slope - norm) <= 0.01 * norm + 3e-4)) {
        disagreements.push(`${name}: gradient norm ${norm}, slope ${slope}`);
      }
      parameter.assign(start);
      tf.dispose([start, direction, gradient]);
    }
    expect(disagreements).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
