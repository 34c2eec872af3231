/** Training on WebGPU: the trajectory of stock tfjs, the same bits twice and after a resumption, and no growth. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, inject, test, vi } from 'vitest';
import {
  OURS,
  registerStockBackend,
  STOCK,
  useBackend,
} from '../../../scripts/bench/stock-backend';
import { OracleFolder } from '../../../scripts/parity/oracle-folder';
import { Random } from '../../../src/data/random';
import { Trainer, type TrainingExample, type UpdateMetrics } from '../../../src/distill/trainer';
import { parseT5Configuration } from '../../../src/t5/configuration';
import { T5Model } from '../../../src/t5/model';
import { selectBackend } from '../../../src/tensor/backend';
import { assertDeviceSound } from '../../../src/tensor/device-trouble';
import { RepeatedComputation } from '../../../src/tensor/repeated-computation';
import { CommandPlan } from '../../../src/tensor/webgpu/command-plan';
import { lossInNumbers, slopes, SOFT, softExamples } from '../../unit/distill/soft-examples';
import { expectSortedLogits } from '../../unit/t5/likeliest-by-sorting';
import { OPTIONS, parameterBits, tinyExamples, tinyModel } from '../../unit/distill/training-setup';

const addresses = import.meta.glob<string>('../../fixtures/t5-tiny/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

const folder = new OracleFolder(async (name) => {
  const address = addresses[`../../fixtures/t5-tiny/${name}`];
  if (address === undefined) throw new Error(`tests/fixtures/t5-tiny: expected a file ${name}.`);
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
});

const STEPS = 50;
/** A software GPU does as many steps of the trajectory as it can in this time, but some; all with WINNOW_LARGE=1. */
const LONGEST_MS = inject('large') ? Infinity : 20_000;
/** Steps over which nothing may grow: 50 with WINNOW_LARGE=1. */
const SOAK_STEPS = inject('large') ? STEPS : 12;
const FEWEST = 6;
/** The runs that are compared bit by bit end here. */
const SHORT = 10;

beforeAll(async () => {
  await registerStockBackend();
  await selectBackend('webgpu', { wasmBinary: '' });
});

/** Steps of the model that PyTorch's results are of, its losses. */
async function trajectory(backend: string, steps: number): Promise<number[]> {
  await useBackend(backend);
  const checkpoint = await folder.checkpoint('model.safetensors');
  const model = await T5Model.load(parseT5Configuration(checkpoint.configJson), checkpoint);
  const random = new Random(7);
  const examples = Array.from({ length: 8 }, (): TrainingExample => {
    const first = random.integer(2, 100);
    const tokens = Array.from({ length: 6 }, (_, position) => first + position * 3);
    return { input: [...tokens, 1], target: [...tokens.slice(0, random.integer(2, 6)), 1] };
  });
  const options = { ...OPTIONS, batchSize: 2, learningRate: 1e-3, totalUpdates: STEPS };
  const trainer = new Trainer(model, examples, options);
  const losses: number[] = [];
  const start = performance.now();
  while (trainer.update < steps) {
    losses.push((await trainer.step()).loss);
    if (trainer.update >= FEWEST && performance.now() - start > LONGEST_MS) break;
  }
  const each = (performance.now() - start) / losses.length;
  console.log(`${losses.length} steps on ${backend}: ${each.toFixed(0)} ms each`);
  trainer.dispose();
  model.dispose();
  return losses;
}

test(`up to ${STEPS} steps follow stock tfjs within one percent`, async () => {
  const ours = await trajectory(OURS, STEPS);
  const stock = await trajectory(STOCK, ours.length);
  await useBackend(OURS);
  assertDeviceSound();
  const apart = stock.map((loss, step) => Math.abs((ours[step] ?? NaN) / loss - 1));
  console.log(
    `losses ${ours[0]?.toFixed(3)} to ${ours.at(-1)?.toFixed(3)}, ${apart.length} compared, largest difference ${Math.max(...apart).toExponential(1)}`,
  );
  expect(Math.max(...apart)).toBeLessThan(0.01);
  expect(ours.at(-1)).toBeLessThan(ours[0] ?? NaN);
}, 600_000);

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

async function train(microBatchSize?: number): Promise<Run> {
  await useBackend(OURS);
  const model = tinyModel();
  const trainer = new Trainer(model, examples(), { ...OPTIONS, microBatchSize });
  const metrics: UpdateMetrics[] = [];
  while (trainer.update < SHORT) metrics.push(await trainer.step());
  const bits = await parameterBits(model);
  trainer.dispose();
  model.dispose();
  return { metrics, bits };
}

let first: Run;

test('two runs with one seed give the same bits, replayed or recorded anew', async () => {
  const replay = vi.spyOn(CommandPlan.prototype, 'replay');
  first = await train();
  expect(replay.mock.calls.length).toBeGreaterThan(SHORT / 2);
  expect(await withoutReplays(() => train())).toEqual(first);
}, 300_000);

test('micro-batches follow the whole batches', async () => {
  const inParts = await train(2);
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
  while (resumed.update < SHORT) await resumed.step();
  expect(await parameterBits(model)).toEqual(first.bits);
  resumed.dispose();
  model.dispose();
}, 300_000);

test(`neither tensors nor memory grow over ${SOAK_STEPS} steps`, async () => {
  const { bufferManager } = await useBackend(OURS);
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
  while (trainer.update < 9 + SOAK_STEPS) {
    await trainer.step();
    expect(held(), `update ${trainer.update}`).toEqual(before);
  }
  trainer.dispose();
  model.dispose();
}, 600_000);

test('the soft loss of an update is the formula, and its gradient its slope', async () => {
  await useBackend(OURS);
  // As many as the other tests train on at a time, whose kernels are compiled.
  const taught = softExamples().slice(0, OPTIONS.batchSize);
  const model = tinyModel();
  const trainer = new Trainer(model, taught, { ...OPTIONS, soft: SOFT });
  const { loss, gradientNorm } = await trainer.step();
  trainer.dispose();
  model.dispose();
  expect(loss).toBeCloseTo(await lossInNumbers(taught), 5);
  const [norm, slope] = await slopes(taught);
  expect(gradientNorm / norm).toBeCloseTo(1, 4);
  expect(slope / norm).toBeCloseTo(1, 3);
}, 300_000);

test('what a teacher says of targets is what sorting its logits says', async () => {
  await useBackend(OURS);
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
