/** One AdamW update of one parameter, in place (Loshchilov and Hutter 2019, as PyTorch computes it). */

import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './fused-kernel';

export interface AdamWUpdate {
  readonly parameter: tf.Variable;
  readonly firstMoment: tf.Variable;
  readonly secondMoment: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Number of this update, counted from 1. */
  readonly update: number;
  /** Factor on the gradient: 1, or less when the global norm is clipped. */
  readonly gradientScale: number;
}

/** The update as a composition of stock operations. */
export function adamwUpdateReference(given: AdamWUpdate): void {
  const { parameter, firstMoment, secondMoment, beta1, beta2, learningRate, update } = given;
  tf.tidy(() => {
    const gradient = tf.mul(given.gradient, given.gradientScale);
    firstMoment.assign(tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1)));
    secondMoment.assign(
      tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2)),
    );
    const correction1 = 1 - beta1 ** update;
    const correction2 = Math.sqrt(1 - beta2 ** update);
    const denominator = tf.add(tf.div(tf.sqrt(secondMoment), correction2), given.epsilon);
    const decayed = tf.mul(parameter, 1 - learningRate * given.weightDecay);
    const move = tf.mul(tf.div(firstMoment, denominator), learningRate / correction1);
    parameter.assign(tf.sub(decayed, move));
  });
}

/** As {@link adamwUpdateReference}, in one pass over the memory where the backend has the kernel. */
export function adamwUpdate(given: AdamWUpdate): void {
  const { parameter, firstMoment, secondMoment, gradient, ...settings } = given;
  for (const tensor of [firstMoment, secondMoment, gradient]) {
    tf.util.assertShapesMatch(parameter.shape, tensor.shape, 'adamwUpdate: ');
  }
  if (!hasKernel('AdamwUpdate')) {
    adamwUpdateReference(given);
    return;
  }
  for (const variable of [parameter, firstMoment, secondMoment]) ownValues(variable);
  runKernel('AdamwUpdate', { parameter, firstMoment, secondMoment, gradient }, { ...settings });
}

/** Gives a variable values of its own where a clone shares them: the clone must not see the update. */
export function ownValues(variable: tf.Variable): void {
  if (tf.backend().refCount(variable.dataId) <= 1) return;
  const copy = tf.mul(variable, 1);
  variable.assign(copy);
  copy.dispose();
}
