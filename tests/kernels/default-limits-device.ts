/**
 * Puts Dawn where a browser has WebGPU, gives devices nothing but WebGPU's default limits whatever the
 * adapter could do, and notes which of our kernels every test runs. For `npm run parity:kernels`.
 */

import { afterEach, beforeEach, TestRunner } from 'vitest';
import { create, globals } from 'webgpu';

declare module 'vitest' {
  interface TaskMeta {
    /** The adapter that a test ran on. */
    adapter?: string;
    /** Names of our kernels that a test ran. */
    kernels?: string[];
    /** The largest error found, as a share of what is allowed. */
    errorShare?: number;
  }
}

Object.assign(globalThis, globals);
const dawn = create([]);
const gpu = {
  requestAdapter: async (options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> => {
    const adapter = await dawn.requestAdapter(options);
    if (adapter) {
      Object.defineProperty(adapter, 'requestDevice', {
        value: () => GPUAdapter.prototype.requestDevice.call(adapter),
      });
    }
    return adapter;
  },
};
Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { gpu } });
const adapterName = (await gpu.requestAdapter())?.info.description ?? 'none';

let kernels = new Set<string>();
const setPipeline: unknown = Reflect.get(GPUComputePassEncoder.prototype, 'setPipeline');
if (typeof setPipeline !== 'function') throw new Error('Expected Dawn to record pipelines.');
GPUComputePassEncoder.prototype.setPipeline = function noted(pipeline: GPUComputePipeline) {
  // tfjs calls its own after their classes.
  if (!pipeline.label.endsWith('Program')) kernels.add(pipeline.label);
  Reflect.apply(setPipeline, this, [pipeline]);
};

beforeEach(() => {
  kernels = new Set();
});

afterEach(() => {
  const test = TestRunner.getCurrentTest();
  if (test) Object.assign(test.meta, { adapter: adapterName, kernels: [...kernels] });
});
