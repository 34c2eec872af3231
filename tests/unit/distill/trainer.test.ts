/** Training updates: learning, weight decay, steps that are skipped, and tensors left behind. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { scheduledLearningRate } from '../../../src/distill/schedule';
import { Trainer } from '../../../src/distill/trainer';
import { teacherForced } from '../../../src/t5/score';
import { OPTIONS, parameterBits, TINY, tinyExamples, tinyModel } from './training-setup';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

test('a tiny model learns its examples by heart', async () => {
  const model = tinyModel();
  const examples = tinyExamples();
  const before = await teacherForced(model, examples, 7);
  const trainer = new Trainer(model, examples, {
    ...OPTIONS,
    batchSize: 7,
    learningRate: 2e-2,
    totalUpdates: 40,
  });
  const losses: number[] = [];
  while (trainer.update < 40) {
    const { loss, skipped, gradientNorm } = await trainer.step();
    expect(skipped).toBe(false);
    expect(gradientNorm).toBeGreaterThan(0);
    losses.push(loss);
  }
  const after = await teacherForced(model, examples, 7);
  expect(losses[0]).toBeCloseTo(before.loss / before.tokens, 5);
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 10);
  expect(after.loss).toBeLessThan(before.loss / 10);
  expect(after.correct / after.tokens).toBeGreaterThan(0.9);
  trainer.dispose();
  model.dispose();
});

test('an update reports its batch and the schedule', async () => {
  const model = tinyModel();
  const examples = tinyExamples();
  const trainer = new Trainer(model, examples, { ...OPTIONS, batchSize: 100 });
  const { peak, totalUpdates, warmupUpdates } = { ...OPTIONS, peak: OPTIONS.learningRate };
  const forced = await teacherForced(model, examples, 7);
  const metrics = await trainer.step();
  expect(metrics.loss).toBeCloseTo(forced.loss / forced.tokens, 5);
  expect(metrics.targetTokens).toBe(forced.tokens);
  for (let update = 2; update <= 6; update++) {
    const { learningRate } = await trainer.step();
    const schedule = { peak, totalUpdates, warmupUpdates };
    expect(learningRate).toBe(scheduledLearningRate(update, schedule));
    expect(trainer.update).toBe(update);
  }
  trainer.dispose();
  model.dispose();
});

test('the first update moves parameters by the learning rate', async () => {
  const model = tinyModel();
  const before = await model.read();
  const options = { ...OPTIONS, warmupUpdates: 0, weightDecay: 0, clipNorm: 1e9 };
  const trainer = new Trainer(model, tinyExamples(), options);
  const { learningRate } = await trainer.step();
  for (const [name, { data }] of await model.read()) {
    const moves = data.map((value, index) => Math.abs(value - before.get(name)!.data[index]!));
    expect(Math.max(...moves), name).toBeLessThan(learningRate * 1.001);
    expect(Math.max(...moves), name).toBeGreaterThan(learningRate * 0.99);
  }
  trainer.dispose();
  model.dispose();
});

test('weight decay shrinks matrices, not norms and position biases', async () => {
  const model = tinyModel();
  const before = await model.read();
  // Weights of zero give gradients of zero: what is left of an update is the decay.
  const options = { ...OPTIONS, warmupUpdates: 0, weightDecay: 0.5 };
  const trainer = new Trainer(
    model,
    tinyExamples(() => 0),
    options,
  );
  const { loss, gradientNorm, learningRate } = await trainer.step();
  expect([loss, gradientNorm]).toEqual([0, 0]);
  for (const [name, { data }] of await model.read()) {
    const spared = name.includes('norm') || name.includes('relative_attention_bias');
    const factor = spared ? 1 : 1 - 0.5 * learningRate;
    const expected = before.get(name)!.data;
    data.forEach((value, index) => expect(value).toBeCloseTo(factor * expected[index]!, 6));
  }
  trainer.dispose();
  model.dispose();
});

test('token weights steer what is learnt', async () => {
  const model = tinyModel();
  const examples = tinyExamples((position) => (position < 2 ? 1 : 0));
  const trainer = new Trainer(model, examples, { ...OPTIONS, batchSize: 7 });
  while (trainer.update < 30) await trainer.step();
  const seen = examples.map(({ input, target }) => ({ input, target: target.slice(0, 2) }));
  const forced = await teacherForced(model, seen, 7);
  const whole = await teacherForced(model, examples, 7);
  const unseenLoss = (whole.loss - forced.loss) / (whole.tokens - forced.tokens);
  expect(forced.loss / forced.tokens).toBeLessThan(1);
  expect(unseenLoss).toBeGreaterThan(2);
  trainer.dispose();
  model.dispose();
});

test.each([1, 2, 3, 6])('micro-batches of %i give the updates of the whole batch', async (size) => {
  const examples = tinyExamples((position) => 1 + position / 4);
  const train = async (microBatchSize?: number) => {
    const model = tinyModel();
    const options = { ...OPTIONS, batchSize: 7, microBatchSize };
    const trainer = new Trainer(model, examples, options);
    const before = tf.memory().numTensors;
    const metrics = [await trainer.step(), await trainer.step(), await trainer.step()];
    expect(tf.memory().numTensors).toBe(before);
    const values = await model.read();
    trainer.dispose();
    model.dispose();
    return { metrics, values };
  };
  const whole = await train();
  const inParts = await train(size);
  inParts.metrics.forEach(({ loss, gradientNorm, targetTokens }, index) => {
    const expected = whole.metrics[index]!;
    expect(targetTokens).toBe(expected.targetTokens);
    expect(loss / expected.loss).toBeCloseTo(1, 5);
    expect(gradientNorm / expected.gradientNorm).toBeCloseTo(1, 4);
  });
  for (const [name, { data }] of whole.values) {
    const found = inParts.values.get(name)!.data;
    data.forEach((value, index) => expect(Math.abs(value - found[index]!)).toBeLessThan(2e-3));
  }
});

describe('a loss that is not finite', () => {
  const poison = (model: ReturnType<typeof tinyModel>) => {
    const parameter = model.parameter('decoder.final_layer_norm.weight');
    tf.tidy(() => parameter.assign(tf.fill(parameter.shape, Number.NaN)));
  };
  const cure = (model: ReturnType<typeof tinyModel>) => {
    const parameter = model.parameter('decoder.final_layer_norm.weight');
    tf.tidy(() => parameter.assign(tf.ones(parameter.shape)));
  };

  test('skips the update; five in a row stop training with a sentence', async () => {
    const model = tinyModel();
    const before = await parameterBits(model);
    const trainer = new Trainer(
      model,
      tinyExamples(() => Infinity),
      OPTIONS,
    );
    for (let update = 1; update <= 4; update++) {
      expect(await trainer.step()).toMatchObject({ skipped: true });
      expect(trainer.update).toBe(update);
    }
    await expect(trainer.step()).rejects.toThrow(
      /^Training: expected a finite loss .* 5 updates in a row .*Lower the learning rate/,
    );
    expect(await parameterBits(model)).toEqual(before);
    trainer.dispose();
    model.dispose();
  });

  test('is forgotten after a finite one, and leaves no trace in the optimizer', async () => {
    const examples = tinyExamples();
    const options = { ...OPTIONS, batchSize: 7, weightDecay: 0, warmupUpdates: 0 };
    const model = tinyModel();
    const trainer = new Trainer(model, examples, options);
    const moves: number[] = [];
    for (let round = 0; round < 2; round++) {
      poison(model);
      for (let update = 0; update < 4; update++) {
        expect(await trainer.step()).toMatchObject({ skipped: true, loss: Number.NaN });
      }
      cure(model);
      const before = (await model.read()).get('lm_head.weight')!.data;
      const { skipped, learningRate } = await trainer.step();
      expect(skipped).toBe(false);
      const after = (await model.read()).get('lm_head.weight')!.data;
      const changes = after.map((value, index) => Math.abs(value - before[index]!));
      moves.push(Math.max(...changes) / learningRate);
    }
    // Bias correction counts applied updates only: the first one moves by the learning rate.
    expect(moves[0]).toBeGreaterThan(0.99);
    expect(moves[0]).toBeLessThan(1.001);
    trainer.dispose();
    model.dispose();
  });
});

test('updates, snapshots and restorations leave no tensors behind', async () => {
  const start = tf.memory().numTensors;
  const model = tinyModel();
  const trainer = new Trainer(model, tinyExamples(), OPTIONS);
  const before = tf.memory().numTensors;
  expect(before - start).toBe(model.parameters.size * 3);
  for (let update = 0; update < 4; update++) {
    await trainer.step();
    expect(tf.memory().numTensors).toBe(before);
  }
  const snapshot = await trainer.snapshot();
  expect(tf.memory().numTensors).toBe(before);
  await trainer.restore(snapshot);
  expect(tf.memory().numTensors).toBe(before);
  await expect(trainer.restore(snapshot.subarray(0, 100))).rejects.toThrow('checkpoint');
  expect(tf.memory().numTensors).toBe(before);
  trainer.dispose();
  expect(tf.memory().numTensors).toBe(start + model.parameters.size);
  model.dispose();
  expect(tf.memory().numTensors).toBe(start);
});

test('examples are needed', () => {
  const model = tinyModel(TINY);
  expect(() => new Trainer(model, [], OPTIONS)).toThrow('at least one training example');
  model.dispose();
});
