/** Linear map without bias: every row of the input times the transposed weight. */

import * as tf from '@tensorflow/tfjs-core';

/**
 * `x · weightᵀ`, the weight in PyTorch's layout.
 *
 * @param x `[..., inputs]`
 * @param weight `[outputs, inputs]`
 * @returns `[..., outputs]`
 */
export function linear(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const inputs = x.shape[x.shape.length - 1] ?? 0;
  const [outputs = 0, weightInputs] = weight.shape;
  if (weight.rank !== 2 || weightInputs !== inputs) {
    throw new Error(
      `linear: expected a weight of shape [outputs, ${inputs}] for an input of shape [${x.shape.join(', ')}], found [${weight.shape.join(', ')}].`,
    );
  }
  const rows = tf.reshape(x, [-1, inputs]);
  const product = tf.matMul(rows, weight, false, true);
  return tf.reshape(product, [...x.shape.slice(0, -1), outputs]);
}
