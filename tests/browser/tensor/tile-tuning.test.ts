/** Choosing tiles by measuring: what is measured is stored, and what is stored is not measured again. */

import * as tf from '@tensorflow/tfjs-core';
import { deleteDB } from 'idb';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database';
import { Stores } from '../../../src/storage/stores';
import { selectBackend } from '../../../src/tensor/backend';
import type { KernelRunner } from '../../../src/tensor/webgpu/kernel-runner';
import { isMatrixTile } from '../../../src/tensor/webgpu/matrix-tile';
import { runnerOf } from '../../../src/tensor/webgpu/running';
import { TileChoices } from '../../../src/tensor/webgpu/tile-choices';
import { tuneTiles } from '../../../src/tensor/webgpu/tile-tuning';
import { valuesOf } from './same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

function ourRunner(): KernelRunner {
  const runner = runnerOf(tf.backend());
  if (runner === undefined) throw new Error('Expected our kernels.');
  return runner;
}

/** Small enough for a software adapter, and with slices in one of them. */
const SHAPES = {
  flat: [4, 8, 64],
  small: [8, 8, 64],
  medium: [16, 8, 576],
  large: [24, 16, 64],
} as const;

test('measures once, stores the choice and takes it over at the next start', async () => {
  const name = `tiles-${crypto.randomUUID()}`;
  const database = await openDatabase(name);
  onTestFinished(async () => {
    database.close();
    await deleteDB(name);
  });
  const { tiles } = new Stores(database);
  const runner = ourRunner();
  const bytes = runner.backend.memory().numBytesInGPU;
  const measured = new TileChoices();
  await tuneTiles(runner, measured, 'an adapter', tiles, SHAPES);
  const chosen = measured.chosen();
  expect(chosen).toHaveProperty('NT medium');
  expect(Object.values(chosen).every(isMatrixTile)).toBe(true);
  expect(await tiles.read('an adapter')).toEqual(chosen);
  expect(await tiles.read('another adapter')).toBeNull();
  await runner.finish();
  expect(runner.backend.memory().numBytesInGPU).toBe(bytes);

  const { dispatches } = runner;
  const stored = new TileChoices();
  await tuneTiles(runner, stored, 'an adapter', tiles, SHAPES);
  expect(stored.chosen()).toEqual(chosen);
  expect(runner.dispatches).toBe(dispatches);
});

test('stored names that mean nothing here are left out', async () => {
  const choices = new TileChoices();
  const storage = {
    read: () =>
      Promise.resolve({ 'NT small': '16x64', 'NN small': '1x1', 'NT huge': '16x64', TN: 5 }),
    write: () => Promise.reject(new Error('nothing was measured')),
  };
  await tuneTiles(ourRunner(), choices, 'an adapter', storage, SHAPES);
  expect(choices.chosen()).toEqual({ 'NT small': '16x64' });
  expect(choices.tileOf('NN small')).toBe('64x64 8x8');
  const [product] = await valuesOf(() => [tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]))]);
  expect(product?.values).toEqual(new Float32Array([3, 3, 3, 3]));
});
