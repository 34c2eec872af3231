/** Reading a kernel's named inputs and attributes, which tfjs passes untyped. */

import type * as tf from '@tensorflow/tfjs-core';

/** The tensor with this name; throws when the kernel was run without it. */
export function input(inputs: tf.NamedTensorInfoMap, name: string): tf.TensorInfo {
  const found = inputs[name];
  if (!found) throw new Error(`Expected a tensor "${name}" among the kernel's inputs, found none.`);
  return found;
}

/** The numeric attribute with this name; throws when the kernel was run without it. */
export function numberAttribute(attributes: tf.NamedAttrMap | undefined, name: string): number {
  const found = attributes?.[name];
  if (typeof found !== 'number') {
    throw new Error(
      `Expected a number "${name}" among the kernel's attributes, found ${typeof found}.`,
    );
  }
  return found;
}
