/** Splits Q8_0 and Q4_0 blocks into a plane of integers and a plane of scales, as the GPU keeps them. */

import { BLOCK_ELEMENTS, Q4_0_BLOCK_BYTES, Q8_0_BLOCK_BYTES } from './quantization';

/** The block formats whose weights can stay quantised on the device. */
export const QUANTISED_FORMATS = ['Q8_0', 'Q4_0'] as const;
export type QuantisedFormat = (typeof QUANTISED_FORMATS)[number];

/** Blocks of 34 or 18 bytes would be unaligned; each plane alone is not. */
export interface QuantisedPlanes {
  /** 32 (Q8_0) or 16 (Q4_0) bytes a block, in the order of the file. */
  readonly integers: Uint8Array<ArrayBuffer>;
  /** Half-precision bits, one a block; all of them finite. */
  readonly scales: Uint16Array<ArrayBuffer>;
}

/** The format with this name of a stored type, or null for a type of another kind. */
export function quantisedFormat(storedType: string): QuantisedFormat | null {
  return QUANTISED_FORMATS.find((format) => format === storedType) ?? null;
}

/** Bytes of a block's integers, without its scale. */
export function integerBytes(format: QuantisedFormat): number {
  switch (format) {
    case 'Q8_0':
      return Q8_0_BLOCK_BYTES - 2;
    case 'Q4_0':
      return Q4_0_BLOCK_BYTES - 2;
    default:
      return format satisfies never;
  }
}

/**
 * @param blocks whole blocks as stored, each a half-precision scale and its integers
 * @throws Error a scale that is infinite or not a number
 */
export function quantisedPlanes(format: QuantisedFormat, blocks: Uint8Array): QuantisedPlanes {
  const bytes = integerBytes(format);
  const count = blocks.length / (bytes + 2);
  const integers = new Uint8Array(count * bytes);
  const scales = new Uint16Array(count);
  for (let block = 0; block < count; block++) {
    const source = block * (bytes + 2);
    const scale = (blocks[source] ?? 0) | ((blocks[source + 1] ?? 0) << 8);
    if ((scale & 0x7c00) === 0x7c00) {
      throw new Error(
        `Quantised weights: expected finite scales, found another for values ${block * BLOCK_ELEMENTS} to ${(block + 1) * BLOCK_ELEMENTS - 1}. The file is damaged or was quantised from broken weights; take another one.`,
      );
    }
    scales[block] = scale;
    integers.set(blocks.subarray(source + 2, source + 2 + bytes), block * bytes);
  }
  return { integers, scales };
}
