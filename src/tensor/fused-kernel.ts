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

/**
 * As {@link withGradient} for an operation of several values, whose gradients its `backward` gets together:
 * what each adds to the gradient of an input can then be summed by the kernels that compute it, where tfjs
 * would add tensors. tfjs's `customGrad` allows one value only; the method under it allows any number.
 *
 * @param backward from the gradients of all values, zeros for one that nothing depends on
 * @throws Error when the engine is not that of tfjs 4.22
 */
export function withGradients(
  inputs: readonly tf.Tensor[],
  forward: () => { values: tf.Tensor[]; kept: tf.Tensor[] },
  backward: (gradients: readonly tf.Tensor[], kept: readonly tf.Tensor[]) => tf.Tensor[],
): tf.Tensor[] {
  const engine = tf.engine();
  const runFunction: unknown = Reflect.get(engine, 'runKernelFunc');
  if (typeof runFunction !== 'function') {
    throw new Error(
      'Expected the engine of tfjs 4.22, whose "runKernelFunc" records operations; found another one. Install the version in package.json.',
    );
  }
  const operation = {
    inputs: Object.fromEntries(inputs.map((tensor, index) => [index, tensor])),
    forwardFunc: (_backend: unknown, save: (kept: tf.Tensor[]) => void): tf.Tensor[] => {
      const { values, kept } = forward();
      save(kept);
      return values;
    },
    backwardsFunc: (gradients: tf.Tensor | tf.Tensor[], kept: readonly tf.Tensor[]) => {
      const computed = backward([gradients].flat(), kept);
      return Object.fromEntries(computed.map((gradient, index) => [index, () => gradient]));
    },
  };
  const values: unknown = Reflect.apply(runFunction, engine, [operation]);
  if (Array.isArray(values) && values.every(isTensor)) return values;
  throw new Error('Expected an operation of several values to give a list of tensors.');
}

const isTensor = (value: unknown): value is tf.Tensor => value instanceof tf.Tensor;
