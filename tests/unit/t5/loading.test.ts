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
