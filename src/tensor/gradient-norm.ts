/** The global norm of gradients and what follows from it, decided where the gradients are. */

import * as tf from '@tensorflow/tfjs-core';
import { outputAt, runKernel } from './fused-kernel';

/**
 * Only where the backend has the kernel `GradientNorm`.
 *
 * @param loss a scalar
 * @param settings the largest norm allowed, then numbers that an optimizer's kernels need
 * @returns `[3 + settings]`: the loss, the norm, 1 where either is not finite and the update is to be skipped,
 *   the factor on every gradient, and the settings behind the first
 */
export function gradientNorm(
  gradients: readonly tf.Tensor[],
  loss: tf.Tensor,
  settings: readonly number[],
): tf.Tensor {
  const named = gradients.map((gradient, index): [string, tf.Tensor] => [
    `gradient${index}`,
    gradient,
  ]);
  const inputs = { ...Object.fromEntries(named), loss, settings: tf.tensor1d([...settings]) };
  return outputAt(runKernel('GradientNorm', inputs), 0);
}
