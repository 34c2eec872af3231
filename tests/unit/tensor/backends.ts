/** The wasm backend with our kernels and the plain cpu backend, side by side in Node. */

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect } from 'vitest';
import type { Random } from '../../../src/data/random';
import { registerWasmKernels } from '../../../src/tensor/wasm/register';

/** Starts the wasm backend with our kernels and leaves it the current one. */
export async function startWasm(): Promise<BackendWasm> {
  const require = createRequire(import.meta.url);
  const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  setWasmPaths(`${folder}/wasm-out/`);
  await tf.setBackend('wasm');
  await tf.ready();
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm)) {
    throw new Error(`Expected the wasm backend, found ${tf.getBackend()}.`);
  }
  await registerWasmKernels(backend);
  return backend;
}

/** The values a computation gives on one backend, its tensors disposed; checks that it leaks none. */
export async function valuesOn(
  backend: 'cpu' | 'wasm',
  compute: () => tf.Tensor[],
): Promise<{ shape: number[]; values: number[] }[]> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const tensors = tf.tidy(compute);
  const results = tensors.map((tensor) => ({
    shape: [...tensor.shape],
    values: [...tensor.dataSync()],
  }));
  tf.dispose(tensors);
  expect(tf.memory().numTensors, `tensors left behind on ${backend}`).toBe(before);
  return results;
}

/** Holds two lists together: every difference at most `tolerance` times the larger of 1 and the value. */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  what = 'value',
): void {
  expect(actual.length, `${what}: number of values`).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    const found = actual[i] ?? NaN;
    if (!(Math.abs(found - value) <= tolerance * Math.max(1, Math.abs(value)))) {
      expect.fail(`${what} ${i}: expected ${value} within ${tolerance}, found ${found}`);
    }
  }
}

/** Runs the same computation on our wasm kernels and on the cpu backend and holds the results together. */
export async function expectSameAsCpu(
  compute: () => tf.Tensor[],
  reference: () => tf.Tensor[],
  tolerance = 1e-5,
): Promise<void> {
  const expected = await valuesOn('cpu', reference);
  const actual = await valuesOn('wasm', compute);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [i, { values }] of expected.entries()) {
    expectClose(actual[i]?.values ?? [], values, tolerance, `result ${i}, value`);
  }
}

/** So many reproducible values, roughly normal, scaled. */
export function normalValues(random: Random, size: number, scale = 1): Float32Array {
  return Float32Array.from({ length: size }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.next();
    return sum * scale;
  });
}
