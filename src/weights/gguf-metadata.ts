/** Reads the metadata section of a GGUF file: every value type, nested arrays included, within the caps. */

import type { ByteCursor } from './byte-cursor';
import {
  GGUF_VALUE_TYPES,
  type GgufArray,
  type GgufBigType,
  type GgufNumberArray,
  type GgufNumberType,
  type GgufValue,
  type GgufValueType,
} from './gguf-types';
import {
  MAXIMUM_ARRAY_DEPTH,
  MAXIMUM_HEADER_BYTES,
  MAXIMUM_KEY_BYTES,
  MAXIMUM_METADATA_OBJECTS,
  MAXIMUM_STRING_BYTES,
} from './limits';

export interface GgufMetadata {
  readonly values: ReadonlyMap<string, GgufValue>;
  /** The byte each key starts at, for errors about its value. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** Counts the strings, arrays and booleans of a file, which cost far more memory than their bytes. */
interface Budget {
  objects: number;
}

/** @throws {WeightFileError} a duplicate key, an unknown type, a lie about a length, or a cap exceeded */
export async function readGgufMetadata(cursor: ByteCursor, entries: number): Promise<GgufMetadata> {
  const values = new Map<string, GgufValue>();
  const offsets = new Map<string, number>();
  const budget: Budget = { objects: 0 };
  for (let entry = 0; entry < entries; entry++) {
    const offset = cursor.position;
    const key = await cursor.string(`metadata key ${entry}`, MAXIMUM_KEY_BYTES);
    if (values.has(key)) {
      cursor.fail(offset, `the metadata key ${JSON.stringify(key.slice(0, 80))} occurs twice`);
    }
    values.set(key, await readValue(cursor, await readType(cursor), budget));
    offsets.set(key, offset);
  }
  return { values, offsets };
}

async function readType(cursor: ByteCursor): Promise<GgufValueType> {
  const offset = cursor.position;
  const number = await cursor.uint32();
  return (
    GGUF_VALUE_TYPES[number] ??
    cursor.fail(
      offset,
      `metadata value type ${number} is unknown; expected 0 to ${GGUF_VALUE_TYPES.length - 1}`,
    )
  );
}

async function readValue(
  cursor: ByteCursor,
  type: GgufValueType,
  budget: Budget,
): Promise<GgufValue> {
  switch (type) {
    case 'string':
      return { type, value: await cursor.string('a metadata string', MAXIMUM_STRING_BYTES) };
    case 'array':
      return readArray(cursor, budget, 1);
    case 'bool': {
      const [value] = await readBooleans(cursor, 1);
      return { type, value: value === true };
    }
    case 'uint64':
    case 'int64': {
      const [value] = await readBigIntegers(cursor, type, 1);
      return { type, value: value ?? 0n };
    }
    default: {
      const [value] = await readNumbers(cursor, type, 1);
      return { type, value: value ?? 0 };
    }
  }
}

async function readArray(cursor: ByteCursor, budget: Budget, depth: number): Promise<GgufArray> {
  const start = cursor.position;
  if (depth > MAXIMUM_ARRAY_DEPTH) {
    cursor.fail(start, `metadata arrays are nested deeper than ${MAXIMUM_ARRAY_DEPTH}`);
  }
  const element = await readType(cursor);
  const length = await cursor.count('the length of a metadata array', MAXIMUM_HEADER_BYTES);
  switch (element) {
    case 'string': {
      spend(cursor, budget, start, length);
      const values: string[] = [];
      for (let index = 0; index < length; index++) {
        values.push(await cursor.string('a string of a metadata array', MAXIMUM_STRING_BYTES));
      }
      return { type: 'array', element, values };
    }
    case 'array': {
      spend(cursor, budget, start, length);
      const values: GgufArray[] = [];
      for (let index = 0; index < length; index++) {
        values.push(await readArray(cursor, budget, depth + 1));
      }
      return { type: 'array', element, values };
    }
    case 'bool':
      spend(cursor, budget, start, length);
      return { type: 'array', element, values: await readBooleans(cursor, length) };
    case 'uint64':
    case 'int64':
      return { type: 'array', element, values: await readBigIntegers(cursor, element, length) };
    default:
      return { type: 'array', element, values: await readNumbers(cursor, element, length) };
  }
}

function spend(cursor: ByteCursor, budget: Budget, offset: number, objects: number): void {
  budget.objects += objects;
  if (budget.objects > MAXIMUM_METADATA_OBJECTS) {
    cursor.fail(
      offset,
      `the metadata arrays hold more than ${MAXIMUM_METADATA_OBJECTS} strings, arrays and booleans`,
    );
  }
}

async function readBooleans(cursor: ByteCursor, length: number): Promise<readonly boolean[]> {
  const offset = cursor.position;
  const bytes = await cursor.bytes(length);
  const bad = bytes.findIndex((byte) => byte > 1);
  if (bad !== -1) cursor.fail(offset + bad, `a metadata bool is ${bytes[bad]}; expected 0 or 1`);
  return Array.from(bytes, (byte) => byte === 1);
}

async function readBigIntegers(
  cursor: ByteCursor,
  type: GgufBigType,
  length: number,
): Promise<BigUint64Array | BigInt64Array> {
  const { buffer } = (await cursor.bytes(length * 8)).slice();
  return type === 'uint64' ? new BigUint64Array(buffer) : new BigInt64Array(buffer);
}

const NUMBER_ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Readonly<Record<GgufNumberType, unknown>>;

async function readNumbers(
  cursor: ByteCursor,
  type: GgufNumberType,
  length: number,
): Promise<GgufNumberArray> {
  const NumberArray = NUMBER_ARRAYS[type];
  const bytes = await cursor.bytes(length * NumberArray.BYTES_PER_ELEMENT);
  // A copy: it is aligned as the typed array needs it, and outlives the cursor's chunk.
  return new NumberArray(bytes.slice().buffer);
}
