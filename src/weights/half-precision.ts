/** 16-bit floats to 32-bit and back: IEEE half precision and bfloat16, rounding to nearest, ties to even. */

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** The 32 bits of the float that a half-precision value stands for; exact for every input, NaN payloads kept. */
function float32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (mantissa << 13)) >>> 0;
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (mantissa << 13)) >>> 0;
  // A subnormal is mantissa * 2^-24, which a 32-bit float holds as a normal number.
  scratchFloat[0] = mantissa * 2 ** -24;
  return (sign | (scratchBits[0] ?? 0)) >>> 0;
}

let halfTable: Float32Array | null = null;

/** All 65,536 half-precision values as floats (256 kB, made on first use): a look-up is what makes bulk decoding quick. */
export function float16Table(): Float32Array {
  if (halfTable === null) {
    const bits = new Uint32Array(65_536);
    for (let half = 0; half < bits.length; half++) bits[half] = float32Bits(half);
    halfTable = new Float32Array(bits.buffer);
  }
  return halfTable;
}

/** The half-precision bits nearest to a 32-bit float; overflow gives infinity, NaN the quiet NaN that ggml writes. */
export function float16Bits(value: number): number {
  scratchFloat[0] = value;
  const bits = scratchBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 is half way between the largest half, 65504, and the next power of two: from there on it is infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Below 2^-14 a half counts in units of 2^-24, a power of two, so the scaled value is exact before it is rounded.
  const units = Math.abs(scratchFloat[0] ?? 0) * 2 ** 24;
  const floor = Math.floor(units);
  const fraction = units - floor;
  const up = fraction > 0.5 || (fraction === 0.5 && floor % 2 === 1);
  return sign | (up ? floor + 1 : floor);
}

/** Half-precision bits `[n]` to floats `[n]`. */
export function decodeFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const table = new Uint32Array(float16Table().buffer);
  // Copied as bits: a NaN that passes through a number may lose its payload.
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < bits.length; index++) bits[index] = table[halves[index] ?? 0] ?? 0;
  return new Float32Array(bits.buffer);
}

/** Floats `[n]` to half-precision bits `[n]`. */
export function encodeFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < halves.length; index++) {
    halves[index] = float16Bits(values[index] ?? 0);
  }
  return halves;
}

/** Half way between the largest half, 65,504, and the next power of two: from here on a value becomes infinite. */
const INFINITE_FROM = 65_520;

/**
 * As `encodeFloat16`, for weights: a model with an infinite one writes nothing sensible.
 * @throws {Error} a value that is not finite or would not be in 16 bits
 */
export function encodeFiniteFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const index = values.findIndex((value) => !(Math.abs(value) < INFINITE_FROM));
  if (index === -1) return encodeFloat16(values);
  throw new Error(
    `value ${index} is ${values[index]}, which 16 bits cannot hold: store the tensor as F32`,
  );
}

/** bfloat16 bits `[n]`, the upper half of a 32-bit float, to floats `[n]`. */
export function decodeBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < bits.length; index++) bits[index] = (halves[index] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}
