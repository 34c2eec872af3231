/** Costs counted from a shape, against what the engine really multiplies and holds. */

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { parseT5Configuration, type T5Configuration } from '../../../src/t5/configuration';
import { sequenceBatch } from '../../../src/t5/batch';
import { forwardFlops, trainingFlops, weightBytes, type BatchShape } from '../../../src/t5/cost';
import { batchLogits, batchLoss } from '../../../src/t5/loss';
import { T5Model } from '../../../src/t5/model';
import { randomCheckpoint, randomConfigJson } from '../../../scripts/weights/random-checkpoint';

const TINY: T5Configuration = {
  vocabularySize: 96,
  modelWidth: 24,
  keyValueWidth: 8,
  feedForwardWidth: 40,
  encoderLayers: 2,
  decoderLayers: 3,
  heads: 2,
  relativeBuckets: 8,
  relativeMaximumDistance: 32,
  layerNormEpsilon: 1e-6,
  padId: 0,
  endId: 1,
  decoderStartId: 0,
};
const SHAPE: BatchShape = { batch: 3, inputLength: 16, targetLength: 8 };

/** Two operations for each multiplication of every matrix product that a computation runs. */
async function countedFlops(compute: () => tf.Tensor): Promise<number> {
  const profile = await tf.profile(() => {
    compute();
  });
  return profile.kernels
    .filter(({ name }) => name === 'BatchMatMul')
    .reduce((sum, { inputShapes, outputShapes }) => {
      const [output = []] = outputShapes;
      const outputs = output.reduce((product, length) => product * length, 1);
      const [left = [], right = []] = inputShapes.map((shape) => shape ?? []);
      const product = (shape: readonly number[]) => shape.reduce((all, length) => all * length, 1);
      // elements(A) elements(B) = batch² M K K N, and elements(C) = batch M N.
      const batches = output.slice(0, -2).reduce((all, length) => all * length, 1);
      const inner = Math.sqrt((product(left) * product(right)) / (outputs * batches));
      return sum + 2 * outputs * inner;
    }, 0);
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('floating-point operations', () => {
  const model = () => T5Model.initialize(TINY, new Random(3));
  const batch = () => {
    const tokens = (length: number) => Array.from({ length }, (_, index) => 3 + index);
    const pair = { input: tokens(SHAPE.inputLength), target: tokens(SHAPE.targetLength) };
    return sequenceBatch([pair, pair, pair], TINY);
  };

  test('of a forward pass are those of the products that the engine runs', async () => {
    const counted = await countedFlops(() => batchLogits(model(), batch()));
    expect(forwardFlops(TINY, SHAPE)).toBe(counted);
  });

  test('of an update are three times as many, give or take the products nobody needs', async () => {
    const counted = await countedFlops(() => {
      const trained = model();
      const given = batch();
      return tf.variableGrads(() => batchLoss(trained, given), [...trained.parameters.values()])
        .value;
    });
    expect(trainingFlops(TINY, SHAPE) / counted).toBeCloseTo(1, 1);
  });
});

test.each(['q8_0', 'q4_0', 'f32'] as const)(
  'weights as %s take the bytes of their file',
  (format) => {
    let bytes = 0;
    for (const chunk of randomCheckpoint('tiny', format, 1)) bytes += chunk.byteLength;
    const formats = { q8_0: 'Q8_0', q4_0: 'Q4_0', f32: 'F32' } as const;
    const counted = weightBytes(parseT5Configuration(randomConfigJson('tiny')), formats[format]);
    // The file has a header as well.
    expect(counted / bytes).toBeGreaterThan(0.98);
    expect(counted).toBeLessThan(bytes);
  },
);
