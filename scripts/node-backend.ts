/** Starts a tfjs backend in Node, for the commands that need no browser. */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { selectBackend } from '../src/tensor/backend';
import type { BackendName, DeviceReport } from '../src/tensor/device';

/** @param backend for `webgpu`, `startNodeWebgpu` has to come first */
export async function startNodeBackend(backend: BackendName): Promise<DeviceReport> {
  const entry = createRequire(join(process.cwd(), 'package.json')).resolve(
    '@tensorflow/tfjs-backend-wasm',
  );
  const wasmBinary = join(dirname(entry), 'tfjs-backend-wasm-simd.wasm');
  return selectBackend(backend, { wasmBinary });
}
