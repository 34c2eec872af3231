/** The engine against PyTorch's results on WebGPU, with the same fixtures and tolerances as on WebAssembly. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, inject, test } from 'vitest';
import { formatComparisons, passes, type Comparison } from '../../../scripts/parity/comparison';
import { modelParity } from '../../../scripts/parity/model-parity';
import { OracleFolder } from '../../../scripts/parity/oracle-folder';
import { generate } from '../../../src/t5/generate';
import { selectBackend } from '../../../src/tensor/backend';
import { EXPECTED_OF_ODD_SIZES, EXPECTED_WITH_KEPT } from '../../unit/t5/expected-comparisons';
import {
  DEEP_DECODER,
  greedyWithoutCache,
  randomInputs,
  randomModel,
} from '../../unit/t5/random-models';

const addresses = import.meta.glob<string>('../../fixtures/t5-tiny/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

async function readFixture(name: string): Promise<Uint8Array> {
  const address = addresses[`../../fixtures/t5-tiny/${name}`];
  if (address === undefined) throw new Error(`tests/fixtures/t5-tiny: expected a file ${name}.`);
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

/** Adapters and odd sizes too, for which a software GPU compiles kernels for a minute: with WINNOW_LARGE=1. */
const LARGE = inject('large');

let results: Comparison[] = [];

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
  results = await modelParity(
    new OracleFolder(readFixture),
    (group) => {
      console.log(formatComparisons(group));
    },
    { optimizers: false, adapters: LARGE, oddSizes: LARGE },
  );
}, 1_200_000);

test('every comparison is made, on WebGPU', () => {
  expect(tf.getBackend()).toBe('webgpu');
  // The optimizers are followed on WebAssembly; a software GPU takes many minutes for their updates.
  const slow = LARGE ? /^(AdamW|Adafactor):/ : /^(AdamW|Adafactor):|adapters/;
  const expected = EXPECTED_WITH_KEPT.filter((name) => !slow.test(name));
  expect(results.map(({ name }) => name)).toEqual([
    ...expected,
    ...(LARGE ? EXPECTED_OF_ODD_SIZES : []),
  ]);
});

test('every comparison with PyTorch passes', () => {
  expect(results.filter((result) => !passes(result))).toEqual([]);
});

test('cached generation of odd shapes equals decoding the whole prefix again', async () => {
  const model = randomModel(DEEP_DECODER, 3);
  const inputs = randomInputs(DEEP_DECODER, [3, 9, 5, 12], 4);
  const expected: number[][] = [];
  for (const input of inputs) expected.push(await greedyWithoutCache(model, input, 10));
  const before = tf.memory().numTensors;
  expect(await generate(model, inputs, { maximumTokens: 10, temperature: 0 })).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
}, 300_000);
