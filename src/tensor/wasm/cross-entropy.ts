/** The cross-entropy kernels of the wasm backend, forward and backward. */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { KernelModule, Kernels } from './kernel-module';

/** `CrossEntropy` gives losses `[rows]` and `[rows, 2]` statistics, which the gradient takes back. */
export function crossEntropyKernels(module: KernelModule): Kernels {
  const crossEntropy = module.function('crossEntropy');
  const crossEntropyGradient = module.function('crossEntropyGradient');
  const sizes = ({ shape: [rows = 0, vocabulary = 0] }: tf.TensorInfo) => ({ rows, vocabulary });
  return {
    CrossEntropy: ({ inputs, attrs }) => {
      const logits = input(inputs, 'logits');
      const { rows, vocabulary } = sizes(logits);
      const losses = module.output([rows]);
      const statistics = module.output([rows, 2]);
      crossEntropy(
        module.pointer(logits),
        module.pointer(input(inputs, 'labels')),
        module.pointer(losses),
        module.pointer(statistics),
        rows,
        vocabulary,
        numberAttribute(attrs, 'ignored'),
      );
      return [losses, statistics];
    },
    CrossEntropyGradient: ({ inputs, attrs }) => {
      const logits = input(inputs, 'logits');
      const { rows, vocabulary } = sizes(logits);
      const gradientLogits = module.output(logits.shape);
      crossEntropyGradient(
        module.pointer(input(inputs, 'gradient')),
        module.pointer(logits),
        module.pointer(input(inputs, 'labels')),
        module.pointer(input(inputs, 'statistics')),
        module.pointer(gradientLogits),
        rows,
        vocabulary,
        numberAttribute(attrs, 'ignored'),
      );
      return gradientLogits;
    },
  };
}
