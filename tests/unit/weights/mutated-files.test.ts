/** Thousands of damaged files: each is either read or refused with a WeightFileError, and quickly. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/weights/byte-source';
import { openCheckpoint } from '../../../src/weights/checkpoint';
import { openGguf } from '../../../src/weights/gguf-reader';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { encodeSafetensors } from '../../../src/weights/safetensors-writer';
import { encodeT5Gguf, t5TensorTypes } from '../../../src/weights/t5-gguf-writer';
import { WeightFileError } from '../../../src/weights/weight-file-error';
import { TINY_CONFIG_JSON, fixturePath, tinyT5Tensors } from './weight-fixtures';

type Mutation =
  | { readonly kind: 'byte'; readonly at: number; readonly value: number }
  | { readonly kind: 'integer'; readonly at: number; readonly value: bigint }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly at: number };

/** Counts and sizes that parsers have been broken with. */
const HOSTILE_INTEGERS = [
  0n,
  1n,
  31n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** Positions crowd into the header, where a byte decides most. */
function mutations(headerBytes: number, fileBytes: number): fc.Arbitrary<Mutation[]> {
  const at = fc.oneof(
    { weight: 9, arbitrary: fc.nat({ max: headerBytes - 1 }) },
    { weight: 1, arbitrary: fc.nat({ max: fileBytes - 1 }) },
  );
  const mutation = fc.oneof(
    fc.record({ kind: fc.constant('byte' as const), at, value: fc.nat({ max: 255 }) }),
    fc.record({
      kind: fc.constant('integer' as const),
      at,
      value: fc.oneof(fc.constantFrom(...HOSTILE_INTEGERS), fc.bigInt({ min: 0n, max: 300n })),
    }),
    fc.record({ kind: fc.constant('cut' as const), at, length: fc.integer({ min: 1, max: 64 }) }),
    fc.record({
      kind: fc.constant('insert' as const),
      at,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    }),
    fc.record({ kind: fc.constant('truncate' as const), at }),
  );
  return fc.array(mutation, { minLength: 1, maxLength: 3 });
}

function mutate(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  const at = Math.min(mutation.at, bytes.byteLength);
  switch (mutation.kind) {
    case 'byte':
      return bytes.with(Math.min(at, bytes.byteLength - 1), mutation.value);
    case 'integer': {
      const changed = bytes.slice();
      const integer = new Uint8Array(BigUint64Array.of(mutation.value).buffer);
      changed.set(integer.subarray(0, Math.max(0, bytes.byteLength - at)), at);
      return changed;
    }
    case 'cut':
      return new Uint8Array(
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + mutation.length)]),
      );
    case 'insert':
      return new Uint8Array(
        Buffer.concat([bytes.subarray(0, at), mutation.bytes, bytes.subarray(at)]),
      );
    case 'truncate':
      return bytes.slice(0, Math.max(1, at));
    default:
      return mutation satisfies never;
  }
}

const tensors = tinyT5Tensors();
const gguf = encodeT5Gguf({
  modelName: 'tiny',
  configJson: TINY_CONFIG_JSON,
  tensors,
  types: t5TensorTypes('Q8_0', 'Q4_0'),
});
const everyValueType = new Uint8Array(readFileSync(fixturePath('every-value-type-v3.gguf')));
const safetensors = encodeSafetensors(tensors, { format: 'pt' });

async function readGgufWhole(name: string, bytes: Uint8Array): Promise<void> {
  const file = await openGguf(memorySource(name, bytes));
  for (const tensor of file.tensors) {
    expect(await file.readTensor(tensor.name)).toHaveLength(tensor.elements);
  }
}

async function readSafetensorsWhole(name: string, bytes: Uint8Array): Promise<void> {
  const file = await openSafetensors(memorySource(name, bytes));
  for (const tensor of file.tensors) {
    expect(await file.readTensor(tensor.name)).toHaveLength(tensor.elements);
  }
}

async function readCheckpointWhole(name: string, bytes: Uint8Array): Promise<void> {
  const checkpoint = await openCheckpoint(memorySource(name, bytes));
  for (const tensor of checkpoint.names) await checkpoint.readTensor(tensor);
}

const CASES = [
  { title: 'a T5 in GGUF', bytes: gguf, headerBytes: 3900, read: readCheckpointWhole },
  { title: 'every GGUF value type', bytes: everyValueType, headerBytes: 1150, read: readGgufWhole },
  {
    title: 'a T5 in safetensors',
    bytes: safetensors,
    headerBytes: 5300,
    read: readCheckpointWhole,
  },
  {
    title: 'safetensors on their own',
    bytes: safetensors,
    headerBytes: 5300,
    read: readSafetensorsWhole,
  },
];

const MUTANTS = 1500;

describe.each(CASES)('$title', ({ bytes, headerBytes, read }) => {
  it('is read when it is whole', async () => {
    await read('whole', bytes);
    expect(headerBytes).toBeLessThan(bytes.byteLength);
  });

  it(`survives ${MUTANTS} mutations`, { timeout: 60_000 }, async () => {
    const refusals: WeightFileError[] = [];
    await fc.assert(
      fc.asyncProperty(mutations(headerBytes, bytes.byteLength), async (changes) => {
        try {
          await read('mutant', changes.reduce(mutate, bytes));
        } catch (error) {
          if (!(error instanceof WeightFileError)) throw error;
          refusals.push(error);
        }
      }),
      { numRuns: MUTANTS, seed: 3 },
    );
    // Most damage must be noticed: a reader that lets everything pass would not fail above.
    expect(refusals.length).toBeGreaterThan(MUTANTS / 2);
    for (const { message, byteOffset, rule } of refusals) {
      expect(message).toBe(`mutant, byte ${byteOffset}: ${rule}`);
      expect(byteOffset).toBeGreaterThanOrEqual(0);
      expect(Number.isSafeInteger(byteOffset)).toBe(true);
    }
  });
});
