/** Runs one of this folder's TypeScript commands in Node: `node scripts/run.mjs parity ...`. */

// The commands are bundled rather than transpiled file by file: tfjs publishes its gradients only as
// modules in a form that bundlers resolve and Node does not.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const [name, ...commandArguments] = process.argv.slice(2);
if (name === undefined || !/^[a-z-]+$/.test(name)) {
  throw new Error(`Expected the name of a command in scripts/, found ${String(name)}.`);
}
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, '.cache', 'commands', name);
await build({
  configFile: false,
  root,
  logLevel: 'error',
  publicDir: false,
  ssr: { noExternal: true, external: ['playwright', 'vite', 'webgpu'] },
  resolve: {
    mainFields: ['module', 'main'],
    conditions: ['import', 'node'],
    alias: [
      // The page's build: Node's own needs native libraries for other platforms and keeps files where it likes.
      {
        find: '@xenova/transformers',
        replacement: join(root, 'node_modules/@xenova/transformers/dist/transformers.web.js'),
      },
      {
        find: 'onnxruntime-web/webgpu',
        replacement: join(root, 'node_modules/onnxruntime-web/dist/ort.node.min.mjs'),
      },
    ],
  },
  // What that build asks to find out whether it runs in Node.
  define: { 'process.release.name': JSON.stringify('web') },
  build: {
    ssr: join(root, 'scripts', `${name}.ts`),
    outDir: folder,
    emptyOutDir: true,
    minify: false,
    sourcemap: 'inline',
    target: 'node20',
  },
});
// tfjs's wasm loader was written for CommonJS and looks for these two.
Object.assign(globalThis, { require: createRequire(import.meta.url), __dirname: folder });
process.argv = [process.argv[0] ?? 'node', join(folder, `${name}.js`), ...commandArguments];
await import(pathToFileURL(join(folder, `${name}.js`)).href);
