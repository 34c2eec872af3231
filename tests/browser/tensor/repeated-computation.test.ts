/** A replayed computation against the same one recorded anew: the same bits, over other buffers, with nothing left behind. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { selectBackend } from '../../../src/tensor/backend';
import { assertDeviceSound } from '../../../src/tensor/device-trouble';
import { GpuMemoryError } from '../../../src/tensor/gpu-memory-error';
import { limitMemory, trimMemory } from '../../../src/tensor/memory-budget';
import { RepeatedComputation } from '../../../src/tensor/repeated-computation';
import { runnerOf } from '../../../src/tensor/webgpu/running';

let repeated: RepeatedComputation;

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

beforeEach(() => {
  repeated = new RepeatedComputation();
});

afterEach(() => {
  repeated.dispose();
  assertDeviceSound();
});

async function bits(tensors: readonly tf.Tensor[]): Promise<Int32Array[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()));
  tf.dispose([...tensors]);
  return values.map((data) => new Int32Array(Float32Array.from(data).buffer));
}

function backend() {
  const runner = runnerOf(tf.backend());
  if (runner === undefined) throw new Error('Expected the WebGPU backend with our kernels.');
  return runner.backend;
}

/** Products of ours, programs of tfjs's and a constant, with memory that is taken and given back in between. */
function layers(x: tf.Tensor, weight: tf.Tensor): tf.Tensor[] {
  return tf.tidy(() => {
    const shift = tf.tensor1d([0.5, -1, 2, 0.25, 3]);
    const hidden = tf.relu(tf.add(tf.matMul(x, weight), shift));
    const again = tf.matMul(hidden, weight);
    return [tf.sum(tf.square(again)), tf.tanh(again)];
  });
}

const uniform = (shape: number[], seed: number): tf.Tensor =>
  tf.randomUniform(shape, -1, 1, 'float32', seed);

test('values are those of recording anew, whatever the inputs and wherever they lie', async () => {
  let weight = uniform([5, 5], 1);
  for (let time = 0; time < 5; time++) {
    const x = uniform([7, 5], 10 + time);
    const found = await bits(repeated.run('', [x, weight], () => layers(x, weight)));
    expect(found, `time ${time}`).toEqual(await bits(layers(x, weight)));
    x.dispose();
    if (time !== 3) continue;
    weight.dispose();
    weight = uniform([5, 5], 2);
  }
  weight.dispose();
  expect(repeated.obstacle).toBe('');
  expect(repeated.replays).toBe(3);
});

test('a replay leaves nothing behind, and its plan gives its memory back', async () => {
  const { bufferManager } = backend();
  const weight = uniform([5, 5], 1);
  await bits(layers(weight, weight));
  const before = bufferManager.numBytesUsed;
  const tensors = tf.memory().numTensors;
  const allocated: number[] = [];
  for (let time = 0; time < 6; time++) {
    const x = uniform([7, 5], time);
    await bits(repeated.run('', [x, weight], () => layers(x, weight)));
    x.dispose();
    allocated.push(bufferManager.numBytesAllocated);
  }
  expect(repeated.replays).toBe(4);
  expect(tf.memory().numTensors).toBe(tensors);
  expect(new Set(allocated.slice(2)).size, allocated.join()).toBe(1);
  expect(bufferManager.numBytesUsed).toBeGreaterThan(before);
  repeated.dispose();
  await bits([tf.exp(weight)]);
  expect(bufferManager.numBytesUsed).toBe(before);
  weight.dispose();
});

test('a replay that the memory budget has no room for gives back what it took', async () => {
  const { bufferManager } = backend();
  const weight = uniform([5, 5], 1);
  const x = uniform([700, 5], 2);
  const run = async () => bits(repeated.run('', [x, weight], () => layers(x, weight)));
  await run();
  const expected = await run();
  trimMemory();
  const used = bufferManager.numBytesUsed;
  limitMemory(used + 20_000);
  await expect(run()).rejects.toThrow(GpuMemoryError);
  limitMemory(null);
  expect(bufferManager.numBytesUsed).toBe(used);
  expect(await run()).toEqual(expected);
  expect(repeated.replays).toBe(2);
  tf.dispose([weight, x]);
});

test('stock programs are replayed with uniforms of their own', async () => {
  const compute = (x: tf.Tensor): tf.Tensor[] =>
    tf.tidy(() => [tf.sum(tf.mul(x, tf.add(x, tf.tensor1d([1, 2, 3, 4, 5])))), tf.exp(x)]);
  for (let time = 0; time < 4; time++) {
    const x = tf.tensor1d([time, 1, -2, 0.5, 3]);
    // What these programs do between two replays must not change theirs.
    tf.dispose(tf.tidy(() => tf.sum(tf.mul(tf.ones([7, 3]), tf.ones([3])))));
    const found = await bits(repeated.run('', [x], () => compute(x)));
    expect(found).toEqual(await bits(compute(x)));
    x.dispose();
  }
  expect(repeated.obstacle).toBe('');
  expect(repeated.replays).toBe(2);
});

test('computations of other shapes and variants do not share a plan', async () => {
  for (const size of [3, 5, 3, 5, 3, 5]) {
    for (const factor of [2, 3]) {
      const x = tf.fill([size], 1.5);
      const found = repeated.run(`times ${factor}`, [x], () => [tf.mul(x, factor)]);
      expect(await bits(found)).toEqual(await bits([tf.fill([size], 1.5 * factor)]));
      x.dispose();
    }
  }
  expect(repeated.replays).toBe(4);
});

test.each<[string, (x: tf.Tensor) => tf.Tensor[]]>([
  ['reads values back', (x) => [tf.mul(x, tf.tensor1d([2, 3]).dataSync()[1] ?? NaN)]],
  ['has an output without memory of its own', (x) => [tf.reshape(x, [1, -1])]],
  [
    'keeps a tensor',
    (x) => {
      kept.push(tf.keep(tf.exp(x)));
      return [tf.neg(x)];
    },
  ],
])('a computation that %s is computed anew', async (_, compute) => {
  for (const value of [1, 2, 3, 4]) {
    const x = tf.fill([130], value);
    const found = await bits(repeated.run('', [x], () => tf.tidy(() => compute(x))));
    expect(found).toEqual(await bits(tf.tidy(() => compute(x))));
    x.dispose();
  }
  expect(repeated.replays).toBe(0);
  expect(repeated.obstacle).not.toBe('');
  tf.dispose(kept.splice(0));
});

const kept: tf.Tensor[] = [];

test('a plan whose frozen tensor is gone is made anew', async () => {
  let frozen = tf.fill([4], 2);
  for (let time = 0; time < 6; time++) {
    const x = tf.fill([4], time);
    const found = repeated.run('', [x], () => [tf.mul(x, frozen)]);
    expect(await bits(found)).toEqual(await bits([tf.mul(x, frozen)]));
    x.dispose();
    if (time !== 3) continue;
    frozen.dispose();
    frozen = tf.fill([4], 5);
  }
  frozen.dispose();
  // Times 2 and 3, and time 5 of the new plan.
  expect(repeated.replays).toBe(3);
});
