/** A T5 of odd sizes, which the oracle does not have, against the plain composition on the processor. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/data/random';
import type { SequenceBatch } from '../../src/t5/batch';
import type { T5Configuration } from '../../src/t5/configuration';
import { generate } from '../../src/t5/generate';
import { batchLogits, batchLoss } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { IGNORED_LABEL } from '../../src/tensor/cross-entropy';
import { differences, relativeError, type Comparison } from './comparison';
import { FORWARD_TOLERANCE } from './forward-parity';
import { GRADIENT_TOLERANCE } from './gradient-parity';

/** No size is a multiple of 4, and the heads together are wider than the model. */
const CONFIGURATION: T5Configuration = {
  vocabularySize: 83,
  modelWidth: 30,
  keyValueWidth: 7,
  feedForwardWidth: 45,
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 5,
  relativeBuckets: 10,
  relativeMaximumDistance: 21,
  layerNormEpsilon: 1e-6,
  padId: 0,
  endId: 1,
  decoderStartId: 0,
};

/** Around a tile of attention, and a row that is half padding. */
const INPUT_LENGTHS = [37, 18, 33];
const TARGET_LENGTHS = [35, 34, 9];
const GENERATED_TOKENS = 12;

interface Values {
  readonly logits: Float32Array;
  readonly loss: Float32Array;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly generated: readonly (readonly number[])[];
}

/**
 * Logits, loss with all gradients and generated ids of the current backend beside those of tfjs's own
 * operations in plain JavaScript. No comparison where that is the current backend.
 */
export async function oddShapeParity(): Promise<Comparison[]> {
  const backend = tf.getBackend();
  if (backend === 'cpu') return [];
  const found = await valuesOnBackend();
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
  const expected = await valuesOnBackend();
  await tf.setBackend(backend);
  const gradientErrors = [...expected.gradients].map(([name, reference]) =>
    relativeError(found.gradients.get(name) ?? [], reference),
  );
  return [
    {
      name: 'odd sizes: logits',
      error: relativeError(found.logits, expected.logits),
      tolerance: FORWARD_TOLERANCE,
    },
    {
      name: 'odd sizes: weighted cross-entropy',
      error: relativeError(found.loss, expected.loss),
      tolerance: FORWARD_TOLERANCE,
    },
    {
      name: `odd sizes: gradients (worst of ${gradientErrors.length} parameters)`,
      error: Math.max(...gradientErrors),
      tolerance: GRADIENT_TOLERANCE,
    },
    {
      name: 'odd sizes: greedy ids (differences)',
      error: differences(found.generated.flat(), expected.generated.flat()),
      tolerance: 0,
    },
  ];
}

async function valuesOnBackend(): Promise<Values> {
  const model = T5Model.initialize(CONFIGURATION, new Random(17));
  const batch = oddBatch();
  const logits = batchLogits(model, batch);
  const { value, grads } = tf.variableGrads(
    () => batchLoss(model, batch),
    [...model.parameters.values()],
  );
  const gradients = new Map<string, Float32Array>();
  for (const [name, parameter] of model.parameters) {
    const gradient = await grads[parameter.name]?.data<'float32'>();
    if (gradient) gradients.set(name, gradient);
  }
  const values = {
    logits: await logits.data<'float32'>(),
    loss: await value.data<'float32'>(),
    gradients,
    generated: await generate(model, inputsOf(new Random(5)), {
      maximumTokens: GENERATED_TOKENS,
      temperature: 0,
    }),
  };
  const { ids, mask, decoderIds, labels, weights } = batch;
  tf.dispose([logits, value, ...Object.values(grads), ids, mask, decoderIds, labels, weights]);
  model.dispose();
  return values;
}

const randomTokens = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.integer(2, CONFIGURATION.vocabularySize - 1));

const inputsOf = (random: Random): number[][] =>
  INPUT_LENGTHS.map((length) => randomTokens(random, length));

/** Padded to the longest sequence and no further, unlike the batches of training. */
function oddBatch(): SequenceBatch {
  const random = new Random(5);
  const { padId, decoderStartId } = CONFIGURATION;
  const inputs = inputsOf(random);
  const targets = TARGET_LENGTHS.map((length) => randomTokens(random, length));
  const padded = (rows: readonly number[][], padding: number): number[][] => {
    const longest = Math.max(...rows.map((row) => row.length));
    return rows.map((row) => [...row, ...new Array<number>(longest - row.length).fill(padding)]);
  };
  const labels = padded(targets, IGNORED_LABEL).flat();
  const shifted = targets.map((target) => [decoderStartId, ...target.slice(0, -1)]);
  return {
    ids: tf.tensor2d(padded(inputs, padId), undefined, 'int32'),
    mask: tf.tensor2d(
      padded(
        inputs.map((row) => row.map(() => 1)),
        0,
      ),
      undefined,
      'float32',
    ),
    decoderIds: tf.tensor2d(padded(shifted, padId), undefined, 'int32'),
    labels: tf.tensor1d(labels, 'int32'),
    weights: tf.tensor1d(
      labels.map((label) => (label === IGNORED_LABEL ? 0 : 0.5 + random.next())),
      'float32',
    ),
    teacher: null,
    targetTokens: targets.flat().length,
  };
}
