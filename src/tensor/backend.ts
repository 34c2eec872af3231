/** Chooses and starts the tfjs backend the engine computes with. */

import * as tf from '@tensorflow/tfjs-core';
// tfjs-core leaves it to its user to register the gradients of the stock operations.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { watchDevice } from './device-trouble';
import { canProfileKernels } from './kernel-profile';
import { findAdapter, type AdapterReport, type BackendName, type DeviceReport } from './device';
import type { TileStorage } from './tile-storage';

/** Where the WebAssembly backend's binary is served: the address of its SIMD build. */
export interface BackendFiles {
  readonly wasmBinary: string;
}

/**
 * Starts a backend and makes it the current one.
 *
 * Without a preference, a hardware GPU computes with WebGPU; without one, WebAssembly does,
 * because a software WebGPU adapter is 20 to 30 times slower than it.
 *
 * @param tiles where the tiles of matrix products are kept that are measured at a GPU's first start
 * @throws Error when the backend asked for cannot run here
 */
export async function selectBackend(
  preference: BackendName | null,
  files: BackendFiles,
  tiles: TileStorage | null = null,
): Promise<DeviceReport> {
  const adapter = preference === null || preference === 'webgpu' ? await findAdapter() : null;
  const backend = preference ?? (adapter && !adapter.software ? 'webgpu' : 'wasm');
  if (backend === 'webgpu' && !adapter) {
    throw new Error(
      'WebGPU: expected a GPU adapter, found none. Use a recent Chrome or Edge, or choose the WebAssembly backend.',
    );
  }
  await startBackend(backend, files, backend === 'webgpu' ? adapter : null, tiles);
  return {
    backend,
    name: backend === 'webgpu' && adapter ? adapter.name : FALLBACK_NAMES[backend],
    software: backend !== 'webgpu' || adapter?.software === true,
    explanation: explain(backend, preference, adapter),
    timesKernels: canProfileKernels(),
  };
}

const FALLBACK_NAMES: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly on the processor',
  cpu: 'plain JavaScript on the processor',
};

function explain(
  backend: BackendName,
  preference: BackendName | null,
  adapter: AdapterReport | null,
): string {
  if (preference !== null) {
    const slow = backend === 'webgpu' && adapter?.software === true;
    return slow
      ? `WebGPU was asked for, but its only adapter here (${adapter.name}) is software: correct, and very slow.`
      : '';
  }
  if (backend === 'webgpu') return '';
  return adapter
    ? `The only GPU adapter here (${adapter.name}) is software, so WebAssembly computes on the processor instead: slower than a GPU, the same results.`
    : 'No GPU adapter was found, so WebAssembly computes on the processor instead: slower than a GPU, the same results.';
}

async function startBackend(
  backend: BackendName,
  files: BackendFiles,
  adapter: AdapterReport | null,
  tiles: TileStorage | null,
): Promise<void> {
  switch (backend) {
    case 'webgpu':
      await import('@tensorflow/tfjs-backend-webgpu');
      break;
    case 'wasm': {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      // One thread: the threaded build needs a cross-origin-isolated page, which a static host cannot promise.
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
      // tfjs wants an entry for every build it knows; only the SIMD one is served, and every Chrome that matters has SIMD.
      const { wasmBinary } = files;
      setWasmPaths({
        'tfjs-backend-wasm.wasm': wasmBinary,
        'tfjs-backend-wasm-simd.wasm': wasmBinary,
        'tfjs-backend-wasm-threaded-simd.wasm': wasmBinary,
      });
      break;
    }
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      break;
    default:
      backend satisfies never;
  }
  if (!(await tf.setBackend(backend))) {
    throw new Error(
      `Backend: expected "${backend}" to start, but it did not. Reload the page or choose another backend.`,
    );
  }
  await tf.ready();
  watchDevice(null);
  if (backend === 'webgpu') {
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
    const { registerWebgpuKernels } = await import('./webgpu/register');
    const started = tf.backend();
    if (started instanceof WebGPUBackend) {
      watchDevice(started.device);
      const { runner, choices } = registerWebgpuKernels(started);
      // Measuring on a software adapter takes minutes, and its tiles hardly differ.
      if (adapter && !adapter.software) {
        const { tuneTiles } = await import('./webgpu/tile-tuning');
        await tuneTiles(runner, choices, adapter.name, tiles);
      }
    }
  }
  if (backend === 'wasm') {
    const { BackendWasm } = await import('@tensorflow/tfjs-backend-wasm');
    const { registerWasmKernels } = await import('./wasm/register');
    const started = tf.backend();
    if (started instanceof BackendWasm) await registerWasmKernels(started);
  }
}
