/** Blocks computed again in the backward pass: the same gradients, from less memory. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { disposeBatch, sequenceBatch, type SequenceBatch } from '../../../src/t5/batch';
import { initialAdapters, type LoraSettings } from '../../../src/t5/lora';
import { batchLoss } from '../../../src/t5/loss';
import { T5Model } from '../../../src/t5/model';
import { randomInputs, randomModel, WIDE_HEADS } from './random-models';

const DEEP = { ...WIDE_HEADS, encoderLayers: 4, decoderLayers: 4 };
const LORA: LoraSettings = { rank: 2, alpha: 4, layers: 'query-value' };

beforeAll(async () => {
  await startNodeBackend('wasm');
});

function batch(): SequenceBatch {
  const inputs = randomInputs(DEEP, [14, 9, 16], 5);
  const targets = randomInputs(DEEP, [11, 16, 7], 6);
  const pairs = inputs.map((input, index) => ({ input, target: targets[index] ?? [] }));
  return sequenceBatch(pairs, DEEP);
}

/** Loss and gradients, and the most bytes while they were computed, above those before. */
async function computed(model: T5Model, given: SequenceBatch, recomputes: boolean) {
  const before = tf.memory();
  let value: tf.Scalar | null = null;
  let gradients: tf.NamedTensorMap = {};
  const { peakBytes } = await tf.profile(() => {
    const found = tf.variableGrads(
      () => batchLoss(model, given, { recomputes }),
      [...model.trained.values()],
    );
    value = found.value;
    gradients = found.grads;
    return found.value;
  });
  const values = new Map<string, Float32Array>();
  for (const [name, { name: own }] of model.trained) {
    const gradient = gradients[own];
    if (gradient) values.set(name, Float32Array.from(await gradient.data<'float32'>()));
  }
  tf.dispose([value ?? [], ...Object.values(gradients)]);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  return { values, peak: peakBytes - before.numBytes };
}

async function adaptedModel(): Promise<T5Model> {
  const whole = randomModel(DEEP, 3);
  const values = await whole.read();
  whole.dispose();
  const source = {
    readTensor: async (name: string) => values.get(name)?.data ?? new Float32Array(),
  };
  const adapters = { settings: LORA, source: initialAdapters(DEEP, LORA, 2) };
  return T5Model.load(DEEP, source, { adapters });
}

test.each([
  ['all parameters', async () => randomModel(DEEP, 3)],
  ['adapters', adaptedModel],
])('gradients of %s', async (_, open) => {
  const model = await open();
  const given = batch();
  const kept = await computed(model, given, false);
  const again = await computed(model, given, true);
  expect([...again.values.keys()]).toEqual([...model.trained.keys()]);
  for (const [name, expected] of kept.values) {
    const found = again.values.get(name) ?? new Float32Array();
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    const error = expected.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (found[index] ?? Number.NaN))),
      0,
    );
    expect(error / scale, name).toBeLessThan(1e-6);
  }
  console.log(`peak of activations: ${kept.peak} bytes kept, ${again.peak} computed again`);
  expect(again.peak).toBeLessThan(0.6 * kept.peak);
  model.dispose();
  disposeBatch(given);
});
