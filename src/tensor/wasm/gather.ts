/** tf.gather on the wasm backend: whole slices copied, where the stock kernel walks element by element. */

import * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { KernelModule, Kernels } from './kernel-module';

/** The kernel of `tf.gather`, for any axis and leading batch dimensions. */
export function gatherKernels(module: KernelModule): Kernels {
  const gather = module.function('gather');
  return {
    GatherV2: ({ inputs, attrs }) => {
      const x = input(inputs, 'x');
      const indices = input(inputs, 'indices');
      const batchDimensions = numberAttribute(attrs, 'batchDims');
      const [axis = 0] = tf.util.parseAxisParam(numberAttribute(attrs, 'axis'), x.shape);
      const before = x.shape.slice(0, axis);
      const after = x.shape.slice(axis + 1);
      const size = x.shape[axis] ?? 0;
      const output = module.output(
        [...before, ...indices.shape.slice(batchDimensions), ...after],
        x.dtype,
      );
      const batch = tf.util.sizeFromShape(x.shape.slice(0, batchDimensions));
      const outer = tf.util.sizeFromShape(x.shape.slice(batchDimensions, axis));
      const count = tf.util.sizeFromShape(indices.shape.slice(batchDimensions));
      const bytes = tf.util.sizeFromShape(after) * tf.util.bytesPerElement(x.dtype);
      for (let i = 0; i < batch; i++) {
        const found = gather(
          module.pointer(x) + i * outer * size * bytes,
          module.pointer(indices) + i * count * 4,
          module.pointer(output) + i * outer * count * bytes,
          outer,
          size,
          count,
          bytes,
        );
        if (found < count) {
          throw new Error(
            `gather: expected indices from 0 to ${size - 1} along axis ${axis}, found another at place ${i * count + found}.`,
          );
        }
      }
      return output;
    },
  };
}
