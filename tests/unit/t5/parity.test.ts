/** The engine against PyTorch's results on WebAssembly; the same comparisons run on WebGPU in the browser project. */

import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { formatComparisons, passes, type Comparison } from '../../../scripts/parity/comparison';
import { modelParity } from '../../../scripts/parity/model-parity';
import { openOracleDirectory } from '../../../scripts/parity/oracle-directory';
import { OracleFolder } from '../../../scripts/parity/oracle-folder';
import { EXPECTED_COMPARISONS, EXPECTED_OF_ODD_SIZES } from './expected-comparisons';

const FIXTURE = fileURLToPath(new URL('../../fixtures/t5-tiny', import.meta.url));

let results: Comparison[] = [];

beforeAll(async () => {
  await startNodeBackend('wasm');
  results = await modelParity(
    new OracleFolder(await openOracleDirectory(FIXTURE)),
    () => undefined,
  );
  console.log(formatComparisons(results));
}, 600_000);

test('every comparison is made', () => {
  expect(results.map(({ name }) => name)).toEqual([
    ...EXPECTED_COMPARISONS,
    ...EXPECTED_OF_ODD_SIZES,
  ]);
});

test('every comparison with PyTorch passes', () => {
  expect(results.filter((result) => !passes(result))).toEqual([]);
});
