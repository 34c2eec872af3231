/** Kernels of tfjs that the wasm backend has slowly or lacks: clone, softmax, exponential, logarithm, segment sum. */

import * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from './kernel-inputs';
import type { KernelModule, Kernels } from './kernel-module';

/** Kernels under tfjs's own names; those that compute take float32 tensors. */
export function stockKernels(module: KernelModule): Kernels {
  const softmax = module.function('softmax');
  const segmentSum = module.function('segmentSum');
  return {
    // The stock kernel copies the values, and so does every tensor kept for a gradient.
    Identity: ({ inputs }) => module.alias(input(inputs, 'x')),
    Exp: elementwise(module, 'exponential'),
    Log: elementwise(module, 'logarithm'),
    Softmax: ({ inputs }) => {
      // tf.softmax takes the last axis only, and casts to float32.
      const logits = input(inputs, 'logits');
      const size = logits.shape.at(-1) ?? 1;
      const rows = tf.util.sizeFromShape(logits.shape.slice(0, -1));
      const output = module.output(logits.shape);
      softmax(module.pointer(logits), module.pointer(output), rows, size);
      return output;
    },
    UnsortedSegmentSum: ({ inputs, attrs }) => {
      const x = input(inputs, 'x');
      const segmentIds = input(inputs, 'segmentIds');
      const segments = numberAttribute(attrs, 'numSegments');
      expectFloat('unsortedSegmentSum', x);
      const rest = x.shape.slice(1);
      const output = module.output([segments, ...rest]);
      segmentSum(
        module.pointer(x),
        module.pointer(segmentIds),
        module.pointer(output),
        x.shape[0] ?? 0,
        tf.util.sizeFromShape(rest),
        segments,
      );
      return output;
    },
  };
}

function elementwise(module: KernelModule, name: string): tf.KernelFunc {
  const apply = module.function(name);
  return ({ inputs }) => {
    const x = input(inputs, 'x');
    expectFloat(name, x);
    const output = module.output(x.shape);
    apply(module.pointer(x), module.pointer(output), tf.util.sizeFromShape(x.shape));
    return output;
  };
}

function expectFloat(name: string, x: tf.TensorInfo): void {
  if (x.dtype !== 'float32') {
    throw new Error(`${name}: expected a float32 tensor, found ${x.dtype}; cast it first.`);
  }
}
