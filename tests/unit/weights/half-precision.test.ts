/** Half-precision and bfloat16 conversions against their definitions. */

import { describe, expect, it } from 'vitest';
import {
  decodeBfloat16,
  decodeFloat16,
  encodeFloat16,
  float16Bits,
} from '../../../src/weights/half-precision';
import { bytesOf } from './weight-fixtures';

/** A finite half from its definition: (1 + mantissa / 1024) * 2^(exponent - 15), or mantissa * 2^-24. */
function finiteHalf(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const mantissa = bits & 1023;
  const magnitude =
    exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

const LARGEST_FINITE_HALF = 0x7bff;

describe('float16', () => {
  it('decodes every finite half to its defined value', () => {
    const positive = Uint16Array.from({ length: LARGEST_FINITE_HALF + 1 }, (_, bits) => bits);
    const all = Uint16Array.from([...positive, ...positive.map((bits) => bits | 0x8000)]);
    const expected = Float32Array.from(all, finiteHalf);
    expect(Buffer.compare(bytesOf(decodeFloat16(all)), bytesOf(expected))).toBe(0);
  });

  it('gives back every half it decoded, infinities included', () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7fff) <= 0x7c00,
    );
    expect(encodeFloat16(decodeFloat16(halves))).toStrictEqual(halves);
  });

  it('rounds to nearest, and a tie to the even half, at every midpoint', () => {
    const scratch = new Float32Array(1);
    const bits = new Uint32Array(scratch.buffer);
    const wrong: number[] = [];
    for (let half = 0; half < LARGEST_FINITE_HALF; half++) {
      const middle = (finiteHalf(half) + finiteHalf(half + 1)) / 2;
      scratch[0] = middle;
      const even = half % 2 === 0 ? half : half + 1;
      const middleBits = bits[0] ?? 0;
      bits[0] = middleBits - 1;
      const below = float16Bits(scratch[0]);
      bits[0] = middleBits + 1;
      const above = float16Bits(scratch[0]);
      const negative = float16Bits(-middle);
      if (
        below !== half ||
        float16Bits(middle) !== even ||
        above !== half + 1 ||
        negative !== (even | 0x8000)
      ) {
        wrong.push(half);
      }
    }
    expect(wrong).toStrictEqual([]);
  });

  it.each([
    [65_504, 0x7bff],
    [65_519.996, 0x7bff],
    [65_520, 0x7c00],
    [1e30, 0x7c00],
    [-Infinity, 0xfc00],
    [-0, 0x8000],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.0001, 0x0001],
    [1e-40, 0x0000],
  ])('encodes %f', (value, expected) => {
    expect(float16Bits(value)).toBe(expected);
  });

  it('keeps NaN not a number, both ways', () => {
    expect(float16Bits(NaN) & 0x7fff).toBe(0x7e00);
    expect(decodeFloat16(Uint16Array.of(0x7c01, 0xfe00))).toStrictEqual(Float32Array.of(NaN, NaN));
  });
});

describe('bfloat16', () => {
  it('is the upper half of a 32-bit float', () => {
    const halves = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80, 0x8000);
    const expected = Float32Array.of(1, -2, 2 ** -133, Infinity, -0);
    expect(decodeBfloat16(halves)).toStrictEqual(expected);
  });
});
