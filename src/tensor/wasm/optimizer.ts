/** The optimizer kernels of the wasm backend: the AdamW update in place and the sum of squares. */

import * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { KernelModule, Kernels } from './kernel-module';

/** `AdamwUpdate` changes three of its inputs and has no output; `SumOfSquares` gives a scalar. */
export function optimizerKernels(module: KernelModule): Kernels {
  const adamwUpdate = module.function('adamwUpdate');
  const sumOfSquares = module.function('sumOfSquares');
  return {
    AdamwUpdate: ({ inputs, attrs }) => {
      const gradient = input(inputs, 'gradient');
      const beta1 = numberAttribute(attrs, 'beta1');
      const beta2 = numberAttribute(attrs, 'beta2');
      const learningRate = numberAttribute(attrs, 'learningRate');
      const update = numberAttribute(attrs, 'update');
      adamwUpdate(
        module.pointer(input(inputs, 'parameter')),
        module.pointer(input(inputs, 'firstMoment')),
        module.pointer(input(inputs, 'secondMoment')),
        module.pointer(gradient),
        tf.util.sizeFromShape(gradient.shape),
        numberAttribute(attrs, 'gradientScale'),
        1 - learningRate * numberAttribute(attrs, 'weightDecay'),
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        Math.sqrt(1 - beta2 ** update),
        learningRate / (1 - beta1 ** update),
        numberAttribute(attrs, 'epsilon'),
      );
      return [];
    },
    SumOfSquares: ({ inputs }) => {
      const x = input(inputs, 'x');
      const sum = module.output([]);
      sumOfSquares(module.pointer(x), tf.util.sizeFromShape(x.shape), module.pointer(sum));
      return sum;
    },
  };
}
