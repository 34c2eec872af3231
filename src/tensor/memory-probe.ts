/** Asks the device how much memory it gives, by taking as much as is wanted and giving it back. */

import * as tf from '@tensorflow/tfjs-core';

/** Bytes taken at a time: small enough for every device's largest buffer. */
const STEP_BYTES = 128 * 1024 * 1024;
/** Most bytes of tfjs's WebAssembly memory, whose addresses have 32 bits. */
const WASM_BYTES = 4_294_901_760;

export interface MemoryProbe {
  /** Bytes given, at most those wanted; null on a backend that cannot be asked. */
  readonly grantedBytes: number | null;
  /** Most bytes of one buffer that a kernel can use. */
  readonly bufferBytes: number;
}

/**
 * Takes up to `wantedBytes` of GPU memory at once, on top of what the page holds, and gives all of it back.
 * There is no other way to know: WebGPU tells the limits of one buffer, never how much memory there is.
 */
export async function probeMemory(wantedBytes: number): Promise<MemoryProbe> {
  const device = gpuDevice();
  if (device === null) return { grantedBytes: WASM_BYTES, bufferBytes: WASM_BYTES };
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const bufferBytes = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const buffers: GPUBuffer[] = [];
  let grantedBytes = 0;
  try {
    while (grantedBytes < wantedBytes) {
      const size = Math.min(
        STEP_BYTES,
        bufferBytes,
        4 * Math.ceil((wantedBytes - grantedBytes) / 4),
      );
      device.pushErrorScope('out-of-memory');
      const buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE });
      const refused = await device.popErrorScope();
      if (refused !== null) break;
      buffers.push(buffer);
      grantedBytes += size;
    }
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
  return { grantedBytes: Math.min(grantedBytes, wantedBytes), bufferBytes };
}

/** The device of tfjs's WebGPU backend, or null where another backend computes. */
function gpuDevice(): GPUDevice | null {
  const backend: tf.KernelBackend = tf.backend();
  if (!('device' in backend)) return null;
  const { device } = backend;
  return typeof GPUDevice !== 'undefined' && device instanceof GPUDevice ? device : null;
}
