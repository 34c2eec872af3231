/** The soft loss as the trainer computes it: its closed form, its slope, its parts, its tensors and its refusals. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { Trainer, type TrainerOptions, type TrainingExample } from '../../../src/distill/trainer';
import { lossInNumbers, slopes, SOFT, softExamples, weightOf } from './soft-examples';
import { OPTIONS, parameterBits, tinyExamples, tinyModel } from './training-setup';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

async function afterOneUpdate(
  examples: readonly TrainingExample[],
  options: Partial<TrainerOptions>,
) {
  const model = tinyModel();
  const trainer = new Trainer(model, examples, { ...OPTIONS, batchSize: 7, ...options });
  const before = tf.memory().numTensors;
  const metrics = await trainer.step();
  const left = tf.memory().numTensors - before;
  const bits = await parameterBits(model);
  trainer.dispose();
  model.dispose();
  return { loss: metrics.loss, norm: metrics.gradientNorm, left, bits };
}

test('the loss of an update is the formula, token by token', async () => {
  const examples = softExamples();
  const { loss, left } = await afterOneUpdate(examples, { soft: SOFT });
  expect(loss).toBeCloseTo(await lossInNumbers(examples), 5);
  expect(left).toBe(0);
});

test('its gradient is its slope', async () => {
  const before = tf.memory().numTensors;
  const [norm, slope] = await slopes(softExamples());
  expect(slope / norm).toBeCloseTo(1, 3);
  expect(tf.memory().numTensors).toBe(before);
});

test('parts of a batch add up to the whole', async () => {
  const examples = softExamples();
  const whole = await afterOneUpdate(examples, { soft: SOFT });
  const parts = await afterOneUpdate(examples, { soft: SOFT, microBatchSize: 2 });
  expect(parts.loss).toBeCloseTo(whole.loss, 5);
  expect(parts.norm).toBeCloseTo(whole.norm, 4);
  expect(parts.left).toBe(0);
});

test('a share of 0 trains bit for bit as without a teacher', async () => {
  const soft = await afterOneUpdate(softExamples(), { soft: { ...SOFT, share: 0 } });
  const hard = await afterOneUpdate(tinyExamples(weightOf), {});
  expect(soft.bits).toEqual(hard.bits);
  expect((await afterOneUpdate(softExamples(), { soft: SOFT })).bits).not.toEqual(hard.bits);
});

test('examples without a teacher, or with too few logits, are refused', async () => {
  const model = tinyModel();
  const refuse = async (examples: TrainingExample[], message: RegExp): Promise<void> => {
    const trainer = new Trainer(model, examples, { ...OPTIONS, batchSize: 7, soft: SOFT });
    await expect(trainer.step()).rejects.toThrow(message);
    trainer.dispose();
  };
  await refuse(tinyExamples(), /found none/);
  const [first, ...others] = softExamples();
  await refuse(
    [{ ...first!, teacher: { ...first!.teacher!, logits: new Uint16Array(1) } }, ...others],
    /found \d+ ids and 1 logits/,
  );
  await refuse([...others, ...tinyExamples().slice(0, 1)], /found no ids/);
  model.dispose();
});
