/** safetensors: round trips, every element type, and a table of broken files. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blobSource, memorySource } from '../../../src/weights/byte-source';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { encodeSafetensors, safetensorsChunks } from '../../../src/weights/safetensors-writer';
import { bytesOf, pseudoRandomFloats, weightFileErrorOf } from './weight-fixtures';

/** A file with this header text and this many bytes of data. */
function safetensorsFile(header: string, data: Uint8Array | number = 0): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(header);
  const bytes = typeof data === 'number' ? new Uint8Array(data) : data;
  const file = new Uint8Array(8 + json.byteLength + bytes.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.byteLength), true);
  file.set(json, 8);
  file.set(bytes, 8 + json.byteLength);
  return file;
}

function oneTensor(dtype: string, shape: readonly number[], data: ArrayBufferView) {
  const bytes = bytesOf(data);
  const header = { t: { dtype, shape, data_offsets: [0, bytes.byteLength] } };
  return memorySource('one.safetensors', safetensorsFile(JSON.stringify(header), bytes));
}

describe('writing and reading', () => {
  it('gives back what was written, from memory and from a Blob', async () => {
    const tensors = [
      { name: 'a', shape: [2, 3], data: pseudoRandomFloats(6) },
      { name: '__proto__', shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) },
      { name: 'scalar', shape: [], data: Float32Array.of(NaN) },
      { name: 'empty', shape: [0, 4], data: new Float32Array(0) },
    ];
    const metadata = { format: 'pt', note: '"quoted" ▁ \u0000' };
    const file = encodeSafetensors(tensors, metadata);
    for (const source of [memorySource('m', file), blobSource('b', new Blob([file]))]) {
      const opened = await openSafetensors(source);
      expect({ ...opened.metadata }).toStrictEqual(metadata);
      expect(opened.tensors.map(({ name, shape }) => ({ name, shape }))).toStrictEqual(
        tensors.map(({ name, shape }) => ({ name, shape })),
      );
      for (const { name, data } of tensors) {
        expect(await opened.readTensor(name)).toStrictEqual(data);
      }
      expect(opened.headerEnd % 8).toBe(0);
    }
  });

  it('round-trips any tensors and metadata', async () => {
    const tensor = fc.oneof(
      fc.float32Array({ maxLength: 20 }).map((data) => ({ data, shape: [data.length] })),
      fc.int32Array({ maxLength: 20 }).map((data) => ({ data, shape: [1, data.length, 1] })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary', maxLength: 40 }), tensor, { maxKeys: 5 }),
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
        async (tensors, metadata) => {
          const listed = Object.entries(tensors).map(([name, rest]) => ({ name, ...rest }));
          const opened = await openSafetensors(
            memorySource('any', encodeSafetensors(listed, metadata)),
          );
          expect(Object.entries(opened.metadata)).toStrictEqual(Object.entries(metadata));
          expect(opened.tensors).toHaveLength(listed.length);
          for (const { name, data } of listed) {
            const read = await opened.readTensor(name);
            expect(Buffer.compare(bytesOf(read), bytesOf(data))).toBe(0);
          }
        },
      ),
      { numRuns: 200, seed: 2 },
    );
  });

  it('streams the same bytes without copying the tensors', () => {
    const data = pseudoRandomFloats(8);
    const chunks = [...safetensorsChunks([{ name: 'a', shape: [8], data }], {})];
    expect(chunks[1]?.buffer).toBe(data.buffer);
    const whole = encodeSafetensors([{ name: 'a', shape: [8], data }], {});
    expect(Buffer.concat(chunks).equals(whole)).toBe(true);
  });

  it('reads a tensor with one range of the file, and never the whole of it', async () => {
    const file = encodeSafetensors(
      [
        { name: 'a', shape: [100], data: pseudoRandomFloats(100) },
        { name: 'b', shape: [4], data: pseudoRandomFloats(4) },
      ],
      {},
    );
    const memory = memorySource('counted', file);
    const lengths: number[] = [];
    const opened = await openSafetensors({
      ...memory,
      read: (offset, length) => {
        lengths.push(length);
        return memory.read(offset, length);
      },
    });
    await opened.readTensor('b');
    expect(lengths).toStrictEqual([8, opened.headerEnd - 8, 16]);
  });
});

describe('element types', () => {
  it.each([
    ['F16', Uint16Array.of(0x3c00, 0xc000), Float32Array.of(1, -2)],
    ['BF16', Uint16Array.of(0x3f80, 0xc000), Float32Array.of(1, -2)],
    ['F64', Float64Array.of(0.1, -Infinity), Float32Array.of(0.1, -Infinity)],
    ['BOOL', Uint8Array.of(0, 1), Int32Array.of(0, 1)],
    ['U8', Uint8Array.of(0, 255), Int32Array.of(0, 255)],
    ['I8', Int8Array.of(-128, 127), Int32Array.of(-128, 127)],
    ['U16', Uint16Array.of(1, 65_535), Int32Array.of(1, 65_535)],
    ['I16', Int16Array.of(-1, 300), Int32Array.of(-1, 300)],
    ['U32', Uint32Array.of(1, 2 ** 31 - 1), Int32Array.of(1, 2 ** 31 - 1)],
    ['I64', BigInt64Array.of(-100n, 7n), Int32Array.of(-100, 7)],
    ['U64', BigUint64Array.of(0n, 7n), Int32Array.of(0, 7)],
  ])('reads %s', async (dtype, stored, expected) => {
    const file = await openSafetensors(oneTensor(dtype, [2], stored));
    expect(await file.readTensor('t')).toStrictEqual(expected);
  });

  it.each([
    ['I64', BigInt64Array.of(0n, 2n ** 31n), 'element 1 is 2147483648'],
    ['I64', BigInt64Array.of(2n ** 53n + 1n), 'element 0 is 9007199254740993'],
    ['U32', Uint32Array.of(2 ** 32 - 1), 'element 0 is 4294967295'],
    ['F64', Float64Array.of(1e300), 'does not fit a 32-bit float'],
    ['F8_E4M3', Uint8Array.of(1), 'elements of type "F8_E4M3" are not read'],
    ['F6_MADE_UP', Uint8Array.of(1), 'elements of type "F6_MADE_UP" are not read'],
  ])('refuses a %s tensor only when it is read: %s', async (dtype, stored, rule) => {
    const file = await openSafetensors(oneTensor(dtype, [stored.length], stored));
    const error = await weightFileErrorOf(file.readTensor('t'));
    expect(error.byteOffset).toBe(file.headerEnd);
    expect(error.message).toContain(`one.safetensors, byte ${file.headerEnd}: tensor "t": `);
    expect(error.rule).toContain(rule);
  });

  it('says which tensor is not there', async () => {
    const file = await openSafetensors(oneTensor('U8', [1], Uint8Array.of(1)));
    const error = await weightFileErrorOf(file.readTensor('no\nsuch'));
    expect(error.rule).toBe('the header ends without a tensor named "no\\nsuch"');
  });
});

const F32 = '"dtype":"F32"';

describe('broken files', () => {
  it.each<[string, Uint8Array, number, string]>([
    ['an empty file', new Uint8Array(0), 0, 'the file ends at byte 0'],
    ['a cut length', new Uint8Array(7), 0, 'the file ends at byte 7'],
    [
      'a boundless header',
      Uint8Array.from({ length: 64 }, () => 0xff),
      0,
      'said to have 18446744073709551615 bytes, more than 25000000',
    ],
    [
      'a header past the end',
      Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 0x7b),
      8,
      '99 bytes are needed',
    ],
    ['no brace', safetensorsFile(' {}'), 8, 'does not start with "{"'],
    ['an empty header', safetensorsFile(''), 8, 'does not start with "{"'],
    ['text after the object', safetensorsFile('{} x'), 11, 'has ended, but the text goes on'],
    ['unclosed JSON', safetensorsFile('{"a":'), 13, 'a JSON value was expected'],
    ['an unclosed string', safetensorsFile('{"a'), 9, 'a JSON string starts here'],
    ['a bad escape', safetensorsFile('{"\\q":1}'), 9, 'a JSON string starts here'],
    ['a key without quotes', safetensorsFile('{a:1}'), 9, 'a JSON string was expected'],
    ['a trailing comma', safetensorsFile('{"a":1,}'), 15, 'a JSON string was expected'],
    ['a leading zero', safetensorsFile('{"a":01}'), 13, 'a JSON value was expected'],
    ['an endless number', safetensorsFile(`{"a":${'1'.repeat(99)}}`), 13, 'a JSON value'],
    [
      'deep nesting',
      safetensorsFile('{"a":[[['.padEnd(100_000, '[')),
      15,
      'nested deeper than 3 levels',
    ],
    ['a key twice', safetensorsFile('{"ü":1,"ü":2}'), 16, 'the key "ü" occurs twice'],
    [
      'values without end',
      safetensorsFile(`{"a":[${'0,'.repeat(2_000_000)}0]}`),
      4_000_010,
      'more than 2000000 values',
    ],
    ['a tensor that is a number', safetensorsFile('{"a":1}'), 8, 'tensor "a" is not described'],
    ['no dtype', safetensorsFile('{"a":{"shape":[],"data_offsets":[0,0]}}'), 8, 'has no dtype'],
    [
      'no shape',
      safetensorsFile(`{"a":{${F32},"data_offsets":[0,0]}}`),
      8,
      'a list of whole numbers',
    ],
    [
      'a fractional shape',
      safetensorsFile(`{"a":{${F32},"shape":[0.5],"data_offsets":[0,0]}}`),
      8,
      'a list of whole numbers',
    ],
    [
      'a negative shape',
      safetensorsFile(`{"a":{${F32},"shape":[-1],"data_offsets":[0,0]}}`),
      8,
      'a list of whole numbers',
    ],
    [
      'nine dimensions',
      safetensorsFile(`{"a":{${F32},"shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}`, 4),
      8,
      'has 9 dimensions, more than 8',
    ],
    [
      'a product that overflows',
      safetensorsFile(`{"a":{${F32},"shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}`),
      8,
      'has more than 1073741824 elements',
    ],
    [
      'offsets backwards',
      safetensorsFile(`{"a":{${F32},"shape":[1],"data_offsets":[4,0]}}`, 4),
      8,
      'not a start and an end after it',
    ],
    [
      'three offsets',
      safetensorsFile(`{"a":{${F32},"shape":[1],"data_offsets":[0,4,8]}}`, 4),
      8,
      'not a start and an end after it',
    ],
    [
      'a shape larger than its bytes',
      safetensorsFile(`{"a":{${F32},"shape":[2],"data_offsets":[0,4]}}`, 4),
      8,
      'needs 8 bytes, but data_offsets span 4',
    ],
    [
      'a long name',
      safetensorsFile(`{"${'ü'.repeat(129)}":{${F32},"shape":[1],"data_offsets":[0,4]}}`, 4),
      8,
      'a name longer than 256 bytes',
    ],
    [
      'metadata that are no strings',
      safetensorsFile('{"__metadata__":{"a":1}}'),
      8,
      '__metadata__ "a" is not a string',
    ],
    [
      'metadata that are a list',
      safetensorsFile('{"__metadata__":[]}'),
      8,
      'not an object of strings',
    ],
    [
      'metadata without end',
      safetensorsFile(`{"__metadata__":{"a":"${'x'.repeat(8_388_609)}"}}`),
      8,
      '__metadata__ "a" is longer than 8388608 bytes',
    ],
  ])('%s', async (_title, file, byteOffset, rule) => {
    const error = await weightFileErrorOf(openSafetensors(memorySource('bad.safetensors', file)));
    expect(error.message).toBe(`bad.safetensors, byte ${error.byteOffset}: ${error.rule}`);
    expect(error.rule).toContain(rule);
    expect(error.byteOffset).toBe(byteOffset);
  });

  const entry = (start: number, end: number) =>
    `{"dtype":"U8","shape":[${end - start}],"data_offsets":[${start},${end}]}`;

  it.each([
    ['a gap', `{"a":${entry(0, 4)},"b":${entry(5, 8)}}`, 8, 5, 'after a gap'],
    ['a gap at the start', `{"a":${entry(1, 8)}}`, 8, 1, 'after a gap'],
    ['an overlap', `{"b":${entry(3, 8)},"a":${entry(0, 4)}}`, 8, 3, 'inside the one before it'],
    ['a truncated file', `{"a":${entry(0, 8)}}`, 7, 8, 'it is truncated'],
    ['bytes after the last tensor', `{"a":${entry(0, 8)}}`, 9, 8, 'longer than its header says'],
  ])('%s', async (_title, header, dataBytes, dataOffset, rule) => {
    const file = safetensorsFile(header, dataBytes);
    const error = await weightFileErrorOf(openSafetensors(memorySource('bad', file)));
    expect(error.rule).toContain(rule);
    expect(error.byteOffset).toBe(8 + header.length + dataOffset);
  });

  it('refuses invalid UTF-8', async () => {
    const file = safetensorsFile('{"a":1}');
    file[10] = 0xff;
    const error = await weightFileErrorOf(openSafetensors(memorySource('bad', file)));
    expect(error.rule).toBe('the header is not valid UTF-8');
  });

  it('names the file and the byte when the source fails or changes', async () => {
    const good = memorySource('lost', safetensorsFile('{}'));
    const failing = { ...good, read: () => Promise.reject(new Error('disk gone')) };
    expect((await weightFileErrorOf(openSafetensors(failing))).message).toBe(
      'lost, byte 0: reading 8 bytes failed: disk gone',
    );
    const short = { ...good, read: () => Promise.resolve(new Uint8Array(3)) };
    expect((await weightFileErrorOf(openSafetensors(short))).rule).toContain('and 3 came');
  });

  it('keeps keys like __proto__ and constructor apart from the objects they could harm', async () => {
    const file = safetensorsFile(
      `{"__metadata__":{"__proto__":"x"},"__proto__":${entry(0, 1)},"constructor":${entry(1, 2)}}`,
      Uint8Array.of(5, 6),
    );
    const opened = await openSafetensors(memorySource('proto', file));
    expect(Object.entries(opened.metadata)).toStrictEqual([['__proto__', 'x']]);
    expect(opened.metadata['constructor']).toBeUndefined();
    expect(await opened.readTensor('__proto__')).toStrictEqual(Int32Array.of(5));
    expect(Object.prototype).not.toHaveProperty('x');
  });
});

describe('refusing to write what cannot be read back', () => {
  const data = new Float32Array(1);

  it.each([
    [[{ name: 'a', shape: [2], data }], {}, 'of shape [2] has 1 values'],
    [[{ name: '__metadata__', shape: [1], data }], {}, 'reserved'],
    [[{ name: 'n'.repeat(257), shape: [1], data }], {}, 'longer than 256 bytes'],
    [
      [
        { name: 'a', shape: [1], data },
        { name: 'a', shape: [1], data },
      ],
      {},
      'two tensors are named "a"',
    ],
    [[], { big: 'x'.repeat(8_388_609) }, 'metadata "big" is longer than 8388608 bytes'],
  ])('%#', (tensors, metadata, rule) => {
    expect(() => encodeSafetensors(tensors, metadata)).toThrow(rule);
  });
});
