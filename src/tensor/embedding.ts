/** Looking up rows of an embedding table, with the gradient summed per row. */

import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './fused-kernel';
import type { Weight } from './linear';
import { QuantisedMatrix } from './quantised-matrix';

/**
 * @param table `[vocabulary, model]`
 * @param ids int32 `[batch, length]`
 * @returns `[batch, length, model]`
 */
export function embedding(table: Weight, ids: tf.Tensor): tf.Tensor {
  const [vocabulary = 0, model = 0] = table.shape;
  if (table.shape.length !== 2 || ids.dtype !== 'int32') {
    throw new Error(
      `embedding: expected a table [vocabulary, model] and int32 ids, found [${table.shape.join(', ')}] and ${ids.dtype} ids.`,
    );
  }
  if (table instanceof QuantisedMatrix) return table.rows(ids);
  return withGradient(
    [table],
    () => ({ value: tf.gather(table, ids), kept: [ids] }),
    // The stock gradient of gather transposes the whole table twice.
    (gradient, [kept]) => [
      tf.unsortedSegmentSum(
        tf.reshape(gradient, [-1, model]),
        tf.reshape<tf.Rank.R1>(kept ?? ids, [-1]),
        vocabulary,
      ),
    ],
  );
}
