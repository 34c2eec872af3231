/** Adds our WGSL kernels to tfjs's WebGPU backend. */

import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { accumulateKernels } from './accumulate';
import { adafactorKernels } from './adafactor';
import { adamwKernels } from './adamw';
import { attentionKernels } from './attention';
import { rememberPool } from '../memory-budget';
import { BufferPool } from './buffer-pool';
import { cachedAttentionKernels } from './cached-attention';
import { chooseTokensKernels } from './choose-tokens';
import { embeddingGradientKernels } from './embedding-gradient';
import { gatedGeluKernels } from './gated-gelu';
import { gradientNormKernels } from './gradient-norm';
import { KernelRunner } from './kernel-runner';
import { languageModelLossKernels } from './language-model-loss';
import { languageModelScoreKernels } from './language-model-scores';
import { matMulKernels } from './mat-mul';
import { quantisedKernels } from './quantised';
import { openRecorder } from './recorder';
import { releasePromptly } from './prompt-release';
import { rmsNormKernels } from './rms-norm';
import { rememberRunner } from './running';
import { TileChoices } from './tile-choices';

export type Kernels = Readonly<Record<string, tf.KernelFunc>>;

const BACKEND = 'webgpu';

export interface RegisteredKernels {
  readonly runner: KernelRunner;
  /** The tiles that matrix products take from now on. */
  readonly choices: TileChoices;
}

const registered = new WeakMap<WebGPUBackend, RegisteredKernels>();

/**
 * Registers the kernels for the `webgpu` backend. To be called for every backend instance, after
 * `tf.setBackend('webgpu')` and before the first operation that should be fast. One that has been away, because
 * another backend computed, keeps its compiled kernels and chosen tiles.
 *
 * @throws Error when tfjs's backend is not of the version this was written for
 */
export function registerWebgpuKernels(backend: WebGPUBackend): RegisteredKernels {
  const known = registered.get(backend);
  if (known !== undefined) return known;
  const runner = new KernelRunner(backend);
  releasePromptly(backend);
  rememberPool(backend, new BufferPool(backend, openRecorder(backend)));
  const choices = new TileChoices();
  const kernels: Kernels = {
    ...accumulateKernels(runner),
    ...adafactorKernels(runner),
    ...adamwKernels(runner),
    ...attentionKernels(runner),
    ...cachedAttentionKernels(runner),
    ...chooseTokensKernels(runner),
    ...embeddingGradientKernels(runner),
    ...gatedGeluKernels(runner),
    ...gradientNormKernels(runner),
    ...languageModelLossKernels(runner),
    ...languageModelScoreKernels(runner),
    ...matMulKernels(runner, choices),
    ...quantisedKernels(runner, choices),
    ...rmsNormKernels(runner),
  };
  for (const [name, kernel] of Object.entries(kernels)) replaceKernel(name, kernel);
  rememberRunner(runner);
  const added = { runner, choices };
  registered.set(backend, added);
  return added;
}

/** Registers a kernel in place of the one with the same name, keeping that one's set-up. */
function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  const previous: tf.KernelConfig | undefined = tf.getKernel(kernelName, BACKEND);
  if (previous !== undefined) tf.unregisterKernel(kernelName, BACKEND);
  tf.registerKernel({ ...previous, kernelName, backendName: BACKEND, kernelFunc });
}
