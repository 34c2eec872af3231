/** A GPU that refuses commands or goes away stops training before anything wrong is used. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { Trainer } from '../../../src/distill/trainer';
import { selectBackend } from '../../../src/tensor/backend';
import {
  assertDeviceSound,
  findDeviceTrouble,
  watchDevice,
} from '../../../src/tensor/device-trouble';
import { OPTIONS, tinyExamples, tinyModel } from '../../unit/distill/training-setup';

async function freshDevice(): Promise<GPUDevice> {
  const device = await (await navigator.gpu.requestAdapter())?.requestDevice();
  if (!device) throw new Error('Expected a WebGPU device, found none.');
  return device;
}

test('a lost device is named, with what to do', async () => {
  const device = await freshDevice();
  watchDevice(device);
  expect(assertDeviceSound).not.toThrow();
  device.destroy();
  await device.lost;
  expect(assertDeviceSound).toThrow(/went away \(destroyed\).*saved up to its last checkpoint/);
  watchDevice(null);
  expect(assertDeviceSound).not.toThrow();
});

test('a device without memory is told from one that refuses commands', async () => {
  const device = await freshDevice();
  watchDevice(device);
  const error = new GPUOutOfMemoryError('no 4 GB');
  device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
  const trouble = await findDeviceTrouble();
  expect(trouble?.kind).toBe('memory');
  expect(trouble?.message).toContain('memory is full: no 4 GB');
  watchDevice(null);
  expect(await findDeviceTrouble()).toBeNull();
  device.destroy();
});

test('the reason of a failure is waited for', async () => {
  const device = await freshDevice();
  watchDevice(device);
  const found = findDeviceTrouble();
  device.destroy();
  expect((await found)?.kind).toBe('lost');
  watchDevice(null);
});

test('tfjs notices no refused command, and we do', async () => {
  await selectBackend('webgpu', { wasmBinary });
  const tensors = Array.from({ length: 80 }, () => tf.ones([4]));
  // tfjs binds all eighty to one program, which is more than a GPU allows.
  const sum = tf.addN(tensors);
  expect(Array.from(await sum.data())).toEqual([0, 0, 0, 0]);
  expect(assertDeviceSound).toThrow(/refused a command/);
  tf.dispose([sum, ...tensors]);
});

test('an update fails once a command was refused, and so does a snapshot', async () => {
  // Whatever computes the update: a software GPU would compile its kernels for a minute.
  await selectBackend('wasm', { wasmBinary });
  const model = tinyModel();
  const trainer = new Trainer(model, tinyExamples(), OPTIONS);
  expect((await trainer.step()).loss).toBeGreaterThan(0);
  const device = await freshDevice();
  watchDevice(device);
  const error = new GPUValidationError('too many bindings');
  device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
  const held = tf.memory().numTensors;
  await expect(trainer.step()).rejects.toThrow(/refused a command/);
  expect(tf.memory().numTensors).toBe(held);
  await expect(trainer.snapshot()).rejects.toThrow(/refused a command/);
  expect(trainer.update).toBe(1);
  watchDevice(null);
  device.destroy();
  trainer.dispose();
  model.dispose();
});
