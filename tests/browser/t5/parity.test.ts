/**
 * The engine against PyTorch's results on WebGPU, with the fixtures and tolerances of WebAssembly: what a study
 * computes there. All that is compared on WebAssembly: `npm run parity -- tests/fixtures/t5-tiny --backend webgpu`.
 */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { formatComparisons, passes, type Comparison } from '../../../scripts/parity/comparison';
import { modelParity } from '../../../scripts/parity/model-parity';
import { OracleFolder } from '../../../scripts/parity/oracle-folder';
import { generate } from '../../../src/t5/generate';
import { selectBackend } from '../../../src/tensor/backend';
import { EXPECTED_BRIEF } from '../../unit/t5/expected-comparisons';
import {
  DEEP_DECODER,
  greedyWithoutCache,
  randomInputs,
  randomModel,
} from '../../unit/t5/random-models';
import { inPlainJavaScript } from '../tensor/same-values';

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

let results: Comparison[] = [];

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
  results = await modelParity(
    new OracleFolder(readFixture),
    (group) => {
      console.log(formatComparisons(group));
    },
    'brief',
  );
}, 600_000);

test('every comparison is made, on WebGPU', () => {
  expect(tf.getBackend()).toBe('webgpu');
  expect(results.map(({ name }) => name)).toEqual(EXPECTED_BRIEF);
});

test('every comparison with PyTorch passes', () => {
  expect(results.filter((result) => !passes(result))).toEqual([]);
});

test('cached generation of odd shapes equals decoding the whole prefix again', async () => {
  const model = randomModel(DEEP_DECODER, 3);
  const inputs = randomInputs(DEEP_DECODER, [3, 9, 5, 12], 4);
  const expected = await inPlainJavaScript(async () => {
    const plain = randomModel(DEEP_DECODER, 3);
    const generated: number[][] = [];
    for (const input of inputs) generated.push(await greedyWithoutCache(plain, input, 10));
    plain.dispose();
    return generated;
  });
  const before = tf.memory().numTensors;
  expect(await generate(model, inputs, { maximumTokens: 10, temperature: 0 })).toEqual(expected);
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
}, 300_000);
