/** Looking up rows of an embedding table, with the gradient summed per row. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient, withGradients } from './fused-kernel';
import type { Matrix } from './linear';
import { QuantisedMatrix } from './quantised-matrix';

/**
 * @param table `[vocabulary, model]`
 * @param ids int32 `[batch, length]`
 * @returns `[batch, length, model]`
 */
export function embedding(table: Matrix, ids: tf.Tensor): tf.Tensor {
  checkLookUp(table, ids);
  const [vocabulary = 0] = table.shape;
  if (table instanceof QuantisedMatrix) return table.rows(ids);
  return withGradient(
    [table],
    () => ({ value: tf.gather(table, ids), kept: [ids] }),
    (gradient, kept) => [embeddingGradient(gradient, outputAt(kept, 0), vocabulary)],
  );
}

/**
 * {@link embedding} of two batches, with one gradient of the table for both instead of the sum of two.
 *
 * @param table `[vocabulary, model]`
 * @param ids int32 `[batch, length]` each
 * @returns `[batch, length, model]` each
 */
export function embeddingOfBoth(
  table: Matrix,
  ids: readonly [tf.Tensor, tf.Tensor],
): [tf.Tensor, tf.Tensor] {
  const [first, second] = ids;
  if (table instanceof QuantisedMatrix || !hasKernel('EmbeddingGradient')) {
    return [embedding(table, first), embedding(table, second)];
  }
  checkLookUp(table, first);
  checkLookUp(table, second);
  const [vocabulary = 0, model = 0] = table.shape;
  const joined = (tensors: readonly tf.Tensor[], width: number): tf.Tensor =>
    tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1, width])));
  const values = withGradients(
    [table],
    () => ({ values: [tf.gather(table, first), tf.gather(table, second)], kept: [first, second] }),
    (gradients, kept) => [
      tf.tidy(() => embeddingGradient(joined(gradients, model), joined(kept, 1), vocabulary)),
    ],
  );
  return [outputAt(values, 0), outputAt(values, 1)];
}

function checkLookUp(table: Matrix, ids: tf.Tensor): void {
  if (table.shape.length !== 2 || ids.dtype !== 'int32') {
    throw new Error(
      `embedding: expected a table [vocabulary, model] and int32 ids, found [${table.shape.join(', ')}] and ${ids.dtype} ids.`,
    );
  }
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
