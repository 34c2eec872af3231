/** Root-mean-square normalisation (Zhang and Sennrich 2019), the layer norm of T5: no mean, no bias. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient, withGradients } from './fused-kernel';

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
  checkWeight(x, weight);
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

/** A residual stream, and its norm for a layer that adds to it; of the same shape. */
export interface NormedStream {
  readonly stream: tf.Tensor;
  readonly normed: tf.Tensor;
}

/**
 * {@link rmsNorm} beside its input. Where both are used, by a layer and by the addition of its result, the
 * gradients of both are summed in the norm's kernel if the backend's can.
 *
 * @param x `[..., model]`
 * @param weight `[model]`
 */
export function rmsNormBeside(x: tf.Tensor, weight: tf.Tensor, epsilon: number): NormedStream {
  checkWeight(x, weight);
  if (!hasKernel('RmsNormBesideGradient')) {
    return { stream: x, normed: rmsNorm(x, weight, epsilon) };
  }
  const values = withGradients(
    [x, weight],
    () => {
      const outputs = runKernel('RmsNorm', { x, weight }, { epsilon });
      const kept = [x, weight, outputAt(outputs, 1)];
      return { values: [tf.clone(x), outputAt(outputs, 0)], kept };
    },
    (gradients, kept) =>
      runKernel('RmsNormBesideGradient', {
        ofStream: outputAt(gradients, 0),
        gradient: outputAt(gradients, 1),
        x: outputAt(kept, 0),
        weight: outputAt(kept, 1),
        inverses: outputAt(kept, 2),
      }),
  );
  return { stream: outputAt(values, 0), normed: outputAt(values, 1) };
}

function checkWeight(x: tf.Tensor, weight: tf.Tensor): void {
  const size = x.shape[x.rank - 1] ?? 0;
  if (weight.rank !== 1 || weight.size !== size) {
    throw new Error(
      `rmsNorm: expected a weight of shape [${size}] for an input of shape [${x.shape.join(', ')}], found [${weight.shape.join(', ')}].`,
    );
  }
}
