/** The committed WebAssembly module is what its sources compile to. */

import { expect, test } from 'vitest';
import { compileKernels } from '../../../scripts/build-kernels';
import { KERNELS_BASE64 } from '../../../src/tensor/wasm/kernels-binary';

test('compiling the kernels again gives the committed bytes', () => {
  const compiled = Buffer.from(compileKernels()).toString('base64');
  expect(
    compiled === KERNELS_BASE64,
    'The sources in assembly/ have changed: run scripts/build-kernels.ts and commit its output.',
  ).toBe(true);
}, 240_000);

test('the module imports nothing but its memory, and carries no data', () => {
  const module = new WebAssembly.Module(Buffer.from(KERNELS_BASE64, 'base64'));
  expect(WebAssembly.Module.imports(module)).toEqual([
    { module: 'env', name: 'memory', kind: 'memory' },
  ]);
  const exported = WebAssembly.Module.exports(module);
  expect(exported.filter(({ kind }) => kind !== 'function').map(({ name }) => name)).toEqual([
    'memory',
  ]);
});
