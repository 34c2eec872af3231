/** `npm run weights:random`: files the page's own readers take, the same from the same seed, never whole in memory. */

import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileSource } from '../../../scripts/file-source';
import {
  RANDOM_FORMATS,
  randomCheckpoint,
  randomConfigJson,
} from '../../../scripts/weights/random-checkpoint';
import { parseT5Configuration } from '../../../src/t5/configuration';
import { describeParameters, parameterCount } from '../../../src/t5/parameters';
import { memorySource } from '../../../src/weights/byte-source';
import { openCheckpoint } from '../../../src/weights/checkpoint';
import { openGguf } from '../../../src/weights/gguf-reader';
import { ggufChunks } from '../../../src/weights/gguf-writer';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { safetensorsChunks } from '../../../src/weights/safetensors-writer';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-weights-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function command(...options: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/weights-random.ts', ...options],
    { encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

/** The largest difference from float32 that a format may make, as a share of the largest weight. */
const CLOSE: Readonly<Record<(typeof RANDOM_FORMATS)[number], number>> = {
  f32: 0,
  f16: 1e-3,
  q8_0: 5e-3,
  // Of its sixteen values eight are negative, zero and seven positive: the largest positive one is cut by an eighth.
  q4_0: 0.13,
};

test('writes the file, its config.json and the tokenizer files, which the readers take', async () => {
  const tokenizer = await mkdtemp(join(folder, 'tokenizer-'));
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) {
    await writeFile(join(tokenizer, name), `{"name":"${name}"}`);
  }
  const out = join(folder, 'q8');
  const place = ['--out', out, '--tokenizer', tokenizer];
  const run = command('--size', 'tiny', '--format', 'q8_0', '--seed', '3', ...place);
  expect(run).toMatchObject({ status: 0 });
  expect(run.output).toMatch(/flan-t5-tiny\.Q8_0\.gguf written in [\d.]+ s, at most \d+ MB/);
  const path = join(out, 'flan-t5-tiny.Q8_0.gguf');
  const expected = Buffer.concat([...randomCheckpoint('tiny', 'q8_0', 3)]);
  expect((await readFile(path)).equals(expected)).toBe(true);
  expect(await readFile(join(out, 'tokenizer.json'), 'utf8')).toBe('{"name":"tokenizer.json"}');
  const config: unknown = JSON.parse(await readFile(join(out, 'config.json'), 'utf8'));
  // The header of the GGUF file and the config.json beside it say the same.
  const { configJson } = await openCheckpoint(fileSource(path));
  expect(parseT5Configuration(configJson)).toEqual(parseT5Configuration(config));
});

test.each([
  [['--format', 'q8_0'], /Expected a size, a format and a whole number as seed/],
  [['--size', 'tiny', '--format', 'q5_0'], /q8_0\|q4_0\|f16\|f32/],
  [['--size', 'tiny', '--format', 'f32', '--seed', 'x'], /a whole number as seed/],
  [['--size', 'tiny', '--format', 'f32', '--colour', 'red'], /--colour/],
])('refuses %j', (options, sentence) => {
  const run = command(...options, '--out', join(folder, 'refused'));
  expect(run.status).toBe(2);
  expect(run.output).toMatch(sentence);
});

test.each([
  // As published: 77.0, 247.6 and 783.2 million parameters.
  ['small', 76_961_152],
  ['base', 247_577_856],
  ['large', 783_150_080],
] as const)('flan-t5-%s has its published number of parameters', (size, parameters) => {
  expect(parameterCount(parseT5Configuration(randomConfigJson(size)))).toBe(parameters);
});

describe.each(RANDOM_FORMATS)('a tiny checkpoint as %s', (format) => {
  test('holds every tensor of the model, with values like those of an initialisation', async () => {
    const bytes = Buffer.concat([...randomCheckpoint('tiny', format, 5)]);
    const checkpoint = await openCheckpoint(memorySource('tiny', bytes), randomConfigJson('tiny'));
    const plain = await openCheckpoint(
      memorySource('plain', Buffer.concat([...randomCheckpoint('tiny', 'f32', 5)])),
      randomConfigJson('tiny'),
    );
    const wrong: string[] = [];
    const described = describeParameters(parseT5Configuration(checkpoint.configJson));
    expect([...checkpoint.names].sort()).toEqual(described.map(({ name }) => name).sort());
    for (const { name, shape } of described) expect(checkpoint.shape(name)).toEqual(shape);
    for (const { name } of described.filter((each) => each.initialDeviation === null)) {
      expect(new Set(await checkpoint.readTensor(name))).toEqual(new Set([1]));
    }
    for (const { name, initialDeviation } of described) {
      if (initialDeviation === null) continue;
      const values = await checkpoint.readTensor(name);
      const squares = values.reduce((sum, value) => sum + value * value, 0);
      const deviation = Math.sqrt(squares / values.length) / initialDeviation;
      const reference = await plain.readTensor(name);
      const error = values.reduce(
        (worst, value, index) => Math.max(worst, Math.abs(value - (reference[index] ?? NaN))),
        0,
      );
      const largest = initialDeviation * 2.5 * Math.sqrt(3);
      const close = deviation > 2 && deviation < 3 && error <= CLOSE[format] * largest;
      if (!close) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });
});

test('a large tensor is made and given out in parts of 4 MB', () => {
  const lengths: number[] = [];
  // The header, the first norm and the embedding of base (99 MB) come early; no need for the rest.
  for (const chunk of randomCheckpoint('base', 'f32', 1)) {
    lengths.push(chunk.byteLength);
    if (lengths.length === 40) break;
  }
  expect(Math.max(...lengths)).toBe(2 ** 22);
  expect(lengths.filter((length) => length === 2 ** 22).length).toBeGreaterThan(20);
});

describe('tensors in parts', () => {
  const whole = Float32Array.from({ length: 96 }, (_, index) => Math.sin(index));
  const parts = (...lengths: number[]) =>
    function* () {
      let start = 0;
      for (const length of lengths) yield whole.slice(start, (start += length));
    };
  const tensor = (data: Float32Array | (() => Iterable<Float32Array>)) => ({
    name: 'a',
    shape: [3, 32],
    type: 'Q8_0' as const,
    data,
  });
  const writers = {
    ggufChunks: (data: Float32Array | (() => Iterable<Float32Array>)) =>
      ggufChunks({ metadata: [], tensors: [tensor(data)] }),
    safetensorsChunks: (data: Float32Array | (() => Iterable<Float32Array>)) =>
      safetensorsChunks([tensor(data)], {}),
  };

  test.each(Object.entries(writers))('%s gives the bytes of the whole', (_name, write) => {
    const expected = Buffer.concat([...write(whole)]);
    expect(Buffer.concat([...write(parts(32, 64))]).equals(expected)).toBe(true);
    expect([...write(parts(32, 64))].length).toBeGreaterThan([...write(whole)].length);
    expect(() => [...write(parts(64))]).toThrow(/64 values/);
    expect(() => [...write(() => [whole, whole])]).toThrow(/192 values/);
  });

  test('padding follows the last part, so that the next tensor is where the header says', async () => {
    const bytes = Buffer.concat([
      ...ggufChunks({
        metadata: [],
        tensors: [tensor(parts(32, 64)), { ...tensor(whole), name: 'b', type: 'F32' }],
      }),
    ]);
    const file = await openGguf(memorySource('parts', bytes));
    expect(await file.readTensor('b')).toStrictEqual(whole);
    const plain = Buffer.concat([...safetensorsChunks([tensor(parts(32, 64))], {})]);
    expect(
      await (await openSafetensors(memorySource('parts', plain))).readTensor('a'),
    ).toStrictEqual(whole);
  });
});
