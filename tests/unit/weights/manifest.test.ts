/** The manifest: its figures are the ones counted from the shapes, and its hashes those of the files themselves. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseT5Configuration } from '../../../src/t5/configuration';
import { weightBytes } from '../../../src/t5/cost';
import { parameterCount } from '../../../src/t5/parameters';
import { artefactKey, namedArtefact } from '../../../src/weights/hub/artefact';
import {
  FLAN_TOKENIZER,
  GSM8K_FILES,
  licenceOf,
  LISTED_MODELS,
} from '../../../src/weights/hub/manifest';
import { dataPath, hasData } from '../text/data-folder';

const FILES = [
  ...LISTED_MODELS.flatMap(({ weights, configuration }) => [weights, configuration]),
  ...Object.values(FLAN_TOKENIZER),
  ...GSM8K_FILES,
].filter((file) => file !== null);

describe.each(LISTED_MODELS)('$id', (model) => {
  const { format, parameters, gpuBytes, approximateBytes, weights } = model;
  const configuration = parseT5Configuration(model.configJson);

  test('has the parameters and the bytes of its shape', () => {
    expect(parameters).toBe(parameterCount(configuration));
    expect(gpuBytes.teacher).toBe(weightBytes(configuration, format));
    // Weights, gradients and two moments.
    expect(gpuBytes.student).toBe(4 * weightBytes(configuration, 'F32'));
  });

  test('is announced at a download size that its weights can have', () => {
    // A converter may leave some matrices in 32 bit, and a header comes on top.
    expect(approximateBytes).toBeGreaterThan(0.95 * gpuBytes.teacher);
    expect(approximateBytes).toBeLessThan(1.5 * gpuBytes.teacher);
    expect(weights.bytes ?? approximateBytes).toBe(approximateBytes);
  });
});

test('every file is listed, has a licence, and a hash only where its commit is fixed', () => {
  for (const file of FILES) {
    expect(file.listed).toBe(true);
    expect(licenceOf(artefactKey(file))).toMatch(/^(?:Apache-2\.0|MIT|see the repository)$/);
    if (file.sha256 === null) continue;
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(file.revision).toMatch(/^[0-9a-f]{40}$/);
  }
  expect(licenceOf(artefactKey(namedArtefact('someone/else', 'main', 'model.gguf')))).toBeNull();
});

test.skipIf(!hasData('gsm8k')).each(GSM8K_FILES)(
  'the size and hash of $path are the file’s',
  async ({ path, bytes, sha256 }) => {
    const content = await readFile(join(dataPath('gsm8k'), path.replace(/^.*\//, '')));
    expect(content.byteLength).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  },
);
