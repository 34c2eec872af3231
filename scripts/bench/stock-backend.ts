/** tfjs's WebGPU backend as it comes, beside the one with our kernels: same adapter, a device of its own. */

import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

export const OURS = 'webgpu';
export const STOCK = 'webgpu-stock';

/**
 * Registers the backend {@link STOCK}. To be called before {@link OURS} is started, which replaces kernels.
 *
 * @throws Error when there is no adapter
 */
export async function registerStockBackend(): Promise<void> {
  // It looks for WebGPU when it is loaded, so that it cannot be before Node has one.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  tf.copyRegisteredKernels(OURS, STOCK);
  tf.registerBackend(STOCK, async () => {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('Expected a WebGPU adapter for the stock backend, found none.');
    // The limits that tfjs asks for itself.
    const { limits } = adapter;
    const device = await adapter.requestDevice({
      requiredLimits: {
        maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
        maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
        maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
        maxBufferSize: limits.maxBufferSize,
        maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
        maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      },
    });
    return new WebGPUBackend(device, adapter.info);
  });
}

/** Makes a backend the current one. */
export async function useBackend(name: string): Promise<WebGPUBackend> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  await tf.setBackend(name);
  const backend = tf.backend();
  if (backend instanceof WebGPUBackend) return backend;
  throw new Error(`Expected the WebGPU backend "${name}", found ${tf.getBackend()}.`);
}

/** Destroys the buffers that a backend keeps for later tensors, so that what comes next is counted from nothing. */
export function emptyPool({ bufferManager }: WebGPUBackend): void {
  const pool: unknown = Reflect.get(bufferManager, 'freeBuffers');
  if (!(pool instanceof Map)) {
    throw new Error('Expected the WebGPU backend of tfjs 4.22, whose "freeBuffers" keeps buffers.');
  }
  const kept: unknown[] = [...pool.values()];
  for (const buffers of kept) {
    if (!Array.isArray(buffers)) continue;
    // In place: a buffer in use goes back into the very list of its size.
    const unused: unknown[] = buffers.splice(0);
    for (const buffer of unused) {
      if (!(buffer instanceof GPUBuffer)) continue;
      bufferManager.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
  }
}
