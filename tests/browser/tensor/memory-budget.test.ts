/** A budget of GPU memory: refused before it is passed, with nothing lost, and unused buffers given back. */

import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { selectBackend } from '../../../src/tensor/backend';
import { assertDeviceSound } from '../../../src/tensor/device-trouble';
import { limitMemory, trimMemory } from '../../../src/tensor/memory-budget';

const MEGABYTE = 1_000_000;

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

afterEach(() => {
  limitMemory(null);
});

/** Bytes tfjs holds, in use and waiting. */
function held(): { used: number; allocated: number } {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Expected the WebGPU backend.');
  const { numBytesUsed, numBytesAllocated } = backend.bufferManager;
  return { used: numBytesUsed, allocated: numBytesAllocated };
}

/** A tensor of so many megabytes that is on the device, computed there. */
function filled(megabytes: number, value: number): tf.Tensor {
  return tf.tidy(() => tf.add(tf.fill([megabytes, MEGABYTE / 4], value), 1));
}

test('what does not fit is refused before it is allocated, and the rest goes on', async () => {
  trimMemory();
  const before = held().allocated;
  limitMemory(before + 5 * MEGABYTE);
  const first = filled(2, 1);
  const tensors = tf.memory().numTensors;
  expect(() => tf.tidy(() => tf.concat([first, first, first]))).toThrow(
    /expected room for 6\.0 MB more within the budget of \d+\.\d MB, found \d+\.\d MB in use/,
  );
  expect(tf.memory().numTensors).toBe(tensors);
  expect(held().allocated).toBeLessThanOrEqual(before + 5 * MEGABYTE);
  // The device never saw the attempt.
  assertDeviceSound();
  const sum = tf.tidy(() => tf.sum(first));
  expect((await sum.data())[0]).toBe((2 * MEGABYTE * 2) / 4);
  limitMemory(null);
  const joined = tf.tidy(() => tf.sum(tf.concat([first, first, first])));
  expect((await joined.data())[0]).toBe(3 * ((2 * MEGABYTE * 2) / 4));
  tf.dispose([first, sum, joined]);
});

test('buffers of sizes that do not come again make room for others, in the middle of recorded commands', async () => {
  trimMemory();
  const { allocated } = held();
  limitMemory(allocated + 16 * MEGABYTE);
  const sums: tf.Tensor[] = [];
  // Every round needs two tensors of another size: together they would hold 90 MB.
  for (let megabytes = 1; megabytes <= 7; megabytes++) {
    sums.push(tf.tidy(() => tf.mean(tf.mul(filled(megabytes, megabytes), 1))));
    expect(held().allocated).toBeLessThanOrEqual(allocated + 16 * MEGABYTE);
  }
  const values = await Promise.all(sums.map(async (sum) => (await sum.data())[0] ?? 0));
  values.forEach((value, index) => expect(value).toBeCloseTo(index + 2, 4));
  assertDeviceSound();
  tf.dispose(sums);
});

test('trimming gives back what no tensor uses', async () => {
  trimMemory();
  const before = held();
  const kept = filled(1, 4);
  filled(3, 5).dispose();
  expect(held().allocated).toBeGreaterThan(held().used + 3 * MEGABYTE);
  trimMemory();
  const after = held();
  expect(after.allocated - after.used).toBeLessThanOrEqual(before.allocated - before.used);
  expect((await kept.data())[7]).toBe(5);
  kept.dispose();
  assertDeviceSound();
});

test('a buffer beyond the largest of the device is refused with its size', () => {
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Expected the WebGPU backend.');
  const { bufferManager, device } = backend;
  const before = held();
  expect(() =>
    bufferManager.acquireBuffer(device.limits.maxBufferSize + 4, GPUBufferUsage.STORAGE),
  ).toThrow(/this device's largest buffer, found one of/);
  expect(held()).toEqual(before);
  assertDeviceSound();
});
