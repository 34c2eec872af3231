/** Adds our WGSL kernels to tfjs's WebGPU backend. */

import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { KernelRunner } from './kernel-runner';
import { matMulKernels } from './mat-mul';
import { rmsNormKernels } from './rms-norm';
import { TileChoices } from './tile-choices';

export type Kernels = Readonly<Record<string, tf.KernelFunc>>;

const BACKEND = 'webgpu';

/**
 * Registers the kernels for the `webgpu` backend. Call it once for every backend instance, after
 * `tf.setBackend('webgpu')` and before the first operation that should be fast.
 *
 * @throws Error when tfjs's backend is not of the version this was written for
 */
export function registerWebgpuKernels(backend: WebGPUBackend): KernelRunner {
  const runner = new KernelRunner(backend);
  const kernels: Kernels = {
    ...matMulKernels(runner, new TileChoices()),
    ...rmsNormKernels(runner),
  };
  for (const [name, kernel] of Object.entries(kernels)) replaceKernel(name, kernel);
  return runner;
}

/** Registers a kernel in place of the one with the same name, keeping that one's set-up. */
function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  const previous: tf.KernelConfig | undefined = tf.getKernel(kernelName, BACKEND);
  if (previous !== undefined) tf.unregisterKernel(kernelName, BACKEND);
  tf.registerKernel({ ...previous, kernelName, backendName: BACKEND, kernelFunc });
}
