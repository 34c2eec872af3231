/** A model whose weights stay quantised on WebGPU: the bytes it takes, its numbers, and that it is not trained. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { randomCheckpoint, randomConfigJson } from '../../../scripts/weights/random-checkpoint';
import { Trainer } from '../../../src/distill/trainer';
import { parseT5Configuration, type T5Configuration } from '../../../src/t5/configuration';
import { generate } from '../../../src/t5/generate';
import { T5Model } from '../../../src/t5/model';
import { parameterCount } from '../../../src/t5/parameters';
import { scoreTargets } from '../../../src/t5/score';
import { selectBackend } from '../../../src/tensor/backend';
import { runnerOf } from '../../../src/tensor/webgpu/running';
import { memorySource } from '../../../src/weights/byte-source';
import { openCheckpoint } from '../../../src/weights/checkpoint';
import { inPlainJavaScript } from '../tensor/same-values';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

/** Bytes of the buffers in use, once all that was only needed for uploads is gone. */
async function bytesOnDevice(): Promise<number> {
  const submitted = tf.tidy(() => tf.square(tf.scalar(2)));
  await submitted.data();
  submitted.dispose();
  return runnerOf(tf.backend())?.backend.memory().numBytesInGPU ?? Number.NaN;
}

async function randomModel(format: 'q8_0' | 'q4_0', keepQuantised: boolean) {
  const pieces = [...randomCheckpoint('tiny', format, 3)];
  const bytes = new Uint8Array(await new Blob(pieces.map((piece) => piece.slice())).arrayBuffer());
  const checkpoint = await openCheckpoint(memorySource('random', bytes), randomConfigJson('tiny'));
  const configuration: T5Configuration = parseT5Configuration(checkpoint.configJson);
  return {
    configuration,
    model: await T5Model.load(configuration, checkpoint, { keepQuantised }),
  };
}

test.each([
  ['q8_0', 1.15],
  ['q4_0', 0.65],
] as const)('%s takes at most %f bytes a parameter and computes the same', async (format, most) => {
  const before = await bytesOnDevice();
  const { configuration, model } = await randomModel(format, true);
  const bytes = (await bytesOnDevice()) - before;
  expect(bytes).toBe(model.bytes);
  const each = bytes / parameterCount(configuration);
  console.log(`${format}: ${each.toFixed(4)} bytes a parameter on the device`);
  expect(each).toBeLessThan(most);

  const inputs = [
    [17, 5000, 32_000, 1],
    [9, 1],
  ];
  const options = { maximumTokens: 4, temperature: 0 };
  const pairs = [{ input: [17, 5000, 1], target: [12, 31_000, 1] }];
  const expected = await inPlainJavaScript(async () => {
    const { model: floats } = await randomModel(format, false);
    const generated = await generate(floats, inputs, options);
    const [score] = await scoreTargets(floats, pairs, 1);
    const parameters = await floats.read();
    floats.dispose();
    return { generated, score, parameters };
  });
  expect(await generate(model, inputs, options)).toEqual(expected.generated);
  const [score] = await scoreTargets(model, pairs, 1);
  expect(score?.logProbability).toBeCloseTo(expected.score?.logProbability ?? Number.NaN, 3);
  const values = await model.read();
  for (const [name, { data }] of expected.parameters) {
    const found = values.get(name)?.data;
    // Comparing two million values one by one takes vitest minutes.
    const unequal = data.findIndex((value, index) => value !== found?.[index]);
    expect(unequal, name).toBe(-1);
  }

  const training = {
    batchSize: 1,
    seed: 1,
    weightDecay: 0,
    learningRate: 1e-3,
    warmupUpdates: 0,
    totalUpdates: 1,
    clipNorm: 1,
  };
  expect(() => new Trainer(model, [{ input: [17, 1], target: [12, 1] }], training)).toThrow(
    'expected a model with floating-point',
  );
  model.dispose();
  expect(await bytesOnDevice()).toBe(before);
});
