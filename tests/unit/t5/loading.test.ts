/** Loading a model: large matrices in parts give the same parameters as whole ones, from every format. */

import { beforeAll, describe, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import {
  randomCheckpoint,
  RANDOM_FORMATS,
  randomConfigJson,
} from '../../../scripts/weights/random-checkpoint';
import { parseT5Configuration } from '../../../src/t5/configuration';
import { T5Model } from '../../../src/t5/model';
import { memorySource } from '../../../src/weights/byte-source';
import { openCheckpoint, type T5Checkpoint } from '../../../src/weights/checkpoint';
import { dequantizeQ4_0, dequantizeQ8_0 } from '../../../src/weights/quantization';

beforeAll(async () => {
  await startNodeBackend('wasm');
});

async function randomModelFile(format: (typeof RANDOM_FORMATS)[number]): Promise<T5Checkpoint> {
  const bytes = Buffer.concat([...randomCheckpoint('tiny', format, 3)]);
  return openCheckpoint(memorySource('random', bytes), randomConfigJson('tiny'));
}

describe.each(RANDOM_FORMATS)('a random checkpoint as %s', (format) => {
  test('reads parts as slices of the whole', async () => {
    const checkpoint = await randomModelFile(format);
    const name = 'shared.weight';
    const whole = await checkpoint.readTensor(name);
    expect(new Set(whole.subarray(0, 1000)).size).toBeGreaterThan(14);
    for (const [start, count] of [
      [0, 64],
      [32 * 77, 32 * 1000],
      [whole.length - 64, 64],
      [whole.length, 0],
    ] as const) {
      expect(await checkpoint.readPart(name, start, count)).toEqual(
        whole.slice(start, start + count),
      );
    }
    await expect(checkpoint.readPart(name, whole.length - 32, 64)).rejects.toThrow('has no part');
  });

  test('gives the same bytes again, and others with another seed', async () => {
    const first = Buffer.concat([...randomCheckpoint('tiny', format, 3)]);
    expect(first.equals(Buffer.concat([...randomCheckpoint('tiny', format, 3)]))).toBe(true);
    expect(first.equals(Buffer.concat([...randomCheckpoint('tiny', format, 4)]))).toBe(false);
  });
});

test('a model is the same whether its large matrices come in parts or whole', async () => {
  const checkpoint = await randomModelFile('q8_0');
  // Wide enough in its vocabulary for more than one part.
  const configuration = {
    ...parseT5Configuration(checkpoint.configJson),
    vocabularySize: 70_001,
  };
  const values = (name: string, start: number, count: number) =>
    Float32Array.from({ length: count }, (_, index) => Math.sin(name.length + start + index));
  const whole = await T5Model.load(configuration, {
    readTensor: async (name) => values(name, 0, sizeOf(name)),
  });
  function sizeOf(name: string): number {
    if (name === 'shared.weight' || name === 'lm_head.weight') return 70_001 * 64;
    return checkpoint.shape(name).reduce((product, length) => product * length, 1);
  }
  const asked: string[] = [];
  const parts = await T5Model.load(configuration, {
    names: [...checkpoint.names].reverse(),
    readTensor: async (name) => values(name, 0, sizeOf(name)),
    readPart: async (name, start, count) => {
      asked.push(name);
      return values(name, start, count);
    },
  });
  expect(new Set(asked)).toEqual(new Set(['lm_head.weight', 'shared.weight']));
  expect(asked.length).toBeGreaterThan(4);
  expect([...parts.parameters.keys()]).toEqual([...whole.parameters.keys()]);
  const read = await parts.read();
  for (const [name, { data }] of await whole.read()) {
    expect(Buffer.from(data.buffer).equals(Buffer.from(read.get(name)!.data.buffer)), name).toBe(
      true,
    );
  }
  whole.dispose();
  parts.dispose();
});

test('weights are dequantised where the backend cannot keep them quantised', async () => {
  const checkpoint = await randomModelFile('q8_0');
  const configuration = parseT5Configuration(checkpoint.configJson);
  const floats = await T5Model.load(configuration, checkpoint);
  const kept = await T5Model.load(configuration, checkpoint, { keepQuantised: true });
  expect(kept.quantised.size).toBe(0);
  expect(kept.bytes).toBe(floats.bytes);
  expect(kept.trained).toBe(kept.parameters);
  const values = await kept.read();
  for (const [name, { data }] of await floats.read()) {
    const found = values.get(name)?.data ?? new Float32Array();
    expect(Buffer.from(data.buffer).equals(Buffer.from(found.buffer)), name).toBe(true);
  }
  floats.dispose();
  kept.dispose();
});

test.each(['q8_0', 'q4_0'] as const)(
  'planes of %s hold the same blocks as the file',
  async (format) => {
    const checkpoint = await randomModelFile(format);
    const name = 'shared.weight';
    const [start, count] = [32 * 77, 32 * 1000];
    const stored = checkpoint.quantisedFormat(name);
    expect(stored).toBe(format.toUpperCase());
    expect(checkpoint.quantisedFormat('encoder.final_layer_norm.weight')).toBeNull();
    const { integers, scales } = await checkpoint.readPlanes(name, start, count);
    const bytes = integers.length / scales.length;
    const blocks = new Uint8Array(scales.length * (bytes + 2));
    scales.forEach((scale, block) => {
      blocks.set([scale & 0xff, scale >>> 8], block * (bytes + 2));
      const own = integers.subarray(block * bytes, (block + 1) * bytes);
      blocks.set(own, block * (bytes + 2) + 2);
    });
    const dequantise = format === 'q8_0' ? dequantizeQ8_0 : dequantizeQ4_0;
    expect(dequantise(blocks)).toEqual(await checkpoint.readPart(name, start, count));
  },
);

test('floats have no planes', async () => {
  const floats = await randomModelFile('f32');
  expect(floats.quantisedFormat('shared.weight')).toBeNull();
  await expect(floats.readPlanes('shared.weight', 0, 32)).rejects.toThrow('stored as F32');
});

test.each(RANDOM_FORMATS)('a part of %s may not cut a block', async (format) => {
  const cut = (await randomModelFile(format)).readPart('shared.weight', 16, 32);
  const outcome = await cut.then(
    ({ length }) => `${length} values`,
    (error: unknown) => String(error),
  );
  expect(outcome).toContain(format.startsWith('q') ? 'in blocks of 32' : '32 values');
});

test('a large matrix of another shape is refused', async () => {
  const checkpoint = await randomModelFile('q8_0');
  const configuration = { ...parseT5Configuration(checkpoint.configJson), vocabularySize: 70_001 };
  await expect(T5Model.load(configuration, checkpoint)).rejects.toThrow(
    'expected "shared.weight" of shape [70001, 64], found [32128, 64]',
  );
});
