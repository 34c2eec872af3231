/** The sum of a tensor's squared elements, for global-norm clipping. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel } from './fused-kernel';

/** The sum as a composition of stock operations; a scalar. */
export function sumOfSquaresReference(x: tf.Tensor): tf.Tensor {
  return tf.sum(tf.square(x));
}

/** As {@link sumOfSquaresReference}; it has no gradient where the backend has the kernel. */
export function sumOfSquares(x: tf.Tensor): tf.Tensor {
  if (!hasKernel('SumOfSquares')) return sumOfSquaresReference(x);
  return outputAt(runKernel('SumOfSquares', { x }), 0);
}

/**
 * The sum of squares over several tensors, a scalar.
 *
 * Added one by one: tfjs's `addN` binds every input to one WebGPU program, and a GPU that allows fewer
 * storage buffers silently drops the whole command buffer, results that were computed before it included.
 */
export function totalSumOfSquares(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tf.tidy(() =>
    tensors
      .map((x) => sumOfSquares(x))
      .reduce<tf.Tensor>((total, sum) => tf.add(total, sum), tf.scalar(0)),
  );
}
