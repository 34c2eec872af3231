/** The losses a T5 is trained with: weighted cross-entropy and distillation from teacher logits. */

import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, IGNORED_LABEL } from '../tensor/cross-entropy';
import { embeddingOfBoth } from '../tensor/embedding';
import { languageModelLoss } from '../tensor/language-model-loss';
import { languageModelScores, type LanguageModelScores } from '../tensor/language-model-scores';
import type { SequenceBatch } from './batch';
import { decodeEmbedded, languageModelHead } from './decoder';
import { encodeEmbedded } from './encoder';
import type { T5Model } from './model';

/**
 * `sum(weight * crossEntropy) / sum(weight)` over the rows that carry a label.
 *
 * @param logits `[rows, vocabulary]`
 * @param labels int32 `[rows]`, ignored rows marked
 * @param weights float `[rows]`
 * @returns a scalar, in nats a token
 */
export function weightedCrossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  weights: tf.Tensor,
): tf.Scalar {
  const seen = tf.mul(weights, tf.cast(tf.notEqual(labels, IGNORED_LABEL), 'float32'));
  const total = tf.sum(tf.mul(crossEntropy(logits, labels), seen));
  return tf.reshape(tf.div(total, tf.maximum(tf.sum(seen), 1e-12)), []);
}

/**
 * Soft distillation (Hinton et al. 2015): `T² KL(teacher || student)` at temperature `T`,
 * averaged with weights over the labelled rows.
 *
 * @param logits student `[rows, vocabulary]`
 * @param teacherLogits `[rows, vocabulary]`
 */
export function distillationLoss(
  logits: tf.Tensor,
  teacherLogits: tf.Tensor,
  labels: tf.Tensor,
  weights: tf.Tensor,
  temperature: number,
): tf.Scalar {
  const student = tf.logSoftmax(tf.div(logits, temperature), -1);
  const teacher = tf.logSoftmax(tf.div(teacherLogits, temperature), -1);
  const divergence = tf.sum(tf.mul(tf.exp(teacher), tf.sub(teacher, student)), -1);
  const seen = tf.mul(weights, tf.cast(tf.notEqual(labels, IGNORED_LABEL), 'float32'));
  const mean = tf.div(tf.sum(tf.mul(divergence, seen)), tf.maximum(tf.sum(seen), 1e-12));
  return tf.reshape(tf.mul(mean, temperature * temperature), []);
}

/** Decoder states of a batch under teacher forcing, `[batch * targetLength, model]`. */
function batchStates(
  model: T5Model,
  { ids, mask, decoderIds }: SequenceBatch,
  recomputes = false,
): tf.Tensor {
  const table = model.matrix('shared.weight');
  const [inputs, targets] = embeddingOfBoth(table, [ids, decoderIds]);
  const states = encodeEmbedded(model, inputs, mask, recomputes);
  const decoded = decodeEmbedded(model, targets, states, mask, recomputes);
  return tf.reshape(decoded, [-1, model.configuration.modelWidth]);
}

/** Logits of a batch under teacher forcing, `[batch * targetLength, vocabulary]`. */
export function batchLogits(model: T5Model, batch: SequenceBatch): tf.Tensor2D {
  return tf.tidy(() => {
    const shape: [number, number] = [-1, model.configuration.vocabularySize];
    return tf.reshape<tf.Rank.R2>(languageModelHead(model, batchStates(model, batch)), shape);
  });
}

/** Scores of a batch's target tokens under teacher forcing; to be called in a tidy. */
export function batchScores(model: T5Model, batch: SequenceBatch): LanguageModelScores {
  const head = model.matrix('lm_head.weight');
  return languageModelScores(batchStates(model, batch), head, batch.labels);
}

/**
 * The weighted cross-entropy of a batch, a scalar.
 *
 * @param totalWeight the weights of the whole batch, where this is a part of one: the losses of all parts then
 *   sum to the batch's
 * @param recomputes whether the backward pass computes every block again, for less memory
 */
export function batchLoss(
  model: T5Model,
  batch: SequenceBatch,
  totalWeight?: number,
  recomputes = false,
): tf.Scalar {
  return tf.tidy(() => {
    const head = model.matrix('lm_head.weight');
    const { labels, weights } = batch;
    const targets =
      totalWeight === undefined ? { labels, weights } : { labels, weights, totalWeight };
    return languageModelLoss(batchStates(model, batch, recomputes), head, targets);
  });
}
