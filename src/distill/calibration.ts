/** Measures how fast this device trains and generates with matrices of a model's widths, in a second or two. */

import * as tf from '@tensorflow/tfjs-core';
import type { T5Configuration } from '../t5/configuration';
import { generationFlops, trainingFlops, type BatchShape } from '../t5/cost';
import { generate } from '../t5/generate';
import { T5Model, type ParameterSource } from '../t5/model';
import { describeParameters } from '../t5/parameters';
import { Trainer } from './trainer';

/** A measurement with the whole batch that takes this long is long enough, in ms; others grow. */
const LONG_ENOUGH_MS = 200;
/** On a device this slow the measurement does not grow any more. */
const TOO_LONG_MS = 1_000;
const VOCABULARY = 2_048;
/** Rows and tokens of the first measurement, a fraction of a second on the slowest device. */
const FIRST_BATCH = 4;
const FIRST_LENGTHS = { inputLength: 16, targetLength: 4 };

export type CalibratedWork = 'training' | 'generation';

/**
 * Floating-point operations a second with one encoder and one decoder layer of these widths; the first
 * run, which compiles, is not counted. First the batch grows to the one asked for, because the cost of a
 * token depends on how many rows share it, then the lengths, until it takes long enough.
 */
export async function measureRate(
  { configuration }: { readonly configuration: T5Configuration },
  work: CalibratedWork,
  wanted: BatchShape,
): Promise<number> {
  const reduced: T5Configuration = {
    ...configuration,
    encoderLayers: 1,
    decoderLayers: 1,
    vocabularySize: Math.min(VOCABULARY, configuration.vocabularySize),
  };
  const model = await T5Model.load(reduced, constantParameters(reduced));
  const run = work === 'training' ? trainOnce : generateOnce;
  const count = work === 'training' ? trainingFlops : generationFlops;
  try {
    let shape = smaller({ batch: FIRST_BATCH, ...FIRST_LENGTHS }, wanted);
    for (;;) {
      await run(model, shape);
      const started = performance.now();
      await run(model, shape);
      const elapsed = performance.now() - started;
      const whole = shape.batch === wanted.batch;
      const next = smaller(whole ? longer(shape) : { ...shape, batch: 4 * shape.batch }, wanted);
      const enough = elapsed >= (whole ? LONG_ENOUGH_MS : TOO_LONG_MS);
      if (enough || isSame(next, shape)) return (1000 * count(reduced, shape)) / elapsed;
      shape = next;
    }
  } finally {
    model.dispose();
  }
}

/** Small equal values: finite everywhere, and quicker to make than random ones. */
function constantParameters(configuration: T5Configuration): ParameterSource {
  const shapes = new Map(describeParameters(configuration).map(({ name, shape }) => [name, shape]));
  return {
    readTensor: (name) => {
      const size = tf.util.sizeFromShape([...(shapes.get(name) ?? [])]);
      return Promise.resolve(new Float32Array(size).fill(0.01));
    },
  };
}

async function trainOnce(model: T5Model, shape: BatchShape): Promise<void> {
  const { batch, inputLength, targetLength } = shape;
  const example = { input: tokens(inputLength), target: tokens(targetLength) };
  const trainer = new Trainer(
    model,
    Array.from({ length: batch }, () => example),
    {
      batchSize: batch,
      seed: 1,
      totalUpdates: 1,
      learningRate: 1e-6,
      warmupUpdates: 0,
      weightDecay: 0,
      clipNorm: 1,
    },
  );
  try {
    await trainer.step();
  } finally {
    trainer.dispose();
  }
}

/** With equal weights every logit is the same, so no row ends before the last token. */
async function generateOnce(model: T5Model, shape: BatchShape): Promise<void> {
  const inputs = Array.from({ length: shape.batch }, () => tokens(shape.inputLength));
  await generate(model, inputs, { maximumTokens: shape.targetLength, temperature: 0 });
}

/** Any tokens but the special ones. */
function tokens(length: number): number[] {
  return Array.from({ length }, (_, index) => 3 + (index % 50));
}

function longer({ batch, inputLength, targetLength }: BatchShape): BatchShape {
  return { batch, inputLength: 2 * inputLength, targetLength: 2 * targetLength };
}

function smaller(one: BatchShape, other: BatchShape): BatchShape {
  return {
    batch: Math.min(one.batch, other.batch),
    inputLength: Math.min(one.inputLength, other.inputLength),
    targetLength: Math.min(one.targetLength, other.targetLength),
  };
}

function isSame(one: BatchShape, other: BatchShape): boolean {
  return (
    one.batch === other.batch &&
    one.inputLength === other.inputLength &&
    one.targetLength === other.targetLength
  );
}
