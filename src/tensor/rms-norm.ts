/** Root-mean-square normalisation (Zhang and Sennrich 2019), the layer norm of T5: no mean, no bias. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient } from './fused-kernel';

/**
 * `x / sqrt(mean(x²) + epsilon) * weight`, the mean over the last axis.
 *
 * @param x `[..., model]`
 * @param weight `[model]`
 * @returns `[..., model]`
 */
export function rmsNormReference(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  const meanSquare = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), weight);
}

/** As {@link rmsNormReference}, in one kernel each way where the backend has them. */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  const size = x.shape[x.rank - 1] ?? 0;
  if (weight.rank !== 1 || weight.size !== size) {
    throw new Error(
      `rmsNorm: expected a weight of shape [${size}] for an input of shape [${x.shape.join(', ')}], found [${weight.shape.join(', ')}].`,
    );
  }
  if (!hasKernel('RmsNorm')) return rmsNormReference(x, weight, epsilon);
  return withGradient(
    [x, weight],
    () => {
      const outputs = runKernel('RmsNorm', { x, weight }, { epsilon });
      return { value: outputAt(outputs, 0), kept: [x, weight, outputAt(outputs, 1)] };
    },
    (gradient, kept) =>
      runKernel('RmsNormGradient', {
        gradient,
        x: outputAt(kept, 0),
        weight: outputAt(kept, 1),
        inverses: outputAt(kept, 2),
      }),
  );
}
