/** The value types and tensor types of GGUF, with their numbers and sizes (ggml's gguf.md and ggml.h). */

export const GGUF_MAGIC = 'GGUF';

/** The version written. Versions 2 and 3 differ only in allowing big-endian files, which are not read. */
export const GGUF_VERSION = 3;

/** Where tensor data are aligned to, in bytes, unless `general.alignment` says otherwise. */
export const GGUF_DEFAULT_ALIGNMENT = 32;

export type GgufNumberType =
  'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

export type GgufBigType = 'uint64' | 'int64';

export type GgufNumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** An array value; `element` is the type of its members. */
export type GgufArray =
  | { readonly type: 'array'; readonly element: GgufNumberType; readonly values: GgufNumberArray }
  | {
      readonly type: 'array';
      readonly element: GgufBigType;
      readonly values: BigUint64Array | BigInt64Array;
    }
  | { readonly type: 'array'; readonly element: 'bool'; readonly values: readonly boolean[] }
  | { readonly type: 'array'; readonly element: 'string'; readonly values: readonly string[] }
  | { readonly type: 'array'; readonly element: 'array'; readonly values: readonly GgufArray[] };

/** A metadata value with the type it is stored as, so that what is read can be written back unchanged. */
export type GgufValue =
  | { readonly type: GgufNumberType; readonly value: number }
  | { readonly type: GgufBigType; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | GgufArray;

export type GgufValueType = GgufValue['type'];

/** Every value type at the index that is its number in the file. */
export const GGUF_VALUE_TYPES: readonly GgufValueType[] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
];

/** The types this project reads into floats and writes (BF16 is only read). */
export const WRITABLE_GGUF_TENSOR_TYPES = ['F32', 'F16', 'Q8_0', 'Q4_0'] as const;
export type GgufTensorType = (typeof WRITABLE_GGUF_TENSOR_TYPES)[number];

export interface GgufTensorLayout {
  readonly name: string;
  /** ggml's number of the type. */
  readonly id: number;
  /** Elements that are stored together; a row holds a whole number of blocks. */
  readonly blockElements: number;
  readonly blockBytes: number;
}

function layout(
  id: number,
  name: string,
  blockElements: number,
  blockBytes: number,
): GgufTensorLayout {
  return { id, name, blockElements, blockBytes };
}

/** ggml's tensor types. All sizes are needed to check a file's layout, also where the values are not read. */
const TENSOR_LAYOUTS: readonly GgufTensorLayout[] = [
  layout(0, 'F32', 1, 4),
  layout(1, 'F16', 1, 2),
  layout(2, 'Q4_0', 32, 18),
  layout(3, 'Q4_1', 32, 20),
  layout(6, 'Q5_0', 32, 22),
  layout(7, 'Q5_1', 32, 24),
  layout(8, 'Q8_0', 32, 34),
  layout(9, 'Q8_1', 32, 36),
  layout(10, 'Q2_K', 256, 84),
  layout(11, 'Q3_K', 256, 110),
  layout(12, 'Q4_K', 256, 144),
  layout(13, 'Q5_K', 256, 176),
  layout(14, 'Q6_K', 256, 210),
  layout(15, 'Q8_K', 256, 292),
  layout(16, 'IQ2_XXS', 256, 66),
  layout(17, 'IQ2_XS', 256, 74),
  layout(18, 'IQ3_XXS', 256, 98),
  layout(19, 'IQ1_S', 256, 50),
  layout(20, 'IQ4_NL', 32, 18),
  layout(21, 'IQ3_S', 256, 110),
  layout(22, 'IQ2_S', 256, 82),
  layout(23, 'IQ4_XS', 256, 136),
  layout(24, 'I8', 1, 1),
  layout(25, 'I16', 1, 2),
  layout(26, 'I32', 1, 4),
  layout(27, 'I64', 1, 8),
  layout(28, 'F64', 1, 8),
  layout(29, 'IQ1_M', 256, 56),
  layout(30, 'BF16', 1, 2),
  layout(34, 'TQ1_0', 256, 54),
  layout(35, 'TQ2_0', 256, 66),
];

export const GGUF_LAYOUT_BY_ID: ReadonlyMap<number, GgufTensorLayout> = new Map(
  TENSOR_LAYOUTS.map((entry) => [entry.id, entry]),
);

const LAYOUT_BY_NAME: ReadonlyMap<string, GgufTensorLayout> = new Map(
  TENSOR_LAYOUTS.map((entry) => [entry.name, entry]),
);

/** @throws {Error} a name that is not in ggml's list */
export function ggufLayoutOf(name: string): GgufTensorLayout {
  const found = LAYOUT_BY_NAME.get(name);
  if (found === undefined) throw new Error(`${name} is not a GGUF tensor type`);
  return found;
}

/** Rounds a byte offset up to the alignment. */
export function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
