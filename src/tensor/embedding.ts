/** Looking up rows of an embedding table, with the gradient summed per row. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient } from './fused-kernel';
import type { Matrix } from './linear';
import { QuantisedMatrix } from './quantised-matrix';

/**
 * @param table `[vocabulary, model]`
 * @param ids int32 `[batch, length]`
 * @returns `[batch, length, model]`
 */
export function embedding(table: Matrix, ids: tf.Tensor): tf.Tensor {
  const [vocabulary = 0] = table.shape;
  if (table.shape.length !== 2 || ids.dtype !== 'int32') {
    throw new Error(
      `embedding: expected a table [vocabulary, model] and int32 ids, found [${table.shape.join(', ')}] and ${ids.dtype} ids.`,
    );
  }
  if (table instanceof QuantisedMatrix) return table.rows(ids);
  return withGradient(
    [table],
    () => ({ value: tf.gather(table, ids), kept: [ids] }),
    (gradient, kept) => [embeddingGradient(gradient, outputAt(kept, 0), vocabulary)],
  );
}

/**
 * The gradient of {@link embedding}'s table as a stock operation, which adds with float atomics on WebGPU.
 * (The stock gradient of gather transposes the whole table twice.)
 *
 * @param gradient `[batch, length, model]`
 * @returns `[rows, model]`
 */
export function embeddingGradientReference(
  gradient: tf.Tensor,
  ids: tf.Tensor,
  rows: number,
): tf.Tensor {
  const model = gradient.shape.at(-1) ?? 1;
  const positions = tf.reshape<tf.Rank.R1>(ids, [-1]);
  return tf.unsortedSegmentSum(tf.reshape(gradient, [-1, model]), positions, rows);
}

/** As {@link embeddingGradientReference}; summed in a fixed order where the backend has the kernel. */
export function embeddingGradient(gradient: tf.Tensor, ids: tf.Tensor, rows: number): tf.Tensor {
  return hasKernel('EmbeddingGradient')
    ? outputAt(runKernel('EmbeddingGradient', { gradient, ids }, { rows }), 0)
    : embeddingGradientReference(gradient, ids, rows);
}
