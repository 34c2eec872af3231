/** Kernels of tfjs that the wasm backend has slowly or lacks: clone, exponential, logarithm, segment sum. */

import * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { KernelModule, Kernels } from './kernel-module';

/** Kernels under tfjs's own names; those that compute take float32 tensors. */
export function stockKernels(module: KernelModule): Kernels {
  const segmentSum = module.function('segmentSum');
  return {
    // The stock kernel copies the values, and so does every tensor kept for a gradient.
    Identity: ({ inputs }) => module.alias(input(inputs, 'x')),
    Exp: elementwise(module, 'exponential'),
    Log: elementwise(module, 'logarithm'),
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
