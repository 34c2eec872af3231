/** Kernels of our own that a backend may offer beside tfjs's: asking for one, and running it. */

import * as tf from '@tensorflow/tfjs-core';

/** Whether the current backend has a kernel with this name. */
export function hasKernel(name: string): boolean {
  const kernel: tf.KernelConfig | undefined = tf.getKernel(name, tf.getBackend());
  return kernel !== undefined;
}

/** Runs a kernel of the current backend and returns its outputs, however many. */
export function runKernel(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: tf.NamedAttrMap = {},
): tf.Tensor[] {
  const outputs: tf.Tensor | tf.Tensor[] = tf.engine().runKernel(name, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** The output with this number; throws when the kernel gave fewer. */
export function outputAt(outputs: readonly tf.Tensor[], index: number): tf.Tensor {
  const output = outputs[index];
  if (!output)
    throw new Error(`Expected an output ${index} of the kernel, found ${outputs.length}.`);
  return output;
}

/**
 * An operation with a gradient of its own.
 *
 * @param inputs what the operation is differentiated by
 * @param forward computes the value, and the tensors the gradient will need
 * @param backward from the value's gradient and the kept tensors, one gradient for every input, in order
 */
export function withGradient(
  inputs: readonly tf.Tensor[],
  forward: () => { value: tf.Tensor; kept: tf.Tensor[] },
  backward: (gradient: tf.Tensor, kept: readonly tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  const operation = tf.customGrad((...args) => {
    const { value, kept } = forward();
    // tfjs appends the function that keeps tensors for the gradient to the inputs.
    const save = args.at(-1);
    if (typeof save === 'function') save(kept);
    return { value, gradFunc: backward };
  });
  return operation(...inputs);
}
