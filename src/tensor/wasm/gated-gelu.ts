/** The gated GELU kernels of the wasm backend, forward and backward. */

import * as tf from '@tensorflow/tfjs-core';
import { input } from '../kernel-inputs';
import type { KernelModule, Kernels } from './kernel-module';

/** `GatedGelu` gives `gelu(gate) * up`; its gradient gives those of gate and up. */
export function gatedGeluKernels(module: KernelModule): Kernels {
  const gatedGelu = module.function('gatedGelu');
  const gatedGeluGradient = module.function('gatedGeluGradient');
  return {
    GatedGelu: ({ inputs }) => {
      const gate = input(inputs, 'gate');
      const output = module.output(gate.shape);
      gatedGelu(
        module.pointer(gate),
        module.pointer(input(inputs, 'up')),
        module.pointer(output),
        tf.util.sizeFromShape(gate.shape),
      );
      return output;
    },
    GatedGeluGradient: ({ inputs }) => {
      const gate = input(inputs, 'gate');
      const gradientGate = module.output(gate.shape);
      const gradientUp = module.output(gate.shape);
      gatedGeluGradient(
        module.pointer(input(inputs, 'gradient')),
        module.pointer(gate),
        module.pointer(input(inputs, 'up')),
        module.pointer(gradientGate),
        module.pointer(gradientUp),
        tf.util.sizeFromShape(gate.shape),
      );
      return [gradientGate, gradientUp];
    },
  };
}
