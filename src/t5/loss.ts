/** The losses a T5 is trained with: weighted cross-entropy and distillation from teacher logits. */

import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, IGNORED_LABEL } from '../tensor/cross-entropy';
import { embeddingOfBoth } from '../tensor/embedding';
import { languageModelLoss } from '../tensor/language-model-loss';
import { likeliestTokens, type LikeliestTokens } from '../tensor/likeliest-tokens';
import { languageModelScores, type LanguageModelScores } from '../tensor/language-model-scores';
import type { SequenceBatch } from './batch';
import { decodeEmbedded, languageModelHead } from './decoder';
import { encodeEmbedded } from './encoder';
import type { T5Model } from './model';
import type { SoftLoss } from './soft-targets';

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

/** The likeliest of the first `among` tokens at every target position under teacher forcing; to be called in a tidy. */
export function batchLikeliest(
  model: T5Model,
  batch: SequenceBatch,
  candidates: number,
  among: number,
): LikeliestTokens {
  const head = model.matrix('lm_head.weight');
  return likeliestTokens(batchStates(model, batch), head, candidates, among);
}

export interface BatchLossOptions {
  /** The weights of the whole batch, where this is a part of one: the losses of all parts then sum to the batch's. */
  readonly totalWeight?: number | undefined;
  /** The teacher's part; cross-entropy alone when absent or of share 0. */
  readonly soft?: SoftLoss | undefined;
  /** Whether the backward pass computes every block again, for less memory. */
  readonly recomputes?: boolean | undefined;
}

/**
 * The weighted loss of a batch, a scalar in nats a token: cross-entropy, and where asked for the divergence
 * from the teacher.
 *
 * @throws Error when the teacher is asked for and the batch has no soft targets
 */
export function batchLoss(
  model: T5Model,
  batch: SequenceBatch,
  { totalWeight, soft, recomputes }: BatchLossOptions = {},
): tf.Scalar {
  const { labels, weights, teacher } = batch;
  const isSoft = soft !== undefined && soft.share > 0;
  if (isSoft && teacher === null) {
    throw new Error(
      'Soft loss: expected the teacher’s logits with every example, found none. Compute them first, or set the teacher’s share to 0.',
    );
  }
  return tf.tidy(() =>
    languageModelLoss(batchStates(model, batch, recomputes), model.matrix('lm_head.weight'), {
      labels,
      weights,
      ...(totalWeight === undefined ? {} : { totalWeight }),
      ...(isSoft && teacher !== null ? { teacher: { ...teacher, ...soft } } : {}),
    }),
  );
}
