/** Linear map without bias: every row of the input times the transposed weight. */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel, withGradient } from './fused-kernel';
import { QuantisedMatrix } from './quantised-matrix';

/** A weight matrix `[outputs, inputs]`; only floats have a gradient. */
export type Weight = tf.Tensor | QuantisedMatrix;

/**
 * `x · weightᵀ`, or `residual + x · weightᵀ`; the weight in PyTorch's layout.
 *
 * @param x `[..., inputs]`
 * @param weight `[outputs, inputs]`
 * @param residual added to the product, `[..., outputs]`
 * @returns `[..., outputs]`
 */
export function linear(x: tf.Tensor, weight: Weight, residual?: tf.Tensor): tf.Tensor {
  const inputs = x.shape[x.shape.length - 1] ?? 0;
  const [outputs = 0, weightInputs] = weight.shape;
  if (weight.shape.length !== 2 || weightInputs !== inputs) {
    throw new Error(
      `linear: expected a weight of shape [outputs, ${inputs}] for an input of shape [${x.shape.join(', ')}], found [${weight.shape.join(', ')}].`,
    );
  }
  const shape = [...x.shape.slice(0, -1), outputs];
  const rows = tf.reshape(x, [-1, inputs]);
  if (residual && !tf.util.arraysEqual(residual.shape, shape)) {
    throw new Error(
      `linear: expected a residual of shape [${shape.join(', ')}], found [${residual.shape.join(', ')}].`,
    );
  }
  const added = residual && tf.reshape(residual, [-1, outputs]);
  return tf.reshape(product(rows, weight, added), shape);
}

/** As {@link linear}, all of them matrices. */
function product(rows: tf.Tensor, weight: Weight, residual: tf.Tensor | undefined): tf.Tensor {
  if (weight instanceof QuantisedMatrix) return weight.multiply(rows, residual);
  if (residual === undefined) return tf.matMul(rows, weight, false, true);
  return hasKernel('MatMulResidual')
    ? addedProduct(rows, weight, residual)
    : tf.add(residual, tf.matMul(rows, weight, false, true));
}

/** `residual + rows · weightᵀ` in one kernel, all of them matrices. */
function addedProduct(rows: tf.Tensor, weight: tf.Tensor, residual: tf.Tensor): tf.Tensor {
  return withGradient(
    [rows, weight, residual],
    () => {
      const inputs = { a: rows, b: weight, residual };
      const product = runKernel('MatMulResidual', inputs, { transposeA: false, transposeB: true });
      return { value: outputAt(product, 0), kept: [rows, weight] };
    },
    (gradient, kept) => [
      tf.matMul(gradient, outputAt(kept, 1)),
      tf.matMul(gradient, outputAt(kept, 0), true, false),
      gradient,
    ],
  );
}
