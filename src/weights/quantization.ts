/** The Q8_0 and Q4_0 block formats, quantised and dequantised as ggml's reference rows are (ggml-quants.c). */

import { float16Bits, float16Table } from './half-precision';

/** Weights that share one scale. */
export const BLOCK_ELEMENTS = 32;

/** A half-precision scale and 32 signed bytes. */
export const Q8_0_BLOCK_BYTES = 34;

/** A half-precision scale and 16 bytes of two nibbles: the low nibbles are weights 0-15, the high ones 16-31. */
export const Q4_0_BLOCK_BYTES = 18;

function blockCount(elements: number): number {
  if (elements % BLOCK_ELEMENTS !== 0) {
    throw new Error(
      `Q8_0 and Q4_0 need a multiple of ${BLOCK_ELEMENTS} values, but ${elements} were given: store this tensor as F16 or F32`,
    );
  }
  return elements / BLOCK_ELEMENTS;
}

/** The scale as stored; a weight that no half-precision scale can carry would come back as infinity or NaN. */
function storedScale(scale: number, block: number): number {
  const bits = float16Bits(scale);
  if ((bits & 0x7c00) === 0x7c00) {
    throw new Error(
      `values ${block * BLOCK_ELEMENTS} to ${(block + 1) * BLOCK_ELEMENTS - 1} are not finite or too large to quantise: store this tensor as F32`,
    );
  }
  return bits;
}

function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value & 0xff;
  bytes[offset + 1] = value >>> 8;
}

/** C's roundf: halves away from zero. */
function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}

/**
 * ggml's quantize_row_q8_0_ref: scale = largest magnitude / 127.
 * @param values `[n]`, n a multiple of 32, finite
 * @returns n / 32 blocks of 34 bytes
 */
export function quantizeQ8_0(values: Float32Array): Uint8Array<ArrayBuffer> {
  const blocks = blockCount(values.length);
  const bytes = new Uint8Array(blocks * Q8_0_BLOCK_BYTES);
  for (let block = 0; block < blocks; block++) {
    const start = block * BLOCK_ELEMENTS;
    const target = block * Q8_0_BLOCK_BYTES;
    let largest = 0;
    for (let index = 0; index < BLOCK_ELEMENTS; index++) {
      // Math.max hands NaN on, so that the scale check sees it.
      largest = Math.max(largest, Math.abs(values[start + index] ?? 0));
    }
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    writeUint16(bytes, target, storedScale(scale, block));
    if (!Number.isFinite(inverse)) continue; // A scale this small is stored as zero, and so are its weights.
    for (let index = 0; index < BLOCK_ELEMENTS; index++) {
      const scaled = Math.fround((values[start + index] ?? 0) * inverse);
      bytes[target + 2 + index] = roundHalfAway(scaled) & 0xff;
    }
  }
  return bytes;
}

/**
 * ggml's dequantize_row_q8_0.
 * @param bytes blocks of 34 bytes
 * @returns `[32 * blocks]`; exact, because a signed byte times a half-precision scale fits a 32-bit float
 */
export function dequantizeQ8_0(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const halves = float16Table();
  const blocks = bytes.length / Q8_0_BLOCK_BYTES;
  const values = new Float32Array(blocks * BLOCK_ELEMENTS);
  for (let block = 0; block < blocks; block++) {
    const source = block * Q8_0_BLOCK_BYTES;
    const target = block * BLOCK_ELEMENTS;
    const scale = halves[(bytes[source] ?? 0) | ((bytes[source + 1] ?? 0) << 8)] ?? 0;
    for (let index = 0; index < BLOCK_ELEMENTS; index++) {
      values[target + index] = (((bytes[source + 2 + index] ?? 0) << 24) >> 24) * scale;
    }
  }
  return values;
}

/**
 * ggml's quantize_row_q4_0_ref: scale = the value of largest magnitude / -8, so that this value is stored exactly.
 * @param values `[n]`, n a multiple of 32, finite
 * @returns n / 32 blocks of 18 bytes
 */
export function quantizeQ4_0(values: Float32Array): Uint8Array<ArrayBuffer> {
  const blocks = blockCount(values.length);
  const bytes = new Uint8Array(blocks * Q4_0_BLOCK_BYTES);
  for (let block = 0; block < blocks; block++) {
    const start = block * BLOCK_ELEMENTS;
    const target = block * Q4_0_BLOCK_BYTES;
    let extreme = 0;
    for (let index = 0; index < BLOCK_ELEMENTS; index++) {
      const value = values[start + index] ?? 0;
      if (!(Math.abs(value) <= Math.abs(extreme))) extreme = value;
      if (Number.isNaN(extreme)) break;
    }
    const scale = Math.fround(extreme / -8);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    writeUint16(bytes, target, storedScale(scale, block));
    const half = BLOCK_ELEMENTS / 2;
    for (let index = 0; index < half; index++) {
      const low = nibble(values[start + index] ?? 0, inverse);
      const high = nibble(values[start + half + index] ?? 0, inverse);
      bytes[target + 2 + index] = low | (high << 4);
    }
  }
  return bytes;
}

/** The product and the sum are each rounded to 32 bits, as compiled C without fused multiply-add does. */
function nibble(value: number, inverse: number): number {
  const shifted = Math.fround(Math.fround(value * inverse) + 8.5);
  // A scale too small to invert is stored as zero: any nibble then stands for zero.
  return Number.isFinite(shifted) ? Math.min(15, Math.trunc(shifted)) : 8;
}

/**
 * ggml's dequantize_row_q4_0.
 * @param bytes blocks of 18 bytes
 * @returns `[32 * blocks]`, exact
 */
export function dequantizeQ4_0(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const halves = float16Table();
  const blocks = bytes.length / Q4_0_BLOCK_BYTES;
  const values = new Float32Array(blocks * BLOCK_ELEMENTS);
  const half = BLOCK_ELEMENTS / 2;
  for (let block = 0; block < blocks; block++) {
    const source = block * Q4_0_BLOCK_BYTES;
    const target = block * BLOCK_ELEMENTS;
    const scale = halves[(bytes[source] ?? 0) | ((bytes[source + 1] ?? 0) << 8)] ?? 0;
    for (let index = 0; index < half; index++) {
      const pair = bytes[source + 2 + index] ?? 0;
      values[target + index] = ((pair & 15) - 8) * scale;
      values[target + half + index] = ((pair >>> 4) - 8) * scale;
    }
  }
  return values;
}
