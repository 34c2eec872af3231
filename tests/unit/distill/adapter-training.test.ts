/** Training adapters: they start as nothing, learn, leave the base alone, and resume on their own base only. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { Trainer } from '../../../src/distill/trainer';
import { sequenceBatch } from '../../../src/t5/batch';
import { generate } from '../../../src/t5/generate';
import { adapterParameterCount, initialAdapters, type LoraSettings } from '../../../src/t5/lora';
import { batchLogits } from '../../../src/t5/loss';
import { T5Model, type ParameterSource } from '../../../src/t5/model';
import { teacherForced } from '../../../src/t5/score';
import { memorySource } from '../../../src/weights/byte-source';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { OPTIONS, parameterBits, TINY, tinyExamples, tinyModel } from './training-setup';

const LORA: LoraSettings = { rank: 3, alpha: 6, layers: 'all' };

let values: Awaited<ReturnType<T5Model['read']>>;
const base: ParameterSource = {
  readTensor: async (name) => values.get(name)?.data ?? new Float32Array(),
};

beforeAll(async () => {
  await startNodeBackend('wasm');
  const model = tinyModel();
  values = await model.read();
  model.dispose();
});

const adaptedModel = (source = base, settings = LORA): Promise<T5Model> =>
  T5Model.load(TINY, source, {
    adapters: { settings, source: initialAdapters(TINY, settings, 4) },
  });

/** The logits of all examples as bits. */
async function logitBits(model: T5Model): Promise<Int32Array> {
  const logits = tf.tidy(() => batchLogits(model, sequenceBatch(tinyExamples(), TINY)));
  const read = Float32Array.from(await logits.data());
  logits.dispose();
  return new Int32Array(read.buffer);
}

test('untrained adapters change no bit of the logits', async () => {
  const plain = await T5Model.load(TINY, base);
  const model = await adaptedModel();
  expect(await logitBits(model)).toEqual(await logitBits(plain));
  expect(await parameterBits(model)).toEqual(await parameterBits(plain));
  plain.dispose();
  model.dispose();
});

test.each(['query-value', 'attention', 'all'] as const)('adapters of %s', async (layers) => {
  const settings = { ...LORA, layers };
  const start = tf.memory().numTensors;
  const model = await adaptedModel(base, settings);
  const count = [...model.trained.values()].reduce((sum, { size }) => sum + size, 0);
  expect(count).toBe(adapterParameterCount(TINY, settings));
  // Two encoder matrices and four of each of two decoder layers; twice that; and three feed-forwards.
  const adapted = { 'query-value': 10, attention: 20, all: 29 }[layers];
  expect(model.trained.size).toBe(2 * adapted);
  model.dispose();
  expect(tf.memory().numTensors).toBe(start);
});

test('adapters learn, and what they merge to computes the same', async () => {
  const examples = tinyExamples();
  const model = await adaptedModel();
  const before = await teacherForced(model, examples, 7);
  const trainer = new Trainer(model, examples, {
    ...OPTIONS,
    batchSize: 7,
    microBatchSize: 4,
    learningRate: 2e-2,
    totalUpdates: 40,
  });
  await trainer.step();
  const tensors = tf.memory().numTensors;
  while (trainer.update < 40) await trainer.step();
  expect(tf.memory().numTensors).toBe(tensors);
  const after = await teacherForced(model, examples, 7);
  expect(after.loss).toBeLessThan(before.loss / 2);

  const merged = await model.read();
  for (const [name, { data }] of merged) {
    const isAdapted = /\.(q|k|v|o|wi_0|wi_1|wo)\.weight$/.test(name);
    const changed = data.some((value, index) => value !== values.get(name)?.data[index]);
    expect(changed, name).toBe(isAdapted);
  }
  const whole = await T5Model.load(TINY, {
    readTensor: async (name) => merged.get(name)?.data ?? new Float32Array(),
  });
  const expected = await teacherForced(whole, examples, 7);
  expect(after.loss / expected.loss).toBeCloseTo(1, 4);
  const inputs = examples.map(({ input }) => input);
  const options = { maximumTokens: 6, temperature: 0 };
  expect(await generate(model, inputs, options)).toEqual(await generate(whole, inputs, options));
  for (const open of [trainer, model, whole]) open.dispose();
});

test('a snapshot holds adapters only and resumes bit for bit', async () => {
  const examples = tinyExamples();
  const model = await adaptedModel();
  const trainer = new Trainer(model, examples, OPTIONS);
  for (let update = 0; update < 3; update++) await trainer.step();
  const snapshot = await trainer.snapshot();
  const file = await openSafetensors(memorySource('snapshot', snapshot));
  const adapters = file.tensors.filter(({ name }) => !name.startsWith('optimizer.'));
  expect(adapters.map(({ name }) => name).toSorted()).toEqual([...model.trained.keys()].toSorted());
  const other = await adaptedModel();
  const resumed = new Trainer(other, examples, OPTIONS);
  await resumed.restore(snapshot);
  expect(await resumed.step()).toEqual(await trainer.step());
  expect(await parameterBits(other)).toEqual(await parameterBits(model));
  for (const open of [trainer, resumed, model, other]) open.dispose();
});

test('a snapshot of another base, of other settings or of a whole model is refused', async () => {
  const examples = tinyExamples();
  const snapshotOf = async (model: T5Model): Promise<Uint8Array> => {
    const trainer = new Trainer(model, examples, OPTIONS);
    const bytes = await trainer.snapshot();
    trainer.dispose();
    model.dispose();
    return bytes;
  };
  const moved: ParameterSource = {
    readTensor: async (name) => {
      const own = Float32Array.from(await base.readTensor(name));
      if (name === 'encoder.block.0.layer.1.DenseReluDense.wo.weight') own[0] = (own[0] ?? 0) + 1;
      return own;
    },
  };
  const model = await adaptedModel();
  const trainer = new Trainer(model, examples, OPTIONS);
  for (const foreign of [
    await adaptedModel(moved),
    await adaptedModel(base, { ...LORA, alpha: 7 }),
    tinyModel(),
  ]) {
    await expect(trainer.restore(await snapshotOf(foreign))).rejects.toThrow(
      'belongs to another model or to other settings of its adapters',
    );
  }
  trainer.dispose();
  model.dispose();
});
