/** Writes GGUF files, version 3 (ggml's gguf.md), whole or a tensor at a time. */

import {
  GGUF_DEFAULT_ALIGNMENT,
  GGUF_MAGIC,
  GGUF_VALUE_TYPES,
  GGUF_VERSION,
  aligned,
  ggufLayoutOf,
  type GgufTensorType,
  type GgufValue,
  type GgufValueType,
} from './gguf-types';
import { encodeFiniteFloat16 } from './half-precision';
import {
  MAXIMUM_GGUF_DIMENSIONS,
  MAXIMUM_HEADER_BYTES,
  MAXIMUM_STRING_BYTES,
  MAXIMUM_WRITTEN_GGUF_NAME_BYTES,
} from './limits';
import { quantizeQ4_0, quantizeQ8_0 } from './quantization';
import { elementCount } from './tensor-entry';

export interface GgufTensorToWrite {
  readonly name: string;
  /** `[rows, columns]` as in PyTorch; written in ggml's order. */
  readonly shape: readonly number[];
  readonly type: GgufTensorType;
  /**
   * Row-major; a function is called when the tensor's turn comes and gives it in parts of whole blocks, each
   * encoded before the next is asked for, so that only one part is in memory.
   */
  readonly data: Float32Array | (() => Iterable<Float32Array>);
}

/** A tensor that is read when its turn comes. */
export interface GgufTensorToStream extends Omit<GgufTensorToWrite, 'data'> {
  /** Row-major. */
  read(): Promise<Float32Array>;
}

type GgufTensorHeader = Pick<GgufTensorToWrite, 'name' | 'shape' | 'type'>;

export interface GgufToStream {
  readonly metadata: Iterable<readonly [string, GgufValue]>;
  readonly tensors: readonly GgufTensorToStream[];
}

export interface GgufToWrite {
  readonly metadata: Iterable<readonly [string, GgufValue]>;
  readonly tensors: Iterable<GgufTensorToWrite>;
}

/** Collects the header's bytes. */
class HeaderBytes {
  private bytes = new Uint8Array(4096);
  length = 0;

  private reserve(length: number): DataView {
    while (this.length + length > this.bytes.byteLength) {
      const larger = new Uint8Array(this.bytes.byteLength * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    const view = new DataView(this.bytes.buffer, this.length, length);
    this.length += length;
    return view;
  }

  append(bytes: Uint8Array): void {
    const { byteOffset } = this.reserve(bytes.byteLength);
    this.bytes.set(bytes, byteOffset);
  }

  uint32(value: number): void {
    this.reserve(4).setUint32(0, value, true);
  }

  uint64(value: number): void {
    this.reserve(8).setBigUint64(0, BigInt(value), true);
  }

  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    assertWritable(
      bytes.byteLength <= MAXIMUM_STRING_BYTES,
      `the string ${JSON.stringify(text.slice(0, 80))} is longer than ${MAXIMUM_STRING_BYTES} bytes`,
    );
    this.uint64(bytes.byteLength);
    this.append(bytes);
  }

  type(type: GgufValueType): void {
    this.uint32(GGUF_VALUE_TYPES.indexOf(type));
  }

  /** A value without its type. */
  value(value: GgufValue): void {
    switch (value.type) {
      case 'uint8':
        return this.reserve(1).setUint8(0, value.value);
      case 'int8':
        return this.reserve(1).setInt8(0, value.value);
      case 'uint16':
        return this.reserve(2).setUint16(0, value.value, true);
      case 'int16':
        return this.reserve(2).setInt16(0, value.value, true);
      case 'uint32':
        return this.reserve(4).setUint32(0, value.value, true);
      case 'int32':
        return this.reserve(4).setInt32(0, value.value, true);
      case 'float32':
        return this.reserve(4).setFloat32(0, value.value, true);
      case 'float64':
        return this.reserve(8).setFloat64(0, value.value, true);
      case 'uint64':
        return this.reserve(8).setBigUint64(0, value.value, true);
      case 'int64':
        return this.reserve(8).setBigInt64(0, value.value, true);
      case 'bool':
        return this.reserve(1).setUint8(0, value.value ? 1 : 0);
      case 'string':
        return this.string(value.value);
      case 'array':
        this.type(value.element);
        this.uint64(value.values.length);
        switch (value.element) {
          case 'string':
            return value.values.forEach((text) => this.string(text));
          case 'array':
            return value.values.forEach((array) => this.value(array));
          case 'bool':
            return this.append(Uint8Array.from(value.values, (item) => (item ? 1 : 0)));
          default: {
            // Typed arrays hold their bytes little-endian, as the file does, wherever browsers run.
            const { buffer, byteOffset, byteLength } = value.values;
            return this.append(new Uint8Array(buffer, byteOffset, byteLength));
          }
        }
    }
  }

  /** The bytes so far, padded with zeros to the alignment. */
  padded(): Uint8Array<ArrayBuffer> {
    const header = new Uint8Array(aligned(this.length, GGUF_DEFAULT_ALIGNMENT));
    header.set(this.bytes.subarray(0, this.length));
    return header;
  }
}

function assertWritable(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Error(`GGUF cannot be written: ${rule}`);
}

function storedBytes({ name, shape, type }: GgufTensorHeader): number {
  const title = JSON.stringify(name.slice(0, 80));
  const elements = elementCount(shape);
  assertWritable(
    new TextEncoder().encode(name).byteLength <= MAXIMUM_WRITTEN_GGUF_NAME_BYTES,
    `tensor name ${title} is longer than ${MAXIMUM_WRITTEN_GGUF_NAME_BYTES} bytes`,
  );
  assertWritable(
    shape.length <= MAXIMUM_GGUF_DIMENSIONS,
    `tensor ${title} has ${shape.length} dimensions, more than ${MAXIMUM_GGUF_DIMENSIONS}`,
  );
  assertWritable(
    elements !== null,
    `tensor ${title} of shape [${shape.join(', ')}] has too many values`,
  );
  const { blockElements, blockBytes } = ggufLayoutOf(type);
  assertWritable(
    (shape.at(-1) ?? 1) % blockElements === 0,
    `tensor ${title} has rows of ${shape.at(-1)} values, and ${type} needs a multiple of ${blockElements}: store it as F16 or F32`,
  );
  return (elements / blockElements) * blockBytes;
}

const ENCODERS: Readonly<Record<GgufTensorType, (data: Float32Array) => Uint8Array>> = {
  F32: (data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  F16: (data) => new Uint8Array(encodeFiniteFloat16(data).buffer),
  Q8_0: quantizeQ8_0,
  Q4_0: quantizeQ4_0,
};

function* storedData({ name, shape, type, data }: GgufTensorToWrite): Generator<Uint8Array> {
  const promised = elementCount(shape) ?? 0;
  let values = 0;
  try {
    for (const part of typeof data === 'function' ? data() : [data]) {
      values += part.length;
      if (values > promised) break;
      yield ENCODERS[type](part);
    }
    assertWritable(
      values === promised,
      `shape [${shape.join(', ')}] was promised and ${values} values came`,
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`GGUF cannot be written: tensor ${name}: ${reason}`, { cause });
  }
}

/** The file up to its data, padded. */
function encodeHeader(
  metadata: readonly (readonly [string, GgufValue])[],
  tensors: readonly GgufTensorHeader[],
): Uint8Array<ArrayBuffer> {
  const header = new HeaderBytes();
  header.append(new TextEncoder().encode(GGUF_MAGIC));
  header.uint32(GGUF_VERSION);
  header.uint64(tensors.length);
  header.uint64(metadata.length);
  const keys = new Set<string>();
  for (const [key, value] of metadata) {
    assertWritable(!keys.has(key), `the metadata key ${JSON.stringify(key)} occurs twice`);
    assertWritable(
      key !== 'general.alignment' ||
        value.type === 'array' ||
        value.value === GGUF_DEFAULT_ALIGNMENT,
      `data are always aligned to ${GGUF_DEFAULT_ALIGNMENT} bytes; leave general.alignment out`,
    );
    keys.add(key);
    header.string(key);
    header.type(value.type);
    header.value(value);
  }
  const names = new Set<string>();
  let offset = 0;
  for (const tensor of tensors) {
    assertWritable(!names.has(tensor.name), `two tensors are named ${JSON.stringify(tensor.name)}`);
    names.add(tensor.name);
    const byteLength = storedBytes(tensor);
    header.string(tensor.name);
    header.uint32(tensor.shape.length);
    for (const dimension of [...tensor.shape].reverse()) header.uint64(dimension);
    header.uint32(ggufLayoutOf(tensor.type).id);
    header.uint64(offset);
    offset += aligned(byteLength, GGUF_DEFAULT_ALIGNMENT);
  }
  assertWritable(
    header.length <= MAXIMUM_HEADER_BYTES,
    `its header has ${header.length} bytes, more than ${MAXIMUM_HEADER_BYTES}`,
  );
  return header.padded();
}

function checkCount({ name, shape, data }: GgufTensorToWrite): void {
  assertWritable(
    typeof data === 'function' || elementCount(shape) === data.length,
    `tensor ${JSON.stringify(name.slice(0, 80))} of shape [${shape.join(', ')}] has ${data.length} values`,
  );
}

/** What follows a tensor's bytes. */
function* paddingAfter(tensor: GgufTensorHeader): Generator<Uint8Array> {
  const byteLength = storedBytes(tensor);
  const padding = aligned(byteLength, GGUF_DEFAULT_ALIGNMENT) - byteLength;
  if (padding > 0) yield new Uint8Array(padding);
}

/**
 * The file in pieces: the header, then each tensor's bytes, whole or in its parts, with their padding; quantised when their turn comes.
 * @throws {Error} a name that occurs twice or is too long, a shape that does not match its data, rows that do not
 *   fill their blocks, values that are not finite, a `general.alignment` other than 32, or a string or header that
 *   is longer than the reader takes
 */
export function* ggufChunks(file: GgufToWrite): Generator<Uint8Array, void, void> {
  const tensors = [...file.tensors];
  tensors.forEach(checkCount);
  yield encodeHeader([...file.metadata], tensors);
  for (const tensor of tensors) {
    yield* storedData(tensor);
    yield* paddingAfter(tensor);
  }
}

/**
 * The file in pieces, each tensor read when its turn comes, so that one is in memory at a time.
 * @throws {Error} as `ggufChunks`
 */
export async function* ggufStream(file: GgufToStream): AsyncGenerator<Uint8Array, void, void> {
  yield encodeHeader([...file.metadata], file.tensors);
  for (const tensor of file.tensors) {
    yield* storedData({ ...tensor, data: await tensor.read() });
    yield* paddingAfter(tensor);
  }
}

/**
 * The whole file in memory. The same metadata and tensors in the same order give the same bytes.
 * @throws {Error} as `ggufChunks`
 */
export function encodeGguf(file: GgufToWrite): Uint8Array<ArrayBuffer> {
  const chunks = [...ggufChunks(file)];
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
