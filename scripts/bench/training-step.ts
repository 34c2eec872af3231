/** Training steps beside stock tfjs on the same adapter in one run: time, dispatches and memory. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/data/random';
import { AdamW, createAdamW } from '../../src/distill/optimizers/adamw';
import type { Optimizer } from '../../src/distill/optimizers/optimizer';
import { sequenceBatch, type SequenceBatch, type SequencePair } from '../../src/t5/batch';
import type { T5Configuration } from '../../src/t5/configuration';
import { batchLogits, batchLoss, weightedCrossEntropy } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { describeParameters, initialValues } from '../../src/t5/parameters';
import {
  canProfileKernels,
  readKernelProfile,
  startKernelProfile,
  stopKernelProfile,
  type KernelProfile,
} from '../../src/tensor/kernel-profile';
import type { Benchmark, BenchmarkResult } from './benchmark';
import { countWork, withoutExecution, type RecordedWork } from './recorded-work';
import {
  measuredShareOfProducts,
  operationsOfDispatch,
  shareOfProducts,
  timeShareOfProducts,
} from './work-share';
import { emptyPool, OURS, STOCK, useBackend } from './stock-backend';

interface Shape {
  readonly configuration: T5Configuration;
  readonly batch: number;
  readonly inputTokens: number;
  readonly targetTokens: number;
}

const IDS = { padId: 0, endId: 1, decoderStartId: 0 } as const;

/** flan-t5-small with 2 of its 8 layers a stack. */
const FLAN_SMALL: T5Configuration = {
  vocabularySize: 32_128,
  modelWidth: 512,
  keyValueWidth: 64,
  feedForwardWidth: 1024,
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 6,
  relativeBuckets: 32,
  relativeMaximumDistance: 128,
  layerNormEpsilon: 1e-6,
  ...IDS,
};

const FULL: Shape = {
  configuration: FLAN_SMALL,
  batch: 8,
  inputTokens: 160,
  targetTokens: 192,
};

/** All of it: the student of a usual study. */
const WHOLE: Shape = {
  ...FULL,
  configuration: { ...FLAN_SMALL, encoderLayers: 8, decoderLayers: 8 },
};

/** {@link FULL} narrower, shorter and with fewer words: what a software GPU computes in seconds. */
const REDUCED: Shape = {
  configuration: {
    ...FLAN_SMALL,
    vocabularySize: 2_008,
    modelWidth: 128,
    feedForwardWidth: 256,
    heads: 2,
  },
  batch: 2,
  inputTokens: 24,
  targetTokens: 32,
};

/** The student that ships with the page. */
const POCKET: Shape = {
  configuration: {
    vocabularySize: 600,
    modelWidth: 64,
    keyValueWidth: 16,
    feedForwardWidth: 128,
    encoderLayers: 3,
    decoderLayers: 3,
    heads: 4,
    relativeBuckets: 32,
    relativeMaximumDistance: 128,
    layerNormEpsilon: 1e-6,
    ...IDS,
  },
  batch: 16,
  inputTokens: 48,
  targetTokens: 48,
};

const LEARNING = { learningRate: 1e-4, clipNorm: 1 };
const ADAMW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/** A model in training on one backend. */
class Training {
  readonly #backend: string;
  readonly #model: T5Model;
  readonly #optimizer: Optimizer;
  readonly #batch: SequenceBatch;
  #update = 0;

  private constructor(backend: string, model: T5Model, optimizer: Optimizer, batch: SequenceBatch) {
    this.#backend = backend;
    this.#model = model;
    this.#optimizer = optimizer;
    this.#batch = batch;
  }

  static async start(backend: string, shape: Shape, values: 'random' | 'zero'): Promise<Training> {
    await useBackend(backend);
    const { configuration } = shape;
    const random = new Random(1);
    const described = new Map(
      describeParameters(configuration).map((description) => [description.name, description]),
    );
    const model = await T5Model.load(configuration, {
      readTensor: async (name) => {
        const description = described.get(name);
        if (!description) throw new Error(`Expected a parameter "${name}", found none.`);
        if (values === 'random') return initialValues(description, random);
        return new Float32Array(tf.util.sizeFromShape([...description.shape]));
      },
    });
    const optimizer =
      backend === STOCK ? new AdamW(model.parameters, ADAMW) : createAdamW(model.parameters, ADAMW);
    return new Training(backend, model, optimizer, sequenceBatch(pairsOf(shape), configuration));
  }

  /** One step, the way the trainer does it; on stock tfjs with all logits at once. */
  async step(): Promise<number> {
    await useBackend(this.#backend);
    const { labels, weights } = this.#batch;
    const { value, grads } = tf.variableGrads(
      () =>
        this.#backend === STOCK
          ? tf.tidy(() =>
              weightedCrossEntropy(batchLogits(this.#model, this.#batch), labels, weights),
            )
          : batchLoss(this.#model, this.#batch),
      [...this.#model.parameters.values()],
    );
    const gradients = new Map<string, tf.Tensor>();
    for (const [name, { name: own }] of this.#model.parameters) {
      const gradient = grads[own];
      if (gradient) gradients.set(name, gradient);
    }
    this.#update += 1;
    const settings = { ...LEARNING, update: this.#update };
    const { loss } = await this.#optimizer.step(gradients, value, settings);
    tf.dispose([value, ...gradients.values()]);
    return loss;
  }

  async dispose(): Promise<void> {
    await useBackend(this.#backend);
    this.#optimizer.dispose();
    this.#model.dispose();
    const { ids, mask, decoderIds, labels, weights } = this.#batch;
    tf.dispose([ids, mask, decoderIds, labels, weights]);
  }
}

function pairsOf({ configuration, batch, inputTokens, targetTokens }: Shape): SequencePair[] {
  const random = new Random(2);
  const tokens = (count: number): number[] =>
    Array.from({ length: count }, () => random.integer(2, configuration.vocabularySize - 1));
  return Array.from({ length: batch }, () => ({
    input: tokens(inputTokens),
    target: tokens(targetTokens),
  }));
}

interface Recording extends RecordedWork {
  readonly peakBytes: number;
  /** Processor time to record and submit a step, in milliseconds: tape, kernels and Dawn, no device. */
  readonly recordingMs: number;
}

/** Dispatches and submissions of a step, the most memory after three and the time to record it, without computing them. */
async function record(backend: string, shape: Shape): Promise<Recording> {
  return withoutExecution(async () => {
    const started = await useBackend(backend);
    const { bufferManager } = started;
    emptyPool(started);
    const before = bufferManager.numBytesAllocated;
    const training = await Training.start(backend, shape, 'zero');
    await training.step();
    const work = await countWork(async () => {
      await training.step();
    });
    await training.step();
    const peakBytes = bufferManager.numBytesAllocated - before;
    const recordings = [];
    for (let step = 0; step < 5; step++) {
      const start = processorMilliseconds();
      await training.step();
      recordings.push(processorMilliseconds() - start);
    }
    await training.dispose();
    return { ...work, peakBytes, recordingMs: median(recordings) };
  });
}

/** Processor time of all cores together: what a software adapter takes, whatever else the machine does. */
function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Medians of interleaved steps, in milliseconds. */
async function times(
  shape: Shape,
  rounds: number,
  clock: () => number,
): Promise<{ ours: number; stock: number }> {
  const trainings = {
    ours: await Training.start(OURS, shape, 'random'),
    stock: await Training.start(STOCK, shape, 'random'),
  };
  const measured = { ours: new Array<number>(), stock: new Array<number>() };
  // The first step of each compiles its kernels.
  for (let round = -1; round < rounds; round++) {
    const losses = [];
    for (const name of ['ours', 'stock'] as const) {
      const start = clock();
      losses.push(await trainings[name].step());
      if (round >= 0) measured[name].push(clock() - start);
    }
    const [ours = NaN, stock = NaN] = losses;
    if (!(Math.abs(ours - stock) <= 0.01 * Math.abs(stock))) {
      throw new Error(`Expected the same loss on both backends, found ${ours} and ${stock}.`);
    }
  }
  await trainings.ours.dispose();
  await trainings.stock.dispose();
  return { ours: median(measured.ours), stock: median(measured.stock) };
}

/** Our kernels' time on the device over some steps, after one that compiles them; null where it cannot be measured. */
async function profile(shape: Shape, steps: number): Promise<KernelProfile | null> {
  await useBackend(OURS);
  if (!canProfileKernels()) return null;
  const training = await Training.start(OURS, shape, 'random');
  await training.step();
  startKernelProfile();
  for (let step = 0; step < steps; step++) await training.step();
  const measured = await readKernelProfile();
  stopKernelProfile();
  await training.dispose();
  return measured;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

const describe = ({ configuration, batch, inputTokens, targetTokens }: Shape): string =>
  `vocabulary ${configuration.vocabularySize}, batch ${batch}, ${inputTokens}+${targetTokens} tokens`;

/** What is counted without computing it, and the ratios aimed at. */
const RECORDED = [
  {
    name: `flan-t5-small of 2+2 layers, ${describe(FULL)}`,
    shape: FULL,
    aims: { dispatches: 5, peakBytes: 2 },
  },
  {
    name: `flan-t5-small, ${describe(WHOLE)}`,
    shape: WHOLE,
    aims: { dispatches: null, peakBytes: null },
  },
] as const;

const bytesOf = ({ dispatches }: RecordedWork): number =>
  dispatches.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * @param software whether the adapter is software: it gets fewer rows to compute, and the full shape is
 *   still recorded and counted
 * @param short whether counting is enough
 */
export function trainingStepBenchmark({
  software,
  short,
}: {
  readonly software: boolean;
  readonly short: boolean;
}): Benchmark {
  return {
    name: 'training step',
    async run() {
      const results: BenchmarkResult[] = [];
      const alone = { stock: null, ratio: null, aim: null };
      const add = (name: string, unit: string, ours: number, stock: number, aim: number | null) => {
        results.push({ name, unit, ours, stock, ratio: stock / ours, aim });
      };
      for (const { name, shape, aims } of RECORDED) {
        const ours = await record(OURS, shape);
        const stock = await record(STOCK, shape);
        const { dispatches } = ours;
        const count = dispatches.length;
        add(`${name}: dispatches a step`, '', count, stock.dispatches.length, aims.dispatches);
        add(`${name}: submissions a step`, '', ours.submits, stock.submits, null);
        add(`${name}: bytes read and written`, 'bytes', bytesOf(ours), bytesOf(stock), null);
        add(`${name}: peak memory`, 'bytes', ours.peakBytes, stock.peakBytes, aims.peakBytes);
        add(`${name}: time to record a step`, 'ms', ours.recordingMs, stock.recordingMs, null);
        const operations = dispatches.reduce(
          (sum, dispatch) => sum + operationsOfDispatch(dispatch),
          0,
        );
        results.push(
          { name: `${name}: operations`, unit: 'GFLOP', ours: operations / 1e9, ...alone },
          {
            name: `${name}: share of operations in products`,
            unit: '%',
            ours: 100 * shareOfProducts(dispatches),
            ...alone,
          },
          {
            name: `${name}: share of time in products, estimated for 10 TFLOP/s and 300 GB/s`,
            unit: '%',
            ours: 100 * timeShareOfProducts(dispatches),
            ...alone,
          },
        );
      }
      if (short) return results;
      const shape = software ? REDUCED : FULL;
      const clock = software ? processorMilliseconds : () => performance.now();
      const step = await times(shape, software ? 3 : 7, clock);
      const timed = `flan-t5-small of 2+2 layers, ${describe(shape)}`;
      add(`${timed}: time of a step`, 'ms', step.ours, step.stock, 2.5);
      const steps = 3;
      const kernels = await profile(shape, steps);
      if (kernels === null) {
        console.log('This adapter offers no timestamps: no time is measured kernel by kernel.');
      } else {
        results.push({
          name: `${timed}: share of measured time in products`,
          unit: '%',
          ours: 100 * measuredShareOfProducts(kernels),
          ...alone,
        });
        for (const { name, dispatches, milliseconds } of kernels) {
          results.push({
            name: `${timed}: ${name}, ${dispatches / steps} dispatches a step`,
            unit: 'ms',
            ours: milliseconds / steps,
            ...alone,
          });
        }
      }
      const pocket = await times(POCKET, software ? 3 : 15, clock);
      results.push({
        name: 'pocket student: training steps a second',
        unit: 'steps/s',
        ours: 1000 / pocket.ours,
        stock: 1000 / pocket.stock,
        ratio: pocket.stock / pocket.ours,
        aim: null,
      });
      return results;
    },
  };
}
