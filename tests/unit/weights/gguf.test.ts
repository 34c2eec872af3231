/** GGUF: files made by hand from the specification, round trips, and a table of broken files. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../../../scripts/file-source';
import { memorySource, type ByteSource } from '../../../src/weights/byte-source';
import { openGguf } from '../../../src/weights/gguf-reader';
import type { GgufValue } from '../../../src/weights/gguf-types';
import { encodeGguf, ggufChunks } from '../../../src/weights/gguf-writer';
import { dequantizeQ4_0, dequantizeQ8_0 } from '../../../src/weights/quantization';
import { fixturePath, pseudoRandomFloats, weightFileErrorOf } from './weight-fixtures';

const EXPECTED_METADATA: Readonly<Record<string, GgufValue>> = {
  'general.architecture': { type: 'string', value: 'every-value-type' },
  'number.uint8': { type: 'uint8', value: 255 },
  'number.int8': { type: 'int8', value: -1 },
  'number.uint16': { type: 'uint16', value: 65_535 },
  'number.int16': { type: 'int16', value: -2 },
  'number.uint32': { type: 'uint32', value: 4_294_967_295 },
  'number.int32': { type: 'int32', value: -3 },
  'number.float32': { type: 'float32', value: 0.5 },
  'bool.true': { type: 'bool', value: true },
  'bool.false': { type: 'bool', value: false },
  'string.empty': { type: 'string', value: '' },
  'string.umlaut': { type: 'string', value: 'Überschlag ▁72' },
  'number.uint64': { type: 'uint64', value: 2n ** 64n - 1n },
  'number.int64': { type: 'int64', value: -(2n ** 63n) },
  'number.float64': { type: 'float64', value: 0.1 },
  'array.uint8': { type: 'array', element: 'uint8', values: Uint8Array.of(1, 2, 255) },
  'array.int16': { type: 'array', element: 'int16', values: Int16Array.of(-1, 7) },
  'array.float32': { type: 'array', element: 'float32', values: Float32Array.of(-1.5, 2) },
  'array.bool': { type: 'array', element: 'bool', values: [true, false, true] },
  'array.string': { type: 'array', element: 'string', values: ['<pad>', '', '▁two'] },
  'array.empty': { type: 'array', element: 'string', values: [] },
  'array.int64': { type: 'array', element: 'int64', values: BigInt64Array.of(-1n, 2n ** 40n) },
  'array.float64': { type: 'array', element: 'float64', values: Float64Array.of(-0.25) },
  'array.nested': {
    type: 'array',
    element: 'array',
    values: [
      { type: 'array', element: 'uint32', values: Uint32Array.of(1, 2) },
      {
        type: 'array',
        element: 'array',
        values: [{ type: 'array', element: 'string', values: ['deep'] }],
      },
    ],
  },
  ['__proto__']: { type: 'uint32', value: 7 },
  'general.alignment': { type: 'uint32', value: 64 },
};

const expectedEntries = Object.entries(EXPECTED_METADATA);

describe.each([2, 3])('a version %i file made by hand', (version) => {
  const path = fixturePath(`every-value-type-v${version}.gguf`);

  it('has every value as the specification stores it', async () => {
    const file = await openGguf(fileSource(path));
    expect(file.version).toBe(version);
    expect([...file.metadata]).toStrictEqual(expectedEntries);
  });

  it('lists its tensors in PyTorch order at the alignment the file states', async () => {
    const { tensors, headerEnd } = await openGguf(fileSource(path));
    const start = Math.ceil(headerEnd / 64) * 64;
    expect(tensors).toStrictEqual([
      { name: 'matrix', type: 'F16', shape: [2, 3], elements: 6, offset: start, byteLength: 12 },
      { name: 'vector', type: 'F32', shape: [3], elements: 3, offset: start + 64, byteLength: 12 },
      {
        name: 'brain',
        type: 'BF16',
        shape: [1, 1, 1, 2],
        elements: 2,
        offset: start + 128,
        byteLength: 4,
      },
    ]);
  });

  it('decodes its tensors', async () => {
    const file = await openGguf(fileSource(path));
    expect(await file.readTensor('matrix')).toStrictEqual(
      Float32Array.of(0, 1, -2, 65_504, 2 ** -24, Infinity),
    );
    expect(await file.readTensor('vector')).toStrictEqual(Float32Array.of(1, 2, 3));
    expect(await file.readTensor('brain')).toStrictEqual(Float32Array.of(1, -2));
    expect(await file.readRaw('brain')).toStrictEqual(Uint8Array.of(0x80, 0x3f, 0, 0xc0));
  });
});

describe('writing', () => {
  const data = pseudoRandomFloats(128);
  const tensors = [
    { name: 'plain', shape: [3], type: 'F32', data: data.subarray(0, 3) },
    { name: 'half', shape: [1, 5], type: 'F16', data: data.subarray(0, 5) },
    { name: 'eight', shape: [2, 64], type: 'Q8_0', data },
    { name: 'four', shape: [4, 32], type: 'Q4_0', data },
  ] as const;
  const metadata = expectedEntries.filter(([key]) => key !== 'general.alignment');

  it('writes every value type so that it is read back unchanged', async () => {
    const file = await openGguf(memorySource('again', encodeGguf({ metadata, tensors })));
    expect([...file.metadata]).toStrictEqual(metadata);
  });

  it('writes every tensor type, aligned to 32 bytes', async () => {
    const bytes = encodeGguf({ metadata, tensors });
    const file = await openGguf(memorySource('again', bytes));
    expect(file.tensors.map(({ name, shape, type }) => ({ name, shape, type }))).toStrictEqual(
      tensors.map(({ name, shape, type }) => ({ name, shape, type })),
    );
    expect(file.tensors.every(({ offset }) => offset % 32 === 0)).toBe(true);
    expect(bytes.byteLength % 32).toBe(0);
    expect(await file.readTensor('plain')).toStrictEqual(data.slice(0, 3));
    const eight = await file.readTensor('eight');
    expect(eight).toStrictEqual(dequantizeQ8_0(await file.readRaw('eight')));
    eight.forEach((value, index) => expect(value).toBeCloseTo(data[index] ?? NaN, 2));
    const four = await file.readTensor('four');
    expect(four).toStrictEqual(dequantizeQ4_0(await file.readRaw('four')));
  });

  it('streams the same bytes', () => {
    const chunks = [...ggufChunks({ metadata, tensors })];
    expect(Buffer.concat(chunks).equals(encodeGguf({ metadata, tensors }))).toBe(true);
  });

  const vector = { name: 'a', shape: [2], type: 'F32', data: data.subarray(0, 2) } as const;

  it.each([
    [{ metadata: [], tensors: [vector, vector] }, 'two tensors are named "a"'],
    [{ metadata: [], tensors: [{ ...vector, shape: [3] }] }, 'of shape [3] has 2 values'],
    [{ metadata: [], tensors: [{ ...vector, shape: [1, 1, 1, 1, 2] }] }, 'has 5 dimensions'],
    [{ metadata: [], tensors: [{ ...vector, name: 'n'.repeat(64) }] }, 'longer than 63 bytes'],
    [{ metadata: [], tensors: [{ ...vector, type: 'Q8_0' as const }] }, 'has rows of 2 values'],
    [
      {
        metadata: [],
        tensors: [{ ...vector, type: 'Q4_0' as const, shape: [32, 2], data: data.subarray(0, 64) }],
      },
      'Q4_0 needs a multiple of 32',
    ],
    [
      {
        metadata: [],
        tensors: [
          { ...vector, type: 'Q8_0' as const, shape: [32], data: new Float32Array(32).fill(NaN) },
        ],
      },
      'tensor a: values 0 to 31 are not finite',
    ],
    [
      { metadata: [...metadata.slice(0, 1), ...metadata.slice(0, 1)], tensors: [] },
      'the metadata key "general.architecture" occurs twice',
    ],
    [{ metadata: expectedEntries.slice(-1), tensors: [] }, 'data are always aligned to 32 bytes'],
    [
      { metadata: [['k', { type: 'string', value: 'x'.repeat(8_388_609) }] as const], tensors: [] },
      'longer than 8388608 bytes',
    ],
    [
      {
        metadata: [
          ['k', { type: 'array', element: 'uint8', values: new Uint8Array(25_000_000) }] as const,
        ],
        tensors: [],
      },
      'its header has 25000049 bytes, more than 25000000',
    ],
  ])('refuses what cannot be read back: %#', (file, rule) => {
    expect(() => encodeGguf(file)).toThrow(rule);
  });
});

describe('reading in ranges', () => {
  it('reads the header forwards in chunks and a tensor with one range', async () => {
    const pieces = Array.from({ length: 30_000 }, (_, index) => `▁piece${index}`);
    const bytes = encodeGguf({
      metadata: [['tokens', { type: 'array', element: 'string', values: pieces }]],
      tensors: [
        { name: 'a', shape: [100_000], type: 'F32', data: pseudoRandomFloats(100_000) },
        { name: 'b', shape: [32], type: 'Q8_0', data: pseudoRandomFloats(32) },
      ],
    });
    const memory = memorySource('counted', bytes);
    const ranges: [number, number][] = [];
    const source: ByteSource = {
      ...memory,
      read: (offset, length) => {
        ranges.push([offset, length]);
        return memory.read(offset, length);
      },
    };
    const file = await openGguf(source);
    expect(file.metadata.get('tokens')).toStrictEqual({
      type: 'array',
      element: 'string',
      values: pieces,
    });
    expect(ranges.length).toBeGreaterThan(5);
    let end = 0;
    for (const [offset, length] of ranges) {
      expect(offset).toBe(end);
      end = offset + length;
    }
    expect(end).toBeLessThan(file.headerEnd + 65_536);
    ranges.length = 0;
    await file.readTensor('b');
    expect(ranges).toStrictEqual([[file.tensors[1]?.offset, 34]]);
  });
});

/** Little-endian bytes: numbers are uint32, bigints uint64, strings as GGUF stores them. */
function header(...parts: readonly (number | bigint | string | Uint8Array)[]): Uint8Array {
  const chunks: Uint8Array[] = [new TextEncoder().encode('GGUF')];
  for (const part of parts) {
    if (part instanceof Uint8Array) chunks.push(part);
    else if (typeof part === 'number') chunks.push(new Uint8Array(Uint32Array.of(part).buffer));
    else if (typeof part === 'bigint') chunks.push(new Uint8Array(BigUint64Array.of(part).buffer));
    else {
      const bytes = new TextEncoder().encode(part);
      chunks.push(new Uint8Array(BigUint64Array.of(BigInt(bytes.byteLength)).buffer), bytes);
    }
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

/** Room after the header: the longest tensor list here ends before byte 96. */
const ROOM = new Uint8Array(256);

describe('broken files', () => {
  it.each<[string, Uint8Array, number, string]>([
    ['an empty file', new Uint8Array(0), 0, 'the file ends at byte 0'],
    ['another magic', new TextEncoder().encode('GGML....'), 0, 'starts with "GGUF"'],
    ['version 1', header(1, 0n, 0n), 4, 'GGUF version 1 is not read'],
    ['version 4', header(4, 0n, 0n), 4, 'GGUF version 4 is not read'],
    ['a big-endian file', header(0x0300_0000, 0n, 0n), 4, 'big-endian'],
    ['a cut count', header(3, 0), 8, '8 bytes are needed here, but the file ends at byte 12'],
    [
      'tensors without end',
      header(3, 2n ** 64n - 1n, 0n),
      8,
      'tensor count is 18446744073709551615',
    ],
    [
      'metadata without end',
      header(3, 0n, 100_001n),
      16,
      'entry count is 100001, more than 100000',
    ],
    ['a long key', header(3, 0n, 1n, 65_536n), 24, 'metadata key 0 is 65536, more than 65535'],
    ['a key past the end', header(3, 0n, 1n, 9n), 32, '9 bytes are needed here'],
    ['a key that is not UTF-8', header(3, 0n, 1n, 1n, Uint8Array.of(0xff)), 32, 'not valid UTF-8'],
    ['an unknown value type', header(3, 0n, 1n, 'k', 13), 33, 'value type 13 is unknown'],
    ['a bool of 2', header(3, 0n, 1n, 'k', 7, Uint8Array.of(2)), 37, 'a metadata bool is 2'],
    ['a long string', header(3, 0n, 1n, 'k', 8, 8_388_609n), 37, 'more than 8388608'],
    ['a string past the end', header(3, 0n, 1n, 'k', 8, 500n), 45, '500 bytes are needed here'],
    ['a long array', header(3, 0n, 1n, 'k', 9, 0, 2n ** 40n), 41, 'more than 25000000'],
    ['an array past the end', header(3, 0n, 1n, 'k', 9, 12, 1000n), 49, '8000 bytes are needed'],
    ['an array of unknown type', header(3, 0n, 1n, 'k', 9, 99, 0n), 37, 'value type 99 is unknown'],
    ['strings without end', header(3, 0n, 1n, 'k', 9, 8, 1_000_001n), 37, 'more than 1000000'],
    [
      'deep arrays',
      header(3, 0n, 1n, 'k', 9, ...Array.from({ length: 9 }, () => [9, 1n]).flat()),
      85,
      'nested deeper than 4',
    ],
    ['a key twice', header(3, 0n, 2n, 'k', 4, 0, 'k', 4, 0), 41, 'metadata key "k" occurs twice'],
    [
      'an alignment of 3',
      header(3, 0n, 1n, 'general.alignment', 4, 3),
      24,
      'general.alignment is not a uint32 power of two from 8 to 65536',
    ],
    ['an alignment of 0', header(3, 0n, 1n, 'general.alignment', 4, 0), 24, 'power of two'],
    ['an alignment of 2 GB', header(3, 0n, 1n, 'general.alignment', 4, 2 ** 31), 24, 'power of'],
    ['an alignment of text', header(3, 0n, 1n, 'general.alignment', 8, '32'), 24, 'power of two'],
    ['a long tensor name', header(3, 1n, 0n, 257n), 24, 'name of tensor 0 is 257, more than 256'],
    ['five dimensions', header(3, 1n, 0n, 't', 5), 33, 'has 5 dimensions, more than 4'],
    ['a boundless dimension', header(3, 1n, 0n, 't', 1, 2n ** 63n), 37, 'more than 1073741824'],
    [
      'a product that overflows',
      header(3, 1n, 0n, 't', 3, 2n ** 20n, 2n ** 20n, 0n, 0, 0n),
      33,
      'tensor "t" of shape [0, 1048576, 1048576] has more than',
    ],
    [
      'an unknown tensor type',
      header(3, 1n, 0n, 't', 1, 4n, 4, 0n),
      45,
      'has type 4, which is not',
    ],
    ['half a block', header(3, 1n, 0n, 't', 1, 48n, 8, 0n), 45, 'rows of 48 values, but Q8_0'],
    [
      'an offset beyond 2^53',
      header(3, 1n, 0n, 't', 1, 4n, 0, 2n ** 53n),
      49,
      'offset of tensor 0',
    ],
    [
      'a tensor twice',
      header(3, 2n, 0n, 't', 1, 8n, 0, 0n, 't', 1, 8n, 0, 32n, ROOM),
      57,
      'tensor name "t" occurs twice',
    ],
    [
      'a tensor that starts late',
      header(3, 1n, 0n, 't', 1, 8n, 0, 32n, ROOM),
      24,
      'said to start at byte 96; the data before it end at byte 57, so it must start at 64',
    ],
    [
      'a tensor inside another',
      header(3, 2n, 0n, 't', 1, 16n, 0, 0n, 'u', 1, 8n, 0, 32n, ROOM),
      57,
      'said to start at byte 128; the data before it end at byte 160',
    ],
    [
      'a tensor off the alignment',
      header(3, 2n, 0n, 't', 1, 1n, 0, 0n, 'u', 1, 8n, 0, 4n, ROOM),
      57,
      'must start at 128',
    ],
    [
      'a truncated file',
      header(3, 1n, 0n, 't', 1, 8n, 0, 0n, new Uint8Array(7 + 31)),
      96,
      'the file has 95 bytes: it is truncated',
    ],
    [
      'bytes after the last tensor',
      header(3, 1n, 0n, 't', 1, 8n, 0, 0n, new Uint8Array(7 + 33)),
      96,
      'the file has 97 bytes: it is longer than its header says',
    ],
  ])('%s', async (_title, file, byteOffset, rule) => {
    const error = await weightFileErrorOf(openGguf(memorySource('bad.gguf', file)));
    expect(error.message).toBe(`bad.gguf, byte ${error.byteOffset}: ${error.rule}`);
    expect(error.rule).toContain(rule);
    expect(error.byteOffset).toBe(byteOffset);
  });

  it('stops a header that goes on past the cap', async () => {
    const array = header(3, 0n, 2n, 'a', 9, 0, 24_000_000n, new Uint8Array(24_000_000));
    const more = new Uint8Array(Buffer.concat([array, header('b', 9, 0, 2_000_000n).subarray(4)]));
    const file = new Uint8Array(26_000_100);
    file.set(more);
    const error = await weightFileErrorOf(openGguf(memorySource('long.gguf', file)));
    expect(error.rule).toContain('the header goes on past 25000000 bytes');
  });

  it('refuses, only when it is read, a tensor whose type is not decoded', async () => {
    const file = header(3, 1n, 0n, 't', 1, 256n, 12, 0n, new Uint8Array(7 + 144));
    const opened = await openGguf(memorySource('k.gguf', file));
    expect(await opened.readRaw('t')).toHaveLength(144);
    const error = await weightFileErrorOf(opened.readTensor('t'));
    expect(error.message).toBe(
      'k.gguf, byte 64: tensor "t" is stored as Q4_K, which is not read: take a file with F32, F16, Q8_0 or Q4_0',
    );
    expect((await weightFileErrorOf(opened.readTensor('u'))).rule).toContain('named "u"');
  });

  it('refuses every truncation of a whole file', async () => {
    const whole = new Uint8Array(readFileSync(fixturePath('every-value-type-v2.gguf')));
    for (let length = 0; length < whole.byteLength; length++) {
      const error = await weightFileErrorOf(
        openGguf(memorySource('cut.gguf', whole.subarray(0, length))),
      );
      expect(error.byteOffset).toBeLessThanOrEqual(whole.byteLength);
    }
  });
});
