/** The normalisation kernels of the wasm backend, forward and backward. */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { KernelModule, Kernels } from './kernel-module';

/** `RmsNorm` gives the normalised rows and `[rows]` inverse root mean squares, which the gradient takes back. */
export function rmsNormKernels(module: KernelModule): Kernels {
  const rmsNorm = module.function('rmsNorm');
  const rmsNormGradient = module.function('rmsNormGradient');
  return {
    RmsNorm: ({ inputs, attrs }) => {
      const x = input(inputs, 'x');
      const { rows, size } = rowsOf(x);
      const output = module.output(x.shape);
      const inverses = module.output([rows]);
      rmsNorm(
        module.pointer(x),
        module.pointer(input(inputs, 'weight')),
        module.pointer(output),
        module.pointer(inverses),
        rows,
        size,
        numberAttribute(attrs, 'epsilon'),
      );
      return [output, inverses];
    },
    RmsNormGradient: ({ inputs }) => {
      const x = input(inputs, 'x');
      const weight = input(inputs, 'weight');
      const { rows, size } = rowsOf(x);
      const gradientX = module.output(x.shape);
      const gradientWeight = module.output(weight.shape);
      rmsNormGradient(
        module.pointer(input(inputs, 'gradient')),
        module.pointer(x),
        module.pointer(weight),
        module.pointer(input(inputs, 'inverses')),
        module.pointer(gradientX),
        module.pointer(gradientWeight),
        rows,
        size,
      );
      return [gradientX, gradientWeight];
    },
  };
}

function rowsOf(x: tf.TensorInfo): { rows: number; size: number } {
  return { rows: x.shape.slice(0, -1).reduce((a, b) => a * b, 1), size: x.shape.at(-1) ?? 1 };
}
