/** Keeps tfjs's pool of GPU buffers within a budget: gives back what nobody uses, and refuses before the device would. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { GpuMemoryError } from '../gpu-memory-error';
import type { Recorder } from './recorder';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * tfjs keeps every buffer it ever made for the next tensor of the same size. With batches of many lengths most of
 * them wait for a size that does not come again, and a device that is full drops commands instead of throwing.
 */
export class BufferPool {
  readonly #backend: WebGPUBackend;
  readonly #recorder: Pick<Recorder, 'submit'>;
  /** Buffers that wait for their next use, by size and usage: tfjs's own lists, the same as long as the backend lives. */
  readonly #free: ReadonlyMap<string, GPUBuffer[]>;
  #budget = Infinity;

  /** @throws Error when the backend's parts are not those of tfjs 4.22 */
  constructor(backend: WebGPUBackend, recorder: Pick<Recorder, 'submit'>) {
    this.#backend = backend;
    this.#recorder = recorder;
    const { bufferManager } = backend;
    this.#free = freeLists(bufferManager);
    const acquire = bufferManager.acquireBuffer.bind(bufferManager);
    bufferManager.acquireBuffer = (size, usage, mappedAtCreation, reuse = true) => {
      const waiting = reuse ? this.#free.get(`${size}_${usage}`)?.length : 0;
      if (!waiting) this.#makeRoom(size);
      return acquire(size, usage, mappedAtCreation, reuse);
    };
  }

  /** Bytes that tfjs may hold, buffers that wait for their next use included. */
  set budget(bytes: number) {
    this.#budget = bytes;
    if (this.#backend.bufferManager.numBytesAllocated > bytes) this.trim();
  }

  /** Gives every buffer back that no tensor uses. */
  trim(): void {
    const { bufferManager } = this.#backend;
    if ([...this.#free.values()].every((buffers) => buffers.length === 0)) return;
    // Commands that are recorded and not submitted may use them; submitted ones keep what they need.
    this.#recorder.submit();
    for (const buffers of this.#free.values()) {
      for (const buffer of buffers) {
        buffer.destroy();
        bufferManager.numBytesAllocated -= buffer.size;
      }
      // The list stays: tfjs takes a pool without any for one that was disposed of.
      buffers.length = 0;
    }
    Reflect.set(bufferManager, 'numFreeBuffers', 0);
  }

  #makeRoom(size: number): void {
    const { bufferManager, device } = this.#backend;
    const { maxBufferSize } = device.limits;
    if (size > maxBufferSize) {
      throw new GpuMemoryError(
        `GPU memory: expected a tensor of at most ${megabytes(maxBufferSize)}, which is this device's largest buffer, found one of ${megabytes(size)}. Choose a smaller batch, shorter texts or a smaller model.`,
      );
    }
    if (bufferManager.numBytesAllocated + size <= this.#budget) return;
    this.trim();
    if (bufferManager.numBytesAllocated + size <= this.#budget) return;
    throw new GpuMemoryError(
      `GPU memory: expected room for ${megabytes(size)} more within the budget of ${megabytes(this.#budget)}, found ${megabytes(bufferManager.numBytesUsed)} in use. Raise the budget, or choose smaller batches or a smaller model.`,
    );
  }
}

function freeLists(bufferManager: WebGPUBackend['bufferManager']): Map<string, GPUBuffer[]> {
  const free: unknown = Reflect.get(bufferManager, 'freeBuffers');
  if (isBufferLists(free)) return free;
  throw new Error(
    'Expected the WebGPU backend of tfjs 4.22, whose "freeBuffers" waits for use; found another one. Install the version in package.json.',
  );
}

function isBufferLists(value: unknown): value is Map<string, GPUBuffer[]> {
  return value instanceof Map && [...value.values()].every((list) => Array.isArray(list));
}
