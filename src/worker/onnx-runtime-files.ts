/** ONNX Runtime's own files as the page serves them, one pair for each device. */

import asyncifyBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import asyncifyScript from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import plainBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import plainScript from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import type { OnnxRuntimes } from './transformers-study-models';

/** ONNX Runtime takes an address for its script and another one for the binary, wherever it is itself. */
function absolute(address: string): string {
  return new URL(address, self.location.href).href;
}

/** WebGPU needs the binary that can wait for the GPU; without it half the size will do. */
export const ONNX_RUNTIMES: OnnxRuntimes = {
  webgpu: { script: absolute(asyncifyScript), binary: absolute(asyncifyBinary) },
  wasm: { script: absolute(plainScript), binary: absolute(plainBinary) },
};
