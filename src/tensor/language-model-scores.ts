/** Scores of labels under the output layer: the loss of each row, and whether its label is the first choice. */

import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, IGNORED_LABEL } from './cross-entropy';
import { hasKernel, outputAt, runKernel } from './fused-kernel';
import { rowsOfChunk } from './language-model-loss';
import { linear, type Weight } from './linear';

export interface LanguageModelScores {
  /** `-log softmax(logits)[label]` in nats, 0 where the label is {@link IGNORED_LABEL}; `[rows]` */
  readonly losses: tf.Tensor;
  /** 1 where the label has the largest logit, else 0; `[rows]` */
  readonly correct: tf.Tensor;
}

/**
 * Some rows at a time, so that the logits `[rows, vocabulary]` are never whole where they are large. It has
 * no gradient. To be called in a tidy.
 *
 * @param states `[rows, model]`
 * @param head `[vocabulary, model]`
 * @param labels int32 `[rows]`
 */
export function languageModelScores(
  states: tf.Tensor,
  head: Weight,
  labels: tf.Tensor,
  chunkRows = rowsOfChunk(states.shape[0] ?? 0, head.shape[0] ?? 0),
): LanguageModelScores {
  const [rows = 0, model = 0] = states.shape;
  const losses: tf.Tensor[] = [];
  const correct: tf.Tensor[] = [];
  for (let first = 0; first < rows; first += chunkRows) {
    const count = Math.min(chunkRows, rows - first);
    const [ownLosses, ownCorrect] = tf.tidy(() => {
      const part = count === rows ? states : tf.slice(states, [first, 0], [count, model]);
      return scoresOf(linear(part, head), labels, first);
    });
    if (ownLosses) losses.push(ownLosses);
    if (ownCorrect) correct.push(ownCorrect);
  }
  return { losses: tf.concat(losses, 0), correct: tf.concat(correct, 0) };
}

function scoresOf(logits: tf.Tensor, labels: tf.Tensor, first: number): tf.Tensor[] {
  if (hasKernel('LanguageModelScores')) {
    const settings = { first, ignored: IGNORED_LABEL };
    const outputs = runKernel('LanguageModelScores', { logits, labels }, settings);
    return [outputAt(outputs, 0), outputAt(outputs, 1)];
  }
  const own = tf.slice(labels, [first], [logits.shape[0] ?? 0]);
  const best = tf.cast(tf.argMax(logits, -1), 'int32');
  return [crossEntropy(logits, own), tf.cast(tf.equal(best, own), 'float32')];
}
