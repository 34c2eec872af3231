/** Puts our kernels in place of tfjs's own on the wasm backend, and adds the fused ones. */

import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { attentionGradientKernel, attentionKernel } from './attention';
import { batchMatMulKernel } from './batch-mat-mul';
import { crossEntropyKernels } from './cross-entropy';
import { gatedGeluKernels } from './gated-gelu';
import { gatherKernels } from './gather';
import { KernelModule, type Kernels } from './kernel-module';
import { optimizerKernels } from './optimizer';
import { rmsNormKernels } from './rms-norm';
import { stockKernels } from './stock';

const BACKEND = 'wasm';

/**
 * Registers the kernels for the `wasm` backend. Call it once for every backend instance, after
 * `tf.setBackend('wasm')` and before the first operation that should be fast.
 *
 * @throws when the backend is the multi-threaded one, whose memory the kernels cannot import.
 */
export async function registerWasmKernels(backend: BackendWasm): Promise<void> {
  const module = await KernelModule.create(backend);
  const kernels: Kernels = {
    BatchMatMul: batchMatMulKernel(module),
    FusedAttention: attentionKernel(module),
    FusedAttentionGradient: attentionGradientKernel(module),
    ...crossEntropyKernels(module),
    ...gatherKernels(module),
    ...gatedGeluKernels(module),
    ...optimizerKernels(module),
    ...rmsNormKernels(module),
    ...stockKernels(module),
  };
  for (const [name, kernel] of Object.entries(kernels)) replaceKernel(name, kernel);
}

/** Registers a kernel in place of the one with the same name, keeping that one's set-up. */
function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  const previous: tf.KernelConfig | undefined = tf.getKernel(kernelName, BACKEND);
  if (previous !== undefined) tf.unregisterKernel(kernelName, BACKEND);
  tf.registerKernel({ ...previous, kernelName, backendName: BACKEND, kernelFunc });
}
