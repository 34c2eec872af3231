/** Writes safetensors files (https://huggingface.co/docs/safetensors), whole or a tensor at a time. */

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

const utf8Encoder = new TextEncoder();

function assertWritable(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new Error(`safetensors cannot be written: ${rule}`);
}

/** F32 and I32 take as much. */
const ELEMENT_BYTES = 4;

function storedBytes({ shape }: TensorToWrite): number {
  return (elementCount(shape) ?? 0) * ELEMENT_BYTES;
}

function checkedEntry(tensor: TensorToWrite, start: number): string {
  const { name, shape, data } = tensor;
  const title = JSON.stringify(name.slice(0, 80));
  assertWritable(
    name !== '__metadata__' && utf8Encoder.encode(name).byteLength <= MAXIMUM_NAME_BYTES,
    `tensor name ${title} is reserved or longer than ${MAXIMUM_NAME_BYTES} bytes`,
  );
  assertWritable(
    shape.length <= MAXIMUM_DIMENSIONS &&
      elementCount(shape) !== null &&
      (typeof data === 'function' || elementCount(shape) === data.length),
    `tensor ${title} of shape [${shape.join(', ')}] has ${typeof data === 'function' ? 'too many' : data.length} values`,
  );
  return JSON.stringify({
    dtype: data instanceof Int32Array ? 'I32' : 'F32',
    shape,
    data_offsets: [start, start + storedBytes(tensor)],
  });
}

function encodeHeader(
  tensors: readonly TensorToWrite[],
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
  yield encodeHeader(listed, metadata);
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
