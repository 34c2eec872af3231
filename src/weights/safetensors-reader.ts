/** Reads safetensors files (https://huggingface.co/docs/safetensors): the header first, then one tensor at a time. */

import { readExactly, type ByteSource } from './byte-source';
import {
  MAXIMUM_DIMENSIONS,
  MAXIMUM_ELEMENTS,
  MAXIMUM_HEADER_BYTES,
  MAXIMUM_JSON_DEPTH,
  MAXIMUM_JSON_VALUES,
  MAXIMUM_METADATA_ENTRIES,
  MAXIMUM_NAME_BYTES,
  MAXIMUM_STRING_BYTES,
  MAXIMUM_TENSORS,
} from './limits';
import {
  SAFETENSORS_TYPE_BYTES,
  UndecodableTensor,
  decodeSafetensorsElements,
} from './safetensors-types';
import {
  StrictJsonError,
  parseStrictJson,
  type StrictJson,
  type StrictJsonObject,
} from './strict-json';
import { elementCount, partOf, type TensorEntry } from './tensor-entry';
import { WeightFileError } from './weight-file-error';

export interface SafetensorsFile {
  readonly name: string;
  /** The header's `__metadata__`, on an object without a prototype. */
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes, so that reading them in this order reads the file once from front to back. */
  readonly tensors: readonly TensorEntry[];
  /** Where the header ends and the first tensor starts, in bytes. */
  readonly headerEnd: number;
  /**
   * The elements of one tensor in row-major order: floats for float types, integers for integer types.
   * @throws {WeightFileError} no such tensor, an unsupported type, or bytes that cannot be read
   */
  readTensor(name: string): Promise<Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>;
  /**
   * Some of a tensor's elements, so that a large one need not be in memory whole.
   * @throws {WeightFileError} as `readTensor`, or a range that is not inside the tensor
   */
  readPart(
    name: string,
    start: number,
    count: number,
  ): Promise<Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>;
}

const LENGTH_BYTES = 8;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

function byteLengthOf(text: string): number {
  return utf8Encoder.encode(text).byteLength;
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}

/**
 * Reads and checks the header.
 * @throws {WeightFileError} the file is truncated, breaks the format or exceeds a cap
 */
export async function openSafetensors(source: ByteSource): Promise<SafetensorsFile> {
  const { header, headerEnd } = await readHeader(source);
  const fail = (offset: number, rule: string): never => {
    throw new WeightFileError(source.name, offset, rule);
  };
  const metadata = readMetadata(header.get('__metadata__'), (rule) => fail(LENGTH_BYTES, rule));
  const entries = new Map<string, TensorEntry>();
  if (header.size > MAXIMUM_TENSORS) {
    fail(LENGTH_BYTES, `the header lists ${header.size} tensors, more than ${MAXIMUM_TENSORS}`);
  }
  for (const [name, description] of header) {
    if (name === '__metadata__') continue;
    entries.set(
      name,
      readEntry(name, description, headerEnd, (rule) =>
        fail(LENGTH_BYTES, `tensor ${quoted(name)} ${rule}`),
      ),
    );
  }
  const tensors = [...entries.values()].sort(
    (left, right) => left.offset - right.offset || left.byteLength - right.byteLength,
  );
  checkLayout(source, tensors, headerEnd);

  const entryOf = (name: string): TensorEntry =>
    entries.get(name) ?? fail(headerEnd, `the header ends without a tensor named ${quoted(name)}`);
  const read = async (entry: TensorEntry, offset: number, byteLength: number) => {
    const bytes = await readExactly(source, offset, byteLength);
    try {
      return decodeSafetensorsElements(entry.type, bytes);
    } catch (error) {
      if (error instanceof UndecodableTensor) {
        return fail(entry.offset, `tensor ${quoted(entry.name)}: ${error.message}`);
      }
      throw error;
    }
  };
  return {
    name: source.name,
    metadata,
    tensors,
    headerEnd,
    async readTensor(name) {
      const entry = entryOf(name);
      return read(entry, entry.offset, entry.byteLength);
    },
    async readPart(name, start, count) {
      const entry = entryOf(name);
      const { offset, byteLength } = partOf(source, entry, start, count, 1);
      return read(entry, offset, byteLength);
    },
  };
}

async function readHeader(
  source: ByteSource,
): Promise<{ header: StrictJsonObject; headerEnd: number }> {
  const prefix = await readExactly(source, 0, LENGTH_BYTES);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > BigInt(MAXIMUM_HEADER_BYTES)) {
    throw new WeightFileError(
      source.name,
      0,
      `the header is said to have ${length} bytes, more than ${MAXIMUM_HEADER_BYTES}: not a safetensors file, or not one to trust`,
    );
  }
  const bytes = await readExactly(source, LENGTH_BYTES, Number(length));
  const headerEnd = LENGTH_BYTES + bytes.byteLength;
  if (bytes[0] !== 0x7b) {
    throw new WeightFileError(source.name, LENGTH_BYTES, 'the header does not start with "{"');
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new WeightFileError(source.name, LENGTH_BYTES, 'the header is not valid UTF-8');
  }
  try {
    const header = parseStrictJson(text, {
      depth: MAXIMUM_JSON_DEPTH,
      values: MAXIMUM_JSON_VALUES,
    });
    if (header instanceof Map) return { header, headerEnd };
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    const offset = LENGTH_BYTES + byteLengthOf(text.slice(0, error.position));
    throw new WeightFileError(source.name, offset, `in the header, ${error.rule}`);
  }
  throw new WeightFileError(source.name, LENGTH_BYTES, 'the header is not a JSON object');
}

function readMetadata(
  value: StrictJson | undefined,
  fail: (rule: string) => never,
): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  if (value !== undefined) {
    if (!(value instanceof Map)) return fail('__metadata__ is not an object of strings');
    if (value.size > MAXIMUM_METADATA_ENTRIES) {
      fail(`__metadata__ has ${value.size} entries, more than ${MAXIMUM_METADATA_ENTRIES}`);
    }
    for (const [key, text] of value) {
      if (typeof text !== 'string') return fail(`__metadata__ ${quoted(key)} is not a string`);
      if (text.length > MAXIMUM_STRING_BYTES || byteLengthOf(text) > MAXIMUM_STRING_BYTES) {
        fail(`__metadata__ ${quoted(key)} is longer than ${MAXIMUM_STRING_BYTES} bytes`);
      }
      entries.push([key, text]);
    }
  }
  // `fromEntries` makes `__proto__` a plain entry, and without a prototype nothing is there but what the file holds.
  const metadata = Object.fromEntries(entries);
  Object.setPrototypeOf(metadata, null);
  return metadata;
}

function wholeNumbers(value: StrictJson | undefined): readonly number[] | null {
  if (!Array.isArray(value)) return null;
  const numbers: number[] = [];
  for (const item of value) {
    if (typeof item !== 'number' || !Number.isSafeInteger(item) || item < 0) return null;
    numbers.push(item);
  }
  return numbers;
}

function readEntry(
  name: string,
  description: StrictJson,
  headerEnd: number,
  fail: (rule: string) => never,
): TensorEntry {
  if (name.length > MAXIMUM_NAME_BYTES || byteLengthOf(name) > MAXIMUM_NAME_BYTES) {
    return fail(`has a name longer than ${MAXIMUM_NAME_BYTES} bytes`);
  }
  if (!(description instanceof Map)) return fail('is not described by an object');
  const type = description.get('dtype');
  const shape = wholeNumbers(description.get('shape'));
  const [start, end, ...more] = wholeNumbers(description.get('data_offsets')) ?? [];
  if (typeof type !== 'string' || type === '') return fail('has no dtype');
  if (shape === null) return fail('has a shape that is not a list of whole numbers');
  if (shape.length > MAXIMUM_DIMENSIONS) {
    return fail(`has ${shape.length} dimensions, more than ${MAXIMUM_DIMENSIONS}`);
  }
  if (start === undefined || end === undefined || more.length > 0 || start > end) {
    return fail('has data_offsets that are not a start and an end after it');
  }
  const elements = elementCount(shape);
  if (elements === null) {
    return fail(`of shape [${shape.join(', ')}] has more than ${MAXIMUM_ELEMENTS} elements`);
  }
  const elementBytes = SAFETENSORS_TYPE_BYTES.get(type);
  const byteLength = end - start;
  // The size of a type that is not known cannot be checked; its tensor is refused when it is read.
  if (elementBytes !== undefined && byteLength !== elements * elementBytes) {
    return fail(
      `of type ${type} and shape [${shape.join(', ')}] needs ${elements * elementBytes} bytes, but data_offsets span ${byteLength}`,
    );
  }
  return { name, type, shape, elements, offset: headerEnd + start, byteLength };
}

/** The specification allows no holes and no overlaps, and the last tensor ends the file. */
function checkLayout(source: ByteSource, tensors: readonly TensorEntry[], headerEnd: number): void {
  let end = headerEnd;
  for (const { name, offset, byteLength } of tensors) {
    if (offset !== end) {
      throw new WeightFileError(
        source.name,
        offset,
        `tensor ${quoted(name)} starts here, ${offset < end ? 'inside the one before it' : 'after a gap'}; the data before it end at byte ${end}`,
      );
    }
    end += byteLength;
  }
  if (end !== source.byteLength) {
    throw new WeightFileError(
      source.name,
      end,
      `the header's tensors end here, but the file has ${source.byteLength} bytes: it is ${source.byteLength < end ? 'truncated' : 'longer than its header says'}`,
    );
  }
}
