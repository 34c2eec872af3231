/** The device's queue holds two pieces of work at most. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { selectBackend } from '../../../src/tensor/backend';
import { DeviceQueue } from '../../../src/tensor/device-queue';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

afterEach(() => {
  vi.restoreAllMocks();
});

test('a piece is submitted at once and waits for the one before it', async () => {
  const finished: (() => void)[] = [];
  vi.spyOn(GPUQueue.prototype, 'onSubmittedWorkDone').mockImplementation(
    () => new Promise((resolve) => finished.push(() => resolve(undefined))),
  );
  const submit = vi.spyOn(GPUQueue.prototype, 'submit');
  const queue = new DeviceQueue();
  const x = tf.fill([4], 0.5);
  const piece = async (): Promise<string> => {
    tf.sin(x).dispose();
    const submitted = submit.mock.calls.length;
    const held = queue.hold();
    expect(submit.mock.calls.length).toBe(submitted + 1);
    return Promise.race([
      held.then(() => 'goes on'),
      new Promise<string>((resolve) => setTimeout(() => resolve('waits'), 50)),
    ]);
  };
  expect(await piece()).toBe('goes on');
  expect(await piece()).toBe('waits');
  finished[0]?.();
  finished[1]?.();
  expect(await piece()).toBe('goes on');
  expect(await piece()).toBe('waits');
  x.dispose();
});
