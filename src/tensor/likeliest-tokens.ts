/** The likeliest tokens of every row under the output layer, without ever holding all logits. */

import * as tf from '@tensorflow/tfjs-core';
import { rowsOfChunk } from './language-model-loss';
import { linear, type Weight } from './linear';

export interface LikeliestTokens {
  /** int32 `[rows, candidates]`, the likeliest first */
  readonly ids: tf.Tensor2D;
  /** Their logits less the largest of the row, `[rows, candidates]` */
  readonly logits: tf.Tensor2D;
}

/**
 * Some rows at a time, as for the loss. It has no gradient. To be called in a tidy.
 *
 * @param states `[rows, model]`
 * @param head `[vocabulary, model]`
 * @param among only the first so many tokens of the vocabulary may be chosen
 */
export function likeliestTokens(
  states: tf.Tensor,
  head: Weight,
  candidates: number,
  among = head.shape[0] ?? 0,
  chunkRows = rowsOfChunk(states.shape[0] ?? 0, head.shape[0] ?? 0),
): LikeliestTokens {
  const [rows = 0, model = 0] = states.shape;
  const [vocabulary = 0] = head.shape;
  const ids: tf.Tensor2D[] = [];
  const logits: tf.Tensor2D[] = [];
  for (let first = 0; first < rows; first += chunkRows) {
    const count = Math.min(chunkRows, rows - first);
    const [ownIds, ownLogits] = tf.tidy(() => {
      const part = count === rows ? states : tf.slice(states, [first, 0], [count, model]);
      const all = tf.reshape<tf.Rank.R2>(linear(part, head), [count, vocabulary]);
      const known = among < vocabulary ? tf.slice(all, [0, 0], [count, among]) : all;
      const { values, indices } = tf.topk(known, Math.min(candidates, among));
      return [indices, tf.sub<tf.Tensor2D>(values, tf.max(values, -1, true))];
    });
    if (ownIds) ids.push(ownIds);
    if (ownLogits) logits.push(ownLogits);
  }
  return { ids: tf.concat2d(ids, 0), logits: tf.concat2d(logits, 0) };
}
