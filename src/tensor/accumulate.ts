/** Adding to tensors and scaling them, in their own memory where the backend has the kernels. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fused-kernel';

/**
 * Adds tensors to sums of the same shapes.
 *
 * @param sums used up: the caller goes on with the result
 * @returns the sums, in order
 */
export function addInto(sums: readonly tf.Tensor[], addends: readonly tf.Tensor[]): tf.Tensor[] {
  if (sums.length !== addends.length) {
    throw new Error(`addInto: expected ${sums.length} addends, found ${addends.length}.`);
  }
  const pairs = sums.map((sum, index) => ({ sum, addend: addends[index] ?? sum }));
  for (const { sum, addend } of pairs) {
    tf.util.assertShapesMatch(sum.shape, addend.shape, 'addInto: ');
  }
  if (!hasKernel('AddInto')) return pairs.map(({ sum, addend }) => replacedSum(sum, addend));
  // What others see of a sum must not change under them.
  const own = pairs.filter(({ sum }) => tf.backend().refCount(sum.dataId) <= 1);
  const inputs = own.flatMap(({ sum, addend }, index): [string, tf.Tensor][] => [
    [`sum${index}`, sum],
    [`addend${index}`, addend],
  ]);
  if (own.length > 0) runKernel('AddInto', Object.fromEntries(inputs));
  const inPlace = new Set(own.map(({ sum }) => sum));
  return pairs.map(({ sum, addend }) => (inPlace.has(sum) ? sum : replacedSum(sum, addend)));
}

function replacedSum(sum: tf.Tensor, addend: tf.Tensor): tf.Tensor {
  const result = tf.add(sum, addend);
  sum.dispose();
  return result;
}

/**
 * The tensor times a scalar.
 *
 * @param values not to be used afterwards: its memory may hold the result
 */
export function scaled(values: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  if (!hasKernel('ScaleInPlace')) return tf.mul(values, factor);
  runKernel('ScaleInPlace', { values, factor });
  return tf.clone(values);
}
