/** The kernel profile: every dispatch is counted under its kernel's name and timed, and nothing else changes. */

import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Random } from '../../../src/data/random';
import { selectBackend } from '../../../src/tensor/backend';
import {
  canProfileKernels,
  readKernelProfile,
  startKernelProfile,
  stopKernelProfile,
} from '../../../src/tensor/kernel-profile';
import { rmsNorm } from '../../../src/tensor/rms-norm';
import { normalTensor } from './same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

afterEach(() => stopKernelProfile());

const dispatchesOf = (profile: Awaited<ReturnType<typeof readKernelProfile>>) =>
  Object.fromEntries(profile.map(({ name, dispatches }) => [name, dispatches]));

/** A product, a norm of ours and a stock program, `times` times. */
async function compute(times: number): Promise<Float32Array> {
  const random = new Random(5);
  const matrix = normalTensor(random, [33, 33]);
  const weight = normalTensor(random, [33]);
  const result = tf.tidy(() => {
    let x = matrix;
    for (let index = 0; index < times; index++) {
      x = rmsNorm(tf.sin(tf.matMul(x, matrix)), weight, 1e-6);
    }
    return x;
  });
  const values = new Float32Array(await result.data());
  tf.dispose([matrix, weight, result]);
  return values;
}

test('SwiftShader offers timestamps', () => {
  expect(canProfileKernels()).toBe(true);
});

test('counts our kernels and tfjs’s, gives each time, and changes no value', async () => {
  const plain = await compute(7);
  const before = tf.memory().numTensors;
  startKernelProfile();
  const timed = await compute(7);
  const profile = await readKernelProfile();
  expect(timed).toEqual(plain);
  expect(dispatchesOf(profile)).toEqual({ MatMul: 7, RmsNorm: 7, 'tfjs unary': 7 });
  expect(profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeGreaterThan(0);
  const times = profile.map(({ milliseconds }) => milliseconds);
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(tf.memory().numTensors).toBe(before);
});

test('a slow kernel takes the larger share', async () => {
  const random = new Random(6);
  const [large, small] = [normalTensor(random, [256, 256]), normalTensor(random, [2, 256])];
  startKernelProfile();
  const wall = performance.now();
  const results = [tf.matMul(large, large), tf.sin(small)];
  const [product] = await readKernelProfile();
  expect(product?.name).toBe('MatMul');
  expect(product?.milliseconds).toBeGreaterThan(1);
  expect(product?.milliseconds).toBeLessThan(performance.now() - wall);
  tf.dispose([large, small, ...results]);
});

test('counts more dispatches than a query set holds', async () => {
  const x = tf.fill([3], 0.5);
  startKernelProfile();
  for (let index = 0; index < 1_100; index++) tf.sin(x).dispose();
  expect(dispatchesOf(await readKernelProfile())['tfjs unary']).toBe(1_100);
  x.dispose();
});

test('starts from nothing, and ends: no dispatch has a pass of its own any more', async () => {
  startKernelProfile();
  await compute(1);
  startKernelProfile();
  expect(await readKernelProfile()).toEqual([]);
  stopKernelProfile();
  const begin = vi.spyOn(GPUCommandEncoder.prototype, 'beginComputePass');
  await compute(4);
  expect(begin.mock.calls.length).toBeLessThan(4);
  begin.mockRestore();
  expect(await readKernelProfile()).toEqual([]);
  expect(Object.hasOwn(tf.backend(), 'recordAndSubmit')).toBe(false);
  expect(tf.backend()).toBeInstanceOf(WebGPUBackend);
});
