/** How much GPU memory the engine may take, and giving back what it does not use. */

import * as tf from '@tensorflow/tfjs-core';
import type { BufferPool } from './webgpu/buffer-pool';

const pools = new WeakMap<tf.KernelBackend, BufferPool>();

/** From now on a backend's memory can be limited. */
export function rememberPool(backend: tf.KernelBackend, pool: BufferPool): void {
  pools.set(backend, pool);
}

/**
 * Sets the most bytes that tensors may take on the current backend; null for what the device gives. What does not
 * fit then throws a `GpuMemoryError` before anything is allocated. Only WebGPU has a budget: WebAssembly's memory
 * has a limit of its own.
 */
export function limitMemory(bytes: number | null): void {
  const pool = pools.get(tf.backend());
  if (pool !== undefined) pool.budget = bytes ?? Infinity;
}

/** Gives memory back that no tensor uses and that would wait for the next one of its size. */
export function trimMemory(): void {
  pools.get(tf.backend())?.trim();
}
