/** Linear map without bias: every row of the input times the transposed weight. */

import * as tf from '@tensorflow/tfjs-core';
import { AdaptedMatrix } from './adapted-matrix';
import { hasKernel, outputAt, runKernel, withGradient, withGradients } from './fused-kernel';
import { QuantisedMatrix } from './quantised-matrix';

/** A weight matrix `[outputs, inputs]`: floats, or quantised ones, which are never trained. */
export type Matrix = tf.Tensor | QuantisedMatrix;

export type Weight = Matrix | AdaptedMatrix;

/** The matrix, or null where it is frozen: quantised, or a variable that is not to be trained. */
export function trainedMatrix(weight: Matrix): tf.Tensor | null {
  const isFrozen = weight instanceof tf.Variable && !weight.trainable;
  return weight instanceof QuantisedMatrix || isFrozen ? null : weight;
}

/**
 * `x · weightᵀ`, or `residual + x · weightᵀ`; the weight in PyTorch's layout.
 *
 * @param x `[..., inputs]`
 * @param weight `[outputs, inputs]`
 * @param residual added to the product, `[..., outputs]`
 * @returns `[..., outputs]`
 */
export function linear(x: tf.Tensor, weight: Weight, residual?: tf.Tensor): tf.Tensor {
  const shape = shapeOfProduct(x, weight);
  const [outputs = 0, inputs = 0] = weight.shape;
  const rows = tf.reshape(x, [-1, inputs]);
  if (residual && !tf.util.arraysEqual(residual.shape, shape)) {
    throw new Error(
      `linear: expected a residual of shape [${shape.join(', ')}], found [${residual.shape.join(', ')}].`,
    );
  }
  const added = residual && tf.reshape(residual, [-1, outputs]);
  return tf.reshape(product(rows, weight, added), shape);
}

/**
 * `x · weightᵀ` for every weight. What each map adds to the gradient of `x` is summed in the products, where
 * the backend can and every weight is trained.
 *
 * @param x `[..., inputs]`
 * @param weights `[outputs, inputs]` each
 * @returns `[..., outputs]` each
 */
export function linearMaps<Weights extends readonly Weight[]>(
  x: tf.Tensor,
  weights: readonly [...Weights],
): { [Index in keyof Weights]: tf.Tensor };
export function linearMaps(x: tf.Tensor, weights: readonly Weight[]): tf.Tensor[] {
  const shapes = weights.map((weight) => shapeOfProduct(x, weight));
  const trained = weights.flatMap((weight) =>
    weight instanceof AdaptedMatrix ? [] : (trainedMatrix(weight) ?? []),
  );
  if (trained.length < weights.length || !hasKernel('MatMulResidual')) {
    return weights.map((weight) => linear(x, weight));
  }
  const rows = tf.reshape(x, [-1, x.shape.at(-1) ?? 0]);
  const products = withGradients(
    [rows, ...trained],
    () => ({
      values: trained.map((weight) => tf.matMul(rows, weight, false, true)),
      kept: [rows, ...trained],
    }),
    (gradients, [keptRows = rows, ...keptWeights]) => {
      const ofRows = keptWeights.reduce<tf.Tensor | null>(
        (sum, weight, index) => addProduct(sum, outputAt(gradients, index), weight, false),
        null,
      );
      const ofWeights = gradients.map((gradient) => tf.matMul(gradient, keptRows, true, false));
      return [ofRows ?? tf.zerosLike(rows), ...ofWeights];
    },
  );
  return products.map((product, index) => tf.reshape(product, shapes[index] ?? []));
}

/**
 * `sum + a · b`, in one kernel where the backend has it.
 *
 * @param sum used up, as the caller goes on with the result; null for a sum of nothing yet
 * @param a `[rows, inner]`, or `[inner, rows]` where it is transposed
 * @param b `[inner, columns]`
 * @returns `[rows, columns]`
 */
export function addProduct(
  sum: tf.Tensor | null,
  a: tf.Tensor,
  b: tf.Tensor,
  transposed: boolean,
): tf.Tensor {
  if (sum === null) return tf.matMul(a, b, transposed, false);
  const added = hasKernel('MatMulResidual')
    ? addedProductValue(a, b, sum, { transposeA: transposed, transposeB: false })
    : tf.tidy(() => tf.add(sum, tf.matMul(a, b, transposed, false)));
  sum.dispose();
  return added;
}

/** The shape of {@link linear}'s result; throws when the weight does not fit the input. */
function shapeOfProduct(x: tf.Tensor, { shape }: Weight): number[] {
  const inputs = x.shape[x.shape.length - 1] ?? 0;
  const [outputs = 0, weightInputs] = shape;
  if (shape.length !== 2 || weightInputs !== inputs) {
    throw new Error(
      `linear: expected a weight of shape [outputs, ${inputs}] for an input of shape [${x.shape.join(', ')}], found [${shape.join(', ')}].`,
    );
  }
  return [...x.shape.slice(0, -1), outputs];
}

/** As {@link linear}, all of them matrices. */
function product(rows: tf.Tensor, weight: Weight, residual: tf.Tensor | undefined): tf.Tensor {
  if (weight instanceof AdaptedMatrix) {
    const narrow = tf.mul(product(rows, weight.down, undefined), weight.scale);
    return product(narrow, weight.up, product(rows, weight.base, residual));
  }
  const trained = trainedMatrix(weight);
  if (trained === null) return frozenProduct(rows, weight, residual);
  if (residual === undefined) return tf.matMul(rows, trained, false, true);
  return hasKernel('MatMulResidual')
    ? addedProduct(rows, trained, residual)
    : tf.add(residual, tf.matMul(rows, trained, false, true));
}

/** `residual + rows · weightᵀ` in one kernel, all of them matrices. */
function addedProduct(rows: tf.Tensor, weight: tf.Tensor, residual: tf.Tensor): tf.Tensor {
  return withGradient(
    [rows, weight, residual],
    () => ({ value: addedProductValue(rows, weight, residual), kept: [rows, weight] }),
    (gradient, kept) => [
      tf.matMul(gradient, outputAt(kept, 1)),
      tf.matMul(gradient, outputAt(kept, 0), true, false),
      gradient,
    ],
  );
}

/** `residual + a · b`, by default with `b` transposed. */
function addedProductValue(
  a: tf.Tensor,
  b: tf.Tensor,
  residual: tf.Tensor,
  attributes = { transposeA: false, transposeB: true },
): tf.Tensor {
  return outputAt(runKernel('MatMulResidual', { a, b, residual }, attributes), 0);
}

/**
 * As {@link product} with a weight that has no gradient: the backward pass has one product instead of two,
 * and needs neither the rows nor, where it is quantised, the floats of the weight.
 */
function frozenProduct(
  rows: tf.Tensor,
  weight: Matrix,
  residual: tf.Tensor | undefined,
): tf.Tensor {
  return withGradient(
    residual === undefined ? [rows] : [rows, residual],
    () => ({ value: valueOf(rows, weight, residual), kept: [] }),
    (gradient) => {
      const ofRows = backThrough(gradient, weight);
      return residual === undefined ? [ofRows] : [ofRows, gradient];
    },
  );
}

function valueOf(rows: tf.Tensor, weight: Matrix, residual: tf.Tensor | undefined): tf.Tensor {
  if (weight instanceof QuantisedMatrix) return weight.multiply(rows, residual);
  if (residual !== undefined && hasKernel('MatMulResidual')) {
    return addedProductValue(rows, weight, residual);
  }
  const product = tf.matMul(rows, weight, false, true);
  return residual === undefined ? product : tf.add(residual, product);
}

/**
 * The gradient of `rows` in `rows · weightᵀ` from that of the product.
 *
 * @param gradient `[rows, outputs]`
 * @returns `[rows, inputs]`
 */
export function backThrough(gradient: tf.Tensor, weight: Matrix): tf.Tensor {
  return weight instanceof QuantisedMatrix
    ? weight.multiplyGradient(gradient)
    : tf.matMul(gradient, weight);
}
