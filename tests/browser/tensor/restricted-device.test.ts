/** The same kernels on a device with exactly WebGPU's default limits and without optional features. */

import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, test } from 'vitest';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { watchDevice } from '../../../src/tensor/device-trouble';
import { registerWebgpuKernels } from '../../../src/tensor/webgpu/register';
import { attentionParity } from './parity/attention';
import { cachedAttentionParity } from './parity/cached-attention';
import { chooseTokensParity } from './parity/choose-tokens';
import { embeddingParity } from './parity/embedding';
import { gatedGeluParity } from './parity/gated-gelu';

/** The limits that kernels run into first, as the specification sets them. */
const DEFAULT_LIMITS = {
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 134_217_728,
  maxBufferSize: 268_435_456,
  maxUniformBufferBindingSize: 65_536,
} as const;

let device: GPUDevice;

beforeAll(async () => {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('Expected a WebGPU adapter.');
  device = await adapter.requestDevice();
  tf.removeBackend('webgpu');
  // The kernels are looked up by this name.
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  await tf.setBackend('webgpu');
  watchDevice(device);
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Expected the WebGPU backend.');
  registerWebgpuKernels(backend);
});

test('the device has the default limits and no features that kernels could lean on', () => {
  for (const [name, limit] of Object.entries(DEFAULT_LIMITS)) {
    expect(Reflect.get(device.limits, name), name).toBe(limit);
  }
  // Every device has this one.
  expect([...device.features].filter((feature) => feature !== 'core-features-and-limits')).toEqual(
    [],
  );
});

gatedGeluParity();
embeddingParity();
cachedAttentionParity();
chooseTokensParity();
attentionParity();
