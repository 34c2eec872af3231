/** The gated GELU of T5 v1.1: the tanh form of GELU of one half times the other half (Shazeer 2020). */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient } from './fused-kernel';

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

/**
 * `gelu(gate) * up` with `gelu(x) = x/2 (1 + tanh(sqrt(2/π)(x + 0.044715 x³)))`.
 *
 * @param gate `[..., feedForward]`
 * @param up `[..., feedForward]`
 * @returns `[..., feedForward]`
 */
export function gatedGeluReference(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  const cube = tf.mul(tf.square(gate), gate);
  const inner = tf.mul(tf.add(gate, tf.mul(cube, 0.044715)), SQRT_2_OVER_PI);
  const gelu = tf.mul(tf.mul(gate, 0.5), tf.add(tf.tanh(inner), 1));
  return tf.mul(gelu, up);
}

/** As {@link gatedGeluReference}, in one kernel each way where the backend has them. */
export function gatedGelu(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  tf.util.assertShapesMatch(gate.shape, up.shape, 'gatedGelu: ');
  if (!hasKernel('GatedGelu')) return gatedGeluReference(gate, up);
  return withGradient(
    [gate, up],
    () => ({ value: outputAt(runKernel('GatedGelu', { gate, up }), 0), kept: [gate, up] }),
    (gradient, kept) =>
      runKernel('GatedGeluGradient', {
        gradient,
        gate: outputAt(kept, 0),
        up: outputAt(kept, 1),
      }),
  );
}
