/** WebGPU in Node: Dawn's implementation, on this machine's GPU or on the software one that Chromium brings along. */

import { spawn } from 'node:child_process';
import { swiftshaderEnvironment } from './software-adapters';

/**
 * Puts Dawn where a browser has `navigator.gpu`.
 *
 * @returns true when it has an adapter
 * @throws Error when the package `webgpu` cannot be loaded on this system
 */
async function startDawn(): Promise<boolean> {
  const dawn = await import('webgpu').catch((cause: unknown) => {
    throw new Error(
      `WebGPU in Node needs the package "webgpu", which cannot be loaded here (${cause instanceof Error ? cause.message : String(cause)}). Install it for this system, or use --backend wasm.`,
      { cause },
    );
  });
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: { gpu },
  });
  return (await gpu.requestAdapter()) !== null;
}

/**
 * Makes WebGPU available, if need be by running this command once more with Chromium's software GPU,
 * because a process looks for Vulkan only where it was told to when it started.
 *
 * @returns false when the other process did the work: nothing is left to do
 * @throws Error when there is no GPU and no Chromium with a software one
 */
export async function startNodeWebgpu(): Promise<boolean> {
  if (await startDawn()) return true;
  const environment = await swiftshaderEnvironment();
  if (environment === null || process.env['VK_DRIVER_FILES'] !== undefined) {
    throw new Error(
      'WebGPU in Node: expected a GPU with a Vulkan, Metal or Direct3D driver, found none, and no Chromium with a software one either. Install one of them, or use --backend wasm.',
    );
  }
  const again = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => again.kill(signal));
  }
  process.exitCode = await new Promise<number>((resolve) => {
    again.on('exit', (code) => resolve(code ?? 1));
  });
  return false;
}
