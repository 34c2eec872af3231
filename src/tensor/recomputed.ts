/** Gradient checkpointing (Chen et al. 2016): computes a part of a model again in the backward pass instead of keeping it. */

import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './fused-kernel';

/**
 * `compute(inputs)`, of which only the inputs are kept for the backward pass.
 *
 * @param inputs what it computes from and has gradients for
 * @param variables what else it has gradients for: it has to use every one of them
 */
export function recomputed(
  inputs: readonly tf.Tensor[],
  variables: readonly tf.Tensor[],
  compute: (inputs: readonly tf.Tensor[]) => tf.Tensor,
): tf.Tensor {
  if (!tf.engine().isTapeOn()) return compute(inputs);
  return withGradient(
    [...inputs, ...variables],
    () => ({ value: compute(inputs), kept: [...inputs] }),
    (gradient, kept) => gradientsAgain(gradient, kept, variables, compute),
  );
}

function gradientsAgain(
  gradient: tf.Tensor,
  kept: readonly tf.Tensor[],
  variables: readonly tf.Tensor[],
  compute: (inputs: readonly tf.Tensor[]) => tf.Tensor,
): tf.Tensor[] {
  const engine = tf.engine();
  // The whole model's tape is not needed for this, but tfjs has one at a time and frees what it kept at its end.
  const whole = engine.state.activeTape;
  try {
    return tf.tidy(
      () => engine.gradients(() => compute(kept), [...kept, ...variables], gradient).grads,
    );
  } finally {
    engine.state.activeTape = whole;
  }
}
