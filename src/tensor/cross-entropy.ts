/** Cross-entropy of every row of logits against its label. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient } from './fused-kernel';

/** The label of positions that carry no loss, as in PyTorch. */
export const IGNORED_LABEL = -100;

/**
 * `-log softmax(logits)[label]` for every row; 0 where the label is {@link IGNORED_LABEL}.
 *
 * @param logits `[rows, vocabulary]`
 * @param labels int32 `[rows]`
 * @returns `[rows]`, in nats
 */
export function crossEntropyReference(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const vocabulary = logits.shape[1] ?? 0;
  const seen = tf.cast(tf.notEqual(labels, IGNORED_LABEL), 'float32');
  const clamped = tf.cast(tf.maximum(labels, 0), 'int32');
  const hot = tf.oneHot(tf.reshape(clamped, [-1]), vocabulary);
  const logProbability = tf.sum(tf.mul(tf.logSoftmax(logits, -1), tf.cast(hot, 'float32')), -1);
  return tf.mul(tf.neg(logProbability), seen);
}

/** As {@link crossEntropyReference}, without one-hot rows where the backend has the kernels. */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  if (logits.rank !== 2 || labels.size !== logits.shape[0] || labels.dtype !== 'int32') {
    throw new Error(
      `crossEntropy: expected logits [rows, vocabulary] and int32 labels [rows], found [${logits.shape.join(', ')}] and ${labels.dtype} [${labels.shape.join(', ')}].`,
    );
  }
  if (!hasKernel('CrossEntropy')) return crossEntropyReference(logits, labels);
  const settings = { ignored: IGNORED_LABEL };
  return withGradient(
    [logits],
    () => {
      const outputs = runKernel('CrossEntropy', { logits, labels }, settings);
      return { value: outputAt(outputs, 0), kept: [logits, labels, outputAt(outputs, 1)] };
    },
    (gradient, kept) =>
      runKernel(
        'CrossEntropyGradient',
        {
          gradient,
          logits: outputAt(kept, 0),
          labels: outputAt(kept, 1),
          statistics: outputAt(kept, 2),
        },
        settings,
      ),
  );
}
