/** The element types of safetensors: their sizes, and how their bytes become numbers. */

import { decodeBfloat16, decodeFloat16 } from './half-precision';

/** Bytes of one element, for every type whose elements are whole bytes. */
export const SAFETENSORS_TYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['F8_E8M0', 1],
  ['U16', 2],
  ['I16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['U32', 4],
  ['I32', 4],
  ['F32', 4],
  ['U64', 8],
  ['I64', 8],
  ['F64', 8],
  ['C64', 8],
]);

/** Thrown by a decoder with the rule alone; the reader adds the file and the byte. */
export class UndecodableTensor extends Error {
  override readonly name = 'UndecodableTensor';
}

function integers(values: ArrayLike<number | bigint>): Int32Array<ArrayBuffer> {
  const fitted = new Int32Array(values.length);
  for (let index = 0; index < fitted.length; index++) {
    const value = values[index] ?? 0;
    const number = Number(value);
    fitted[index] = number;
    if (fitted[index] !== number) {
      throw new UndecodableTensor(
        `element ${index} is ${value}, which does not fit 32 signed bits`,
      );
    }
  }
  return fitted;
}

function floatsFromDoubles(values: Float64Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(values);
  for (let index = 0; index < floats.length; index++) {
    if (!Number.isFinite(floats[index]) && Number.isFinite(values[index])) {
      throw new UndecodableTensor(
        `element ${index} is ${values[index]}, which does not fit a 32-bit float`,
      );
    }
  }
  return floats;
}

/**
 * The elements of a tensor: floats for the float types, 32-bit integers for the integer types and BOOL.
 * Typed arrays read in the machine's byte order, which is the file's own little-endian wherever browsers run.
 * @param bytes the tensor's bytes from the start of their own buffer, a whole number of elements
 * @throws {UndecodableTensor} a type that is not read, or an element that does not fit
 */
export function decodeSafetensorsElements(
  type: string,
  bytes: Uint8Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  const { buffer } = bytes;
  switch (type) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return decodeFloat16(new Uint16Array(buffer));
    case 'BF16':
      return decodeBfloat16(new Uint16Array(buffer));
    case 'F64':
      return floatsFromDoubles(new Float64Array(buffer));
    case 'I32':
      return new Int32Array(buffer);
    case 'BOOL':
    case 'U8':
      return integers(bytes);
    case 'I8':
      return integers(new Int8Array(buffer));
    case 'U16':
      return integers(new Uint16Array(buffer));
    case 'I16':
      return integers(new Int16Array(buffer));
    case 'U32':
      return integers(new Uint32Array(buffer));
    case 'I64':
      return integers(new BigInt64Array(buffer));
    case 'U64':
      return integers(new BigUint64Array(buffer));
    default:
      throw new UndecodableTensor(
        `elements of type ${JSON.stringify(type.slice(0, 40))} are not read; expected F32, F16, BF16, F64, BOOL or an integer type: convert the file to F32 or F16`,
      );
  }
}
