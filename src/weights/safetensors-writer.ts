/** Writes safetensors files (https://huggingface.co/docs/safetensors), whole or a tensor at a time. */

import { encodeFiniteFloat16 } from './half-precision';
import {
  MAXIMUM_DIMENSIONS,
  MAXIMUM_HEADER_BYTES,
  MAXIMUM_NAME_BYTES,
  MAXIMUM_STRING_BYTES,
} from './limits';
import { elementCount } from './tensor-entry';

export interface TensorToWrite {
  readonly name: string;
  /** `[rows, columns]` as in PyTorch. */
  readonly shape: readonly number[];
  /**
   * Row-major; stored as F32 or I32. A function is called when the tensor's turn comes and gives it in
   * parts, so that only one part is in memory.
   */
  readonly data: Float32Array | Int32Array | (() => Iterable<Float32Array>);
}

/** A tensor that is read when its turn comes. */
export interface TensorToStream {
  readonly name: string;
  /** `[rows, columns]` as in PyTorch. */
  readonly shape: readonly number[];
  readonly type: 'F32' | 'F16';
  /** Row-major; may be changed afterwards. */
  read(): Promise<Float32Array>;
}

/** What a header says of a tensor. */
interface TensorHeader {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'F32' | 'F16' | 'I32';
}

const utf8Encoder = new TextEncoder();

function assertWritable(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Error(`safetensors cannot be written: ${rule}`);
}

const ELEMENT_BYTES = { F32: 4, F16: 2, I32: 4 } as const;

function storedBytes({ shape, type }: TensorHeader): number {
  return (elementCount(shape) ?? 0) * ELEMENT_BYTES[type];
}

function headerOf({ name, shape, data }: TensorToWrite): TensorHeader {
  assertWritable(
    typeof data === 'function' || elementCount(shape) === data.length,
    `tensor ${JSON.stringify(name.slice(0, 80))} of shape [${shape.join(', ')}] has ${data.length} values`,
  );
  return { name, shape, type: data instanceof Int32Array ? 'I32' : 'F32' };
}

function checkedEntry(tensor: TensorHeader, start: number): string {
  const { name, shape, type } = tensor;
  const title = JSON.stringify(name.slice(0, 80));
  assertWritable(
    name !== '__metadata__' && utf8Encoder.encode(name).byteLength <= MAXIMUM_NAME_BYTES,
    `tensor name ${title} is reserved or longer than ${MAXIMUM_NAME_BYTES} bytes`,
  );
  assertWritable(
    shape.length <= MAXIMUM_DIMENSIONS,
    `tensor ${title} has ${shape.length} dimensions, more than ${MAXIMUM_DIMENSIONS}`,
  );
  assertWritable(
    elementCount(shape) !== null,
    `tensor ${title} of shape [${shape.join(', ')}] has too many values`,
  );
  return JSON.stringify({
    dtype: type,
    shape,
    data_offsets: [start, start + storedBytes(tensor)],
  });
}

function encodeHeader(
  tensors: readonly TensorHeader[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  // Put together as text: a key such as `__proto__` is then a key like any other.
  const members: string[] = [];
  if (Object.keys(metadata).length > 0) {
    for (const [key, value] of Object.entries(metadata)) {
      assertWritable(
        utf8Encoder.encode(value).byteLength <= MAXIMUM_STRING_BYTES,
        `metadata ${JSON.stringify(key.slice(0, 80))} is longer than ${MAXIMUM_STRING_BYTES} bytes`,
      );
    }
    members.push(`"__metadata__":${JSON.stringify(metadata)}`);
  }
  const names = new Set<string>();
  let start = 0;
  for (const tensor of tensors) {
    assertWritable(!names.has(tensor.name), `two tensors are named ${JSON.stringify(tensor.name)}`);
    names.add(tensor.name);
    members.push(`${JSON.stringify(tensor.name)}:${checkedEntry(tensor, start)}`);
    start += storedBytes(tensor);
  }
  const json = utf8Encoder.encode(`{${members.join(',')}}`);
  // The specification's padding: spaces, so that the data start at a multiple of eight.
  const length = Math.ceil(json.byteLength / 8) * 8;
  assertWritable(
    length <= MAXIMUM_HEADER_BYTES,
    `its header has ${length} bytes, more than ${MAXIMUM_HEADER_BYTES}`,
  );
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

/**
 * The file in pieces, the header and then each tensor's bytes, whole or in its parts, in the order given: for a sink that takes a piece at a time.
 * The pieces of tensors are views of their data, not copies.
 * @throws {Error} two tensors of one name, a shape that does not match its data, or a cap of the reader exceeded
 */
export function* safetensorsChunks(
  tensors: Iterable<TensorToWrite>,
  metadata: Readonly<Record<string, string>>,
): Generator<Uint8Array, void, void> {
  const listed = [...tensors];
  yield encodeHeader(listed.map(headerOf), metadata);
  for (const { name, shape, data } of listed) {
    const promised = elementCount(shape) ?? 0;
    let values = 0;
    for (const part of typeof data === 'function' ? data() : [data]) {
      values += part.length;
      if (values > promised) break;
      yield new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    }
    assertWritable(
      values === promised,
      `tensor ${name} of shape [${shape.join(', ')}] has ${values} values`,
    );
  }
}

/**
 * The file in pieces, each tensor read when its turn comes, so that one is in memory at a time.
 * @throws {Error} as `safetensorsChunks`, or a value that 16 bits cannot hold
 */
export async function* safetensorsStream(
  tensors: readonly TensorToStream[],
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array, void, void> {
  yield encodeHeader(tensors, metadata);
  for (const tensor of tensors) {
    const { name, shape, type } = tensor;
    const data = await tensor.read();
    assertWritable(
      data.length === elementCount(shape),
      `tensor ${name} of shape [${shape.join(', ')}] has ${data.length} values`,
    );
    if (type === 'F32') yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    else yield new Uint8Array(halves(name, data).buffer);
  }
}

function halves(name: string, data: Float32Array): Uint16Array<ArrayBuffer> {
  try {
    return encodeFiniteFloat16(data);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`safetensors cannot be written: tensor ${name}: ${reason}`, { cause });
  }
}

/**
 * The whole file in memory. The same tensors and metadata in the same order give the same bytes.
 * @throws {Error} as `safetensorsChunks`
 */
export function encodeSafetensors(
  tensors: Iterable<TensorToWrite>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const chunks = [...safetensorsChunks(tensors, metadata)];
  const file = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    file.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return file;
}
