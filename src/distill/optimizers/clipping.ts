/** An update that waits for loss and gradient norm before it changes anything, on any backend. */

import type * as tf from '@tensorflow/tfjs-core';
import { assertDeviceSound } from '../../tensor/device-trouble';
import { totalSumOfSquares } from '../../tensor/sum-of-squares';
import type { Gradients, UpdateOutcome } from './optimizer';

/**
 * Reads the loss and the global norm, and updates unless they are not finite.
 *
 * @param apply gets the factor on every gradient: 1, or less when the global norm is clipped
 */
export async function clippedUpdate(
  gradients: Gradients,
  loss: tf.Tensor,
  clipNorm: number,
  apply: (gradientScale: number) => void,
): Promise<UpdateOutcome> {
  const [lossValue = Number.NaN] = await loss.data<'float32'>();
  const summed = totalSumOfSquares([...gradients.values()]);
  const [squares = Number.NaN] = await summed.data<'float32'>();
  summed.dispose();
  assertDeviceSound();
  const gradientNorm = Math.sqrt(squares);
  const skipped = !Number.isFinite(lossValue) || !Number.isFinite(gradientNorm);
  // PyTorch's clip_grad_norm_ divides by the norm plus 1e-6 and never scales up.
  if (!skipped) apply(Math.min(1, clipNorm / (gradientNorm + 1e-6)));
  return { loss: lossValue, gradientNorm, skipped };
}
