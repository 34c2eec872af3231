/** Adding to tensors and scaling them, in their own memory where the backend has the kernels. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fused-kernel';

/**
 * Adds tensors to sums of the same shapes.
 *
 * @param sums used up: the caller goes on with the result, and owned by nobody else
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
  if (!hasKernel('AddInto')) {
    const results = pairs.map(({ sum, addend }) => tf.add(sum, addend));
    tf.dispose([...sums]);
    return results;
  }
  const inputs = pairs.flatMap(({ sum, addend }, index): [string, tf.Tensor][] => [
    [`sum${index}`, sum],
    [`addend${index}`, addend],
  ]);
  runKernel('AddInto', Object.fromEntries(inputs));
  return [...sums];
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
