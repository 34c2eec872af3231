/** Compiles the AssemblyScript kernels in assembly/ to the base64 module the page carries. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const TARGET = path.join(ROOT, 'src/tensor/wasm/kernels-binary.ts');

/** The compiled module of assembly/index.ts: one import, the memory it works on, and no data of its own. */
export function compileKernels(): Uint8Array {
  const compiler = path.join(
    path.dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')),
    'bin/asc.js',
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'kernels-'));
  try {
    const output = path.join(folder, 'kernels.wasm');
    const flags = ['--enable', 'simd', '--importMemory', '--runtime', 'stub', '--use', 'abort='];
    const result = spawnSync(
      process.execPath,
      [compiler, 'assembly/index.ts', '-o', output, ...flags, '-O3', '--noAssert'],
      { cwd: ROOT, encoding: 'utf8' },
    );
    if (result.status !== 0) {
      throw new Error(`The kernels did not compile:\n${result.stderr}${result.stdout}`);
    }
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The TypeScript file that carries the module. */
export function kernelsFile(binary: Uint8Array): string {
  const base64 = Buffer.from(binary).toString('base64');
  return `/** The compiled kernels of assembly/ in base64; written by scripts/build-kernels.ts, not by hand. */

export const KERNELS_BASE64 =
  '${base64}';
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const binary = compileKernels();
  writeFileSync(TARGET, kernelsFile(binary));
  console.log(`${path.relative(ROOT, TARGET)}: ${binary.length} bytes of WebAssembly`);
}
