/** What a transformers.js teacher needs in Node: ONNX Runtime's files out of its package, on WebAssembly. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TransformersSurroundings } from '../../src/worker/transformers-study-models';
import { openStudentFolder } from './pocket-models';

/**
 * Node has no GPU that ONNX Runtime for the web can use, whatever the engine itself runs on.
 *
 * @param modelFolder where the pocket student is
 */
export function nodeSurroundings(modelFolder: string): TransformersSurroundings {
  const { resolve } = createRequire(join(process.cwd(), 'package.json'));
  const address = (file: string): string => pathToFileURL(resolve(`onnxruntime-web/${file}`)).href;
  return {
    runtimes: {
      wasm: {
        script: address('ort-wasm-simd-threaded.mjs'),
        binary: address('ort-wasm-simd-threaded.wasm'),
      },
    },
    openPocketStudent: () => openStudentFolder(modelFolder),
  };
}
