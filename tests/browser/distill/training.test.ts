/** Training on WebGPU: the trajectory of plain JavaScript, the same bits twice and after a resumption, and no growth. */

import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import {
  Trainer,
  type TrainerOptions,
  type TrainingExample,
  type UpdateMetrics,
} from '../../../src/distill/trainer';
import type { T5Configuration } from '../../../src/t5/configuration';
import { trainingBytes, type BatchShape } from '../../../src/t5/cost';
import { selectBackend } from '../../../src/tensor/backend';
import { assertDeviceSound } from '../../../src/tensor/device-trouble';
import { RepeatedComputation } from '../../../src/tensor/repeated-computation';
import { CommandPlan } from '../../../src/tensor/webgpu/command-plan';
import { lossInNumbers, slopes, SOFT, softExamples } from '../../unit/distill/soft-examples';
import { expectSortedLogits } from '../../unit/t5/likeliest-by-sorting';
import {
  OPTIONS,
  parameterBits,
  TINY,
  tinyExamples,
  tinyModel,
} from '../../unit/distill/training-setup';
import { inPlainJavaScript } from '../tensor/same-values';

const LARGE = inject('large');
/** Updates that are followed: into the fourth epoch, or as far as the schedule goes. */
const UPDATES = LARGE ? OPTIONS.totalUpdates : 10;
/** Updates over which nothing may grow. */
const STEADY = LARGE ? 50 : 6;

/** A model of the same kernels whose tensors are larger than the least that a buffer takes, and a batch for it. */
const LARGER: T5Configuration = {
  ...TINY,
  vocabularySize: 1_023,
  modelWidth: 64,
  keyValueWidth: 16,
  feedForwardWidth: 128,
  heads: 4,
};
const LARGER_BATCH: BatchShape = { batch: 4, inputLength: 32, targetLength: 32 };

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

function webgpu(): WebGPUBackend {
  const backend = tf.backend();
  if (backend instanceof WebGPUBackend) return backend;
  throw new Error(`Expected the WebGPU backend, found ${tf.getBackend()}.`);
}

const examples = (): TrainingExample[] => tinyExamples((position) => 1 + position / 4);

/** Has every step recorded anew while `run` runs, as the reference of those that are replayed. */
async function withoutReplays<Result>(run: () => Promise<Result>): Promise<Result> {
  const spy = vi
    .spyOn(RepeatedComputation.prototype, 'run')
    .mockImplementation((_variant, _inputs, compute) => compute());
  try {
    return await run();
  } finally {
    spy.mockRestore();
  }
}

interface Run {
  readonly metrics: UpdateMetrics[];
  readonly bits: ReadonlyMap<string, Int32Array>;
}

async function train(
  options: Partial<TrainerOptions> = {},
  { taught = examples(), updates = UPDATES } = {},
): Promise<Run> {
  const model = tinyModel();
  const trainer = new Trainer(model, taught, { ...OPTIONS, ...options });
  const metrics: UpdateMetrics[] = [];
  while (trainer.update < updates) metrics.push(await trainer.step());
  const bits = await parameterBits(model);
  trainer.dispose();
  model.dispose();
  return { metrics, bits };
}

let first: Run;

test(`${UPDATES} updates, most of them replayed, follow plain JavaScript within a thousandth`, async () => {
  const replay = vi.spyOn(CommandPlan.prototype, 'replay');
  first = await train();
  expect(replay.mock.calls.length).toBeGreaterThan(UPDATES / 2);
  replay.mockRestore();
  assertDeviceSound();
  const plain = await inPlainJavaScript(() => train());
  const apart = plain.metrics.flatMap(({ loss, gradientNorm }, step) => [
    Math.abs((first.metrics[step]?.loss ?? NaN) / loss - 1),
    Math.abs((first.metrics[step]?.gradientNorm ?? NaN) / gradientNorm - 1),
  ]);
  const losses = first.metrics.map(({ loss }) => loss);
  console.log(
    `losses ${losses[0]?.toFixed(3)} to ${losses.at(-1)?.toFixed(3)}, largest difference ${Math.max(...apart).toExponential(1)}`,
  );
  expect(apart).toHaveLength(2 * UPDATES);
  expect(Math.max(...apart)).toBeLessThan(1e-3);
  expect(losses.at(-1)).toBeLessThan(losses[0] ?? NaN);
}, 600_000);

test('two runs with one seed give the same bits, replayed or recorded anew', async () => {
  expect(await withoutReplays(() => train())).toEqual(first);
}, 300_000);

test.skipIf(!LARGE).each<[string, Partial<TrainerOptions>]>([
  ['the soft loss', { soft: SOFT }],
  ['activations computed again', { recomputeActivations: true }],
  ['micro-batches', { microBatchSize: 2, recomputeActivations: true }],
])(
  'steps with %s are replayed to the same bits',
  async (_, options) => {
    const taught = 'soft' in options ? softExamples() : examples();
    const replayed = await train(options, { taught });
    expect(await withoutReplays(() => train(options, { taught }))).toEqual(replayed);
  },
  600_000,
);

test('micro-batches follow the whole batches', async () => {
  const inParts = await train({ microBatchSize: 2 }, { updates: LARGE ? UPDATES : 4 });
  inParts.metrics.forEach(({ loss, targetTokens }, step) => {
    expect(targetTokens).toBe(first.metrics[step]?.targetTokens);
    expect(Math.abs(loss / (first.metrics[step]?.loss ?? NaN) - 1)).toBeLessThan(0.01);
  });
}, 300_000);

test('resumed after some updates, it gives the same bits', async () => {
  const stoppedModel = tinyModel();
  const stopped = new Trainer(stoppedModel, examples(), OPTIONS);
  while (stopped.update < 4) await stopped.step();
  const snapshot = await stopped.snapshot();
  stopped.dispose();
  stoppedModel.dispose();
  const model = tinyModel();
  const resumed = new Trainer(model, examples(), OPTIONS);
  await resumed.step();
  await resumed.restore(snapshot);
  expect(resumed.update).toBe(4);
  while (resumed.update < UPDATES) await resumed.step();
  expect(await parameterBits(model)).toEqual(first.bits);
  resumed.dispose();
  model.dispose();
}, 300_000);

test(`neither tensors nor memory grow over ${STEADY} updates`, async () => {
  const { bufferManager } = webgpu();
  const model = tinyModel();
  const trainer = new Trainer(model, examples(), { ...OPTIONS, microBatchSize: 2 });
  const held = () => ({
    tensors: tf.memory().numTensors,
    allocated: bufferManager.numBytesAllocated,
    used: bufferManager.numBytesUsed,
  });
  // Three epochs, so that every shape is replayed.
  while (trainer.update < 9) await trainer.step();
  const before = held();
  while (trainer.update < 9 + STEADY) {
    await trainer.step();
    expect(held(), `update ${trainer.update}`).toEqual(before);
  }
  trainer.dispose();
  model.dispose();
}, 600_000);

test('the soft loss of an update is the formula, and its gradient its slope', async () => {
  // As many as the other tests train on at a time, whose kernels are compiled.
  const taught = softExamples().slice(0, OPTIONS.batchSize);
  const model = tinyModel();
  const trainer = new Trainer(model, taught, { ...OPTIONS, soft: SOFT });
  const { loss, gradientNorm } = await trainer.step();
  trainer.dispose();
  model.dispose();
  expect(loss).toBeCloseTo(await inPlainJavaScript(() => lossInNumbers(taught)), 5);
  const [norm, slope] = await inPlainJavaScript(() => slopes(taught));
  expect(gradientNorm / norm).toBeCloseTo(1, 4);
  expect(slope / norm).toBeCloseTo(1, 3);
}, 300_000);

test('what a teacher says of targets is what sorting its logits says', async () => {
  const teacher = tinyModel();
  await expectSortedLogits(teacher, examples().slice(0, OPTIONS.batchSize), 5, 18);
  teacher.dispose();
}, 300_000);

test('updates that are not finite are skipped, and five in a row stop training', async () => {
  const model = tinyModel();
  const norm = model.parameter('decoder.final_layer_norm.weight');
  const fill = (value: number) => tf.tidy(() => norm.assign(tf.fill(norm.shape, value)));
  const trainer = new Trainer(model, examples(), OPTIONS);
  const withoutNorm = (bits: ReadonlyMap<string, Int32Array>) =>
    new Map([...bits].filter(([name]) => !name.startsWith('decoder.final')));
  await trainer.step();
  for (let round = 0; round < 2; round++) {
    const before = withoutNorm(await parameterBits(model));
    fill(Number.NaN);
    for (let update = 0; update < 4; update++) {
      expect(await trainer.step()).toMatchObject({ skipped: true, loss: Number.NaN });
    }
    fill(1);
    expect(withoutNorm(await parameterBits(model))).toEqual(before);
    expect(await trainer.step()).toMatchObject({ skipped: false });
  }
  fill(Number.NaN);
  for (let update = 0; update < 4; update++) await trainer.step();
  await expect(trainer.step()).rejects.toThrow(/5 updates in a row .*Lower the learning rate/);
  trainer.dispose();
  model.dispose();
}, 600_000);

test('the memory of an update is near its estimate', async () => {
  const backend = webgpu();
  const before = backend.bufferManager.numBytesAllocated;
  const model = tinyModel(LARGER);
  const { batch, inputLength, targetLength } = LARGER_BATCH;
  const tokens = (length: number) => Array.from({ length }, (_, index) => 3 + index);
  const example = { input: tokens(inputLength), target: tokens(targetLength) };
  const taught = Array.from({ length: batch }, () => example);
  const trainer = new Trainer(model, taught, { ...OPTIONS, batchSize: batch });
  await trainer.step();
  await trainer.step();
  const taken = backend.bufferManager.numBytesAllocated - before;
  const estimated = trainingBytes(LARGER, LARGER_BATCH, false);
  console.log(`estimated / taken bytes of an update: ${(estimated / taken).toFixed(2)}`);
  trainer.dispose();
  model.dispose();
  expect(estimated / taken).toBeGreaterThan(0.5);
  expect(estimated / taken).toBeLessThan(2);
}, 300_000);
