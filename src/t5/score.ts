/** Scoring given targets: loss, token accuracy and sequence log-probabilities under teacher forcing. */

import * as tf from '@tensorflow/tfjs-core';
import { assertDeviceSound } from '../tensor/device-trouble';
import { sequenceBatch, type SequencePair } from './batch';
import { batchScores } from './loss';
import type { T5Model } from './model';

/** What teacher forcing says of one target. */
export interface TargetScore {
  /** Natural logarithm of the target's probability, the end token included. */
  readonly logProbability: number;
  readonly tokens: number;
  /** Tokens that were the model's first choice. */
  readonly correct: number;
}

/** What teacher forcing says of every token of one target. */
interface ScoredTokens {
  /** Negative log-likelihoods, in nats. */
  readonly losses: Float32Array;
  /** 1 for the model's first choice, 0 for others. */
  readonly correct: Float32Array;
}

/**
 * Scores every pair's target given its input. Pairs are batched by length for speed;
 * the result is in the order given.
 */
export async function scoreTargets(
  model: T5Model,
  pairs: readonly SequencePair[],
  batchSize: number,
): Promise<TargetScore[]> {
  const scores = await scored(model, pairs, batchSize);
  return scores.map(({ losses, correct }) => ({
    logProbability: -sum(losses),
    tokens: losses.length,
    correct: sum(correct),
  }));
}

/** The negative log-likelihood of every target token, in nats; batches and order as in {@link scoreTargets}. */
export async function scoreTokens(
  model: T5Model,
  pairs: readonly SequencePair[],
  batchSize: number,
): Promise<Float32Array[]> {
  const scores = await scored(model, pairs, batchSize);
  return scores.map(({ losses }) => losses);
}

async function scored(
  model: T5Model,
  pairs: readonly SequencePair[],
  batchSize: number,
): Promise<ScoredTokens[]> {
  const order = pairs
    .map((_, index) => index)
    .sort((a, b) => length(pairs[a]) - length(pairs[b]) || a - b);
  const scores = new Array<ScoredTokens>(pairs.length);
  for (let start = 0; start < order.length; start += batchSize) {
    const indices = order.slice(start, start + batchSize);
    const batch = indices.flatMap((index) => pairs[index] ?? []);
    const [losses, correct, columns] = tf.tidy(() => {
      const padded = sequenceBatch(batch, model.configuration);
      const { losses: ofTokens, correct: right } = batchScores(model, padded);
      return [ofTokens, right, padded.decoderIds.shape[1]] as const;
    });
    const [lossValues, correctValues] = await Promise.all([
      losses.data<'float32'>(),
      correct.data<'float32'>(),
    ]);
    losses.dispose();
    correct.dispose();
    assertDeviceSound();
    indices.forEach((index, row) => {
      const from = row * columns;
      const to = from + (batch[row]?.target.length ?? 0);
      scores[index] = {
        losses: Float32Array.from(lossValues.subarray(from, to)),
        correct: Float32Array.from(correctValues.subarray(from, to)),
      };
    });
  }
  return scores;
}

/** In double precision, in order. */
const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

/** Sums of {@link scoreTargets}: the summed loss in nats, target tokens, and those predicted right. */
export async function teacherForced(
  model: T5Model,
  pairs: readonly SequencePair[],
  batchSize: number,
): Promise<{ loss: number; tokens: number; correct: number }> {
  const total = { loss: 0, tokens: 0, correct: 0 };
  for (const score of await scoreTargets(model, pairs, batchSize)) {
    total.loss -= score.logProbability;
    total.tokens += score.tokens;
    total.correct += score.correct;
  }
  return total;
}

const length = (pair: SequencePair | undefined): number =>
  pair ? pair.input.length + pair.target.length : 0;
