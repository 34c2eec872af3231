/** Reads GGUF files, versions 2 and 3 (ggml's gguf.md): the header first, then one tensor at a time. */

import { ByteCursor } from './byte-cursor';
import { readExactly, type ByteSource } from './byte-source';
import { readGgufMetadata } from './gguf-metadata';
import {
  GGUF_DEFAULT_ALIGNMENT,
  GGUF_LAYOUT_BY_ID,
  GGUF_MAGIC,
  aligned,
  ggufLayoutOf,
  type GgufValue,
} from './gguf-types';
import { decodeBfloat16, decodeFloat16 } from './half-precision';
import {
  MAXIMUM_ELEMENTS,
  MAXIMUM_GGUF_ALIGNMENT,
  MAXIMUM_GGUF_DIMENSIONS,
  MAXIMUM_METADATA_ENTRIES,
  MAXIMUM_NAME_BYTES,
  MAXIMUM_TENSORS,
} from './limits';
import { dequantizeQ4_0, dequantizeQ8_0 } from './quantization';
import { elementCount, partOf, type TensorEntry } from './tensor-entry';
import { releaseBytes } from './release-bytes';
import { WeightFileError } from './weight-file-error';

/** What the header of a GGUF file says. */
export interface GgufHeader {
  readonly name: string;
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** The byte each metadata key starts at, for errors about its value. */
  readonly metadataOffsets: ReadonlyMap<string, number>;
  /** In the order of their bytes. */
  readonly tensors: readonly TensorEntry[];
  /** Where the list of tensors ends, in bytes. */
  readonly headerEnd: number;
}

export interface GgufFile extends GgufHeader {
  /**
   * One tensor as floats in row-major order, dequantised: F32, F16, BF16, Q8_0 and Q4_0.
   * @throws {WeightFileError} no such tensor, another type, or bytes that cannot be read
   */
  readTensor(name: string): Promise<Float32Array<ArrayBuffer>>;
  /**
   * Some of a tensor's floats, so that a large one need not be in memory whole.
   * @param start first element, at the start of a block
   * @param count elements, whole blocks
   * @throws {WeightFileError} as `readTensor`, or a range that is not inside the tensor or cuts a block
   */
  readPart(name: string, start: number, count: number): Promise<Float32Array<ArrayBuffer>>;
  /**
   * One tensor's bytes as stored, whatever its type.
   * @throws {WeightFileError} no such tensor, or bytes that cannot be read
   */
  readRaw(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Some of a tensor's bytes as stored: `count` elements from element `start` on, whole blocks.
   * @throws {WeightFileError} as `readPart`
   */
  readRawPart(name: string, start: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads and checks the header.
 * @throws {WeightFileError} the file is truncated, breaks the format or exceeds a cap
 */
export async function openGguf(source: ByteSource): Promise<GgufFile> {
  const header = await readHeader(source);
  const byName = new Map(header.tensors.map((entry) => [entry.name, entry]));
  const entryOf = (name: string): TensorEntry => {
    const entry = byName.get(name);
    if (entry !== undefined) return entry;
    throw new WeightFileError(
      source.name,
      header.headerEnd,
      `the header ends without a tensor named ${JSON.stringify(name.slice(0, 80))}`,
    );
  };
  const readRaw = async (name: string) => {
    const { offset, byteLength } = entryOf(name);
    return readExactly(source, offset, byteLength);
  };
  const decode = (entry: TensorEntry, bytes: Uint8Array<ArrayBuffer>) => {
    const values = decoded(entry, bytes);
    if (values.buffer !== bytes.buffer) releaseBytes(bytes);
    return values;
  };
  const decoded = ({ name, type, offset }: TensorEntry, bytes: Uint8Array<ArrayBuffer>) => {
    switch (type) {
      case 'F32':
        return new Float32Array(bytes.buffer);
      case 'F16':
        return decodeFloat16(new Uint16Array(bytes.buffer));
      case 'BF16':
        return decodeBfloat16(new Uint16Array(bytes.buffer));
      case 'Q8_0':
        return dequantizeQ8_0(bytes);
      case 'Q4_0':
        return dequantizeQ4_0(bytes);
      default:
        throw new WeightFileError(
          source.name,
          offset,
          `tensor ${JSON.stringify(name.slice(0, 80))} is stored as ${type}, which is not read: take a file with F32, F16, Q8_0 or Q4_0`,
        );
    }
  };
  const readRawPart = async (name: string, start: number, count: number) => {
    const entry = entryOf(name);
    const range = partOf(source, entry, start, count, ggufLayoutOf(entry.type).blockElements);
    return readExactly(source, range.offset, range.byteLength);
  };
  return {
    ...header,
    readRaw,
    readRawPart,
    readTensor: async (name) => decode(entryOf(name), await readRaw(name)),
    readPart: async (name, start, count) =>
      decode(entryOf(name), await readRawPart(name, start, count)),
  };
}

async function readHeader(source: ByteSource): Promise<GgufHeader> {
  const cursor = new ByteCursor(source);
  const magic = String.fromCharCode(...(await cursor.bytes(GGUF_MAGIC.length)));
  if (magic !== GGUF_MAGIC)
    cursor.fail(0, `a GGUF file starts with "${GGUF_MAGIC}"; this does not`);
  const version = await cursor.uint32();
  if (version !== 2 && version !== 3) {
    const reason =
      version === 0x0200_0000 || version === 0x0300_0000
        ? 'the file is big-endian'
        : `GGUF version ${version}`;
    cursor.fail(4, `${reason} is not read; expected little-endian version 2 or 3: convert it anew`);
  }
  const tensorCount = await cursor.count('the tensor count', MAXIMUM_TENSORS);
  const entryCount = await cursor.count('the metadata entry count', MAXIMUM_METADATA_ENTRIES);
  const metadata = await readGgufMetadata(cursor, entryCount);
  const alignment = readAlignment(cursor, metadata.values, metadata.offsets);
  const listed: ListedTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < tensorCount; index++) {
    const tensor = await readTensorInformation(cursor, index);
    if (names.has(tensor.name)) {
      cursor.fail(tensor.listedAt, `the tensor name ${JSON.stringify(tensor.name)} occurs twice`);
    }
    names.add(tensor.name);
    listed.push(tensor);
  }
  return {
    name: source.name,
    version,
    metadata: metadata.values,
    metadataOffsets: metadata.offsets,
    tensors: layOut(cursor, source.byteLength, listed, alignment),
    headerEnd: cursor.position,
  };
}

function readAlignment(
  cursor: ByteCursor,
  metadata: ReadonlyMap<string, GgufValue>,
  offsets: ReadonlyMap<string, number>,
): number {
  const key = 'general.alignment';
  const stated = metadata.get(key);
  if (stated === undefined) return GGUF_DEFAULT_ALIGNMENT;
  const alignment = stated.type === 'uint32' ? stated.value : 0;
  const isPowerOfTwo = alignment > 0 && Number.isInteger(Math.log2(alignment));
  if (!isPowerOfTwo || alignment < 8 || alignment > MAXIMUM_GGUF_ALIGNMENT) {
    cursor.fail(
      offsets.get(key) ?? 0,
      `${key} is not a uint32 power of two from 8 to ${MAXIMUM_GGUF_ALIGNMENT}`,
    );
  }
  return alignment;
}

/** A tensor as listed: its offset is still relative to the data section, which starts where the list ends. */
interface ListedTensor extends TensorEntry {
  readonly listedAt: number;
}

async function readTensorInformation(cursor: ByteCursor, index: number): Promise<ListedTensor> {
  const listedAt = cursor.position;
  const name = await cursor.string(`the name of tensor ${index}`, MAXIMUM_NAME_BYTES);
  const fail = (offset: number, rule: string): never =>
    cursor.fail(offset, `tensor ${JSON.stringify(name.slice(0, 80))} ${rule}`);
  const dimensionsAt = cursor.position;
  const dimensions = await cursor.uint32();
  if (dimensions > MAXIMUM_GGUF_DIMENSIONS) {
    fail(dimensionsAt, `has ${dimensions} dimensions, more than ${MAXIMUM_GGUF_DIMENSIONS}`);
  }
  const shape: number[] = [];
  for (let dimension = 0; dimension < dimensions; dimension++) {
    // ggml lists the contiguous dimension first; PyTorch has it last.
    shape.unshift(await cursor.count(`a dimension of tensor ${index}`, MAXIMUM_ELEMENTS));
  }
  const elements = elementCount(shape);
  if (elements === null) {
    return fail(
      dimensionsAt,
      `of shape [${shape.join(', ')}] has more than ${MAXIMUM_ELEMENTS} elements`,
    );
  }
  const typeAt = cursor.position;
  const typeNumber = await cursor.uint32();
  const layout = GGUF_LAYOUT_BY_ID.get(typeNumber);
  if (layout === undefined) {
    return fail(typeAt, `has type ${typeNumber}, which is not one of ggml's`);
  }
  const row = shape.at(-1) ?? 1;
  if (row % layout.blockElements !== 0) {
    fail(
      typeAt,
      `has rows of ${row} values, but ${layout.name} stores blocks of ${layout.blockElements}`,
    );
  }
  const offset = await cursor.count(`the offset of tensor ${index}`, Number.MAX_SAFE_INTEGER);
  const byteLength = (elements / layout.blockElements) * layout.blockBytes;
  return { name, type: layout.name, shape, elements, offset, byteLength, listedAt };
}

/** Every tensor starts where the one before it ends, rounded up to the alignment; the last one ends the file. */
function layOut(
  cursor: ByteCursor,
  fileBytes: number,
  listed: readonly ListedTensor[],
  alignment: number,
): readonly TensorEntry[] {
  const start = aligned(cursor.position, alignment);
  let end = cursor.position;
  const inOrder = [...listed].sort(
    (left, right) => left.offset - right.offset || left.byteLength - right.byteLength,
  );
  const tensors = inOrder.map(({ listedAt, ...tensor }): TensorEntry => {
    const offset = start + tensor.offset;
    const expected = aligned(end, alignment);
    if (offset !== expected) {
      cursor.fail(
        listedAt,
        `tensor ${JSON.stringify(tensor.name)} is said to start at byte ${offset}; the data before it end at byte ${end}, so it must start at ${expected}`,
      );
    }
    end = offset + tensor.byteLength;
    return { ...tensor, offset };
  });
  // Writers may leave out the padding after the last tensor.
  if (fileBytes < end || fileBytes > aligned(end, alignment)) {
    cursor.fail(
      end,
      `the header's tensors end here, but the file has ${fileBytes} bytes: it is ${fileBytes < end ? 'truncated' : 'longer than its header says'}`,
    );
  }
  return tensors;
}
