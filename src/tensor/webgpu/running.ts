/** The kernel runner of a started WebGPU backend, for what has to place values on the device itself. */

import type * as tf from '@tensorflow/tfjs-core';
import type { KernelRunner } from './kernel-runner';

const runners = new WeakMap<tf.KernelBackend, KernelRunner>();

/** From now on {@link runnerOf} finds this runner by its backend. */
export function rememberRunner(runner: KernelRunner): void {
  runners.set(runner.backend, runner);
}

/** The runner of a backend with WGSL kernels of our own, or undefined for another backend. */
export function runnerOf(backend: tf.KernelBackend): KernelRunner | undefined {
  return runners.get(backend);
}
