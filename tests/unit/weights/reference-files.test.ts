/** The reference T5's GGUF files, which another implementation made: read exactly, and written again byte for byte. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../../../scripts/file-source';
import { openCheckpoint } from '../../../src/weights/checkpoint';
import { openGguf } from '../../../src/weights/gguf-reader';
import { WRITABLE_GGUF_TENSOR_TYPES } from '../../../src/weights/gguf-types';
import { encodeGguf } from '../../../src/weights/gguf-writer';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { ggufT5Name } from '../../../src/weights/t5-names';
import { bytesOf, oracleFolder } from './weight-fixtures';

describe.skipIf(oracleFolder === null).each(['q8_0', 'q4_0'])('reference model-%s.gguf', (type) => {
  const path = `${oracleFolder}/model-${type}.gguf`;

  it('dequantises every tensor to the expected bits', async () => {
    const expected = await openSafetensors(
      fileSource(`${oracleFolder}/expected-${type}.safetensors`),
    );
    const checkpoint = await openCheckpoint(fileSource(path));
    const names = expected.tensors.flatMap(({ name }) =>
      name.startsWith('w:') ? [name.slice(2)] : [],
    );
    expect(new Set(checkpoint.names)).toStrictEqual(new Set(names));
    for (const name of names) {
      const values = await checkpoint.readTensor(name);
      const wanted = await expected.readTensor(`w:${name}`);
      expect(Buffer.compare(bytesOf(values), bytesOf(wanted)), name).toBe(0);
    }
  });

  it('has the configuration that lies beside it', async () => {
    const { configJson } = await openCheckpoint(fileSource(path));
    const configText = readFileSync(`${oracleFolder}/config.json`, 'utf8');
    const config: unknown = JSON.parse(configText);
    expect(config).toMatchObject({ ...Object(configJson) });
  });

  it('is written again byte for byte from the original weights', async () => {
    const original = await openCheckpoint(fileSource(`${oracleFolder}/model.safetensors`));
    const reference = await openGguf(fileSource(path));
    const byGgufName = new Map(original.names.map((name) => [ggufT5Name(name), name]));
    const tensors = [];
    for (const { name, shape, type: stored } of reference.tensors) {
      const type = WRITABLE_GGUF_TENSOR_TYPES.find((writable) => writable === stored) ?? 'F32';
      const data = await original.readTensor(byGgufName.get(name) ?? '');
      tensors.push({ name, shape, type, data });
    }
    const written = encodeGguf({ metadata: reference.metadata, tensors });
    expect(Buffer.compare(written, readFileSync(path))).toBe(0);
  });
});
